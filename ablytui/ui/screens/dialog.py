"""The frame of every dialog: a title row, a body, and a row of buttons with a word at its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from ablytui.ui.present.view import View
from ablytui.ui.widgets.key_button import KeyButton

Result = TypeVar("Result")


class DialogTitle(Horizontal):
    """The title at the left, the way out at the right."""

    DEFAULT_CSS = """
    DialogTitle {
        height: 1; background: $panel; border-left: outer $border;
        & .title { width: 1fr; padding: 0 1; text-style: bold; }
        &.-more .title { width: auto; padding: 0 2 0 1; }
        & .out { width: auto; padding: 0 2; }
    }
    """

    def __init__(self, title: str, out: str = "cancel", *more: Widget, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._title = title
        self._out = out
        self._more = more
        self.set_class(bool(more), "-more")

    def compose(self) -> ComposeResult:
        """Both ends, and what stands between them."""
        yield Static(self._title, classes="title", markup=False)
        yield from self._more
        yield Static(
            Content.assemble(("esc", "bold $text-primary"), f" {self._out}"), classes="out"
        )

    def on_click(self, event: Click) -> None:
        """A click on `esc cancel` does that."""
        if event.widget is not None and event.widget.has_class("out"):
            screen = self.screen
            if isinstance(screen, Dialog):
                screen.end(None)


class Dialog(ModalScreen[Result]):
    """Subclasses say what is in it: `TITLE`, `body()`, `buttons()`, and `on_key_button_pressed`."""

    TITLE_TEXT: ClassVar[str] = ""
    OUT: ClassVar[str] = "cancel"
    """What esc is called."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle; background: $background 62%;
        & > #dialog { width: 94; max-width: 96%; height: auto; max-height: 100%; background: $surface; }
        & #dialog-body { height: auto; max-height: 100%; padding: 1 3 0 3; scrollbar-size-vertical: 1; }
        & #dialog-row { height: 1; margin: 1 3; }
        & #dialog-why {
            width: 1fr; text-align: right; color: $text-muted;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]

    _ending = False

    def end(self, result: Result | None) -> None:
        """End with a result: once, and not before the dialog is made.

        Keys may come faster than a dialog comes and goes, and `dismiss` takes away whatever
        stands on top.
        """
        if not self._ending:
            self._ending = True
            self.call_later(self._end, result)

    def _end(self, result: Result | None) -> None:
        self._ending = False
        if self.is_current:
            self.dismiss(result)

    def on_resize(self, event: Resize) -> None:
        """The body scrolls where the screen is low; title and buttons always stay."""
        for body in self.query("#dialog-body"):
            body.styles.max_height = max(event.size.height - 4, 3)
            self.resized(event.size)

    def resized(self, size: Size) -> None:
        """Fit what stands in it to a screen of this size."""

    def heading(self) -> Widget:
        """The first row."""
        return DialogTitle(self.TITLE_TEXT, self.OUT)

    def body(self) -> Iterable[Widget]:
        """What stands between title and buttons."""
        return ()

    def buttons(self) -> Iterable[KeyButton]:
        """The last row but one."""
        return ()

    def compose(self) -> ComposeResult:
        """The frame."""
        with Vertical(id="dialog"):
            yield self.heading()
            yield VerticalScroll(*self.body(), id="dialog-body", can_focus=False)
            yield Horizontal(
                *self.buttons(), Static("", id="dialog-why", markup=False), id="dialog-row"
            )

    def on_mount(self) -> None:
        """All of it stands, unless the app ended meanwhile and took it down again."""
        if self.is_attached:
            self.made()

    def made(self) -> None:
        """Fill in what stands in it."""

    def show(self, view: View) -> None:
        """The connection is another one while the dialog is open."""

    def why(self, text: str) -> None:
        """The word at the right of the buttons: why one is grey, or what one will do."""
        self.query_one("#dialog-why", Static).update(text)

    def action_cancel(self) -> None:
        """Out, nothing done."""
        self.end(None)

    def on_key_button_pressed(self, message: KeyButton.Pressed) -> None:
        """A button does what its key does."""
        message.stop()
        self.run_worker(self.run_action(message.action), exclusive=False)
