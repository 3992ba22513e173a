"""The time, as an object that can be given another: nothing above `net` reads a clock itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol


class Timer(Protocol):
    """A call to come."""

    def cancel(self) -> None:
        """Forget it. Harmless when it was made already."""


class Clock(Protocol):
    """Two clocks and a way to be called later. All times in ms."""

    def mono(self) -> float:
        """Ms on a clock that never goes back and runs through sleep; its zero means nothing."""

    def wall(self) -> float:
        """Ms since the Unix epoch; may jump."""

    def call_later(self, delay: float, call: Callable[[], object]) -> Timer:
        """Call once, `delay` ms from now or as soon as possible after."""


# Linux counts sleep in CLOCK_BOOTTIME only; elsewhere the monotonic clock is the best there is.
_MONO = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


_LOOK: Final = 5_000.0
"""Ms between two looks at the clock of a call that is far off."""


class SystemClock:
    """The machine's clocks, and the running loop's timers.

    A loop's timers stand still while the machine sleeps. So a call that is far off looks at
    `mono` from time to time, and comes a few seconds after the machine woke if it is overdue.
    """

    def mono(self) -> float:
        """Ms since boot, sleep included where the system counts it."""
        return time.monotonic() * 1e3 if _MONO is None else time.clock_gettime(_MONO) * 1e3

    def wall(self) -> float:
        """Ms since the Unix epoch."""
        return time.time() * 1e3

    def call_later(self, delay: float, call: Callable[[], object]) -> Timer:
        """Call once from the running loop.

        Raises:
            RuntimeError: No loop is running.
        """
        if delay <= _LOOK:
            return asyncio.get_running_loop().call_later(max(delay, 0.0) / 1e3, call)
        return _FarOff(self, self.mono() + delay, call)


class _FarOff:
    """A call that is made once `mono` has come to `due`, also if the machine slept meanwhile."""

    def __init__(self, clock: Clock, due: float, call: Callable[[], object]) -> None:
        self._clock = clock
        self._due = due
        self._call = call
        self._loop = asyncio.get_running_loop()
        self._look()

    def _look(self) -> None:
        left = self._due - self._clock.mono()
        if left > _LOOK:
            self._handle = self._loop.call_later(_LOOK / 1e3, self._look)
        else:
            self._handle = self._loop.call_later(max(left, 0.0) / 1e3, self._call)

    def cancel(self) -> None:
        """Forget it."""
        self._handle.cancel()
