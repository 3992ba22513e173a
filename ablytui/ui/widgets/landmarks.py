"""Where in the log something changed or went wrong: for the map's ticks and for going there.

Only numbers and one byte a landmark are kept, so a million of them are nine megabytes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Final

from ablytui.protocol.format import Format
from ablytui.protocol.log import Entry, EntryKind
from ablytui.ui.present.around import Around
from ablytui.ui.present.happenings import happening
from ablytui.ui.present.segments import Role

_ROLES: Final = tuple(Role)
_STATE: Final = 0x80
"""The bit of a landmark that is a change of the connection's state."""

_LOUDEST: Final = (Role.WRONG, Role.OURS, Role.WARN, Role.GOOD, Role.CONTINUITY)
_LOOKED_AT: Final = 64
"""Landmarks that are looked at for one tick of the map."""


class Landmarks:
    """In the order of the log; what was told once is not told again."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._kinds = bytearray()
        self.dials: dict[int, int] = {}
        """For each attempt, when its dial began, in µs."""
        self.formats: dict[int, Format] = {}
        """For each attempt, what its URL asks for."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Take up rows, in order; those that are no landmark are passed over."""
        for entry in entries:
            if self._numbers and entry.n <= self._numbers[-1]:
                continue
            if entry.kind is EntryKind.UPGRADE:
                self.dials[entry.attempt] = entry.at
                binary = b"format=msgpack" in entry.payload
                self.formats[entry.attempt] = Format.MSGPACK if binary else Format.JSON
            role = _role(entry)
            if role is not None:
                self._numbers.append(entry.n)
                state = _STATE if entry.kind is EntryKind.STATE else 0
                self._kinds.append(_ROLES.index(role) | state)

    def __len__(self) -> int:
        return len(self._numbers)

    def loudest(self, first: int, last: int) -> Role | None:
        """The role of the tick for rows `first` to `last`; None where there is none."""
        start = bisect_left(self._numbers, first)
        stop = min(bisect_right(self._numbers, last), start + _LOOKED_AT)
        roles = {_ROLES[kind & ~_STATE] for kind in self._kinds[start:stop]}
        for role in _LOUDEST:
            if role in roles:
                return role
        return next(iter(roles), None)

    def state_before(self, n: int) -> int | None:
        """The last change of state above row `n`."""
        for at in range(bisect_left(self._numbers, n) - 1, -1, -1):
            if self._kinds[at] & _STATE:
                return self._numbers[at]
        return None

    def state_after(self, n: int) -> int | None:
        """The next change of state below row `n`."""
        for at in range(bisect_right(self._numbers, n), len(self._numbers)):
            if self._kinds[at] & _STATE:
                return self._numbers[at]
        return None


def _role(entry: Entry) -> Role | None:
    if entry.kind is EntryKind.FRAME:
        return Role.WRONG if entry.error is not None else None
    return happening(entry, Around()).tick
