"""The names of the log's columns, in a row of their own above it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from ablytui.ui.present.columns import OPTIONAL, columns_for, heads
from ablytui.ui.widgets.line_view import LineView


class LogHeads(LineView):
    """As wide as the log, with the same plan of columns."""

    DEFAULT_CSS = "LogHeads { height: 1; overflow: hidden; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._last = 0
        self.shown_columns: Sequence[str] = OPTIONAL

    def set(self, last: int) -> None:
        """The log's highest number is another one; a longer one needs a wider column."""
        longer = len(str(last)) != len(str(self._last))
        self._last = last
        if longer:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The names."""
        width = self.size.width
        if y:
            return self.blank(width)
        return self.strip(heads(columns_for(width, self._last, self.shown_columns)), width)
