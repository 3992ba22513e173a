"""How often a message is published, how far it has come, and the words for both. Times in ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ablytui.ui.present.clockwords import age

MOST_TIMES: Final = 10_000
MOST_EVERY: Final = 3_600_000
"""Ms; an hour."""


@dataclass(frozen=True, slots=True)
class Times:
    """So many times, one every `every` ms. `problem` is why the fields say no such thing."""

    times: int = 1
    every: int = 0
    problem: str = ""

    @property
    def many(self) -> bool:
        """More than once."""
        return self.times > 1

    def words(self, serial: int | None) -> str:
        """`100 times, #414 to #513, in 5 s`."""
        serials = f", #{serial} to #{serial + self.times - 1}" if serial is not None else ""
        lasts = (self.times - 1) * self.every
        return f"{self.times:,} times{serials}" + (f", in {age(lasts)}" if lasts else "")


def read_times(times: str, every: str) -> Times:
    """The two fields; an empty one is 1, or 0 ms."""
    count = _whole(times, 1, 1, MOST_TIMES)
    pause = _whole(every, 0, 0, MOST_EVERY)
    if count is None:
        return Times(problem=f"repeat is a number of times from 1 to {MOST_TIMES:,}")
    if pause is None:
        return Times(problem=f"every is a number of ms from 0 to {MOST_EVERY:,}")
    return Times(count, pause)


def _whole(text: str, empty: int, least: int, most: int) -> int | None:
    given = text.strip()
    if not given:
        return empty
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(most))):
        return None
    return int(given) if least <= int(given) <= most else None


@dataclass(frozen=True, slots=True)
class Progress:
    """A repeat that runs, or ran. `why` is what ended it before its time."""

    channel: str
    times: int
    sent: int = 0
    answered: int = 0
    refused: int = 0
    running: bool = True
    why: str = ""

    @property
    def waiting(self) -> int:
        """Sent, and not answered yet."""
        return self.sent - self.answered - self.refused

    @property
    def words(self) -> str:
        """`12 of 100 sent, 11 acknowledged`."""
        refused = f", {self.refused:,} refused" if self.refused else ""
        sent = f"{self.sent:,} of {self.times:,} sent"
        words = f"{sent}, {self.answered:,} acknowledged{refused}"
        return f"{words}; {self.why}" if self.why else words
