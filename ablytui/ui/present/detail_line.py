"""One line of a row's detail, and rows that are named beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ablytui.protocol.log import Entry
from ablytui.ui.present.segments import Role, Seg, fit_segs, width_of

VALUE_AT: Final = 18
"""The cell where values begin."""


@dataclass(frozen=True, slots=True)
class DetailLine:
    """One line. `below` lines after it are inside it; `link` is the row to which it leads."""

    left: tuple[Seg, ...] = ()
    right: tuple[Seg, ...] = ()
    indent: int = 1
    below: int = 0
    copy: str | None = None
    link: int | None = None

    def at(self, width: int, *, folded: bool = False) -> list[Seg]:
        """The line in `width` cells: names left, types at the right edge, a fold's mark before."""
        edge = Seg(" " * self.indent)
        if self.below:
            mark = "▸ " if folded else "▾ "
            edge = Seg(" " * max(self.indent - 2, 0) + mark, Role.MUTED)
        right = width_of(self.right)
        room = max(width - 1 - (right + 1 if right else 0), 0)
        left = fit_segs([edge, *self.left], room)
        gap = [Seg(" ")] if right else []
        return fit_segs([*left, *gap, *self.right], width)


@dataclass(frozen=True, slots=True)
class Related:
    """A row that belongs to the one shown, under a section word such as `same channel`."""

    section: str
    entry: Entry
