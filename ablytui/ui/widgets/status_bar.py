"""The first row of the screen."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from ablytui.ui.present.status import status_line
from ablytui.ui.present.view import View


class StatusBar(Widget):
    """The state first; `show` tells it what is. With `spin` connecting turns."""

    DEFAULT_CSS = "StatusBar { height: 1; }"

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
        return status_line(self._view, self.size.width, spin=self._spin)

    def render(self) -> Content:
        """The row that `show` made, or one for another size."""
        if self._drawn_for != self.size:
            self._drawn, self._drawn_for = self._line(), self.size
        return self._drawn
