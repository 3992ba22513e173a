"""The first row of the screen."""

from __future__ import annotations

from typing import Any

from textual.content import Content
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

    def show(self, view: View) -> None:
        """Repaint if the row reads otherwise now."""
        self._view = view
        if self.size.width and not self._line().is_same(self._drawn):
            self.refresh()

    def _line(self) -> Content:
        if self._view is None:
            return Content("")
        return status_line(self._view, self.size.width, spin=self._spin)

    def render(self) -> Content:
        """The row."""
        self._drawn = self._line()
        return self._drawn
