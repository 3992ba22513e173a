"""What either side does against the protocol, with the rule that it breaks.

Judged by the rows alone, strictly by what the attempt's URI promised. Nothing follows from an
anomaly: it is shown, and the connection goes on. Plain inbound messages never come here (see
`fold`), so that each rule may look at bodies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.effects import Anomaly
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind, Row
from ablytui.protocol.message import ProtocolAction, action_name
from ablytui.protocol.observe.lone import bare_error, closing, counted, token_in, unreadable
from ablytui.protocol.observe.query import dialect_of, format_of, read_query
from ablytui.protocol.observe.rooms import Rooms
from ablytui.protocol.observe.serials import Serials
from ablytui.protocol.observe.silence import Silence
from ablytui.protocol.observe.traffic import body_of, members_of
from ablytui.protocol.params import DialectName

_A = ProtocolAction

OPENING: Final = frozenset({_A.CONNECTED, _A.ERROR, _A.DISCONNECTED})
CLIENT_ONLY: Final = frozenset({_A.DISCONNECT, _A.CLOSE, _A.ATTACH, _A.DETACH})
SERVICE_ONLY: Final = frozenset(
    {
        _A.ACK,
        _A.NACK,
        _A.CONNECTED,
        _A.DISCONNECTED,
        _A.CLOSED,
        _A.ERROR,
        _A.ATTACHED,
        _A.DETACHED,
        _A.OBJECT_SYNC,
    }
)
KNOWN: Final = frozenset(ProtocolAction)
TOO_EARLY: Final[Mapping[int, str]] = {
    **dict.fromkeys((_A.MESSAGE, _A.PRESENCE, _A.OBJECT, _A.ANNOTATION), "RTL6c2"),
    **dict.fromkeys((_A.ATTACH, _A.DETACH, _A.SYNC), "RTL4i"),
    _A.HEARTBEAT: "RTN13a",
    _A.CLOSE: "RTN12f",
    _A.AUTH: "RTC8b",
}
"""What a client does not send before CONNECTED, and why."""

NAMED: Final = frozenset(
    {_A.ATTACH, _A.ATTACHED, _A.DETACH, _A.DETACHED, _A.MESSAGE, _A.PRESENCE, _A.OBJECT}
    | {_A.ANNOTATION}
)
"""What concerns a channel. SYNC did without one in the oldest services."""

PINGS: Final = 1_000
"""Pings whose answer is awaited; older ones are forgotten."""


class Anomalies:
    """Fed the rows of one connection in order; `calm_*` tell which rows need not be fed.

    A whole inbound MESSAGE on a channel in `rooms.attached`, of attempt `calm_attempt` and opcode
    `calm_opcode`, breaks no rule; its time goes to `silence.heard` all the same. `dialect` and
    `fmt` are those of a URI which does not say; `patience` in ms for a SYNC that was promised.
    """

    def __init__(
        self,
        dialect: DialectName = DialectName.CURRENT,
        fmt: Format = Format.JSON,
        patience: float = 10_000,
    ) -> None:
        self._dialect, self._format = dialect, fmt
        self.calm_attempt = -1
        self.calm_opcode: Opcode | None = None
        self.rooms = Rooms(round(patience * 1000))
        self.silence = Silence()
        self._attempt = -1
        self._current = True
        self._mode = "clean"
        self._opcode: Opcode | None = None
        self._opened = self._connected = self._closed = False
        self._left = ""
        self._shut: set[Direction | None] = set()
        self._id: str | None = None
        self._key: str | None = None
        self._held = False
        self._pings: dict[str, None] = {}
        self._serials = Serials()

    def feed(self, row: Row | Entry) -> tuple[Anomaly, ...]:
        """Take one whole frame (fragments joined) or another row. Never raises."""
        late = self.tick(row.at) if row.at >= self.due else ()
        if row.kind is EntryKind.UPGRADE:
            found = self._upgrade(row)
        elif row.attempt != self._attempt:
            return late
        elif row.kind is EntryKind.FRAME:
            found = self._frame(row)
        else:
            if row.kind is EntryKind.SOCKET:
                self._ended()
            return late
        calm = self._connected and not (self._closed or self._shut or self.silence.told)
        self.calm_attempt = self._attempt if calm else -1
        self.calm_opcode = self._opcode
        return (*late, *found)

    @property
    def due(self) -> int:
        """The `at` in µs at which `tick` wants to be called."""
        return min(self.rooms.due, self.silence.due)

    def tick(self, at: int) -> tuple[Anomaly, ...]:
        """Time has come to `at` µs: what should have come by now, and did not."""
        found: list[Anomaly] = []
        if at >= self.rooms.due:
            found += self.rooms.tick(at)
        found += self.silence.tick(at)
        if self.silence.told:
            self.calm_attempt = -1
        return tuple(found)

    def _frame(self, row: Row | Entry) -> list[Anomaly]:
        inbound = row.direction is Direction.IN
        if inbound:
            self.silence.heard = row.at
            if self.silence.told:
                self.silence.again()
        if row.opcode is Opcode.CLOSE:
            found = closing(row)
            self._shut.add(row.direction)
        elif row.opcode is Opcode.TEXT or row.opcode is Opcode.BINARY:
            found = self._data(row)
        else:
            return []
        return found if inbound else [_ours(each) for each in found]

    def _upgrade(self, row: Row | Entry) -> list[Anomaly]:
        members = members_of(row)
        query = read_query(text(members.get("url")) or "")
        self._ended()
        self._attempt = integer(members.get("attempt")) or row.attempt
        self._current = dialect_of(query, self._dialect) is DialectName.CURRENT
        self._opcode = format_of(query, self._format).opcode
        self._mode = text(members.get("mode")) or "clean"
        self._opened = self._connected = self._closed = False
        self._left = ""
        self._shut.clear()
        self._pings.clear()
        self._serials.dial(clean=self._mode == "clean")
        if "resume" in query and "recover" in query:
            return [Anomaly("the URI has resume and recover together", "RTN16k", "us")]
        return []

    def _ended(self) -> None:
        """The transport is gone, and with it all that was promised on it."""
        self.silence.end()
        self.rooms.clear()
        self.calm_attempt = -1

    # --- data frames ----------------------------------------------------------------------------

    def _data(self, row: Row | Entry) -> list[Anomaly]:
        found: list[Anomaly] = []
        if row.direction in self._shut:
            found.append(Anomaly("a data frame after the CLOSE frame", "RFC 6455 §5.5.1"))
        if row.opcode is not self._opcode and self._opcode is not None:
            wanted = "JSON in text" if self._opcode is Opcode.TEXT else "MessagePack in binary"
            was = "text" if row.opcode is Opcode.TEXT else "binary"
            found.append(Anomaly(f"a {was} frame, where the URI asked for {wanted}", "RTN2a"))
        if row.action is None:
            return found + unreadable(row)
        if row.direction is Direction.IN:
            return found + self._received(row, row.action)
        return found + self._sent(row, row.action)

    def _received(self, row: Row | Entry, action: int) -> list[Anomaly]:
        found: list[Anomaly] = []
        if self._closed:
            found.append(Anomaly(f"{action_name(action)} after {self._left}", _AFTER[self._left]))
        if not self._opened and action not in OPENING:
            found.append(Anomaly(f"the first message is {action_name(action)}", "RTN6"))
        self._opened = True
        if action in CLIENT_ONLY:
            found.append(Anomaly(f"{action_name(action)} comes from clients only", "TR2"))
        if action not in KNOWN:
            found.append(Anomaly(f"{action_name(action)} is not known and is ignored", "RTF1"))
        elif action == _A.CONNECT:
            found.append(Anomaly("CONNECT is reserved and never sent", "TR2"))
        elif action == _A.CONNECTED:
            found += self._on_connected(row)
        elif action in {_A.ACK, _A.NACK}:
            found += self._serials.answered(row) + counted(row)
        elif action in {_A.ERROR, _A.DISCONNECTED}:
            found += self._on_error(row)
        elif action == _A.CLOSED:
            found += self._on_closed()
        elif action == _A.HEARTBEAT:
            found += self._answered_ping(row)
        elif action in NAMED and not row.channel:
            found.append(Anomaly(f"{action_name(action)} without a channel", "TR4b"))
        if row.channel and self._connected:
            found += self.rooms.received(row, row.channel)
        return found

    def _sent(self, row: Row | Entry, action: int) -> list[Anomaly]:
        name = action_name(action)
        if action in SERVICE_ONLY:
            return [Anomaly(f"{name} comes from the service only", "TR2")]
        if action == _A.CONNECT:
            return [Anomaly("CONNECT is reserved and never sent", "TR2")]
        if action not in KNOWN:
            return [Anomaly(f"{name} is not known to anybody", "RTF1")]
        found: list[Anomaly] = []
        if self._left in {"CLOSE", "DISCONNECT"}:
            found.append(Anomaly(f"{name} after {self._left}", "RTN12a"))
        elif not self._connected and action in TOO_EARLY:
            found.append(Anomaly(f"{name} before CONNECTED", TOO_EARLY[action]))
        if action in NAMED and not row.channel:
            found.append(Anomaly(f"{name} without a channel", "TR4b"))
        elif action == _A.AUTH and not token_in(row):
            found.append(Anomaly("AUTH without a token", "RTC8a"))
        elif action == _A.HEARTBEAT:
            self._ping(row)
        if action in {_A.CLOSE, _A.DISCONNECT}:
            self._left = name
            self._held = self._held and action == _A.DISCONNECT
            self.silence.end()
        if row.channel:
            self.rooms.sent(row, row.channel)
        return found + self._serials.sent(row)

    def _ping(self, row: Row | Entry) -> None:
        name = text(body_of(row.payload, row.opcode).get("id"))
        if name is not None:
            self._pings[name] = None
            if len(self._pings) > PINGS:
                del self._pings[next(iter(self._pings))]

    def _answered_ping(self, row: Row | Entry) -> list[Anomaly]:
        name = text(body_of(row.payload, row.opcode).get("id"))
        if name is None:
            return []
        if name in self._pings:
            del self._pings[name]
            return []
        return [Anomaly("HEARTBEAT with an id that waits for no answer", "RTN13e")]

    def _on_closed(self) -> list[Anomaly]:
        unasked = self._left != "CLOSE"
        self._closed, self._held, self._left = True, False, "CLOSED"
        self.silence.end()
        return [Anomaly("CLOSED without a CLOSE", "RTN12a")] if unasked else []

    def _on_error(self, row: Row | Entry) -> list[Anomaly]:
        found = bare_error(row)
        if row.action == _A.ERROR and not row.channel:
            self._closed, self._held, self._left = True, False, "ERROR"
            self.silence.end()
        return found

    def _on_connected(self, row: Row | Entry) -> list[Anomaly]:
        body = body_of(row.payload, row.opcode)
        before, first = self._id, not self._connected
        found = self._identity(body)
        if first:
            found += self._continuity(body, before)
        details = body.get("connectionDetails")
        if self._current and not isinstance(details, dict):
            found.append(Anomaly("CONNECTED without connectionDetails", "RTN21"))
        classic = integer(body.get("connectionSerial")) is not None
        if self._current and classic:
            found.append(Anomaly("a classic CONNECTED in answer to a current URI", "RTN10"))
        elif not self._current and not classic:
            found.append(Anomaly("CONNECTED without connectionSerial, a classic URI", "RTN10"))
        self._connected = self._held = True
        if not self._left:
            self.silence.promise(integer(mapping(details).get("maxIdleInterval")))
        return found

    def _continuity(self, body: dict[Any, Any], before: str | None) -> list[Anomaly]:
        """RTN15c: the same id or an error, in answer to a resume of what this log knows."""
        wrong = body.get("error") is not None
        known = self._mode == "resume" and self._held and before is not None
        kept = self._id == before if known else self._mode != "clean" and not wrong
        self.rooms.clear(lenient=kept and not self._current)
        if not known:
            return []
        if not kept and not wrong:
            words = "a new connectionId in answer to a resume, without an error"
            return [Anomaly(words, "RTN15c7")]
        if kept and wrong and self._current:
            return [Anomaly("the same connectionId together with an error", "RTN15c6")]
        return []

    def _identity(self, body: dict[Any, Any]) -> list[Anomaly]:
        found: list[Anomaly] = []
        ident = text(body.get("connectionId"))
        key = text(mapping(body.get("connectionDetails")).get("connectionKey"))
        key = key or text(body.get("connectionKey"))
        if ident is None:
            found.append(Anomaly("CONNECTED without connectionId", "RTN8"))
        elif self._id is not None and ident != self._id:
            if self._connected:
                found.append(Anomaly("another connectionId on the same transport", "RTN24"))
            # Masked secrets of 16 bytes and more keep a tag, so that equal ones stay equal.
            if key is not None and key == self._key and len(key) >= 16:
                found.append(Anomaly("a new connectionId under the old connectionKey", "RTN15c7"))
        if key is None and isinstance(body.get("connectionDetails"), dict):
            found.append(Anomaly("CONNECTED without a connectionKey", "RTN9"))
        self._id, self._key = ident, key
        return found


_AFTER: Final = {"CLOSED": "RTN12a", "ERROR": "RTN15j"}


def _ours(found: Anomaly) -> Anomaly:
    """What an outbound frame breaks is this side's doing, unless the frame says who broke it."""
    return found if found.point == "RFC 6455 §7.1.7" else replace(found, by="us")
