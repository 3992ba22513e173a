"""The diagram of states in one row, where there is no room for more."""

from __future__ import annotations

from textual.content import Content

from ablytui.ui.present.diagram import line
from ablytui.ui.present.view import View
from ablytui.ui.widgets.one_row import OneRow


class StateLine(OneRow):
    """Where it came from, what it is, what is due."""

    DEFAULT_CSS = "StateLine { height: 1; padding: 0 1; }"

    def draw(self, view: View, width: int, *, spin: bool) -> Content:
        """The line of states."""
        return line(view, width, spin=spin)
