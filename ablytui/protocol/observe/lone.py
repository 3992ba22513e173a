"""What is wrong with a frame by itself, whatever came before it."""

from __future__ import annotations

from typing import Final

from ablytui.protocol.closecodes import NEVER_SENT, sendable
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.coerce import mapping
from ablytui.protocol.effects import Anomaly
from ablytui.protocol.frame import Direction, Opcode, Origin, close_code
from ablytui.protocol.log import Entry, Row
from ablytui.protocol.message import ProtocolAction, action_name
from ablytui.protocol.observe.traffic import body_of

_A = ProtocolAction

WIRE_FAILED: Final = frozenset({1002, 1007})
"""What this side closes with when the peer breaks RFC 6455 itself (§7.1.7)."""


def token_in(row: Row | Entry) -> bool:
    """Whether AUTH carries a token (AD2)."""
    return bool(mapping(body_of(row.payload, row.opcode).get("auth")).get("accessToken"))


def bare_error(row: Row | Entry) -> list[Anomaly]:
    """ERROR and DISCONNECTED say why; a channel of null is none, and not for every client."""
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


def counted(row: Row | Entry) -> list[Anomaly]:
    """ACK and NACK say how many frames they mean, NACK also why."""
    found = []
    bare = row.action == _A.NACK and row.error is None
    if bare and body_of(row.payload, row.opcode).get("error") is None:
        found.append(Anomaly("NACK without an error", "RTN7c"))
    if row.count is None:
        point = "RTN7c" if row.action == _A.NACK else "RTN7a"
        found.append(Anomaly(f"{action_name(row.action)} without a count", point))
    return found


def unreadable(row: Row | Entry) -> list[Anomaly]:
    """A data frame whose action could not be read."""
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


def closing(row: Row | Entry) -> list[Anomaly]:
    """A CLOSE frame (RFC 6455 §5.5.1, §7.4)."""
    payload = row.payload
    if not payload:
        return []
    if len(payload) == 1:
        return [Anomaly("a CLOSE frame of one byte has no code", "RFC 6455 §5.5.1")]
    found = []
    code, said = close_code(payload)
    if row.direction is Direction.OUT and row.origin is Origin.ENGINE and code in WIRE_FAILED:
        what = f": {said}" if said else ""
        found.append(Anomaly(f"the peer broke the WebSocket protocol{what}", "RFC 6455 §7.1.7"))
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
