"""The lines of a frame's detail: scrolled, folded, followed. Knows nothing of tabs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from ablytui.ui.present.detail import DetailLine
from ablytui.ui.present.segments import Role, Seg
from ablytui.ui.widgets.line_view import Ground, LineView


class DetailBody(LineView, can_focus=True):
    """A sequence of lines, of which some hold others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False, tooltip="Move one line down"),
        Binding("k,up", "move(-1)", "up", show=False, tooltip="Move one line up"),
        Binding("pagedown", "page(1)", "page down", show=False, tooltip="Move a page down"),
        Binding("pageup", "page(-1)", "page up", show=False, tooltip="Move a page up"),
        Binding("g,home", "edge(0)", "top", show=False, tooltip="Go to the first line"),
        Binding("G,end", "edge(1)", "bottom", show=False, tooltip="Go to the last line"),
        Binding(
            "left",
            "fold",
            "fold",
            key_display="← →",
            tooltip="Fold what the line holds, or go to what holds the line",
        ),
        Binding("right", "unfold", "unfold", show=False, tooltip="Unfold what the line holds"),
        Binding(
            "l", "link", "link", tooltip="Go to the row that the line names, or to the first named"
        ),
        Binding(
            "enter",
            "enter",
            "link or fold",
            show=False,
            tooltip="Follow the link, or turn the fold",
        ),
        Binding("y", "copy", "copy value", tooltip="Copy the value of the line"),
    ]

    @dataclass
    class Linked(Message):
        """Row `n` is to be shown."""

        n: int

    @dataclass
    class Valued(Message):
        """A value is to be copied."""

        text: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: Sequence[DetailLine] = ()
        self._folded: set[int] = set()
        self._shown: list[int] | None = None
        self._cursor = 0

    def set_lines(self, lines: Sequence[DetailLine], *, keep: bool = False) -> None:
        """Show other lines, from the top; `keep` leaves cursor and folds where they were."""
        self._lines = lines
        if not keep:
            self._folded.clear()
            self._cursor = 0
        self._arrange()
        if not keep:
            self.scroll_to(y=0, animate=False, immediate=True)

    @property
    def count(self) -> int:
        """The lines that are not folded away."""
        return len(self._lines) if self._shown is None else len(self._shown)

    @property
    def cursor(self) -> int:
        """The line of the cursor, as it is scrolled."""
        return self._cursor

    def _arrange(self) -> None:
        self._shown = None
        if self._folded:
            shown, at = [], 0
            while at < len(self._lines):
                shown.append(at)
                at += 1 + (self._lines[at].below if at in self._folded else 0)
            self._shown = shown
        self._cursor = min(self._cursor, max(self.count - 1, 0))
        self.virtual_size = Size(self.size.width, self.count)
        self.refresh()

    def _index(self, line: int) -> int:
        return line if self._shown is None else self._shown[line]

    # --- keys and mouse -------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """The line below or above."""
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        """A page."""
        self._go(self._cursor + by * max(self.size.height - 1, 1))

    def action_edge(self, end: int) -> None:
        """The first or the last line."""
        self._go(self.count - 1 if end else 0)

    def action_fold(self) -> None:
        """Fold what the line holds, or go to the line that holds it."""
        at = self._index(self._cursor) if self.count else 0
        if self.count and self._lines[at].below and at not in self._folded:
            self._toggle(at)
            return
        for parent in range(at - 1, -1, -1):
            if self._lines[parent].below >= at - parent:
                self._go(self._line_of(parent))
                return

    def action_unfold(self) -> None:
        """Show what the line holds."""
        if self.count and (at := self._index(self._cursor)) in self._folded:
            self._toggle(at)

    def action_link(self) -> None:
        """Go to the row that the line names, or else to the first one that is named."""
        if not self.count:
            return
        here = self._lines[self._index(self._cursor)].link
        first = (line.link for line in self._lines[-40:] if line.link is not None)
        found = here if here is not None else next(first, None)
        if found is not None:
            self.post_message(self.Linked(found))

    def action_enter(self) -> None:
        """Follow a link, or turn a fold."""
        if not self.count:
            return
        at = self._index(self._cursor)
        line = self._lines[at]
        if line.link is not None:
            self.post_message(self.Linked(line.link))
        elif line.below:
            self._toggle(at)

    def action_copy(self) -> None:
        """The value of the line."""
        if self.count:
            copy = self._lines[self._index(self._cursor)].copy
            if copy is not None:
                self.post_message(self.Valued(copy))

    def on_click(self, event: events.Click) -> None:
        """Go to a line; on a link or a fold's mark, follow or turn it."""
        line = self.scroll_offset.y + event.y
        if not 0 <= line < self.count:
            return
        self._go(line)
        at = self._index(line)
        if self._lines[at].link is not None:
            self.action_enter()
        elif self._lines[at].below and event.x < self._lines[at].indent:
            self._toggle(at)

    def _toggle(self, at: int) -> None:
        self._folded ^= {at}
        self._cursor = self._line_of(at) if self._shown is None else bisect_left(self._shown, at)
        self._arrange()

    def _line_of(self, at: int) -> int:
        return at if self._shown is None else bisect_left(self._shown, at)

    def _go(self, line: int) -> None:
        self._cursor = min(max(line, 0), max(self.count - 1, 0))
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, immediate=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, immediate=True)
        self.refresh()

    # --- drawing --------------------------------------------------------------------------------

    def on_focus(self) -> None:
        """The cursor is shown only where keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is shown only where keys go."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        width, line = self.size.width, self.scroll_offset.y + y
        if not self._lines:
            words = " Select a frame to see its fields."
            return self.strip([Seg(words, Role.MUTED)], width) if y == 0 else self.blank(width)
        if line >= self.count:
            return self.blank(width)
        at = self._index(line)
        segs = self._lines[at].at(width, folded=at in self._folded)
        here = self.has_focus and line == self._cursor and line > 0
        return self.strip(segs, width, Ground.CURSOR if here else Ground.BASE)
