"""When the service's process looks for garbage: at rest, and not while messages pass.

A full collection visits everything that is held, and the loop stands still meanwhile: 0.1 s with
ten thousand messages, which would be the delay of every message that comes then.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Final

EVERY: Final = 5.0
"""Seconds between two looks at how much there is to do."""

REST: Final = 0.05
"""The share of a core below which the process is at rest."""

LONGEST: Final = 600.0
"""Seconds after which it is done in any case."""

_YOUNG: Final = (10_000, 20, 1_000_000)
"""How many new objects make the two partial collections, which are short; never the full one."""


class Collecting:
    """Decides by the processor time that was used. Times in seconds."""

    def __init__(self, collect: Callable[[], object]) -> None:
        self._collect = collect
        self._at = self._used = self._last = 0.0
        self._done = False

    def look(self, now: float, used: float) -> None:
        """`now` on a clock that only goes on, `used` of the processor since the start."""
        share = (used - self._used) / max(now - self._at, 0.001)
        self._at, self._used = now, used
        at_rest = share < REST
        if (at_rest and not self._done) or now - self._last >= LONGEST:
            self._collect()
            self._last = now
        # What a rest leaves behind is not worth another collection.
        self._done = at_rest


async def collect_at_rest(mono: Callable[[], float], used: Callable[[], float]) -> None:
    """Collect so from now on, until cancelled. Leaves the process as it was.

    What is there already is modules and the like, which never become garbage.
    """
    before = gc.get_threshold()
    collecting = Collecting(gc.collect)
    collecting.look(mono(), used())
    gc.freeze()
    gc.set_threshold(*_YOUNG)
    try:
        while True:
            await asyncio.sleep(EVERY)
            collecting.look(mono(), used())
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
