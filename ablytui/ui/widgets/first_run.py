"""What stands in the log's place before there is anything to list: the first thing to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from ablytui.protocol.actions import ACTION
from ablytui.ui.keys import command_sign, label, letter
from ablytui.ui.present.view import View
from ablytui.ui.theme import MUTED, OFF

_TEXT_AT = 18
"""The cell where the words beside the buttons begin."""

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_WAYS = (
    ("connect", "with what the form says"),
    ("recover", "take up the connection of another process"),
)
_DEMO = (
    "a scripted server inside this program; no key, no network",
    "a scripted server; no key, no network",
)


def first_run(
    view: View,
    keymap: Mapping[str, tuple[str, ...]] = _NONE,
    *,
    above: bool = True,
    width: int = 80,
) -> Content:
    """The text; what cannot be done yet is grey and says what is missing.

    `above`: the form is in sight; else it is named by its key.
    """
    sign = command_sign("pane.connection", keymap)
    missing = f"put a key in the form {'above' if above else f'({sign})'} first"
    lines = [
        Content.styled("No frames yet.", "bold"),
        Content(""),
        Content.styled(
            "Every frame, handshake and change of state is listed here as it happens.", MUTED
        ),
    ]
    suggested = True
    for action_id, does in _WAYS:
        action = ACTION[action_id]
        key, word = letter(action_id, keymap), label(action)
        if action.reason_not_now(view.connection) is not None:
            lines += [Content(""), _line(Content.styled(f" {key} {word} ", OFF), missing)]
            continue
        button = _button(key, word, f"screen.do({action_id!r})", first=suggested)
        lines += [Content(""), _line(button, does)]
        suggested = False
    demo = _button(command_sign("demo", keymap), "Demo…", "screen.demo_choose", first=suggested)
    words = next((each for each in _DEMO if len(each) + _TEXT_AT <= width), _DEMO[-1])
    lines += [Content(""), _line(demo, words)]
    return Content("\n").join(lines)


def _button(key: str, word: str, does: str, *, first: bool) -> Content:
    button = Content.assemble((f" {key}", "bold $text-primary"), f" {word} ")
    button = button.stylize("on $primary-muted" if first else "on $panel")
    return button.stylize(Style.from_meta({"@click": does}))


def _line(button: Content, text: str) -> Content:
    return Content.assemble(button, " " * (_TEXT_AT - button.cell_length), (text, MUTED))


class FirstRun(Static):
    """Draws `first_run` in the middle of its room."""

    DEFAULT_CSS = """
    FirstRun { height: 1fr; width: 1fr; padding: 2 1 0 4; }
    """

    auto_links = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", **kwargs)
        self._drawn = Content("")
        self._view: View | None = None
        self.keymap: Mapping[str, tuple[str, ...]] = {}

    def show(self, view: View) -> None:
        """Draw what can be done now; it has all the room there is, so nothing is laid out anew."""
        self._view = view
        # Where there is one pane at a time, the form is not above.
        above = not (self.screen.has_class("-small") or self.screen.has_class("-tiny"))
        width = self.content_size.width or self.app.size.width
        text = first_run(view, self.keymap, above=above, width=width)
        if not text.is_same(self._drawn):
            self._drawn = text
            self.update(text, layout=False)

    def on_resize(self) -> None:
        """Another width, and perhaps another arrangement."""
        if self._view is not None:
            self.show(self._view)
