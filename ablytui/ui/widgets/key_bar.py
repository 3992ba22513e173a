"""The last row: the keys of what has the focus at the left, those of the app at the right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from ablytui.ui.keys import key_sign

_GAP = "  "

ROOMY: Final = 100
"""From this many columns on the palette is named too; help, which is always named, names it."""


def groups(bindings: Iterable[Binding]) -> list[tuple[list[str], str, str]]:
    """Signs, word and first key; neighbours with one word stand together, `n N next/prev`."""
    found: list[tuple[list[str], str, str]] = []
    for binding in bindings:
        sign = binding.key_display or key_sign(binding.key)
        if found and found[-1][1] == binding.description:
            if sign not in found[-1][0]:
                found[-1][0].append(sign)
        else:
            found.append(([sign], binding.description, binding.key))
    return found


def shortest(bindings: Iterable[Binding]) -> list[Binding]:
    """One binding for each word, with its shortest key (`q`, not `^q`); the way out is last."""
    found: dict[str, Binding] = {}
    for binding in bindings:
        known = found.get(binding.description)
        if known is None or len(key_sign(binding.key)) < len(key_sign(known.key)):
            found[binding.description] = binding
    return sorted(found.values(), key=lambda b: b.action.endswith("quit"))


def line(local: list[Binding], everywhere: list[Binding], width: int) -> Content:
    """Both ends in `width` cells; what is last at the left goes first when there is no room."""
    right = _joined(everywhere)
    left = list(local)
    while left and _joined(left).cell_length + right.cell_length + 2 > width:
        left.pop()
    start = _joined(left)
    gap = max(width - start.cell_length - right.cell_length, 0)
    return Content.assemble(start, " " * gap, right).truncate(width)


def _joined(bindings: list[Binding]) -> Content:
    parts = []
    for signs, word, key in groups(bindings):
        meta = Style.from_meta({"@click": f"press({key!r})"})
        text = Content.assemble((" ".join(signs), "bold $footer-key-foreground"), " ", word)
        parts.append(text.stylize(meta))
    return Content(_GAP).join(parts)


class KeyBar(Widget):
    """Shows the bindings that are active; a click does what the key does."""

    auto_links = False

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; padding: 0 1; color: $text-muted; }
    """

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def action_press(self, key: str) -> None:
        """A click on a key is that key."""
        self.app.simulate_key(key)

    def render(self) -> Content:
        """The line as it is now."""
        local: list[Binding] = []
        everywhere: list[Binding] = []
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.enabled and not active.binding.system:
                where = everywhere if active.node is self.app else local
                where.append(active.binding)
        if self.size.width < ROOMY:
            everywhere = [b for b in everywhere if not b.action.endswith("command_palette")]
        return line(local, shortest(everywhere), self.size.width)
