"""A log by hand: rows as a store would give them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ablytui.protocol.codec import Undecodable, encode, read_head
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.log import Entry, EntryKind, Sum

WALL0 = 1_767_276_231_000.0
"""2026-01-01 14:03:51 UTC, in ms."""


class ListSource:
    """A log in a list."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = list(entries)
        self.asked = 0
        self.read: Callable[[list[Entry]], object] = lambda _: None

    def last(self) -> int:
        return len(self.entries)

    def rows(self, start: int, stop: int) -> list[Entry]:
        self.asked += 1
        self.read(self.entries[start - 1 : stop - 1])
        return self.entries[start - 1 : stop - 1]

    def row(self, n: int) -> Entry | None:
        self.asked += 1
        return self.entries[n - 1] if 1 <= n <= len(self.entries) else None

    def sparse(self, start: int, stop: int) -> tuple[list[Entry], list[Sum]]:
        rows = self.entries[start - 1 : stop - 1]
        plain = [e for e in rows if e.action == 15 and e.direction is Direction.IN]
        rest = [e for e in rows if e.action != 15 or e.direction is not Direction.IN]
        self.read(rest)
        names = dict.fromkeys(e.channel for e in plain)
        of = {name: [e for e in plain if e.channel == name] for name in names}
        return rest, [
            Sum(name, len(own), sum(e.size for e in own), own[-1].n, own[-1].at)
            for name, own in of.items()
        ]

    def marks(self) -> dict[int, str]:
        return {}

    def special(self, start: int, stop: int) -> list[Entry]:
        return [e for e in self.entries[start - 1 : stop - 1] if e.kind is not EntryKind.FRAME]


class PairLinks:
    """Pairs by hand: question to (answer, ms)."""

    def __init__(
        self,
        pairs: dict[int, tuple[int, float]] | None = None,
        *,
        waiting: Iterable[int] = (),
        duplicates: Iterable[int] = (),
    ) -> None:
        self._answers = {q: a for q, (a, _) in (pairs or {}).items()}
        self._questions = {a: q for q, a in self._answers.items()}
        self._ms = {n: ms for q, (a, ms) in (pairs or {}).items() for n in (q, a)}
        self._waiting = set(waiting)
        self._duplicates = set(duplicates)

    def answer_of(self, n: int) -> int | None:
        return self._answers.get(n)

    def question_of(self, n: int) -> int | None:
        return self._questions.get(n)

    def latency(self, n: int) -> float | None:
        return self._ms.get(n)

    def waiting(self, n: int) -> bool:
        return n in self._waiting

    def is_duplicate(self, n: int) -> bool:
        return n in self._duplicates


def raw(
    payload: bytes,
    *,
    n: int = 1,
    at: int = 0,
    opcode: Opcode = Opcode.TEXT,
    out: bool = False,
    fin: bool = True,
    origin: Origin = Origin.PEER,
    wire: int | None = None,
) -> Entry:
    """A frame of these bytes, its columns read as the engine reads them. `at` in ms."""
    data = fin and opcode in {Opcode.TEXT, Opcode.BINARY}
    found = read_head(payload, opcode) if data else None
    head = None if found is None or isinstance(found, Undecodable) else found
    return Entry(
        n=n,
        at=at * 1000,
        kind=EntryKind.FRAME,
        attempt=1,
        direction=Direction.OUT if out else Direction.IN,
        opcode=opcode,
        fin=fin,
        origin=origin,
        action=head.action if head else None,
        channel=head.channel if head else None,
        msg_serial=head.msg_serial if head else None,
        count=head.count if head else None,
        error=head.error_code if head else None,
        flags=head.flags if head else None,
        size=len(payload),
        wire=len(payload) if wire is None else wire,
        payload=payload,
    )


def frame(message: dict[str, Any], fmt: Format = Format.JSON, **more: Any) -> Entry:
    """A frame of this message."""
    return raw(encode(message, fmt), opcode=fmt.opcode, **more)


def event(
    kind: EntryKind,
    members: dict[str, Any],
    *,
    n: int = 1,
    at: int = 0,
    attempt: int = 1,
    channel: str | None = None,
) -> Entry:
    """A row that is no frame. `at` in ms."""
    payload = json.dumps(members, separators=(",", ":")).encode()
    return Entry(
        n=n,
        at=at * 1000,
        kind=kind,
        attempt=attempt,
        direction=None,
        opcode=None,
        fin=True,
        origin=Origin.PEER,
        action=None,
        channel=channel,
        msg_serial=None,
        count=None,
        error=None,
        flags=None,
        size=len(payload),
        wire=len(payload),
        payload=payload,
    )


def state(previous: str, current: str, *, n: int = 1, at: int = 0, **more: Any) -> Entry:
    """A state row."""
    told = {"previous": previous, "current": current, "event": current, "reason": None}
    return event(EntryKind.STATE, told | more, n=n, at=at)


def _message(serial: str, number: int) -> dict[str, Any]:
    data = json.dumps({"id": number, "qty": number % 7, "px": 101.25}, separators=(",", ":"))
    return {
        "action": 15,
        "channel": "orders:eu",
        "channelSerial": f"0172658597@{serial}",
        "messages": [{"name": "fill", "data": data, "encoding": "json"}],
    }


def story() -> tuple[list[Entry], PairLinks]:
    """A drop and a resume, with what a log can hold beside it."""
    url = "ws://127.0.0.1:8080/?key=app.k1:********&resume=gk3T" + "*" * 20 + "&v=6"
    log = {"action": 15, "channel": "audit", "msgSerial": 412, "messages": [
        {"name": "log", "data": '{"op":"fill","id":8812}', "encoding": "json"}]}  # fmt: skip
    dup = _message("a:40", 8811)
    rows: list[Entry] = [
        frame(log, n=1, at=196, out=True, origin=Origin.ENGINE),
        event(EntryKind.SOCKET, {"attempt": 1, "closeCode": 1006, "closeReason": "", "by": "us",
                                 "clean": False}, n=2, at=203),
        state("connected", "disconnected", n=3, at=203, retryIn=0, point="RTN15a",
              reason={"code": 80003, "statusCode": 400, "message": "transport lost"}),
        state("disconnected", "connecting", n=4, at=203, point="RTN15a"),
        event(EntryKind.UPGRADE, {"attempt": 2, "host": "127.0.0.1:8080", "url": url,
                                  "mode": "resume"}, n=5, at=204, attempt=2),
        event(EntryKind.HANDSHAKE, {"attempt": 2, "status": 101, "headers": {},
                                    "phases": {"tcp": 21.0, "http": 40.0}}, n=6, at=265, attempt=2),
        frame({"action": 4, "connectionId": "gk3Tq9Lx0b", "connectionDetails": {
            "connectionKey": "gk3T" + "*" * 20, "connectionStateTtl": 120000,
            "maxMessageSize": 65536, "maxIdleInterval": 15000}}, n=7, at=391),
        state("connecting", "connected", n=8, at=391),
        frame({"action": 10, "channel": "orders:eu", "channelSerial": "0172658597@a:40",
               "flags": 32}, n=9, at=392, out=True, origin=Origin.ENGINE),
        frame({"action": 10, "channel": "audit", "channelSerial": "0172658597@c:09",
               "flags": 32}, n=10, at=392, out=True, origin=Origin.ENGINE),
        frame(log, n=11, at=393, out=True, origin=Origin.ENGINE),
        frame({"action": 11, "channel": "orders:eu", "channelSerial": "0172658597@a:44",
               "flags": 983044, "params": {"delta": "vcdiff"}}, n=12, at=404),
        frame({"action": 11, "channel": "audit", "flags": 393220}, n=13, at=404),
        frame(dup, n=14, at=406),
        frame({"action": 1, "msgSerial": 412, "count": 1}, n=15, at=407),
        frame(_message("a:41", 8812), n=16, at=408),
        raw(b"\x82\xa6action\x0f\xa8messages\xc1" + b"\x00" * 30, n=17, at=466,
            opcode=Opcode.BINARY),
        frame({"action": 14, "channel": "orders:eu", "presence": [
            {"action": 2, "clientId": "probe-3", "data": '{"status":"up"}'}]}, n=18, at=1010),
        raw(b"", n=19, at=1391, opcode=Opcode.PING),
        raw(b"", n=20, at=1391, opcode=Opcode.PONG, out=True, origin=Origin.ENGINE),
        frame({"action": 2, "msgSerial": 413, "count": 1, "error": {
            "code": 40160, "statusCode": 401, "message": "not permitted"}}, n=21, at=2100,
            origin=Origin.INJECTED),
        frame({"action": 0, "id": "3f9a"}, n=22, at=2390, out=True, origin=Origin.USER),
        frame({"action": 0, "id": "3f9a"}, n=23, at=2413),
        event(EntryKind.VERDICT, {"outcome": "resumed", "text":
              "Resumed after 188 ms: same connectionId; 2 channels kept, 1 message doubled."},
              n=24, at=2660),
        event(EntryKind.ANOMALY, {"text": "ACK for a msgSerial that was never sent",
                                  "point": "RTN7b"}, n=25, at=2700),
        raw(b"\x03\xe8bye", n=26, at=3000, opcode=Opcode.CLOSE),
    ]  # fmt: skip
    links = PairLinks(
        {9: (12, 12.0), 10: (13, 12.0), 11: (15, 14.0), 22: (23, 23.0), 5: (7, 187.0)},
        waiting=[1],
        duplicates=[14],
    )
    return rows, links


def flood(count: int, start: int = 1) -> list[Entry]:
    """Many messages."""
    return [
        frame(_message(f"a:{n % 90 + 10}", n), n=n, at=n * 20) for n in range(start, start + count)
    ]
