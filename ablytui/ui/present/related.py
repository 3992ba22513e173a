"""Rows of the same channel that belong to the one shown: what made the channel so, what came since.

Asked of the log within a reach, so that a long one answers as fast as a short one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final, Protocol, runtime_checkable

from ablytui.capture.where import Where
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import ProtocolAction as A
from ablytui.ui.present.detail import Related

REACH: Final = 20_000
"""Rows that are looked at on either side."""

SINCE: Final = 3
"""Rows that are named after an ATTACHED."""

_MADE: Final = (A.ATTACHED, A.DETACHED, A.ERROR)
_TRAFFIC: Final = (A.MESSAGE, A.PRESENCE, A.SYNC, A.OBJECT, A.ANNOTATION)
_STEP: Final = 5_000


@runtime_checkable
class Finder(Protocol):
    """A log that can be searched."""

    def row(self, n: int) -> Entry | None:
        """One row."""

    def last(self) -> int:
        """The number of the last row."""

    def numbers(
        self,
        where: Where,
        start: int = 1,
        stop: int | None = None,
        *,
        newest_first: bool = False,
        step: int = 0,
    ) -> Iterator[array[int]]:
        """The rows in [start, stop) for which `where` holds, some at a time."""


def related(entry: Entry, log: object, attached_n: int | None = None) -> list[Related]:
    """What belongs to a frame of a channel. `attached_n`: that channel's last ATTACHED, if known."""
    if entry.channel is None or entry.kind is not EntryKind.FRAME or not isinstance(log, Finder):
        return []
    found: list[Related] = []
    if entry.action not in {*_MADE, A.ATTACH}:
        made = _made(entry, log, attached_n)
        if made is not None:
            found.append(Related("same channel", made))
    elif entry.action == A.ATTACHED:
        found += [Related("on this channel since", row) for row in _since(entry, log)]
    return found


def _made(entry: Entry, log: Finder, attached_n: int | None) -> Entry | None:
    if attached_n is not None and attached_n < entry.n - REACH:
        return log.row(attached_n)
    where = Where(channel=entry.channel, actions=_MADE)
    start = max(entry.n - REACH, 1)
    for numbers in log.numbers(where, start, entry.n, newest_first=True, step=_STEP):
        if numbers:
            return log.row(numbers[-1])
    return None


def _since(entry: Entry, log: Finder) -> list[Entry]:
    where = Where(channel=entry.channel, actions=_TRAFFIC)
    stop = min(entry.n + REACH, log.last() + 1)
    found: list[int] = []
    for numbers in log.numbers(where, entry.n + 1, stop, step=_STEP):
        found += numbers[: SINCE - len(found)]
        if len(found) >= SINCE:
            break
    return [row for row in map(log.row, found) if row is not None]
