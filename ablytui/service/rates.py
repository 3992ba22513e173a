"""How fast a connection may publish: a bucket of tokens that fills with time. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Final

PATIENCE: Final = 4
"""So many times the rate may be refused in a row before the connection is closed."""


class Verdict(Enum):
    """What becomes of a frame."""

    TAKEN = "taken"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass(slots=True)
class Bucket:
    """A second's worth of messages at most at once, and `rate` a second from then on.

    `filled` is ms on the mono clock. `excess` counts what was refused since there was room.
    """

    filled: float = -inf
    left: float = 0.0
    excess: int = 0

    def take(self, number: int, rate: int, now: float) -> Verdict:
        """Take so many messages out; a rate of 0 is no limit."""
        if rate <= 0:
            return Verdict.TAKEN
        # Full at first: all of eternity has passed.
        self.left = min(rate, self.left + (now - self.filled) * rate / 1_000)
        self.filled = now
        # A frame that holds more than a second's worth can come when nothing else did.
        if self.left >= min(number, rate):
            self.left -= number
            self.excess = 0
            return Verdict.TAKEN
        self.excess += number
        return Verdict.CLOSED if self.excess > PATIENCE * rate else Verdict.REFUSED
