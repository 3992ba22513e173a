"""What the words for a row need beside the row: clocks, the pairs, and a look at other rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, cast

from ablytui.protocol.format import Format
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.params import DialectName


class TimeMode(StrEnum):
    """What the time column says."""

    CLOCK = "clock"
    PREVIOUS = "since the row before"
    CONNECT = "since connect"

    @property
    def next(self) -> TimeMode:
        """The mode that `t` turns to."""
        modes = list(TimeMode)
        return modes[(modes.index(self) + 1) % len(modes)]


class Links(Protocol):
    """Which rows belong together. Numbers are those of rows."""

    def answer_of(self, n: int, /) -> int | None:
        """The row that answers `n`."""

    def question_of(self, n: int, /) -> int | None:
        """The row that `n` answers."""

    def latency(self, n: int, /) -> float | None:
        """Ms between the two, for either of them."""

    def waiting(self, n: int, /) -> bool:
        """An answer to `n` is still awaited."""

    def is_duplicate(self, n: int, /) -> bool:
        """What `n` brings came before."""


class Continuity(Protocol):
    """Links that also know whether a CONNECTED goes on with the connectionId before it."""

    def same_connection(self, n: int, /) -> bool | None:
        """None where there was none before."""


class Resending(Protocol):
    """Links that also know what was published again."""

    def resent_as(self, n: int, /) -> int | None:
        """The row that published the un-ACKed row `n` again."""


@lru_cache(maxsize=64)
def _offers(kind: type, method: str) -> bool:
    # isinstance() of a Protocol costs as much as a whole row.
    return callable(getattr(kind, method, None))


def continuity(links: Links) -> Continuity | None:
    """The links, if they know of connectionIds."""
    return cast("Continuity", links) if _offers(type(links), "same_connection") else None


def resending(links: Links) -> Resending | None:
    """The links, if they know what was published again."""
    return cast("Resending", links) if _offers(type(links), "resent_as") else None


class NoLinks:
    """Nothing is known of any pair."""

    def answer_of(self, n: int, /) -> int | None:
        """None."""
        del n
        return None

    def question_of(self, n: int, /) -> int | None:
        """None."""
        del n
        return None

    def latency(self, n: int, /) -> float | None:
        """None."""
        del n
        return None

    def waiting(self, n: int, /) -> bool:
        """No."""
        return n < 0

    def is_duplicate(self, n: int, /) -> bool:
        """No."""
        return n < 0


def _nowhere(n: int) -> Entry | None:
    del n
    return None


@dataclass(frozen=True, slots=True)
class Around:
    """Everything a row's words may ask. Times of rows are in µs since the session began.

    `wall0` is when it began, in ms since the epoch; `zone` turns it into the person's time.
    `now` and `connect` (the dial of this attempt) and `previous` (the row before) in µs, None
    where unknown. `peek` gives another row; `format` is what the connection speaks.
    """

    wall0: float = 0.0
    zone: tzinfo = UTC
    mode: TimeMode = TimeMode.CLOCK
    links: Links = field(default_factory=NoLinks)
    peek: Callable[[int], Entry | None] = _nowhere
    now: int | None = None
    previous: int | None = None
    connect: int | None = None
    format: Format | None = None
    keys: Mapping[str, bytes] = field(default_factory=dict)
    """The keys of the channels that have one (RSL5)."""
    dialect: DialectName = DialectName.CURRENT

    def moment(self, at: int) -> datetime:
        """The person's date and time of `at`; the epoch where it is beyond what dates can say."""
        return moment(self.wall0 + at / 1000, self.zone)

    def upgrade_of(self, entry: Entry, reach: int = 12) -> Entry | None:
        """The dial of `entry`: the UPGRADE row of its attempt, looked for `reach` rows back."""
        for n in range(entry.n - 1, max(entry.n - reach, 0) - 1, -1):
            before = self.peek(n)
            if before is None or before.attempt not in {entry.attempt, 0}:
                return None
            if before.kind is EntryKind.UPGRADE:
                return before
        return None


def moment(ms: float, zone: tzinfo) -> datetime:
    """A date from ms since the epoch; the epoch itself for what no calendar holds."""
    try:
        return datetime.fromtimestamp(ms / 1000, zone)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, zone)
