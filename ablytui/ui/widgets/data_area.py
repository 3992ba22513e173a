"""Several rows in which data or a frame is typed; nothing in them is obeyed by the terminal."""

from __future__ import annotations

import re
from typing import Any, Final

from rich.text import Text
from textual.widgets import TextArea

from ablytui.protocol.visible import visible

_OTHER: Final = re.compile(r"[^\x20-\x7e]")


def drawn(line: str) -> str:
    """The line as it may be shown, as long as it is: `·` for what a terminal would obey."""
    return _OTHER.sub(_safe, line)


def _safe(match: re.Match[str]) -> str:
    # A tab has its own way of being drawn.
    return match[0] if match[0] == "\t" or visible(match[0]) == match[0] else "·"


class DataArea(TextArea):
    """Tab goes on to the next field; enter begins another line."""

    DEFAULT_CSS = """
    DataArea {
        height: 6; width: 1fr; border: none; padding: 0 1; background: $panel;
        border-left: outer $panel; scrollbar-size-vertical: 1;
        &:focus { border: none; background: $primary 20%; border-left: outer $border; }
    }
    """

    def __init__(self, text: str = "", *, blink: bool = True, **kwargs: Any) -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", **kwargs)
        self.cursor_blink = blink
        self.highlight_cursor_line = False

    def get_line(self, line_index: int) -> Text:
        """What is drawn of a line; the document keeps what was typed."""
        return Text(drawn(self.document.get_line(line_index)), end="", no_wrap=True)
