"""How many rows of the log are on disk, told to who wants to know."""

from __future__ import annotations

from collections.abc import Callable


class Grown:
    """Who comes late is told at once, by way of `call_soon`."""

    def __init__(self, call_soon: Callable[[Callable[[], None]], object]) -> None:
        self._call_soon = call_soon
        self._last = 0
        self._fns: list[Callable[[int], None]] = []

    def subscribe(self, fn: Callable[[int], None]) -> None:
        """Call `fn` with the highest row on disk, now and whenever it grows."""
        self._fns.append(fn)
        last = self._last
        if last:
            self._call_soon(lambda: fn(last))

    def __call__(self, upto: int) -> None:
        """Rows up to this one are on disk."""
        self._last = upto
        for fn in self._fns:
            fn(upto)
