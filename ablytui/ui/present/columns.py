"""The columns of the frame log at each width of its pane."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from ablytui.protocol.visible import fit
from ablytui.ui.present.segments import Role, Seg, fit_segs

GUTTER: Final = 3
"""Link bracket, sign, blank."""

_FULL: Final = 74
"""The width from which there is room for sizes and for where an event row comes from."""

MAP: Final = 1
"""The map at the right edge; a blank before it."""


OPTIONAL: Final = ("seq", "time", "size", "channel")
"""The columns that a person may leave out."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0: the column is not there. `gap` from size on, one blank elsewhere."""

    width: int
    seq: int
    time: int
    size: int
    action: int
    channel: int
    gap: int = 1

    @property
    def arrow_at(self) -> int:
        """The cell of the arrow."""
        return GUTTER + (self.seq + 1 if self.seq else 0) + (self.time + 1 if self.time else 0)

    @property
    def event_at(self) -> int:
        """The cell where the text of event rows begins: that of the size column."""
        return self.arrow_at + 2

    @property
    def summary_at(self) -> int:
        """The cell where the summary begins."""
        size = self.size + self.gap if self.size else 0
        channel = self.channel + self.gap if self.channel else 0
        return self.event_at + size + self.action + self.gap + channel

    @property
    def summary(self) -> int:
        """The summary's width."""
        return max(self.width - MAP - 1 - self.summary_at, 0)

    @property
    def event(self) -> int:
        """The width of the text of event rows."""
        return max(self.width - MAP - 1 - self.event_at, 0)

    @property
    def narrow(self) -> bool:
        """Only what is needed: event rows leave out where they come from."""
        return self.width < _FULL


def columns_for(width: int, last: int = 0, shown: Collection[str] = OPTIONAL) -> Columns:
    """The plan for a pane of `width` cells whose highest number is `last`.

    `shown` names the columns that the person wants; what is left out gives its room away.
    """
    plan = _plan(width, last)
    if len(shown) == len(OPTIONAL):
        return plan
    return replace(plan, **{name: 0 for name in OPTIONAL if name not in shown})


def _plan(width: int, last: int) -> Columns:
    seq = max(6, len(str(last)))
    if width >= 110:
        return Columns(width, seq, 12, 6, 12, 14, gap=2)
    if width >= 90:
        return Columns(width, seq, 12, 6, 12, 11)
    if width >= _FULL:
        return Columns(width, seq, 9, 5, 12, 10)
    if width >= 62:
        return Columns(width, seq, 6, 0, 11, 9)
    return Columns(width, 0, 9, 0, 11, 9)


def heads(columns: Columns) -> list[Seg]:
    """The names of the columns, `width` cells."""
    gap = " " * columns.gap
    parts = [" " * GUTTER]
    if columns.seq:
        parts.append(fit("seq", columns.seq, right=True) + " ")
    parts.append(fit("time", columns.time) + " " if columns.time else "")
    parts.append("  ")
    if columns.size:
        parts.append(fit("size", columns.size, right=True) + gap)
    parts.append(fit("action", columns.action) + gap)
    parts.append(fit("channel", columns.channel) + gap if columns.channel else "")
    parts.append("summary")
    return fit_segs([Seg("".join(parts), Role.FAINT)], columns.width)
