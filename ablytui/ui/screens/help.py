"""The help: what the focused pane shows, its keys and signs, and what works everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ablytui.ui.present.helping import drawn, sections
from ablytui.ui.present.layout import WORD, Pane
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.widgets.key_button import KeyButton


def focused_pane(screen: Screen[object]) -> Pane | None:
    """The pane of the main screen that holds the focus; None in a dialog."""
    for node in screen.focused.ancestors_with_self if screen.focused else ():
        if node.id in set(Pane) and node.screen is screen and not screen.is_modal:
            return Pane(node.id)
    return None


def own_bindings(screen: Screen[object]) -> list[Binding]:
    """The bindings that our own widgets give what has the focus, and those of a dialog."""
    nodes = screen.focused.ancestors_with_self if screen.focused else [screen]
    return [
        binding
        for node in nodes
        if node is not screen.app and (screen.is_modal or node is not screen)
        for kind in type(node).__mro__
        if kind.__module__.startswith("ablytui.")
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding)
    ]


def about(screen: Screen[object]) -> str:
    """The text of the pane that has the focus: the nearest `HELP` above it."""
    for node in screen.focused.ancestors_with_self if screen.focused else ():
        text = vars(type(node)).get("HELP")
        if isinstance(text, str):
            return text
    return ""


class HelpDialog(Dialog[None]):
    """Made for the screen it is opened over."""

    TITLE_TEXT = "Help"
    OUT = "close"

    DEFAULT_CSS = """
    HelpDialog > #dialog { width: 100; }
    HelpDialog #help-text { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,enter", "cancel", "close", show=False),
        Binding("down,j", "scroll(1)", "down", show=False, tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "up", show=False, tooltip="Scroll up"),
        Binding("pagedown,space", "scroll(10)", "page down", show=False),
        Binding("pageup", "scroll(-10)", "page up", show=False),
    ]

    def __init__(self, over: Screen[object], keymap: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        pane = focused_pane(over)
        own = own_bindings(over)
        name = WORD.get(pane, "Detail").lower() if pane else "here"
        self._about = about(over)
        self._mine, self._general = sections(pane, own, name, keymap)

    def body(self) -> Iterable[Widget]:
        """One text."""
        yield Static("", markup=False, id="help-text")

    def buttons(self) -> Iterable[KeyButton]:
        """The way out."""
        yield KeyButton("esc", "Close", "cancel")

    def resized(self, size: Size) -> None:
        """Another width may have room for two columns."""
        # The dialog's own measures: its width, the padding of its body, and a gap before its bar.
        width = min(100, size.width * 96 // 100) - 8
        self.query_one("#help-text", Static).update(
            drawn(self._about, self._mine, self._general, width)
        )

    def action_scroll(self, rows: int) -> None:
        """Move the text, where it is longer than the screen."""
        self.query_one("#dialog-body").scroll_relative(y=rows, animate=False)
