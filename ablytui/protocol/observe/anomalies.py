"""What either side does against the protocol, with the rule that it breaks.

Judged by the rows alone, strictly by what the attempt's URI promised. Nothing follows from an
anomaly: it is shown, and the connection goes on. Plain inbound messages never come here (see
`fold`), so that each rule may look at bodies.
"""

from __future__ import annotations

from typing import Any, Final

from ablytui.protocol.closecodes import NEVER_SENT, sendable
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.effects import Anomaly
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode, close_code
from ablytui.protocol.log import Entry, EntryKind, Row
from ablytui.protocol.message import ProtocolAction, action_name
from ablytui.protocol.observe.query import dialect_of, format_of, read_query
from ablytui.protocol.observe.serials import Serials
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


class Anomalies:
    """Fed the rows of one connection in order; `calm_*` tell which rows need not be fed.

    A whole inbound MESSAGE on a channel, of attempt `calm_attempt` and opcode `calm_opcode`,
    breaks no rule. `dialect` and `fmt` are those of a URI which does not say.
    """

    def __init__(
        self,
        dialect: DialectName = DialectName.CURRENT,
        fmt: Format = Format.JSON,
    ) -> None:
        self._dialect, self._format = dialect, fmt
        self.calm_attempt = -1
        self.calm_opcode: Opcode | None = None
        self._attempt = -1
        self._current = True
        self._opcode: Opcode | None = None
        self._opened = self._connected = self._closed = False
        self._id: str | None = None
        self._key: str | None = None
        self._serials = Serials()

    def feed(self, row: Row | Entry) -> tuple[Anomaly, ...]:
        """Take one whole frame (fragments joined) or another row. Never raises."""
        if row.kind is EntryKind.UPGRADE:
            found = self._upgrade(row)
        elif row.kind is not EntryKind.FRAME or row.attempt != self._attempt:
            return ()
        elif row.opcode is Opcode.TEXT or row.opcode is Opcode.BINARY:
            found = self._data(row)
        elif row.opcode is Opcode.CLOSE:
            found = _closing(row)
        else:
            return ()
        calm = self._connected and not self._closed
        self.calm_attempt = self._attempt if calm else -1
        self.calm_opcode = self._opcode
        return tuple(found)

    def _upgrade(self, row: Row | Entry) -> list[Anomaly]:
        members = members_of(row)
        query = read_query(text(members.get("url")) or "")
        self._attempt = integer(members.get("attempt")) or row.attempt
        self._current = dialect_of(query, self._dialect) is DialectName.CURRENT
        self._opcode = format_of(query, self._format).opcode
        self._opened = self._connected = self._closed = False
        self._serials.dial(clean=members.get("mode") == "clean")
        if "resume" in query and "recover" in query:
            return [Anomaly("the URI has resume and recover together", "RTN16k")]
        return []

    # --- data frames ----------------------------------------------------------------------------

    def _data(self, row: Row | Entry) -> list[Anomaly]:
        found: list[Anomaly] = []
        if row.opcode is not self._opcode and self._opcode is not None:
            wanted = "JSON in text" if self._opcode is Opcode.TEXT else "MessagePack in binary"
            was = "text" if row.opcode is Opcode.TEXT else "binary"
            found.append(Anomaly(f"a {was} frame, where the URI asked for {wanted}", "RTN2a"))
        if row.action is None:
            return found + _unreadable(row)
        if row.direction is Direction.IN:
            return found + self._received(row, row.action)
        return found + self._sent(row, row.action)

    def _received(self, row: Row | Entry, action: int) -> list[Anomaly]:
        found: list[Anomaly] = []
        if self._closed:
            found.append(Anomaly(f"{action_name(action)} after CLOSED", "RTN12a"))
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
            found += self._serials.answered(row) + _nack(row)
        elif action in {_A.ERROR, _A.DISCONNECTED}:
            found += _on_error(row)
        elif action == _A.CLOSED:
            self._closed = True
        elif action in {_A.ATTACHED, _A.DETACHED, _A.MESSAGE} and not row.channel:
            found.append(Anomaly(f"{action_name(action)} without a channel", "TR4b"))
        return found

    def _sent(self, row: Row | Entry, action: int) -> list[Anomaly]:
        if action in SERVICE_ONLY:
            return [Anomaly(f"{action_name(action)} comes from the service only", "TR2")]
        if action == _A.CONNECT:
            return [Anomaly("CONNECT is reserved and never sent", "TR2")]
        if action not in KNOWN:
            return [Anomaly(f"{action_name(action)} is not known to anybody", "RTF1")]
        return self._serials.sent(row)

    def _on_connected(self, row: Row | Entry) -> list[Anomaly]:
        body = body_of(row.payload, row.opcode)
        found = self._identity(body)
        details = body.get("connectionDetails")
        if self._current and not isinstance(details, dict):
            found.append(Anomaly("CONNECTED without connectionDetails", "RTN21"))
        classic = integer(body.get("connectionSerial")) is not None
        if self._current and classic:
            found.append(Anomaly("a classic CONNECTED in answer to a current URI", "RTN10"))
        elif not self._current and not classic:
            found.append(Anomaly("CONNECTED without connectionSerial, a classic URI", "RTN10"))
        self._connected = True
        return found

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
        self._id, self._key = ident, key
        return found


def _on_error(row: Row | Entry) -> list[Anomaly]:
    name = action_name(row.action)
    body = body_of(row.payload, row.opcode)
    found = []
    if row.error is None and body.get("error") is None:
        point = "RTN15h" if row.action == _A.DISCONNECTED else "RTN15j"
        found.append(Anomaly(f"{name} without an error", point))
    if row.action == _A.ERROR and "channel" in body and not row.channel:
        said = "null" if body["channel"] is None else "empty"
        found.append(
            Anomaly(
                f"ERROR with a channel that is {said}: clients differ on whether it is fatal",
                "RTN15j",
            )
        )
    return found


def _nack(row: Row | Entry) -> list[Anomaly]:
    if row.action != _A.NACK:
        return []
    found = []
    if row.error is None and body_of(row.payload, row.opcode).get("error") is None:
        found.append(Anomaly("NACK without an error", "RTN7c"))
    if row.count is None:
        found.append(Anomaly("NACK without a count", "RTN7c"))
    return found


def _unreadable(row: Row | Entry) -> list[Anomaly]:
    if row.opcode is None:
        return []
    message = decode(row.payload, row.opcode)
    if isinstance(message, dict):
        return [Anomaly("a message without an action", "TR4a")]
    return _undecodable(row, message)


def _undecodable(row: Row | Entry, message: Undecodable) -> list[Anomaly]:
    if row.opcode is Opcode.TEXT and message.why.startswith("invalid UTF-8"):
        return [Anomaly(f"a text frame with {message.why}", "RFC 6455 §8.1")]
    return [Anomaly(f"no ProtocolMessage: {message.why}", "TR1")]


def _closing(row: Row | Entry) -> list[Anomaly]:
    payload = row.payload
    if not payload:
        return []
    if len(payload) == 1:
        return [Anomaly("a CLOSE frame of one byte has no code", "RFC 6455 §5.5.1")]
    found = []
    code, _ = close_code(payload)
    if code in NEVER_SENT:
        found.append(Anomaly(f"close code {code} may not be sent", "RFC 6455 §7.4.1"))
    elif not sendable(code):
        found.append(Anomaly(f"close code {code} is reserved", "RFC 6455 §7.4.2"))
    try:
        payload[2:].decode("utf-8")
    except UnicodeDecodeError as bad:
        found.append(
            Anomaly(f"a close reason with invalid UTF-8 at byte {bad.start + 2}", "RFC 6455 §8.1")
        )
    return found
