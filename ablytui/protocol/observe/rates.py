"""How many frames passed in each of the last seconds, either way: a fold over the log's rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind, Sum

SECONDS: Final = 10
"""Seconds that are kept, the running one too."""

_SECOND: Final = 1_000_000


class Rates:
    """Feed it every committed row once, in order; ask for the counts of the last seconds."""

    def __init__(self) -> None:
        self._of: dict[Direction, dict[int, int]] = {Direction.IN: {}, Direction.OUT: {}}

    def messages(self, sums: Iterable[Sum]) -> None:
        """Count inbound MESSAGE frames that are not fed one by one, by the time of the last."""
        for each in sums:
            self._add(Direction.IN, each.at, each.count)

    def feed(self, entry: Entry) -> None:
        """Count one row."""
        if entry.kind is EntryKind.FRAME and entry.direction is not None:
            self._add(entry.direction, entry.at, 1)

    def last(self, direction: Direction, now: int) -> tuple[int, ...]:
        """The frames of each of the last seconds before `now` (µs of the log), oldest first."""
        end = now // _SECOND
        seconds = self._of[direction]
        return tuple(seconds.get(end - ago, 0) for ago in range(SECONDS - 1, -1, -1))

    def _add(self, direction: Direction, at: int, count: int) -> None:
        seconds, second = self._of[direction], at // _SECOND
        if second not in seconds:
            for old in [each for each in seconds if each <= second - SECONDS]:
                del seconds[old]
        seconds[second] = seconds.get(second, 0) + count
