"""Silence that is longer than the service promised (`maxIdleInterval`, RTN23a)."""

from __future__ import annotations

from typing import Final

from ablytui.protocol.effects import Anomaly
from ablytui.protocol.observe.rooms import NEVER

_LEAST: Final = 1_000_000
"""µs that a sign of life may at least be late: networks are not exact."""


class Silence:
    """`heard` is set by whoever sees an inbound frame, in µs; told once for each silence."""

    __slots__ = ("_interval", "due", "heard", "told")

    def __init__(self) -> None:
        self.heard = 0
        self.due = NEVER
        """When `tick` wants to be called, in µs."""
        self.told = False
        """It was said that it is silent: the next inbound frame must be given to `again`."""
        self._interval = 0

    def promise(self, interval: int | None) -> None:
        """CONNECTED promises a sign of life every `interval` ms; 0 or None promises nothing."""
        self._interval = (interval or 0) * 1000
        self.again()

    def end(self) -> None:
        """Nothing is promised any more."""
        self.promise(None)

    def again(self) -> None:
        """Something came in: the time runs anew."""
        self.told = False
        self.due = self.heard + self._limit if self._interval > 0 else NEVER

    @property
    def _limit(self) -> int:
        return self._interval + max(self._interval // 5, _LEAST)

    def tick(self, at: int) -> list[Anomaly]:
        """Time has come to `at` µs."""
        if at < self.due:
            return []
        if at < self.heard + self._limit:
            self.due = self.heard + self._limit
            return []
        self.due, self.told = NEVER, True
        passed, promised = (at - self.heard) / 1e6, self._interval / 1e6
        words = f"nothing came in for {passed:.3g} s; a sign of life was promised every"
        return [Anomaly(f"{words} {promised:.3g} s", "RTN23a")]
