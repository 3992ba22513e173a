"""Where a recovery key is typed: its secret is drawn as dots, and where it breaks is marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from ablytui.protocol.keyparts import secret_spans

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_CLEAR: Final = 4
"""First characters of a secret of at least twelve that stay readable."""


def drawn(line: str, *, revealed: bool) -> str:
    """The line as it may be shown, as long as it is: dots for the secret, no control character."""
    for start, end in () if revealed else secret_spans(line):
        clear = start + (_CLEAR if end - start >= 12 else 0)
        line = line[:clear] + "•" * (end - clear) + line[end:]
    return _CONTROL.sub("·", line)


class KeyArea(TextArea):
    """A text area for one recovery key. Enter submits it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-area--mark"}

    DEFAULT_CSS = """
    KeyArea {
        & > .key-area--mark { color: $text-error; }
        height: 3; border: none; padding: 0 1; background: $panel; border-left: outer $panel;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background: $primary 20%; border-left: outer $border; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "down", "down", show=False, tooltip="Go down a line, then to the parts"),
    ]

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

    @dataclass
    class Pasted(Message):
        """Something was pasted; it may be another key altogether."""

    @dataclass
    class Left(Message):
        """↓ on the last line."""

    def __init__(self, text: str, *, blink: bool = True, **kwargs: Any) -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", **kwargs)
        self.revealed = False
        self.cursor_blink = blink
        self.highlight_cursor_line = False
        self._breaks_at: int | None = None

    @property
    def cursor_index(self) -> int:
        """How many characters stand before the cursor."""
        row, column = self.cursor_location
        return self._start(row) + column

    def _start(self, row: int) -> int:
        """How many characters stand before a line."""
        document = self.document
        before = sum(len(document.get_line(line)) for line in range(row))
        return before + row * len(document.newline)

    def _place(self, index: int) -> tuple[int, int]:
        row = 0
        while row + 1 < self.document.line_count and self._start(row + 1) <= index:
            row += 1
        return row, index - self._start(row)

    def put(self, start: int, end: int, text: str) -> None:
        """Another text in the place of these characters; ctrl+z takes it back."""
        self.replace(text, self._place(start), self._place(end), maintain_selection_offset=False)

    def mark(self, at: int | None) -> None:
        """Mark the character where the key stops being one; None for none."""
        self._breaks_at = at
        self._line_cache.clear()
        self.refresh()

    def reveal(self, shown: bool) -> None:
        """Show the secret, or hide it."""
        self.revealed = shown
        self._line_cache.clear()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """What is drawn of a line; the document keeps what was typed."""
        # The secret may stand on any line of a key that was pasted with its line breaks.
        shown = drawn(self.document.text, revealed=self.revealed)
        start = self._start(line_index)
        length = len(self.document.get_line(line_index))
        return Text(shown[start : start + length], end="", no_wrap=True)

    def render_line(self, y: int) -> Strip:
        """The line, with the place where the key breaks marked.

        `▴` stands under it if nothing else does, else the character itself is underlined.
        """
        strip = super().render_line(y)
        at = self._breaks_at
        if at is None:
            return strip
        text = self.text
        start = len(text) - len(text.lstrip())
        place = self.wrapped_document.location_to_offset(self._place(min(start + at, len(text))))
        row = y + self.scroll_offset.y
        below = place.y + 1 >= self.wrapped_document.height
        if row == place.y and not below:
            return self._underlined(strip, place.x)
        if row != place.y + 1 or not below:
            return strip
        ground = next((segment.style for segment in strip if segment.style), self.rich_style)
        cells = [Segment(" " * place.x, ground), Segment("▴", ground + self._mark)]
        return Strip(cells).adjust_cell_length(self.size.width, ground)

    @property
    def _mark(self) -> Style:
        return Style(color=self.get_component_rich_style("key-area--mark").color)

    def _underlined(self, strip: Strip, x: int) -> Strip:
        """A strip with the character at `x` marked."""
        marked = self._mark + Style(underline=True, bold=True)
        parts = [strip.crop(0, x), strip.crop(x, x + 1).apply_style(marked), strip.crop(x + 1)]
        return Strip.join(parts)

    def action_down(self) -> None:
        """The line below, or out of the field."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y + 1 >= (
            self.wrapped_document.height
        ):
            self.post_message(self.Left())
        else:
            self.action_cursor_down()

    def on_paste(self) -> None:
        """Tell of it; the area takes it in by itself."""
        self.post_message(self.Pasted())

    def action_paste(self) -> None:
        """ctrl+v, from what was copied in this program."""
        self.post_message(self.Pasted())
        super().action_paste()

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())
            return
        await super()._on_key(event)
