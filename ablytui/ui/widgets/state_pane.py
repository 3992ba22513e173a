"""Pane 2: the state in the machine that it moves in, and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, ClassVar, Final, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Blur, Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from ablytui.ui.present import explaining, past, reasons
from ablytui.ui.present.state_body import state_lines
from ablytui.ui.present.view import Past, View
from ablytui.ui.widgets.pane_title import PaneTitle

_NOTHING: Final = Content("")


class Diagram(Widget, can_focus=True):
    """The drawing. Left and right step through the changes; enter asks for the row of one."""

    HELP = "Where the connection is, how it came there, and what happens next and when."

    DEFAULT_CSS = "Diagram { height: 1fr; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(1)", "step", tooltip="Look at the change before"),
        Binding("right", "step(-1)", "step", tooltip="Go on to the change after"),
        Binding("i", "explain", "why", tooltip="Reason, rule and next step of this change"),
        Binding("escape", "live", "now", show=False, tooltip="Back to what is now"),
        Binding("enter", "row", "frame of this change", tooltip="Show what caused this change"),
        Binding("y", "copy", "copy", tooltip="Copy what explains this change"),
    ]

    @dataclass
    class Stepped(Message):
        """Another change is looked at, `back` changes before the last one."""

        back: int

    @dataclass
    class RowWanted(Message):
        """The row `n` of the log, which is the change that is looked at, is to be shown."""

        n: int

    @dataclass
    class Copied(Message):
        """`text` is to be put on the clipboard."""

        text: str

    def __init__(self, view: View | None = None, *, spin: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._spin = spin
        self._at: int | None = None
        self._explain = False
        self._lines: list[Content] = []
        self._drawn_for = Size(0, 0)

    @property
    def back(self) -> int:
        """How many changes before the last one the drawing shows; 0 is now.

        Counted from the row of that change, so that it stays when others follow.
        """
        if self._at is None:
            return 0
        known = reversed(self._moves)
        return next((i for i, each in enumerate(known) if each.n == self._at), 0)

    @property
    def _moves(self) -> list[Past]:
        return [] if self._view is None else past.moves(self._view)

    def show(self, view: View) -> None:
        """Repaint if the drawing is another one now."""
        self._view = view
        self._redraw()

    def _redraw(self) -> None:
        """A clock that ticks is another text in one line or two: only those are painted."""
        if self._drawn_for != self.size:
            self.refresh()
            return
        before, self._lines = self._lines, self._body()
        rows = zip_longest(self._lines, before, fillvalue=_NOTHING)
        changed = [y for y, (new, old) in enumerate(rows) if not new.is_same(old)]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _body(self) -> list[Content]:
        if self._view is None or not self.size.area:
            return []
        back = self.back
        spin = self._spin and not back
        return state_lines(self._view, *self.size, spin=spin, back=back, explain=self._explain)

    def render(self) -> Content:
        """The drawing in one piece."""
        self._fit()
        return Content("\n").join(self._lines)

    def _fit(self) -> None:
        """The drawing that `show` made is kept, unless there is another size."""
        if self._drawn_for != self.size:
            self._lines, self._drawn_for = self._body(), self.size

    def render_line(self, y: int) -> Strip:
        """One line of the drawing; with a part of it selected they are made all at once."""
        self._fit()
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        if self.text_selection is not None:
            return super().render_line(y)
        (strip,) = Visual.to_strips(self, self._lines[y], self.size.width, 1, self.visual_style)
        return strip.apply_offsets(0, y)

    def action_step(self, by: int) -> None:
        """Look at an earlier change, or at a later one."""
        known = self._moves
        back = min(max(self.back + by, 0), max(len(known) - 1, 0))
        self._at = known[-1 - back].n if back else None
        self._redraw()
        self.post_message(self.Stepped(back))

    def action_explain(self) -> None:
        """Explain the present change below the drawing, or not; those of the past always are."""
        self._explain = not self._explain
        self._redraw()

    def action_copy(self) -> None:
        """What explains the change that is looked at."""
        if self._view is not None:
            self.post_message(self.Copied(explaining.told(self._view, self.back)))

    def action_live(self) -> None:
        """Back to what is now, and nothing but the drawing of it."""
        if self._at is not None or self._explain:
            self._at, self._explain = None, False
            self._redraw()
            self.post_message(self.Stepped(0))

    def action_row(self) -> None:
        """Ask for the row of the change that is looked at."""
        known = self._moves
        if known:
            self.post_message(self.RowWanted(known[-1 - self.back].n))

    def on_click(self, _event: Click) -> None:
        """A click takes the focus here."""
        self.focus()

    def on_blur(self, _event: Blur) -> None:
        """Who leaves wants to see what is now when coming back."""
        self.action_live()


class StatePane(Vertical):
    """Title and drawing; `show` tells it what is. It picks the drawing by its own size."""

    def __init__(self, view: View | None = None, *, spin: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._spin = spin

    def compose(self) -> ComposeResult:
        """Title, then the drawing."""
        yield PaneTitle(2, "State")
        yield Diagram(self._view, spin=self._spin)

    @property
    def diagram(self) -> Diagram:
        """The drawing."""
        return self.query_one(Diagram)

    def show(self, view: View) -> None:
        """Draw another picture."""
        self._view = view
        if self.is_mounted:
            self.diagram.show(view)
            self._title()

    def focus(self, scroll_visible: bool = True) -> Self:
        """The focus goes to the drawing, where the keys of this pane are."""
        self.diagram.focus(scroll_visible)
        return self

    take_focus = focus

    def on_mount(self) -> None:
        """Say why from the start."""
        self._title()

    def on_resize(self, _event: Resize) -> None:
        """The reason may be cut elsewhere."""
        self._title()

    def on_diagram_stepped(self, message: Diagram.Stepped) -> None:
        """The title says which change is looked at."""
        message.stop()
        self._title()

    def _title(self) -> None:
        if self._view is None:
            return
        back = self.diagram.back
        # Number, name and the gap before the right end take 12 columns.
        room = max(self.size.width - 12, 0)
        right = past.said(self._view, back) if back else reasons.title(self._view, room)
        self.query_one(PaneTitle).set(right=right)
