"""The frame log: every row of the log, drawn from the store when it is on screen.

A row of the pane is a row of the store by arithmetic, or by one look into a sorted array where a
view of them is set; nothing is built when rows arrive. It follows the end, or stays where the
person went and counts what is new.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from ablytui.ui.present.around import Around, Links, NoLinks
from ablytui.ui.present.columns import MAP
from ablytui.ui.present.rows import plain_text
from ablytui.ui.widgets.folded import Run
from ablytui.ui.widgets.log_canvas import LogCanvas
from ablytui.ui.widgets.log_keys import LOG_KEYS
from ablytui.ui.widgets.log_rows import LogRows, LogStatus, RowSource, payload_text


class FrameLog(LogCanvas, can_focus=True):
    """The pane. Selection is a row's number, so that a view or a new width keeps it."""

    HELP = "Every frame, handshake and change of state, in the order in which they happened."

    BINDINGS: ClassVar[list[BindingType]] = [*LOG_KEYS]

    @dataclass
    class Selected(Message):
        """The cursor is on row `n`."""

        n: int

    @dataclass
    class Opened(Message):
        """The detail of row `n` is wanted."""

        n: int

    @dataclass
    class Marked(Message):
        """Row `n` is marked, or not any more."""

        n: int
        marked: bool

    @dataclass
    class Sought(Message):
        """What is wanted of the filter: `open`, `next`, `previous` or `clear`."""

        what: str

    @dataclass
    class Copied(Message):
        """`text` is to be put on the clipboard."""

        text: str

    @dataclass
    class Changed(Message):
        """What the title says has changed."""

        status: LogStatus

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, FrameLog.Changed)

    def __init__(
        self,
        source: RowSource,
        *,
        wall0: float = 0.0,
        zone: tzinfo = UTC,
        links: Links | None = None,
        now: Callable[[], int] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """`wall0`: ms since the epoch when the session began; `now`: µs since then."""
        super().__init__(
            source,
            Around(wall0, zone, links=links or NoLinks()),
            now=now,
            id=id,
        )
        self._following = True
        self._seen = 0
        self._told: LogStatus | None = None

    # --- what is known of the log ---------------------------------------------------------------

    def on_mount(self) -> None:
        """Draw what is there already."""
        self.grew(self._rows.source.last())

    @property
    def selected(self) -> int | None:
        """The number of the row under the cursor."""
        return self._selected

    @property
    def following(self) -> bool:
        """The end is kept in sight."""
        return self._following

    @property
    def around(self) -> Around:
        """Clock, links and time mode of the rows, at this moment."""
        now = self._now() if self._now is not None else None
        return replace(self._rows.around, now=now)

    @property
    def new(self) -> int:
        """Rows that came since the person scrolled away."""
        return 0 if self._following else max(self.count - self._seen, 0)

    @property
    def status(self) -> LogStatus:
        """What the title says."""
        return LogStatus(self._following, self.new, self.count, self._rows.last)

    def on_resize(self) -> None:
        """Another width is another plan; the end, or the cursor, stays in sight."""
        self._resize()

    # --- what is told to it ---------------------------------------------------------------------

    def grew(self, upto: int, added: Sequence[int] = ()) -> None:
        """The log has `upto` rows; `added` are those of them that belong to a set view."""
        if upto <= self._rows.last and not added:
            return
        self._rows.grew(upto, added)
        self._resize()

    def set_source(self, source: RowSource, *, wall0: float, zone: tzinfo) -> None:
        """Show another log from its beginning."""
        around = replace(self._rows.around, wall0=wall0, zone=zone)
        self._rows = LogRows(source, around)
        self._seen, self._selected, self._following = 0, None, True
        self._rows.grew(source.last())
        self._resize()

    def set_view(
        self, numbers: Sequence[int] | None, runs: Mapping[int, Run] = MappingProxyType({})
    ) -> None:
        """Show only these rows, sorted; None shows all. The selected row stays in sight.

        `runs`: those of them that stand for others too; it may grow.
        """
        self._rows.view = None if numbers is None else array("q", numbers)
        self._rows.runs = runs
        self._seen = self.count
        self._resize()
        if not self._following and self._selected is not None and self.count:
            self._show(self._rows.line_of(self._selected))

    def set_needles(self, needles: Sequence[str]) -> None:
        """Texts to be marked where they stand."""
        self._needles = tuple(needles)
        self.forget_strips()
        self.refresh()

    def set_links(self, links: Links) -> None:
        """Other pairs are known."""
        self._rows.around = replace(self._rows.around, links=links)
        self._rows.forget_words()
        self.refresh()

    def tick(self) -> None:
        """Time has passed: draw again what says how long it waits, if any of it is in sight."""
        if self._aging:
            self.refresh()

    def beside(self, by: int) -> int | None:
        """The row that many lines below the cursor, as far as there are any."""
        return self._rows.beside(self._selected, by) if self._selected and self.count else None

    def select(self, n: int) -> None:
        """Put the cursor on row `n` and bring it into sight. Following ends."""
        if not 1 <= n <= self._rows.last or not self.count:
            return
        self._pause()
        self._choose(self._rows.line_of(n))

    # --- keys and mouse -------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """The row below or above; from the edge in sight where the cursor is out of it."""
        if not self.count:
            return
        top, bottom = self._top, min(self._top + self.size.height, self.count) - 1
        if self._selected is None:
            line = bottom if self._following else top
        else:
            line = self._rows.line_of(self._selected)
            line = line + by if top <= line <= bottom else (bottom if by < 0 else top)
        self._pause()
        self._choose(line)

    def action_page(self, by: int) -> None:
        """A page down or up, cursor and all."""
        if not self.count:
            return
        step = by * max(self.size.height - 1, 1)
        top = min(max(self._top + step, 0), max(self.count - self.size.height, 0))
        line = self._rows.line_of(self._selected) if self._selected is not None else self._top
        self._pause()
        self.scroll_to(y=top, animate=False, immediate=True)
        self._choose(line + step)

    def action_top(self) -> None:
        """The first row."""
        self._pause()
        self._choose(0)

    def action_end(self) -> None:
        """The last row, and follow."""
        self._choose(self.count - 1)
        self._follow()

    def action_follow(self) -> None:
        """Follow the end; pause where it is followed already."""
        if self._following:
            self._pause()
        else:
            self._follow()

    def action_state(self, by: int) -> None:
        """The next or previous change of state."""
        here = (
            self._selected or self._rows.number(min(self._top, self.count - 1)) if self.count else 0
        )
        marks = self._rows.landmarks
        found = marks.state_before(here) if by < 0 else marks.state_after(here)
        if found is not None:
            self.select(found)

    def action_linked(self) -> None:
        """The answer to the selected row, or the row that it answers."""
        if self._selected is None:
            return
        partner = self._rows.partner(self._selected)
        if partner is not None:
            self.select(partner)

    def action_open(self) -> None:
        """Ask for the detail of the selected row, or of the last one."""
        if self._selected is None and self.count:
            self._choose(self.count - 1 if self._following else self._top)
        if self._selected is not None:
            self.post_message(self.Opened(self._selected))

    def action_copy(self) -> None:
        """The selected row as text."""
        entry = self._rows.entry(self._selected or 0)
        if entry is not None:
            self.post_message(self.Copied(plain_text(entry, self._rows.around)))

    def action_copy_frame(self) -> None:
        """The selected frame's payload: text as it is, bytes as hexadecimal digits."""
        entry = self._rows.entry(self._selected or 0)
        if entry is not None:
            self.post_message(self.Copied(payload_text(entry)))

    def action_time(self) -> None:
        """Turn the time column to its next meaning."""
        self._rows.around = replace(self._rows.around, mode=self._rows.around.mode.next)
        self._rows.forget_words()
        self.refresh()

    def action_mark(self) -> None:
        """Mark the selected row, or take its mark away."""
        if self._selected is not None:
            self.post_message(self.Marked(self._selected, self._rows.toggle_mark(self._selected)))
            self.refresh()

    def action_next_mark(self) -> None:
        """The next marked row."""
        found = self._rows.next_mark(self._selected or 0)
        if found is not None:
            self.select(found)

    def action_seek(self, what: str) -> None:
        """Something is wanted of the filter, which the pane has."""
        self.post_message(self.Sought(what))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three rows up; following ends."""
        self._wheel(event, -3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three rows down."""
        self._wheel(event, 3)

    def _wheel(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        event.prevent_default()
        if by < 0 and self._top > 0:
            self._pause()
        if not self._following:
            self.scroll_to(y=self._top + by, animate=False, immediate=True)
            self._look()

    def on_click(self, event: events.Click) -> None:
        """Select a row, open it with a second click, go to a place on the map, follow again."""
        line = self._top + event.y
        if event.y == self.size.height - 1 and event.x >= self._button_at:
            self._follow()
        elif event.x >= self.size.width - MAP:
            self._pause()
            self._show(event.y * self.count // max(self.size.height, 1), center=True)
        elif 0 <= line < self.count:
            self._pause()
            self._choose(line)
            if event.chain == 2:
                self.action_open()

    # --- the place in the log -------------------------------------------------------------------

    def _follow(self) -> None:
        self._following = True
        self.scroll_end(animate=False, immediate=True, force=True)
        self.refresh()
        self._tell()

    def _pause(self) -> None:
        if self._following:
            self._following = False
            self._seen = self.count
            self._tell()

    def _choose(self, line: int) -> None:
        line = min(max(line, 0), self.count - 1)
        if line < 0:
            return
        self._selected = self._rows.number(line)
        self._show(line)
        self.refresh()
        self.post_message(self.Selected(self._selected))

    def _show(self, line: int, *, center: bool = False) -> None:
        height = max(self.size.height, 1)
        top = self._top
        if center or not top - height <= line < top + 2 * height:
            top = line - height // 2
        elif line < top:
            top = line
        elif line >= top + height:
            top = line - height + 1
        self.scroll_to(y=max(top, 0), animate=False, immediate=True, force=True)
        self._look()

    def _look(self) -> None:
        """Rows that came into sight are no longer new."""
        self._seen = max(self._seen, min(self._top + self.size.height, self.count))
        self._tell()

    def _resize(self) -> None:
        """Another number of rows: one repaint while following, else only the count of new."""
        self._lengthen()
        if self._following:
            self.scroll_end(animate=False, immediate=True, force=True)
            self.refresh()
        elif self.count <= self._top + self.size.height or not self.status.new:
            self.refresh()
        else:
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))
        self._tell()

    def _tell(self) -> None:
        status = self.status
        if status != self._told:
            self._told = status
            self.post_message(self.Changed(status))
