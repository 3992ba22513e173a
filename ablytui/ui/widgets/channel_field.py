"""Where a channel is named: typed freely, or taken from those that are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.widgets import Input

from ablytui.protocol.visible import visible
from ablytui.ui.widgets.field import Field


class ChannelField(Field):
    """↓ and ↑ go through the known channels, and so does a click on `▾`."""

    DEFAULT_CSS = """
    ChannelField {
        & .unit { background: $panel; padding: 0 1 0 0; }
        &.-focus .unit { background: $primary 20%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "known(1)", "next known channel"),
        Binding("up", "known(-1)", "known channel before"),
    ]

    def __init__(
        self,
        known: Sequence[str] = (),
        *,
        placeholder: str = "a name",
        blink: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            "channel", "channel", placeholder=placeholder, unit="▾", blink=blink, **kwargs
        )
        self.know(known)

    def know(self, known: Sequence[str]) -> None:
        """These channels are known now; a name that could not be typed is none to choose."""
        self.known = tuple(each for each in known if each and visible(each) == each)

    def action_known(self, by: int) -> None:
        """The next one, or the one before; from a name that is none of them the first or last."""
        if not self.known:
            return
        if self.text in self.known:
            at = (self.known.index(self.text) + by) % len(self.known)
        else:
            at = 0 if by > 0 else -1
        self.choose(self.known[at])

    def choose(self, name: str) -> None:
        """This name, as if it had been typed."""
        editor = self.editor
        assert isinstance(editor, Input)  # it has no choices
        editor.value = name
        editor.cursor_position = len(name)

    def on_click(self, event: Click) -> None:
        """The sign that there are others."""
        if event.widget is not None and event.widget.has_class("unit"):
            event.stop()
            self.action_known(1)
