"""A button of a dialog: its key, what it does, and no ground while it cannot be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget


class KeyButton(Widget, can_focus=True):
    """` ctrl+s Send `. Pressed by a click, or by enter while it has the focus."""

    DEFAULT_CSS = """
    KeyButton {
        width: auto; height: 1; padding: 0 1; margin-right: 1; background: $panel;
        &.-suggested { background: $primary-muted; }
        &:focus { text-style: underline; }
        &.-off { background: transparent; color: $text-disabled; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "press", show=False)]

    @dataclass
    class Pressed(Message):
        """The button was pressed. `action` is what it stands for."""

        button: KeyButton
        action: str

        @property
        def control(self) -> KeyButton:
            """The button."""
            return self.button

    def __init__(
        self, key: str, word: str, action: str, *, suggested: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.key = key
        self.word = word
        self.action = action
        self.off = False
        self.set_class(suggested, "-suggested")

    def render(self) -> Content:
        """Key and word."""
        if self.off:
            return Content(f"{self.key} {self.word}")
        return Content.assemble((self.key, "bold $text-primary"), " ", self.word)

    def grey(self, off: bool) -> None:
        """Take the button's ground away, or give it back."""
        if off != self.off:
            self.off = off
            self.set_class(off, "-off")
            self.refresh()

    def rename(self, word: str) -> None:
        """Another word on it."""
        self.word = word
        self.refresh(layout=True)

    def action_press(self) -> None:
        """Tell, unless it is grey."""
        if not self.off:
            self.post_message(self.Pressed(self, self.action))

    def on_click(self, event: Click) -> None:
        """A click presses."""
        event.stop()
        self.action_press()
