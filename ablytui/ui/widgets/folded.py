"""A view of the log in which heartbeats that stand together are one line. Knows no widget.

Numbers of rows, rising, are all it deals in: those to show, and which of them are heartbeats.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

HEARTBEATS: Final = "(heartbeat | ping | pong) -state"
"""What is folded, as a filter."""


class Run(NamedTuple):
    """Heartbeats with nothing between them: how many, and the last one's number."""

    rows: int
    last: int


class Folded:
    """`view` has the first row of each run, `runs` what each of those stands for."""

    def __init__(self, rows: Sequence[int], beats: Sequence[int]) -> None:
        self.view = array("q")
        self.runs: dict[int, Run] = {}
        self.hidden = 0
        """How many rows are not shown by themselves."""
        self._open: int | None = None
        """The first row of the run that the next row may belong to."""
        at = 0
        for n in beats:
            place = _place(rows, n, at)
            if place is None:
                continue
            self._extend(rows[at:place])
            self._beat(n)
            at = place + 1
        self._extend(rows[at:])

    def add(self, rows: Sequence[int], beats: Sequence[int]) -> Sequence[int]:
        """Take further rows, of which these are heartbeats; those that come into the view."""
        known, before = set(beats), len(self.view)
        for n in rows:
            if n in known:
                self._beat(n)
            else:
                self._extend((n,))
        return self.view[before:]

    def _extend(self, rows: Sequence[int]) -> None:
        if rows:
            self.view.extend(rows)
            self._open = None

    def _beat(self, n: int) -> None:
        if self._open is None:
            self.view.append(n)
            self._open = n
        else:
            run = self.runs.get(self._open, Run(1, n))
            self.runs[self._open] = Run(run.rows + 1, n)
            self.hidden += 1


def _place(rows: Sequence[int], n: int, start: int) -> int | None:
    """Where in `rows`, from `start` on, row `n` stands; None where it does not."""
    place = n - rows.start if isinstance(rows, range) else bisect_left(rows, n, start)
    return place if start <= place < len(rows) and rows[place] == n else None
