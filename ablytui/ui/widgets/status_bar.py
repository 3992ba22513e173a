"""The first row of the screen."""

from __future__ import annotations

from textual.content import Content

from ablytui.ui.present.status import status_line
from ablytui.ui.present.view import View
from ablytui.ui.widgets.one_row import OneRow


class StatusBar(OneRow):
    """The state first."""

    DEFAULT_CSS = "StatusBar { height: 1; }"

    def draw(self, view: View, width: int, *, spin: bool) -> Content:
        """The state, what is next, and the traffic as far as there is room."""
        return status_line(view, width, spin=spin)
