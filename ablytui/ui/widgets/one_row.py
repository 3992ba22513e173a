"""A row that is made from a View and painted again only when it reads otherwise."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from ablytui.ui.present.view import View


class OneRow(Widget):
    """The base of such rows. `show` tells it what is; with `spin` connecting turns."""

    DEFAULT_CSS = "OneRow { height: 1; }"

    def __init__(self, view: View | None = None, *, spin: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._spin = spin
        self._drawn = Content("")
        self._drawn_for = Size(0, 0)

    def draw(self, view: View, width: int, *, spin: bool) -> Content:
        """The row for a width; what a subclass is for."""
        raise NotImplementedError

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
        return self.draw(self._view, self.content_size.width, spin=self._spin)

    def render(self) -> Content:
        """The row that `show` made, or one for another size."""
        if self._drawn_for != self.size:
            self._drawn, self._drawn_for = self._line(), self.size
        return self._drawn
