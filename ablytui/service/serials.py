"""Names that the service gives: channel serials, message serials, ids of connections. PURE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Ids = Callable[[int], str]
"""So many random characters of `[A-Za-z0-9]`, unguessable."""

SAFE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
"""What ids are made of: no `:`, because ids of messages are built with it, no `!`, no `/`."""


class Serials:
    """Serials that grow in string order, also when the wall clock does not.

    A channel serial is opaque to clients; for the service's own store it is fixed-width, so that
    comparing text is comparing age.
    """

    def __init__(self, series: str) -> None:
        self._series = series
        self._ms = 0
        self._count = 0

    def _next(self, wall: float) -> None:
        ms = int(wall)
        if ms > self._ms:
            self._ms, self._count = ms, 0
        else:
            self._count += 1

    def channel(self, wall: float) -> str:
        """The next position in a channel; `wall` in ms since the epoch."""
        self._next(wall)
        return f"108@{self._ms:013d}-{self._count:06d}"

    def message(self, wall: float) -> str:
        """The stem of a frame's message serials, see `nth`."""
        self._next(wall)
        return f"{self._ms:014d}-{self._count:06d}@{self._series}"

    @staticmethod
    def nth(stem: str, index: int) -> str:
        """The serial of one message of a frame."""
        return f"{stem}:{index:03d}"
