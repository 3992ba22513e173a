"""The rows of the log: what passed, in one sequence, as it is written and read.

`n` is the only order. A state row directly follows the frame that caused it. The payload of a
frame row is the frame's bytes; that of every other row is a JSON object whose members are those
of the event that `ablytui drive` prints for it, so a row and its line are one fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.states import ChannelChange, StateChange


class EntryKind(IntEnum):
    """What a row tells. The names are those of the events of `drive`, where there is one."""

    FRAME = 0
    UPGRADE = 1
    """A dial begins: attempt, host, port, url (masked), mode."""
    HANDSHAKE = 2
    """The service answered the upgrade: attempt, status, headers, phases (ms)."""
    SOCKET = 3
    """A socket, or a dial that failed, has ended: attempt, closeCode, closeReason, by, clean."""
    STATE = 4
    CHANNEL = 5
    VERDICT = 6
    NOTICE = 7
    ANOMALY = 8


@dataclass(slots=True)
class Row:
    """A row before it is written, its payload not yet masked.

    `at` is in µs since the session began, monotonic. `size` is the payload's length in bytes
    before masking (masking keeps it), `wire` its length on the wire.
    """

    at: int
    kind: EntryKind
    attempt: int = 0
    direction: Direction | None = None
    opcode: Opcode | None = None
    fin: bool = True
    origin: Origin = Origin.PEER
    action: int | None = None
    channel: str | None = None
    msg_serial: int | None = None
    count: int | None = None
    error: int | None = None
    flags: int | None = None
    size: int = 0
    wire: int = 0
    payload: bytes = b""
    conn: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it was read back. `channel` is the name; `at` in µs since the session began."""

    n: int
    at: int
    kind: EntryKind
    attempt: int
    direction: Direction | None
    opcode: Opcode | None
    fin: bool
    origin: Origin
    action: int | None
    channel: str | None
    msg_serial: int | None
    count: int | None
    error: int | None
    flags: int | None
    size: int
    wire: int
    payload: bytes
    conn: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """Inbound MESSAGE frames of one channel, summed up: how many, their bytes.

    `n` and `at` (µs) are those of the last one.
    """

    channel: str | None
    count: int
    size: int
    n: int
    at: int


def error_wire(error: ErrorInfo | None) -> dict[str, Any] | None:
    """An error as a member of a row, null where there is none."""
    return None if error is None else error.to_wire()


def state_members(change: StateChange) -> dict[str, Any]:
    """The members of a `state` row. `retryIn` is there exactly when a timed retry follows."""
    members: dict[str, Any] = {
        "previous": change.previous,
        "current": change.current,
        "event": change.event,
        "reason": error_wire(change.reason),
        "point": change.point,
    }
    if change.retry_in is not None:
        members["retryIn"] = round(change.retry_in)
    return members


def channel_members(change: ChannelChange) -> dict[str, Any]:
    """The members of a `channel` row."""
    return {
        "channel": change.channel,
        "previous": change.previous,
        "current": change.current,
        "event": change.event,
        "resumed": change.resumed,
        "reason": error_wire(change.reason),
    }


Members = Mapping[str, Any]
