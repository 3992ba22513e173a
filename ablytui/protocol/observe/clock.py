"""The service's clock as the log shows it.

CONNECTED carries no time, so whether a message is older than it needs both clocks compared. The
one rule: a live message that arrived at local time t and says T proves that the clocks differ by
at most t − T, and the least difference seen is the truest. Until one was seen the clocks count
as equal. Service times are otherwise only compared with each other, never used as a timer.
"""

from __future__ import annotations

from typing import Final

EVERY: Final = 1_000_000
"""µs between two samples: one a second is plenty, and reading every message is dear."""

BACKLOG: Final = 2_000_000
"""µs after a promised backlog in which messages are no samples: they are old by nature."""


class ServiceClock:
    """Holds the least difference. `wall0`: ms since the epoch when the session began."""

    def __init__(self, wall0: float) -> None:
        self._wall0 = wall0
        self._least: float | None = None
        self.next_at = 0
        """From which `at` in µs another sample is wanted."""

    def sample(self, at: int, stamp: int | None) -> None:
        """A live message that arrived at `at` µs says `stamp` ms."""
        self.next_at = at + EVERY
        if stamp is not None:
            difference = self._wall0 + at / 1000 - stamp
            if self._least is None or difference < self._least:
                self._least = difference

    def pause(self, at: int) -> None:
        """A backlog begins at `at` µs."""
        self.next_at = max(self.next_at, at + BACKLOG)

    def sent(self, at: int) -> float:
        """What the service's clock said, in ms, when it sent what arrived at `at` µs."""
        return self._wall0 + at / 1000 - (self._least or 0.0)
