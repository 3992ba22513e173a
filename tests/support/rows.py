"""Builders of log rows for tests: a frame from a dict in either format, and the other kinds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ablytui.protocol.codec import Format, Undecodable, encode, read_head
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.log import Entry, EntryKind, Row, state_members
from ablytui.protocol.states import ConnectionState, StateChange

IN, OUT = Direction.IN, Direction.OUT


def raw(
    at: float,
    direction: Direction,
    opcode: Opcode,
    payload: bytes = b"",
    *,
    attempt: int = 1,
    fin: bool = True,
) -> Row:
    """A frame row from bytes, its head columns filled. `at` in ms."""
    row = Row(
        at=round(at * 1000),
        kind=EntryKind.FRAME,
        attempt=attempt,
        direction=direction,
        opcode=opcode,
        fin=fin,
        origin=Origin.PEER if direction is IN else Origin.ENGINE,
        size=len(payload),
        wire=len(payload),
        payload=payload,
    )
    if opcode in {Opcode.TEXT, Opcode.BINARY} and fin:
        head = read_head(payload, opcode)
        if not isinstance(head, Undecodable):
            row.action, row.channel, row.msg_serial = head.action, head.channel, head.msg_serial
            row.count, row.flags, row.error = head.count, head.flags, head.error_code
    return row


def frame(
    at: float,
    direction: Direction,
    message: Mapping[str, Any],
    *,
    attempt: int = 1,
    fmt: Format = Format.JSON,
) -> Row:
    """A frame row from a ProtocolMessage."""
    return raw(at, direction, fmt.opcode, encode(message, fmt), attempt=attempt)


def other(at: float, kind: EntryKind, attempt: int = 1, /, **members: Any) -> Row:
    """A row that is no frame. `at` in ms."""
    payload = json.dumps(members).encode()
    return Row(round(at * 1000), kind, attempt, payload=payload, size=len(payload))


def upgrade(at: float, attempt: int = 1, mode: str = "clean", query: str = "v=6") -> Row:
    """The UPGRADE row of a dial."""
    return other(
        at,
        EntryKind.UPGRADE,
        attempt,
        attempt=attempt,
        host="localhost",
        port=80,
        url=f"ws://localhost/?{query}",
        mode=mode,
    )


def handshake(at: float, attempt: int = 1, status: int = 101, **headers: str) -> Row:
    """The HANDSHAKE row that answers an UPGRADE."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return other(
        at, EntryKind.HANDSHAKE, attempt, attempt=attempt, status=status, headers=named, phases={}
    )


def socket(at: float, attempt: int = 1, code: int = 1006, by: str = "peer", **more: Any) -> Row:
    """The SOCKET row that ends a dial."""
    return other(
        at,
        EntryKind.SOCKET,
        attempt,
        attempt=attempt,
        closeCode=code,
        closeReason="",
        by=by,
        clean=code != 1006,
        **more,
    )


def state(at: float, previous: str, current: str, attempt: int = 1, **more: Any) -> Row:
    """A STATE row."""
    change = StateChange(
        ConnectionState(previous),
        ConnectionState(current),
        more.pop("event", None) or ConnectionState(current),
        **more,
    )
    return other(at, EntryKind.STATE, attempt, **state_members(change))


def entry(n: int, row: Row) -> Entry:
    """The row as it is read back from the log under `n`."""
    return Entry(n=n, **{field.name: getattr(row, field.name) for field in fields(row)})
