"""Where rows wait until the message that they belong to is whole, so that it is masked whole.

A secret can lie across two fragments (RFC 6455 §5.4). Rows keep their order: what comes behind a
waiting fragment waits too, control frames and the other direction included. Bounded: after 1 MiB
or 1 s the part that came is masked as cut off, and every byte that follows of that message is
covered. Knows no clock: time is that of the rows and of `tick`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from ablytui.capture.redact import Redactor
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row

MOST_BYTES: Final = 1 << 20
MOST_MICROSECONDS: Final = 1_000_000

_DATA: Final = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})
_Side = tuple[int, int, Direction | None]
"""One direction of one socket: conn, attempt, direction."""


@dataclass(slots=True)
class _Message:
    """The fragments so far of one message. `rows` empty and `drowned`: too long, or too slow."""

    opcode: Opcode
    since: int
    rows: list[Row] = field(default_factory=list)
    size: int = 0
    drowned: bool = False


class Fragments:
    """Masks rows and hands them on in order."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._open: dict[_Side, _Message] = {}
        self._held: deque[Row] = deque()
        self._unmasked: set[int] = set()

    @property
    def waiting(self) -> bool:
        """Rows are held back."""
        return bool(self._held)

    @property
    def busy(self) -> bool:
        """A message is under way: even a row that needs no mask must come through `put`."""
        return bool(self._open)

    def put(self, row: Row) -> list[Row]:
        """Take a row; returns the rows that are masked and may go on, in order."""
        self._held.append(row)
        if row.kind is not EntryKind.FRAME or row.opcode not in _DATA:
            if row.kind is EntryKind.SOCKET:
                self._cut_all(row.conn, row.attempt)
            self._redactor.row(row)
        else:
            self._data(row)
        self._expire(row.at)
        return self._released()

    def tick(self, at: int) -> list[Row]:
        """Time has passed: `at` in µs since the session began."""
        self._expire(at)
        return self._released()

    def end(self) -> list[Row]:
        """Nothing will follow: everything held is masked as cut off and goes on."""
        for side in list(self._open):
            self._cut(side)
        self._open.clear()
        return self._released()

    def _data(self, row: Row) -> None:
        side = (row.conn, row.attempt, row.direction)
        message = self._open.get(side)
        if message is not None and row.opcode is not Opcode.CONT:
            # A new message inside another (RFC 6455 §5.4 forbids it): the old one never ends.
            self._cut(side)
            del self._open[side]
            message = None
        if message is None:
            if row.fin:
                self._redactor.row(row)
                return
            message = self._open[side] = _Message(row.opcode or Opcode.CONT, row.at)
        self._add(side, message, row)

    def _add(self, side: _Side, message: _Message, row: Row) -> None:
        if message.drowned:
            row.payload = self._redactor.blank(row.payload)
        else:
            message.rows.append(row)
            message.size += len(row.payload)
            self._unmasked.add(id(row))
        if row.fin:
            self._whole(message)
            del self._open[side]
        elif message.size > MOST_BYTES:
            self._cut(side)

    def _whole(self, message: _Message) -> None:
        if message.drowned:
            return
        joined = b"".join(row.payload for row in message.rows)
        masked = self._redactor.frame(joined, message.opcode, strange=True)
        self._deal_out(message, masked, altered=masked is not joined)

    def _cut(self, side: _Side) -> None:
        message = self._open[side]
        if message.drowned:
            return
        joined = b"".join(row.payload for row in message.rows)
        self._deal_out(message, self._redactor.cut(joined, message.opcode), altered=True)
        message.drowned = True

    def _cut_all(self, conn: int, attempt: int) -> None:
        for side in [side for side in self._open if side[:2] == (conn, attempt)]:
            self._cut(side)
            del self._open[side]

    def _deal_out(self, message: _Message, masked: bytes, *, altered: bool) -> None:
        at = 0
        for row in message.rows:
            size = len(row.payload)
            if altered:
                self._redactor.settle(row, masked[at : at + size])
            at += size
            self._unmasked.discard(id(row))
        message.rows.clear()

    def _expire(self, at: int) -> None:
        for side, message in self._open.items():
            if not message.drowned and at - message.since > MOST_MICROSECONDS:
                self._cut(side)

    def _released(self) -> list[Row]:
        out: list[Row] = []
        while self._held and id(self._held[0]) not in self._unmasked:
            out.append(self._held.popleft())
        return out
