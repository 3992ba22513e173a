"""How the log is drawn: its rows, the bracket between a pair, the button for what is new, the map.

Knows nothing of keys; what is selected and what is new is told by the pane that is built on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from rich.segment import Segment
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from ablytui.ui.present.around import Around
from ablytui.ui.present.columns import MAP, OPTIONAL, Columns, columns_for
from ablytui.ui.present.rows import RowText
from ablytui.ui.present.segments import Role, Seg, marked, width_of
from ablytui.ui.widgets.line_view import Ground, LineView
from ablytui.ui.widgets.log_rows import LogRows, RowSource

_KEPT: Final = 2048
"""Drawn lines that are kept."""

_EMPTY: Final = (
    Seg("   No frames yet."),
    Seg(
        "   Every frame, handshake and change of state is listed here as it happens.",
        Role.MUTED,
    ),
)


class LogCanvas(LineView):
    """Draws the rows of a source at the width it has."""

    def __init__(
        self,
        source: RowSource,
        around: Around,
        *,
        now: Callable[[], int] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """`now`: µs since the session began."""
        super().__init__(id=id)
        self._now = now
        self._rows = LogRows(source, around)
        self._strips: LRUCache[RowText, Strip] = LRUCache(_KEPT)
        self._selected: int | None = None
        self._aging: set[int] = set()
        self._plan: Columns = columns_for(0)
        self.shown_columns: Sequence[str] = OPTIONAL
        self._height = 1
        self._bracket = (0, -1)
        self._needles: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The rows that can be scrolled through."""
        return len(self._rows)

    def set_marks(self, numbers: Iterable[int]) -> None:
        """These rows are marked."""
        self._rows.marks = sorted(numbers)
        self.refresh()

    @property
    def new(self) -> int:
        """Rows that came since the person scrolled away."""
        return 0

    @property
    def columns(self) -> Columns:
        """The plan at the present width."""
        return columns_for(self.size.width, self._rows.last, self.shown_columns)

    def _lengthen(self) -> None:
        """The ground is as long as there are rows.

        Another virtual size has Textual lay the whole screen out, and rows come ten times a
        second. Where they stand is nobody else's concern, so that is done only when there come to
        be more rows than fit.
        """
        length = Size(self.size.width, self.count)
        if self.size and (self.count > self.size.height) is not self.show_vertical_scrollbar:
            self.virtual_size = length
        else:
            self.set_reactive(Widget.virtual_size, length)

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    def forget_strips(self) -> None:
        """The colours or the width are others."""
        self._strips.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in sight, their rows fetched by one question."""
        first = self._top + crop.y
        self._rows.fetch(first, min(first + crop.height, self.count))
        self._plan = self.columns
        self._height = max(self.size.height, 1)
        self._bracket = self._linked_lines()
        if self.gutter or self.opacity < 1:
            return super().render_lines(crop)
        # Textual's own way keeps each line for its next paint, in which it is another one, and
        # asks for each what could be around it: borders, tints, hatches. There are none here.
        background = self.background_colors[1]
        strips = [self.render_line(y) for y in crop.line_range]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """One line, and its cell of the map."""
        width = self._plan.width
        if not self.count:
            return self._empty(y, width)
        line = self._top + y
        self._aging.discard(y)
        strip = self._row(line, width - MAP) if line < self.count else self.blank(width - MAP)
        if y == self._height - 1 and (button := self._button()) is not None:
            at = max(width - MAP - width_of([button]), 0)
            strip = Strip.join(
                [strip.crop(0, at), self.strip([button], width_of([button]), Ground.BUTTON)]
            )
        return Strip([*strip, self._map_cell(y)], strip.cell_length + MAP)

    def _row(self, line: int, width: int) -> Strip:
        words = self._rows.words(line, self._plan, self._now)
        if words.ages:
            self._aging.add(line - self._top)
        if self._rows.number(line) == self._selected:
            strip = self.strip(marked(words.segs, self._needles), width, Ground.CURSOR)
            ground = Ground.CURSOR
        else:
            ground = Ground.EVENT if words.event else Ground.BASE
            cached = self._strips.get(words)
            if cached is not None:
                strip = cached
            else:
                strip = self.strip(marked(words.segs, self._needles), width, ground)
                self._strips.set(words, strip)
        if self._rows.marks and self._rows.is_marked(self._rows.number(line)):
            mark = self.strip([Seg("*", Role.PRIMARY, bold=True)], 1, ground)
            strip = Strip.join([strip.crop(0, 1), mark, strip.crop(2, width)])
        first, last = self._bracket
        if first <= line <= last:
            glyph = "╭" if line == first else "╰" if line == last else "│"
            mark = self.strip([Seg(glyph, Role.PRIMARY)], 1, ground)
            strip = Strip.join([mark, strip.crop(1, width)])
        return strip

    def _linked_lines(self) -> tuple[int, int]:
        """First and last line of the bracket; (0, -1) for none."""
        if self._selected is None:
            return 0, -1
        partner = self._rows.partner(self._selected)
        if partner is None or not 1 <= partner <= self._rows.last:
            return 0, -1
        ends = sorted((self._rows.line_of(self._selected), self._rows.line_of(partner)))
        if {self._rows.number(ends[0]), self._rows.number(ends[1])} != {self._selected, partner}:
            return 0, -1
        return ends[0], ends[1]

    def _button(self) -> Seg | None:
        new = self.new
        return Seg(f" ▼ {new:,} new ") if new else None

    @property
    def _button_at(self) -> int:
        button = self._button()
        room = self.size.width - MAP
        return room - width_of([button]) if button is not None else room + MAP

    def _map_cell(self, y: int) -> Segment:
        """The thumb, or a tick where something changed or went wrong in that part of the log."""
        height, count = self._height, self.count
        if count <= height:
            return Segment(" ", self.style_of(Seg(" "), Ground.EVENT))
        top = self._top
        thumb = max(height * height // count, 1)
        at = round(top * (height - thumb) / (count - height))
        if at <= y < at + thumb:
            return Segment("▐", self.style_of(Seg("", Role.PRIMARY), Ground.EVENT))
        first, last = y * count // height, max((y + 1) * count // height - 1, 0)
        number = self._rows.number
        role = self._rows.landmarks.loudest(number(first), number(max(first, last)))
        tick = Seg(" ") if role is None else Seg("╺", role)
        return Segment(tick.text, self.style_of(tick, Ground.EVENT))

    def _empty(self, y: int, width: int) -> Strip:
        if self._rows.view is not None and self._rows.last:
            hidden = (
                f"   Nothing matches. {self._rows.last:,} frames are hidden; esc clears the filter."
            )
            return self.strip([Seg(hidden)], width) if y == 0 else self.blank(width)
        return self.strip([_EMPTY[y]], width) if y < len(_EMPTY) else self.blank(width)
