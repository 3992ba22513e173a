"""A run: inbound MESSAGE frames of one read that differ in nothing but channel and payload.

Nearly every row of a busy log is one of these. What they share is bound once for a whole
statement and what follows from the payload is left to SQLite, which halves the cost of a row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from itertools import chain
from typing import Final, NamedTuple

from ablytui.protocol.frame import Opcode
from ablytui.protocol.message import ProtocolAction

MOST: Final = 128
"""Frames of one run, and rows of one statement."""

_FEW: Final = 16


class Run(NamedTuple):
    """Whole, uncompressed frames of the peer, which hold no secret.

    `at` in µs since the session began; `channels` and `payloads` have one item for each frame.
    """

    at: int
    attempt: int
    opcode: Opcode
    channels: list[str]
    payloads: list[bytes]

    @property
    def size(self) -> int:
        """Bytes of all payloads."""
        return sum(map(len, self.payloads))


def _statement(rows: int) -> str:
    """Parameters: n of the row before, at, attempt, opcode; then channel and payload of each."""
    marks = ",".join(
        f"(?1+{i + 1},?2,1,?3,0,0,?4,1,0,{int(ProtocolAction.MESSAGE)},?{2 * i + 5},"
        f"null,null,null,null,length(?{2 * i + 6}),length(?{2 * i + 6}),?{2 * i + 6})"
        for i in range(rows)
    )
    return f"insert into entry values {marks}"  # noqa: S608 - marks alone


_SQL: Final = {rows: _statement(rows) for rows in (MOST, _FEW, 1)}


def insert(
    db: sqlite3.Connection, before: int, base: int, run: Run, channel: Callable[[str], int]
) -> None:
    """Write a run behind row `before`. `base` is added to its attempt; `channel` gives ids."""
    ids = {name: channel(name) for name in set(run.channels)}
    pairs = list(zip((ids[name] for name in run.channels), run.payloads, strict=True))
    at = 0
    for rows, sql in _SQL.items():
        while len(pairs) - at >= rows:
            values = chain.from_iterable(pairs[at : at + rows])
            shared = (before + at, run.at, run.attempt + base, run.opcode + 0)
            db.execute(sql, (*shared, *values))
            at += rows
