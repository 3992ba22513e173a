"""Some of a few words: each is on or off. Arrows go from one to the next, space turns it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from ablytui.ui.theme import GOOD, MUTED, PRIMARY


class Several(Widget, can_focus=True):
    """`value` are the words that are on, in their own order, joined by commas."""

    auto_links = False

    DEFAULT_CSS = """
    Several {
        height: auto; width: 1fr; padding: 0 1; background: $panel; border-left: outer $panel;
        &:focus { background: $primary 20%; border-left: outer $border; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "on / off"),
        Binding("right", "go(1)", "next", show=False),
        Binding("left", "go(-1)", "before", show=False),
        Binding("down", "row(1)", "row below", show=False),
        Binding("up", "row(-1)", "row above", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Other words are on."""

        value: str

    def __init__(self, words: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)
        self._on: frozenset[str] = frozenset()
        self._at = 0

    @property
    def value(self) -> str:
        """The words that are on."""
        return ",".join(word for word in self.words if word in self._on)

    def fill(self, words: Iterable[str]) -> None:
        """Turn these on and the others off, without calling that a change."""
        self._on = frozenset(words) & frozenset(self.words)
        self.refresh()

    def _columns(self, width: int) -> int:
        return max((width + 2) // (max(map(len, self.words)) + 4), 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as the words need."""
        return -(-len(self.words) // self._columns(width))

    def render(self) -> Content:
        """The words in columns, those that are on with a tick."""
        columns = self._columns(self.content_size.width)
        lines = [
            Content("  ").join([self._word(word) for word in self.words[at : at + columns]])
            for at in range(0, len(self.words), columns)
        ]
        return Content("\n").join(lines)

    def _word(self, word: str) -> Content:
        on = word in self._on
        here = self.has_focus and self.words[self._at] == word
        mark = ("✓ ", GOOD) if on else ("· ", MUTED)
        style = f"bold underline {PRIMARY}" if here else "" if on else MUTED
        found = Content.assemble(mark, (word, style))
        return found.pad_right(max(map(len, self.words)) + 2 - found.cell_length)

    def action_go(self, by: int) -> None:
        """The neighbour."""
        self._at = (self._at + by) % len(self.words)
        self.refresh()

    def action_row(self, by: int) -> None:
        """The one below or above, if there is one."""
        at = self._at + by * self._columns(self.content_size.width)
        if 0 <= at < len(self.words):
            self._at = at
            self.refresh()

    def action_turn(self) -> None:
        """On or off."""
        self._on ^= {self.words[self._at]}
        self.refresh()
        self.post_message(self.Changed(self.value))

    def on_click(self, event: Click) -> None:
        """A click turns the word under it."""
        event.stop()
        place = event.get_content_offset(self)
        if place is None:
            return
        columns = self._columns(self.content_size.width)
        column = place.x // (max(map(len, self.words)) + 4)
        at = place.y * columns + column
        if column < columns and at < len(self.words):
            self._at = at
            self.action_turn()
