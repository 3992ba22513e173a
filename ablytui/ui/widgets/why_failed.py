"""Why it failed: stands in the place of the parameters while the connection is failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Focus
from textual.message import Message
from textual.widget import Widget

from ablytui.protocol.log import Entry
from ablytui.ui.present import failed
from ablytui.ui.present.around import Around
from ablytui.ui.present.view import View


class WhyFailed(Widget, can_focus=True):
    """Meaning, retry, what to do next, source. It says what was chosen and does nothing itself."""

    HELP = "Why the connection has failed, whether a retry can help, and what to do next."

    DEFAULT_CSS = "WhyFailed { height: 1fr; padding: 0 1 0 2; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "choose", key_display="↑ ↓", tooltip="The choice above"),
        Binding("down,j", "move(1)", "next choice", show=False, tooltip="The choice below"),
        Binding("enter", "choose", "do it", tooltip="Do what is chosen"),
        Binding("l", "frame", "the frame", tooltip="Show the row that caused the failure"),
        Binding("y", "copy", "copy error", tooltip="Copy the error and what it means"),
    ]

    @dataclass
    class Chosen(Message):
        """What is to be done next."""

        choice: failed.Choice

    @dataclass
    class RowWanted(Message):
        """The row `n` of the log is to be shown."""

        n: int

    @dataclass
    class Copied(Message):
        """`text` is to be put on the clipboard."""

        text: str

    def __init__(self, view: View, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._cause: Entry | None = None
        self._around = Around()
        self._chosen = 0
        self._drawn = Content("")

    def show(self, view: View) -> None:
        """Draw another failure; nothing here moves with the time."""
        self._view = view
        if not self._text().is_same(self._drawn):
            self.refresh()

    def begin(self) -> None:
        """Another failure: the best choice is marked, and its cause is not known yet."""
        self._chosen, self._cause = 0, None

    def source(self, cause: Entry | None, around: Around) -> None:
        """The row that caused the failure."""
        self._cause, self._around = cause, around
        self.refresh()

    @property
    def _choices(self) -> list[failed.Choice]:
        code = failed.error_of(self._view).code
        return failed.choices(self._view.connection.params, code)

    def _sheet(self) -> failed.Sheet:
        width, height = self.size.width, self.size.height
        return failed.sheet(
            self._view, width, height, chosen=self._chosen, cause=self._cause, around=self._around
        )

    def _text(self) -> Content:
        return Content("\n").join(self._sheet().lines) if self.size.width > 10 else Content("")

    def render(self) -> Content:
        """All of it."""
        self._drawn = self._text()
        return self._drawn

    def action_move(self, by: int) -> None:
        """The choice above or below."""
        self._chosen = min(max(self._chosen + by, 0), len(self._choices) - 1)
        self.refresh()

    def action_choose(self) -> None:
        """Do what is marked."""
        choice = self._choices[min(self._chosen, len(self._choices) - 1)]
        if choice.what == "copy":
            self.action_copy()
        else:
            self.post_message(self.Chosen(choice))

    def action_frame(self) -> None:
        """The row that caused it; where none did, the change itself."""
        if self._cause is not None:
            self.post_message(self.RowWanted(self._cause.n))
        elif self._view.history:
            self.post_message(self.RowWanted(self._view.history[-1].n))

    def action_copy(self) -> None:
        """The error."""
        self.post_message(self.Copied(failed.told(self._view)))

    def on_focus(self, _event: Focus) -> None:
        """The keys that count are others now."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Do a choice, or follow the source."""
        self.focus()
        drawn, row = self._sheet(), event.y - self.gutter.top
        if row in drawn.choices:
            self._chosen = drawn.choices[row]
            self.refresh()
            self.action_choose()
        elif row == drawn.source:
            self.action_frame()
