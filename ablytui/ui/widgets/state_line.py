"""The diagram of states in one row, where there is no room for more."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from ablytui.ui.present.diagram import line
from ablytui.ui.present.view import View


class StateLine(Widget):
    """Where it came from, what it is, what is due; `show` tells it what is."""

    DEFAULT_CSS = "StateLine { height: 1; padding: 0 1; }"

    def __init__(self, view: View | None = None, *, spin: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._spin = spin
        self._drawn = Content("")
        self._drawn_for = Size(0, 0)

    def show(self, view: View) -> None:
        """Repaint if the row reads otherwise now."""
        self._view = view
        if not self.size:
            self._drawn_for = self.size
        elif not (line := self._line()).is_same(self._drawn):
            self._drawn, self._drawn_for = line, self.size
            self.refresh()

    def _line(self) -> Content:
        if self._view is None:
            return Content("")
        return line(self._view, self.content_size.width, spin=self._spin)

    def render(self) -> Content:
        """The row that `show` made, or one for another size."""
        if self._drawn_for != self.size:
            self._drawn, self._drawn_for = self._line(), self.size
        return self._drawn
