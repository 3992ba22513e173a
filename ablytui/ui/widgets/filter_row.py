"""The row under the log's title where a filter is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ablytui.ui.theme import MUTED, PRIMARY, WRONG
from ablytui.ui.widgets.field import PRINTABLE

KEPT = 50
"""Earlier filters that ↑ brings back."""


class FilterRow(Horizontal):
    """A slash, what is typed, and what came of it. It decides nothing; the pane does."""

    DEFAULT_CSS = """
    FilterRow {
        height: 1; display: none; background: $primary 15%;
        & .slash { width: 3; color: $text-primary; text-style: bold; }
        & Input {
            width: 1fr; height: 1; border: none; padding: 0; background: transparent;
            &:focus { border: none; background: transparent; background-tint: transparent; }
        }
        & .outcome { width: auto; max-width: 60%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab",
            "mode",
            "hide others / mark only",
            priority=True,
            tooltip="Hide all other rows, or only mark those that match",
        ),
        Binding(
            "enter",
            "keep",
            "keep and go back",
            priority=True,
            tooltip="Keep the filter, and go back to the log",
        ),
        Binding(
            "escape",
            "clear",
            "clear",
            show=False,
            priority=True,
            tooltip="Clear the filter, and go back to the log",
        ),
        Binding("up", "earlier(1)", "earlier filters", priority=True, tooltip="An earlier filter"),
        Binding("down", "earlier(-1)", "earlier filters", priority=True, tooltip="A later filter"),
    ]

    @dataclass
    class Typed(Message):
        """The text is another one."""

        text: str

    class Kept(Message):
        """The filter stays, and the row goes."""

    class Cleared(Message):
        """No filter any more."""

    class Turned(Message):
        """Hide the others, or mark the matches only."""

    def __init__(self, *, blink: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._blink = blink
        self._earlier: list[str] = []
        self._back = 0
        self._said = Content("")

    def compose(self) -> ComposeResult:
        """The parts, left to right."""
        yield Static(" / ", classes="slash", markup=False)
        editor = Input(compact=True, restrict=PRINTABLE, placeholder="channel:audit | error")
        editor.cursor_blink = self._blink
        yield editor
        yield Static("", classes="outcome", markup=False)

    @property
    def editor(self) -> Input:
        """Where it is typed."""
        return self.query_one(Input)

    def on_descendant_focus(self) -> None:
        """The mark of what has the focus."""
        self.query_one(".slash", Static).update(Content("▌/ "))

    def on_descendant_blur(self) -> None:
        """See `on_descendant_focus`."""
        self.query_one(".slash", Static).update(Content(" / "))

    def open(self, text: str) -> None:
        """Show the row with this text, and take the focus."""
        self.display = True
        self._back = 0
        self.editor.value = text
        self.editor.focus()

    def say(self, outcome: str, *, wrong: bool = False, marking: bool = False) -> None:
        """What came of the text, and the keys, as far as there is room for them."""
        keys = [("tab", "hide others" if marking else "mark only"), ("enter", "keep")]
        keys.append(("esc", "clear"))
        words: list[Content | tuple[str, str]] = [(outcome, WRONG if wrong else "bold")]
        for key, word in keys if self.app.size.width >= 74 and not wrong else ():
            words += [("   ", ""), (key, f"bold {PRIMARY}"), (f" {word}", MUTED)]
        said = Content.assemble(" ", *words, " ")
        if not said.is_same(self._said):
            self._said = said
            self.query_one(".outcome", Static).update(said)

    def remember(self, text: str) -> None:
        """A filter that was kept comes back with ↑."""
        if text:
            self._earlier = [text, *(each for each in self._earlier if each != text)][:KEPT]

    def on_input_changed(self, message: Input.Changed) -> None:
        """Another text."""
        message.stop()
        self.post_message(self.Typed(message.value))

    def action_mode(self) -> None:
        """Hide or mark."""
        self.post_message(self.Turned())

    def action_keep(self) -> None:
        """Back to the log, with the filter."""
        self.post_message(self.Kept())

    def action_clear(self) -> None:
        """Back to the log, with all of it."""
        self.post_message(self.Cleared())

    def action_earlier(self, by: int) -> None:
        """An earlier filter, or a later one; at the end what stood there is empty."""
        self._back = min(max(self._back + by, 0), len(self._earlier))
        self.editor.value = self._earlier[self._back - 1] if self._back else ""
        self.editor.cursor_position = len(self.editor.value)
