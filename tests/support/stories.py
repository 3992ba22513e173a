"""What `drive` told, cut down to what a test compares, and what holds for every telling."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from ablytui.protocol.frame import Opcode
from tests.support.drive import Drive, Line
from tests.support.wires import Accepted, ScriptedServer

Act = Callable[[Accepted], object]
"""What a scripted service does with a connection once it is open."""

Step = tuple[str, int | None, bool]
"""A state, the code of its reason, and whether a timed retry follows."""


def connected(name: str = "c1", /, **more: Any) -> dict[str, Any]:
    """A CONNECTED; members of connectionDetails by keyword, `error` and `connectionSerial` too."""
    message: dict[str, Any] = {"action": 4, "connectionId": name}
    message |= {k: more.pop(k) for k in ("error", "connectionSerial") if k in more}
    details = {"connectionKey": f"{name}!key-of-this-test", "connectionStateTtl": 120_000}
    return message | {"connectionDetails": details | {"maxIdleInterval": 15_000} | more}


def send(peer: Accepted, *messages: Mapping[str, Any] | bytes) -> None:
    """Send messages as text; bytes go as they are."""
    for message in messages:
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        peer.wire.send(Opcode.TEXT, data)


def says(*messages: Mapping[str, Any] | bytes) -> Act:
    """Send these."""
    return lambda peer: send(peer, *messages)


def closes(code: int, *messages: Mapping[str, Any]) -> Act:
    """Send these, then close."""

    def act(peer: Accepted) -> None:
        send(peer, *messages)
        peer.wire.close(code, "so it ends")

    return act


def cuts(*messages: Mapping[str, Any]) -> Act:
    """Send these, then abort once the peer has answered the first of them with anything."""

    def act(peer: Accepted) -> None:
        send(peer, *messages)
        peer.wire.abort()

    return act


def scripted(*acts: Act) -> ScriptedServer:
    """A service that does the first with the first connection, …, the last with all others."""
    left = list(acts)

    def on_accept(peer: Accepted) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(peer)

    return ScriptedServer(on_accept)


def steps(drive: Drive) -> list[Step]:
    """The states that were told, without the one that ending the program makes."""
    told = [
        (line["current"], (line["reason"] or {}).get("code"), "retryIn" in line)
        for line in drive.all("state")
        if line["point"] != "disconnect"
    ]
    return told[1:] if told and told[0][0] == "connecting" else told


def check(drive: Drive) -> None:
    """What holds for every run, whatever the peer did."""
    lines = drive.lines
    assert lines[0]["ev"] == "ready"
    times = [line["at"] for line in lines]
    assert times == sorted(times)
    numbers = [line["seq"] for line in drive.all("frame")]
    assert numbers == sorted(set(numbers))
    assert all(byte == 10 or 32 <= byte < 127 for byte in drive.raw)
    attempts = [line["attempt"] for line in drive.all("upgrade")]
    assert attempts == list(range(1, len(attempts) + 1))
    dialled: set[int] = set()
    state = "initialized"
    for before, line in zip([{"ev": "ready"}, *lines], lines, strict=False):
        if line["ev"] == "upgrade":
            assert (before["ev"], before["current"]) == ("state", "connecting")
            dialled.add(line["attempt"])
        elif line["ev"] in {"handshake", "socket"}:
            assert line["attempt"] in dialled
        elif line["ev"] == "state":
            assert line["previous"] == state
            state = line["current"]
            assert state != "initialized"
            assert (line["event"] == "update") == (line["previous"] == state)
            _check_retry(line)
    _check_waits(drive.all("state"))


def _check_retry(line: Line) -> None:
    if "retryIn" in line:
        assert line["current"] in {"disconnected", "suspended"}
        assert line["retryIn"] > 0


def _check_waits(states: list[Line]) -> None:
    """A state that promises a retry is left when it is due, unless something came between."""
    for line, after in pairwise(states):
        if "retryIn" in line and after["point"] in {"RTN14d", "RTN14f", "RTN15a"}:
            waited = after["at"] - line["at"]
            assert line["retryIn"] - 5 <= waited, (line, after)
