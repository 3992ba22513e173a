"""How many rows of the log are on disk, told to who wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Grown:
    """Tells who wants to know how many rows are on disk; who comes late is told at once."""

    def __init__(self) -> None:
        self._last = 0
        self._fns: list[Callable[[int], None]] = []

    def subscribe(self, fn: Callable[[int], None]) -> None:
        """Call `fn` with the highest row on disk, now and whenever it grows."""
        self._fns.append(fn)
        if self._last:
            asyncio.get_running_loop().call_soon(fn, self._last)

    def __call__(self, upto: int) -> None:
        """Rows up to this one are on disk."""
        self._last = upto
        for fn in self._fns:
            fn(upto)
