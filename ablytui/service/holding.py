"""Frames that are held back on their way, and whatever waits for its time. PURE.

A link keeps its order: what comes behind a frame that is held back waits too.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Holding:
    """By socket and direction until when (ms on the mono clock) things wait."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, bool], float] = {}
        self._waiting: dict[tuple[int, bool], int] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def __bool__(self) -> bool:
        """Whether anything is held back."""
        return bool(self._until)

    def hold(self, now: float, socket: int, delay: float, *, out: bool) -> None:
        """From now on things wait for so many ms at least."""
        self._until[socket, out] = max(now + delay, self._until.get((socket, out), 0.0))

    def in_order(self, now: float, socket: int, do: Callable[[], None], *, out: bool) -> None:
        """Now, or behind what is held back in this direction."""
        way = socket, out
        until = self._until.get(way)
        if until is None:
            do()
        elif until < now and not self._waiting.get(way):
            del self._until[way]
            do()
        else:
            # What is overdue goes first, however late it is looked at.
            self._waiting[way] = self._waiting.get(way, 0) + 1
            self.at(max(until, now), lambda: self._release(way, do))

    def _release(self, way: tuple[int, bool], do: Callable[[], None]) -> None:
        if way in self._until:
            self._waiting[way] -= 1
            do()

    def ended(self, socket: int) -> None:
        """A socket is gone, and what was held back for it."""
        for way in ((socket, True), (socket, False)):
            self._until.pop(way, None)
            self._waiting.pop(way, None)

    # --- time -----------------------------------------------------------------------------------

    def at(self, due: float, do: Callable[[], None]) -> None:
        """Do something at that time."""
        self._count += 1
        heapq.heappush(self._agenda, (due, self._count, do))

    def next_due(self) -> float | None:
        """When `run_due` has something to do; None for never."""
        return self._agenda[0][0] if self._agenda else None

    def run_due(self, now: float) -> None:
        """Do what is due."""
        while self._agenda and self._agenda[0][0] <= now:
            heapq.heappop(self._agenda)[2]()
