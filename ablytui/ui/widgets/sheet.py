"""The sheet of facts: what was asked for and what was granted, with a cursor that explains them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

from ablytui.ui.present.facts import Meaning
from ablytui.ui.present.sheet import Place, meaning_of, moved, sheet, sheet_facts
from ablytui.ui.present.sheet import Sheet as Drawn
from ablytui.ui.present.view import View


class Sheet(VerticalScroll, can_focus=True):
    """What was asked for and what was given. While it has the focus a cursor says what each means."""

    HELP = (
        "What was asked for, and what CONNECTED granted; below, the URI that was dialled. ≠ marks "
        "what differs from the last time; ↑ ↓ ← → say what each line means, and by which rule."
    )

    DEFAULT_CSS = """
    Sheet { height: 1fr; padding: 0 1 0 2; scrollbar-size-vertical: 1; }
    Sheet > Static { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "go('up')", "fact above", show=False, tooltip="What the line above means"),
        Binding("down,j", "go('down')", "meaning", tooltip="What the line below means"),
        Binding("left", "go('left')", "asked", show=False, tooltip="To what was asked for"),
        Binding("right", "go('right')", "granted", show=False, tooltip="To what was granted"),
        Binding("y", "copy_uri", "copy the URI", tooltip="Copy the connection URI, secrets masked"),
    ]

    @dataclass
    class Pointed(Message):
        """The cursor is on a fact, that was another before; or on none."""

        meaning: Meaning | None
        was: str = ""

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._key: tuple[object, ...] = ()
        self._drawn = Drawn(Content(""), (), {})
        self._at: tuple[str, str] | None = None
        self._lines = self._width = 0

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("", markup=False)

    @property
    def place(self) -> Place | None:
        """Where the cursor is."""
        places = self._drawn.places
        return next((each for each in places if (each.column, each.name) == self._at), None)

    def show(self, view: View, width: int) -> None:
        """Draw another picture in so many cells; only what says something else is drawn."""
        self._view, self._width = view, width
        key = (*sheet_facts(view), width, self._at if self.has_focus else None)
        if width <= 0 or key == self._key:
            return
        self._key = key
        drawn = sheet(view, width, self._at if self.has_focus else None)
        self._drawn = drawn
        lines = drawn.text.plain.count("\n")
        # Only one of another length is laid out anew. Lines fit the width.
        self.query_one(Static).update(drawn.text, layout=lines != self._lines)
        self._lines = lines
        self._point()

    def _point(self) -> None:
        place, view = self.place, self._view
        if not self.has_focus or place is None or view is None:
            self.post_message(self.Pointed(None))
            return
        was = self._drawn.was.get((place.column, place.name), "")
        self.post_message(self.Pointed(meaning_of(view, place), was))

    def _in_sight(self) -> None:
        place = self.place
        if place is not None:
            self.scroll_to_region(Region(0, place.row, 1, 1), animate=False, force=True)

    def _again(self) -> None:
        if self._view is not None:
            self.show(self._view, self._width)

    def action_go(self, key: str) -> None:
        """Another fact."""
        place = moved(self._drawn.places, self._at, key)
        if place is not None:
            self._at = (place.column, place.name)
            self._again()
            self._in_sight()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor comes where it was, or to the first fact; and it goes."""
        super().watch_has_focus(_has_focus)
        if _has_focus and self.place is None and self._drawn.places:
            first = self._drawn.places[0]
            self._at = (first.column, first.name)
        self._again()

    def on_click(self, event: Click) -> None:
        """A click on a fact goes to it."""
        row = event.y - self.gutter.top + self.scroll_offset.y
        column = event.x - self.gutter.left
        for place in self._drawn.places:
            if place.row == row and place.start <= column < place.end:
                self._at = (place.column, place.name)
                self._again()

    async def action_copy_uri(self) -> None:
        """The screen knows the URI."""
        await self.run_action("screen.copy_uri")
