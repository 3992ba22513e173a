"""One event as one line of JSON. May not know asyncio, the Session or the terminal.

A line is ASCII: nothing of a peer can move a cursor or turn the reading order, whoever prints
it. What JSON cannot carry is written so that it can: bytes as base64, NaN and the infinities as
text, a key that is no text as its text.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.coerce import mapping
from ablytui.protocol.connection import Connection
from ablytui.protocol.frame import Direction, Opcode, close_code
from ablytui.protocol.log import EntryKind, Row, error_wire
from ablytui.protocol.message import MODES, flag_names
from ablytui.protocol.news import Delivered
from ablytui.protocol.uri import Continuity, target

EVENTS: Final = (
    "ready",
    "result",
    "message",
    "presence",
    *(kind.name.lower() for kind in EntryKind),
)
"""Every `ev` that a line can have."""


def line(ev: str, at: float, members: Mapping[Any, Any]) -> bytes:
    """The line, with its line feed. `at` is ms since the start."""
    whole = {"ev": ev, "at": round(at, 3)}
    try:
        text = json.dumps(whole | plain(members), allow_nan=False, separators=(",", ":"))
    except RecursionError:
        text = json.dumps(whole | {"undecodable": "nested too deeply to print"})
    return text.encode("ascii") + b"\n"


def plain(value: Any) -> Any:
    """The same value, of what JSON knows. Raises RecursionError for one nested too deeply."""
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else _key(key): plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return str(value)


def _key(key: object) -> str:
    known = isinstance(key, (bytes, bytearray))
    return base64.b64encode(key).decode("ascii") if known else str(plain(key))  # type: ignore[arg-type]


class Fragments:
    """Joins the fragments of each direction, so that the last frame shows the message."""

    def __init__(self) -> None:
        self._open: dict[Direction | None, tuple[Opcode, list[bytes]]] = {}

    def whole(self, row: Row) -> tuple[Opcode, bytes] | None:
        """The message that a data frame completes, under its first opcode."""
        opcode = Opcode.TEXT if row.opcode is None else row.opcode
        if opcode is not Opcode.CONT:
            if row.fin:
                return opcode, row.payload
            self._open[row.direction] = (opcode, [row.payload])
            return None
        first, parts = self._open.setdefault(row.direction, (Opcode.TEXT, []))
        parts.append(row.payload)
        if not row.fin:
            return None
        del self._open[row.direction]
        return first, b"".join(parts)


def frame_members(n: int, row: Row, fragments: Fragments, *, duplicate: bool) -> dict[str, Any]:
    """The members of a `frame` line."""
    opcode = Opcode.TEXT if row.opcode is None else row.opcode
    members: dict[str, Any] = {
        "seq": n,
        "dir": row.direction,
        "opcode": opcode.name.lower(),
        "fin": row.fin,
        "size": row.size,
    }
    if opcode is Opcode.CLOSE:
        members["closeCode"], members["closeReason"] = close_code(row.payload)
    elif opcode < Opcode.CLOSE:
        whole = fragments.whole(row)
        if whole is not None:
            members |= _content(*whole)
    if duplicate:
        members["duplicate"] = True
    if row.wire != row.size:
        members["compressed"] = row.wire
    return members


def _content(opcode: Opcode, payload: bytes) -> dict[str, Any]:
    message = decode(payload, opcode)
    if isinstance(message, Undecodable):
        return {"undecodable": message.why}
    try:
        return {"message": plain(message)}
    except RecursionError:
        return {"undecodable": "nested too deeply to print"}


def row_members(row: Row) -> dict[str, Any]:
    """The members of the line of any row but a frame: its payload holds them."""
    try:
        members = json.loads(row.payload)
    except (ValueError, RecursionError):
        return {"undecodable": "the row cannot be read"}
    return dict(mapping(members))


def delivered_members(news: Delivered) -> Iterator[dict[str, Any]]:
    """The members of the `message` or `presence` line of each item that was received."""
    for item in news.items:
        binary = {"binary": True} if isinstance(item["data"], (bytes, bytearray)) else {}
        yield {"channel": news.channel, **item, **binary}


def state_value(connection: Connection, recovery_key: str | None) -> dict[str, Any]:
    """The value of `state`."""
    c = connection
    return {
        "state": c.state,
        "id": c.id,
        "key": c.key,
        "clientId": c.client_id,
        "errorReason": error_wire(c.error_reason),
        "msgSerial": c.msg_serial,
        "recoveryKey": recovery_key,
        "host": c.host or target(c.params, Continuity()).host,
        "dialect": c.params.dialect,
        "channels": {
            name: {
                "state": channel.state,
                "channelSerial": channel.channel_serial,
                "modes": [flag.lower() for flag in flag_names(channel.modes & MODES)],
            }
            for name, channel in c.channels.items()
        },
    }
