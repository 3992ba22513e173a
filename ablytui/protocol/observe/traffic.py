"""What the fold reads of a MESSAGE or PRESENCE body: ids, times, serials. Fragments are joined here.

Bodies are read only where a verdict is being formed, and once a second to compare clocks, so that
a plain inbound message costs no decoding at all.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ablytui.protocol.codec import Undecodable, Whole, decode, read_head
from ablytui.protocol.coerce import integer, mapping, sequence, text
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind, Row

JOIN_LIMIT: Final = 1 << 20
"""Bytes of a fragmented message that are joined; a longer one is not read."""


class Item(msgspec.Struct, gc=False):
    """One message or presence item."""

    id: str | None = None
    timestamp: Whole | None = None


class Traffic(msgspec.Struct, gc=False, rename="camel"):
    """A MESSAGE or PRESENCE frame, as far as the fold cares. `timestamp` in ms, the service's."""

    id: str | None = None
    timestamp: Whole | None = None
    connection_serial: Whole | None = None
    messages: list[Item] | None = None
    presence: list[Item] | None = None

    @property
    def items(self) -> list[Item]:
        """The messages, or the presence items."""
        return self.messages or self.presence or []

    @property
    def ids(self) -> list[str]:
        """The id of each item that has one: its own, or the frame's and its index (TM2a)."""
        found = (
            item.id or (f"{self.id}:{index}" if self.id else None)
            for index, item in enumerate(self.items)
        )
        return [each for each in found if each]

    @property
    def stamp(self) -> int | None:
        """When the service took it, in ms on its clock; None where it does not say."""
        if self.timestamp is not None:
            return self.timestamp
        return next((i.timestamp for i in self.items if i.timestamp is not None), None)


_json: Final = msgspec.json.Decoder(Traffic)
_msgpack: Final = msgspec.msgpack.Decoder(Traffic)


def read_traffic(payload: bytes, opcode: Opcode | None) -> Traffic:
    """Read one whole frame; what cannot be read is empty. Never raises."""
    try:
        return _json.decode(payload) if opcode is Opcode.TEXT else _msgpack.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        body = body_of(payload, opcode)
    return Traffic(
        id=text(body.get("id")),
        timestamp=integer(body.get("timestamp")),
        connection_serial=integer(body.get("connectionSerial")),
        messages=_items(body.get("messages")),
        presence=_items(body.get("presence")),
    )


def _items(value: object) -> list[Item]:
    return [
        Item(text(mapping(each).get("id")), integer(mapping(each).get("timestamp")))
        for each in sequence(value)
    ]


def body_of(payload: bytes, opcode: Opcode | None) -> dict[Any, Any]:
    """The decoded message; empty for what is none."""
    body = decode(payload, opcode) if opcode is not None else None
    return body if isinstance(body, dict) else {}


def members_of(row: Row | Entry) -> dict[Any, Any]:
    """The members of a row that is no frame; empty if they cannot be read."""
    return body_of(row.payload, Opcode.TEXT)


class Joiner:
    """Joins the fragments of one message (RFC 6455 §5.4), each direction and attempt for itself."""

    def __init__(self) -> None:
        self._parts: dict[Direction | None, tuple[int, Opcode | None, list[bytes], int]] = {}

    def feed(self, row: Row | Entry) -> Row | None:
        """A row that holds the whole message, once its last fragment is here; else None."""
        if row.opcode is not Opcode.CONT:
            self._parts[row.direction] = (row.attempt, row.opcode, [row.payload], row.size)
            return None
        attempt, opcode, parts, size = self._parts.pop(row.direction, (0, None, [], 0))
        if attempt != row.attempt or opcode is None:
            return None
        size += row.size
        if size <= JOIN_LIMIT:
            parts.append(row.payload)
        else:
            parts.clear()
        if not row.fin:
            self._parts[row.direction] = (attempt, opcode, parts, size)
            return None
        return _whole(row, opcode, b"".join(parts), size) if parts else None


def _whole(row: Row | Entry, opcode: Opcode, payload: bytes, size: int) -> Row:
    whole = Row(
        at=row.at,
        kind=EntryKind.FRAME,
        attempt=row.attempt,
        direction=row.direction,
        opcode=opcode,
        origin=row.origin,
        size=size,
        wire=size,
        payload=payload,
        conn=row.conn,
    )
    head = read_head(payload, opcode)
    if not isinstance(head, Undecodable):
        whole.action = head.action
        whole.channel = head.channel
        whole.msg_serial = head.msg_serial
        whole.count = head.count
        whole.flags = head.flags
        whole.error = head.error_code
    return whole
