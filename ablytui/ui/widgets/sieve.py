"""Which rows a filter lets through, found a slice at a time so that keys are answered meanwhile.

The newest rows come first. Rows that arrive later are sieved as they come. Knows no widget.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, Protocol, runtime_checkable

from ablytui.capture.filter import Filter
from ablytui.errors import CaptureError
from ablytui.net.clock import Clock, Timer
from ablytui.protocol.log import EntryKind

ENOUGH: Final = 500
"""Rows that fill any screen: so many are shown before the rest is looked for."""

PAUSE: Final = 100.0
"""Ms between two showings while it goes on."""


@runtime_checkable
class Searchable(Protocol):
    """A log that can be searched."""

    def numbers(
        self, where: Filter, start: int = 1, stop: int | None = None, *, newest_first: bool = False
    ) -> Iterator[array[int]]:
        """The rows for which it holds, some at a time."""

    def special_numbers(
        self, start: int, stop: int, kinds: Collection[EntryKind] = ()
    ) -> array[int]:
        """The rows of these kinds that are no frames."""


class Sieve:
    """One filter at work on one log. `found` is called whenever more is known."""

    def __init__(
        self,
        source: Searchable,
        condition: Filter,
        upto: int,
        clock: Clock,
        found: Callable[[], None],
    ) -> None:
        self.filter = condition
        self.done = False
        self.matches = array("q")
        """The numbers of the rows that match, rising."""
        self._source = source
        self._clock = clock
        self._found = found
        self._upto = upto
        self._parts = source.numbers(condition, 1, upto + 1, newest_first=True)
        self._waiting: list[array[int]] = []
        self._shown_at = -PAUSE
        self._states = array("q")
        if not condition.hides_states:
            self._states = source.special_numbers(1, upto + 1, (EntryKind.STATE,))
        self._timer: Timer | None = clock.call_later(0, self._step)

    def stop(self) -> None:
        """Look no further."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def view(self) -> Sequence[int]:
        """The rows to show: the matches, and the changes of state among them."""
        if not self._states:
            return self.matches
        return sorted({*self.matches, *self._states})

    def grew(self, upto: int) -> Sequence[int]:
        """The log has `upto` rows: those of the new ones that are to be shown."""
        if upto <= self._upto:
            return ()
        new = array("q")
        for part in self._source.numbers(self.filter, self._upto + 1, upto + 1):
            new.extend(part)
        states = array("q")
        if not self.filter.hides_states:
            states = self._source.special_numbers(self._upto + 1, upto + 1, (EntryKind.STATE,))
        self._upto = upto
        self.matches.extend(new)
        self._states.extend(states)
        return sorted({*new, *states})

    def next_match(self, n: int, by: int) -> int | None:
        """The match after row `n` (`by` 1) or before it (-1)."""
        at = bisect_right(self.matches, n) if by > 0 else bisect_left(self.matches, n) - 1
        return self.matches[at] if 0 <= at < len(self.matches) else None

    def place_of(self, n: int | None) -> int:
        """Which match row `n` is, from 1; 0 where it is none."""
        if n is None:
            return 0
        at = bisect_left(self.matches, n)
        return at + 1 if at < len(self.matches) and self.matches[at] == n else 0

    def _step(self) -> None:
        try:
            part = next(self._parts, None)
        except CaptureError:
            # The log was closed, or cannot be read: the pane that reads its rows says so.
            part = None
        if part is None:
            self._timer, self.done = None, True
            self._gather()
            return
        self._waiting.append(part)
        gathered = sum(map(len, self._waiting))
        now = self._clock.mono()
        if gathered and now - self._shown_at >= PAUSE and (self.matches or gathered >= ENOUGH):
            self._shown_at = now
            self._gather()
        self._timer = self._clock.call_later(0, self._step)

    def _gather(self) -> None:
        """What was found lies before what was known."""
        whole = array("q")
        for part in reversed(self._waiting):
            whole.extend(part)
        self._waiting.clear()
        whole.extend(self.matches)
        self.matches = whole
        self._found()
