"""Situations of the wire, each told by a real `ablytui drive` against a scripted service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.drive import driving
from tests.support.stories import (
    Act,
    Step,
    check,
    closes,
    connected,
    cuts,
    says,
    scripted,
    send,
    steps,
)
from tests.support.wires import RawServer, Refusal, ScriptedServer, answer_101

JSON = ("--format", "json")
QUICK = ("--disconnected-retry-timeout", "200", "--realtime-request-timeout", "300")
UP, AGAIN = ("connected", None, False), ("connecting", None, False)
LOST = ("disconnected", 80003, False)


def url_of(server: ScriptedServer | RawServer) -> str:
    return f"ws://127.0.0.1:{server.port}"


def error(code: int, status: int = 400) -> dict[str, Any]:
    return {"error": {"code": code, "statusCode": status, "message": "as the test says"}}


CURRENT, CLASSIC = connected(), connected(connectionSerial=-1)

STORIES: dict[str, tuple[str, tuple[Act, ...], tuple[str, ...], Sequence[Step], int]] = {
    # name: dialect, what the service does, options, the states, the exit code
    "closed with 1003": (
        *("current", (closes(1003, CURRENT), says(CURRENT)), ("--expect", "resumed")),
        *([UP, LOST, AGAIN, UP], 0),
    ),
    "closed with 1003, classic": (
        *("classic", (closes(1003, CLASSIC),), ("--until", "closed")),
        *([UP, ("failed", 40100, False)], 3),
    ),
    "closed with 1009 before CONNECTED, classic": (
        *("classic", (closes(1009),), ("--until", "closed"), [("failed", 40000, False)], 3),
    ),
    "closed with 1009 before CONNECTED": (
        *("current", (closes(1009),), ("--until", "disconnected")),
        *([("disconnected", 80003, True)], 0),
    ),
    "closed with 1001, classic": (
        *("classic", (closes(1001, CLASSIC), says(CLASSIC)), ("--expect", "resumed")),
        *([UP, LOST, AGAIN, UP], 0),
    ),
    "cut": (
        *("current", (cuts(CURRENT), says(CURRENT)), ("--expect", "resumed")),
        *([UP, LOST, AGAIN, UP], 0),
    ),
    "no CONNECTED": (
        *("current", (says(), says(CURRENT)), (*QUICK, "--until", "connected")),
        *([("disconnected", 50003, True), AGAIN, UP], 0),
    ),
    "silence": (
        *("classic", (says(connected(connectionSerial=-1, maxIdleInterval=100)),)),
        *((*QUICK, "--until", "disconnected"), [UP, LOST, AGAIN], 0),
    ),
    "DISCONNECTED": (
        *("current", (says(CURRENT, {"action": 6, **error(80003)}), says(CURRENT))),
        *(("--expect", "resumed"), [UP, LOST, AGAIN, UP], 0),
    ),
    "DISCONNECTED without an error": (
        *("classic", (says(CLASSIC, {"action": 6}), says(CLASSIC)), ("--expect", "resumed")),
        *([UP, LOST, AGAIN, UP], 0),
    ),
    "DISCONNECTED for its token": (
        *("current", (says(CURRENT, {"action": 6, **error(40142, 401)}),), ("--until", "closed")),
        *([UP, ("failed", 40171, False)], 3),
    ),
    "ERROR": (
        *("current", (says(CURRENT, {"action": 9, **error(50000, 500)}),), ("--until", "closed")),
        *([UP, ("failed", 50000, False)], 3),
    ),
    "ERROR before CONNECTED": (
        *("classic", (says({"action": 9, **error(40005)}),), ("--until", "closed")),
        *([("failed", 40005, False)], 3),
    ),
    "CLOSED unasked": (
        *("current", (says(CURRENT, {"action": 8}),), ("--until", "closed")),
        *([UP, ("closing", 80017, False), ("closed", 80017, False)], 0),
    ),
    "lost": (
        *("current", (closes(1000, CURRENT), says(connected("c2", **error(80018))))),
        *(("--expect", "lost"), [UP, LOST, AGAIN, ("connected", 80018, False)], 0),
    ),
    "lost, where resumed was expected": (
        *("classic", (closes(1000, CLASSIC), says(connected("c2", connectionSerial=-1)))),
        *(("--expect", "resumed"), [UP, LOST, AGAIN, UP], 1),
    ),
    "in part": (
        *("classic", (closes(1000, CLASSIC), says({**CLASSIC, **error(80006)}))),
        *(("--expect", "partial"), [UP, LOST, AGAIN, ("connected", 80006, False)], 0),
    ),
    "refused": (
        *("current", (closes(1000, CURRENT), says({"action": 9, **error(40102, 401)}))),
        *(("--expect", "refused"), [UP, LOST, AGAIN, ("failed", 40102, False)], 0),
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_a_story(name: str) -> None:
    dialect, acts, options, expected, code = STORIES[name]
    async with scripted(*acts) as server:
        url = url_of(server)
        args = ("--dialect", dialect, "--timeout", "20", *options)
        async with driving(url, *JSON, *args) as drive:
            assert await drive.end() == code
    assert steps(drive) == expected
    check(drive)


BODY = json.dumps(error(40101, 401)).encode()


@pytest.mark.parametrize(
    ("dialect", "refusal", "code", "status"),
    [
        ("current", (401, [("Content-Type", "application/json")], BODY), 40101, 401),
        ("current", (403, [], b"<h1>no</h1>"), 80003, 403),
        ("current", (503, [], b""), 80003, 503),
        ("classic", (401, [("Content-Type", "application/json")], BODY), 40100, 401),
        ("classic", (503, [], b""), 40100, 401),
    ],
)
async def test_a_refused_handshake(dialect: str, refusal: Refusal, code: int, status: int) -> None:
    until = ("--until", "disconnected" if dialect == "current" else "closed", "--timeout", "20")
    async with ScriptedServer(refuse=refusal) as server:
        url = url_of(server)
        async with driving(url, "--dialect", dialect, *until) as drive:
            assert await drive.end() == (0 if dialect == "current" else 3)
    assert drive.all("handshake")[0]["status"] == refusal[0]
    (last,) = drive.all("state")[1:]
    assert (last["reason"]["code"], last["reason"]["statusCode"]) == (code, status)
    assert ("retryIn" in last) == (dialect == "current")
    check(drive)


async def test_what_is_no_service_is_told_and_dialled_again() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        answer = next(answers)
        writer.write(answer_101(head) + answer[3:] if answer[:3] == b"101" else answer)
        await writer.drain()
        await reader.read()

    answers = iter(
        (
            b"\x00\xff\x1b[2J no HTTP\r\n\r\n",
            b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n",
            b"101\xc1\x01x",  # A reserved bit that nobody agreed on.
            b"101\x88\x02\x03\xed",  # Close code 1005, which may not be sent.
            b"101\x81\x04\xff\xfe\xfd\xfc",  # No UTF-8 in a text frame.
        )
    )
    async with RawServer(talk) as server:
        url = url_of(server)
        async with driving(url, *JSON, "--disconnected-retry-timeout", "20") as drive:
            await drive.until(lambda line: line["ev"] == "frame" and line.get("undecodable"))
            state = (await drive.do("state"))["value"]
            assert state["state"] == "connecting"
            assert await drive.end() == 0
    errors = [line.get("error", "") for line in drive.all("socket")]
    assert "garbage" in errors[0]
    assert "not a valid 101" in errors[1]
    assert "reserved bits" in errors[2]
    assert "illegal close code 1005" in errors[3]
    assert "invalid UTF-8 at byte 0" in drive.all("frame")[-2]["undecodable"]
    check(drive)


EVIL = "\x1b]0;x\x07\x1b[2J[bold]x[/] \u202e\u2028\x9b31m\x00"
HOSTILE: tuple[dict[str, Any] | bytes, ...] = (
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b"",
    b"null",
    b'[{"action":0}]',
    b'\xef\xbb\xbf{"action":0}',
    b'{"action":0,"s":"\\ud800","n":NaN}',
    b'{"action":0,"n":' + b"9" * 5000 + b"}",
    {"action": 99},
    {"action": -3, "flags": 2**80},
    {"action": 10**40},
    {"action": None},
    {"action": 15, "channel": EVIL, "timestamp": 2**90, "messages": [{"name": EVIL, "data": EVIL}]},
    {"action": 15, "channel": EVIL, "messages": [None, 5, "x", [], {}]},
    {"action": 15, "channel": EVIL, "messages": "none"},
    {"action": 15, "channel": EVIL, "messages": [{"data": "!!", "encoding": "cipher+x/base64"}]},
    {"action": 15, "channel": EVIL, "messages": [{"data": "x" * 1_048_576}]},
    {"action": 14, "channel": EVIL, "presence": [{"action": 99}, {"action": "enter"}, 1]},
    {"action": 11},
    {"action": 11, "channel": "nobody", "flags": "x", "error": "no object"},
    {"action": 4, "connectionDetails": {"maxIdleInterval": "x", "connectionStateTtl": -5}},
    {"action": 1, "msgSerial": "x", "count": 10**30},
    {"action": 17},
    {"action": 5},
    {"action": 9, "channel": EVIL, "error": {"code": "x", "message": EVIL, "statusCode": []}},
)


async def test_nothing_that_comes_in_ends_it_or_reaches_the_terminal() -> None:
    def attached(peer: Any, frame: Any) -> None:
        if b'"action":10' in frame.payload:
            send(peer, {"action": 11, "channel": EVIL}, *HOSTILE, {"action": 0, "id": "last"})

    async with (
        ScriptedServer(says(CURRENT), attached) as server,
        driving(url_of(server), *JSON) as drive,
    ):
        await drive.do("attach", channel=EVIL)
        await drive.until(
            lambda line: line["ev"] == "frame" and (line.get("message") or {}).get("id")
        )
        assert (await drive.do("state"))["value"]["state"] == "connected"
        assert await drive.end() == 0
    frames = [line for line in drive.all("frame") if line["dir"] == "in"]
    # CONNECTED, ATTACHED, what is hostile, the last one, and the answer to our close.
    assert len(frames) == len(HOSTILE) + 4
    delivered = drive.all("message")
    assert delivered[0]["name"] == delivered[0]["data"] == EVIL
    assert any(line.get("data") == "x" * 1_048_576 for line in delivered)
    assert "too many digits" in str(drive.all("anomaly")) + str(frames)
    check(drive)


async def test_each_order_is_answered_with_its_shape_or_its_reason() -> None:
    def answer(peer: Any, frame: Any) -> None:
        message = json.loads(frame.payload) if frame.opcode == 1 else {}
        serial, channel = message.get("msgSerial"), message.get("channel")
        if message.get("action") == 10:
            send(peer, {"action": 11, "channel": channel, "channelSerial": "s1"})
        elif message.get("action") == 12:
            send(peer, {"action": 13, "channel": channel})
        elif message.get("action") == 15 and message["messages"][0].get("name") == "no":
            send(peer, {"action": 2, "msgSerial": serial, "count": 1, **error(40160, 401)})
        elif serial is not None:
            ack = {"action": 1, "msgSerial": serial, "count": 1}
            send(peer, ack | {"res": [{"serials": ["s"]}]})
        elif message.get("action") == 0:
            send(peer, {"action": 0, "id": "another's"}, message)
        elif message.get("action") == 7:
            send(peer, {"action": 8})

    async with (
        ScriptedServer(says(CURRENT), answer) as server,
        driving(url_of(server), *JSON, "--no-connect") as drive,
    ):
        refused: dict[str, dict[str, Any]] = {
            "ping": {},
            "drop": {},
            "disconnect": {},
            "send": {"text": "x"},
            "fly": {},
            "recover": {"key": "k:1:2"},
            "attach": {"channel": "b", "modes": ["dance"]},
            "presence": {"channel": "b", "action": "dance"},
            "publish": {"channel": "b", "data": 5},
        }
        for name, args in refused.items():
            assert (await drive.do(name, **args))["error"]["code"] == 40000, name
        assert (await drive.do("close"))["value"] is None
        assert (await drive.do("recovery_key"))["value"] is None
        assert (await drive.do("connect"))["value"] is None
        assert (await drive.do("connect"))["ok"]
        at = {"state": "attached", "resumed": False, "channelSerial": "s1"}
        assert (await drive.do("attach", channel="a"))["value"] == at
        assert (await drive.do("attach", channel="a"))["value"] == at
        done = await drive.do("publish", channel="a", messages=[{"data": "1"}, {"name": "n"}])
        assert done["value"] == {"msgSerial": 0, "serials": ["s"]}
        done = await drive.do("publish", channel="a", name="no")
        assert done["error"]["code"] == 40160
        done = await drive.do("presence", channel="a", action="enter")
        assert done["error"]["code"] == 91000
        done = await drive.do("presence", channel="a", action="enter", clientId="ann")
        assert done["ok"]
        assert (await drive.do("ping"))["value"]["rtt"] > 0
        assert (await drive.do("send", hex="80"))["ok"]
        off = {"state": "detached", "resumed": False, "channelSerial": None}
        assert (await drive.do("detach", channel="a"))["value"] == off
        assert (await drive.do("detach", channel="a"))["value"] == off
        assert (await drive.do("detach", channel="b"))["value"]["state"] == "initialized"
        assert (await drive.do("drop"))["value"] is None
        assert (await drive.do("connect"))["ok"]
        assert (await drive.do("disconnect"))["value"] is None
        state = (await drive.do("state"))["value"]
        assert set(state) == {
            *("state", "id", "key", "clientId", "errorReason", "msgSerial", "recoveryKey"),
            *("host", "dialect", "channels"),
        }
        assert (state["state"], state["msgSerial"]) == ("disconnected", 3)
        assert set(state["channels"]["a"]) == {"state", "channelSerial", "modes"}
        assert await drive.end() == 0
    check(drive)


async def test_a_hold_runs_into_suspended_and_nothing_is_dialled() -> None:
    async with (
        scripted(says(connected(connectionStateTtl=200))) as server,
        driving(url_of(server), *JSON) as drive,
    ):
        await drive.do("connect")
        await drive.do("disconnect")
        drive.write(b'{"do":"publish","channel":"q","data":"x","ref":"late"}\n')
        drive.write(b'{"do":"ping","ref":"late ping"}\n')
        answer = await drive.until(lambda line: line.get("ref") == "late")
        assert answer["error"]["code"] == 80002
        answer = await drive.until(lambda line: line.get("ref") == "late ping")
        assert not answer["ok"]
        assert [line["current"] for line in drive.all("state")][-1] == "suspended"
        assert not any("retryIn" in line for line in drive.all("state"))
        assert len(server.accepted) == 1
        assert (await drive.do("connect"))["ok"]
        assert await drive.end() == 0
    assert len(server.accepted) == 2
    check(drive)


async def test_what_came_twice_is_marked_and_delivered_once() -> None:
    def message(serial: int) -> dict[str, Any]:
        return {
            "action": 15,
            "channel": "a",
            "connectionSerial": serial,
            "id": f"x:{serial}",
            "messages": [{"data": str(serial)}],
        }

    def attached(peer: Any, frame: Any) -> None:
        if b'"action":10' in frame.payload:
            send(peer, {"action": 11, "channel": "a"}, *map(message, (0, 1, 2, 2)))

    first, again = says(CLASSIC), says({**CLASSIC, "connectionSerial": 2}, *map(message, (1, 2, 3)))
    server = scripted(first, again)
    server.on_frame = attached
    async with server:
        url = url_of(server)
        async with driving(url, *JSON, "--dialect", "classic") as drive:
            await drive.do("attach", channel="a")
            await drive.until(lambda line: line.get("duplicate"))
            await drive.do("drop")
            verdict = await drive.until(lambda line: line["ev"] == "verdict")
            assert await drive.end() == 0
    assert [line["data"] for line in drive.all("message")] == ["0", "1", "2", "3"]
    assert sum("duplicate" in line for line in drive.all("frame")) == 3
    assert verdict["channels"]["a"] == {"resumed": True, "replayed": 1, "doubled": 2, "lost": 0}
    assert "connection_serial=2" in drive.all("upgrade")[1]["url"]
    check(drive)


async def test_retries_keep_to_what_was_announced() -> None:
    options = ("--disconnected-retry-timeout", "150", "--suspended-retry-timeout", "100")
    ttl = ("--connection-state-ttl", "1000", "--timeout", "20")
    async with scripted(closes(1000)) as server:
        url = url_of(server)
        async with driving(url, *JSON, *options, *ttl) as drive:
            await drive.until(
                lambda _: sum(x["current"] == "suspended" for x in drive.all("state")) == 3
            )
            await drive.do("quit")
            assert await drive.end() == 0
    waits = [line["retryIn"] for line in drive.all("state") if line["current"] == "disconnected"]
    for n, wait in enumerate(waits[:-1], 1):
        assert 0.8 * 150 * min((n + 2) / 3, 2) <= wait <= 150 * min((n + 2) / 3, 2)
    told = [line["retryIn"] for line in drive.all("state") if line["current"] == "suspended"]
    assert told == [100] * 3
    check(drive)


async def test_lines_that_are_no_orders_touch_nothing() -> None:
    lines = (
        *(
            b"nonsense",
            b"[]",
            b"null",
            b'{"do":5}',
            b'{"ref":7}',
            b"\xff",
            b'{"do":"ping","x":NaN}',
        ),
        *(b"[" * 100_000, b'{"do":"ping","n":' + b"9" * 5000 + b"}"),
        b'{"do":"publish","channel":"a","name":"' + b"z" * (17 << 20) + b'"}',
        b'{"do":"publish","channel":"a","extras":{"n":' + b"1" * 30 + b"}}",
    )
    async with scripted(says(CURRENT)) as server:
        async with driving(url_of(server), *JSON) as drive:
            await drive.until(lambda line: line.get("current") == "connected")
            drive.write(b"\n\n".join(lines) + b"\n")
            await drive.until(lambda _: len(drive.all("result")) == len(lines))
            assert {line["error"]["code"] for line in drive.all("result")} == {40000}
            assert (await drive.do("state"))["value"]["state"] == "connected"
            assert await drive.end() == 0
        assert [frame.opcode for frame in server.accepted[0].frames if frame.direction == "in"] == [
            8
        ]
    check(drive)
