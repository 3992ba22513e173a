"""A clock that stands still until a test moves it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class FakeTimer:
    """A call to come on a `FakeClock`."""

    def __init__(self, due: float, call: Callable[[], object]) -> None:
        self.due = due
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeClock:
    """Implements `ablytui.net.clock.Clock`; all times in ms. Knows no loop and no real time.

    Calls are made by `advance` only, in order of their time, those of the same time in the order
    in which they were asked for; while one runs, the clocks show the time it was due.
    """

    def __init__(self, mono: float = 0.0, wall: float = 1_700_000_000_000.0) -> None:
        self._mono = mono
        self._wall = wall
        self._order = itertools.count()
        self._timers: list[tuple[float, int, FakeTimer]] = []

    def mono(self) -> float:
        return self._mono

    def wall(self) -> float:
        return self._wall

    def call_later(self, delay: float, call: Callable[[], object]) -> FakeTimer:
        timer = FakeTimer(self._mono + max(delay, 0.0), call)
        heapq.heappush(self._timers, (timer.due, next(self._order), timer))
        return timer

    @property
    def pending(self) -> list[float]:
        """When the calls to come are due, in order."""
        return sorted(t.due for _, _, t in self._timers if not t.cancelled)

    def advance(self, ms: float) -> None:
        """Let time pass, making every call that is due, also those asked for meanwhile."""
        end = self._mono + ms
        while self._timers and self._timers[0][0] <= end:
            _, _, timer = heapq.heappop(self._timers)
            if not timer.cancelled:
                self._move(max(timer.due, self._mono))
                timer.call()
        self._move(max(end, self._mono))

    def sleep(self, ms: float) -> None:
        """The machine sleeps: time passes, no call is made; late ones come with `advance(0)`."""
        self._move(self._mono + ms)

    def set_wall(self, wall: float) -> None:
        """Somebody sets the wall clock."""
        self._wall = wall

    def _move(self, mono: float) -> None:
        self._wall += mono - self._mono
        self._mono = mono
