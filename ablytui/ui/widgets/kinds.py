"""The tabs in the title of the compose dialog; ← and → go from one to the next."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from ablytui.ui.present.compose import KINDS
from ablytui.ui.theme import PRIMARY


class Kinds(Widget, can_focus=True):
    """Says nothing itself: what it is told to do is an action of its screen."""

    DEFAULT_CSS = """
    Kinds { height: 1; width: 1fr; }
    Kinds:focus { background: $primary 20%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "screen.turn(1)", "next kind"),
        Binding("left", "screen.turn(-1)", "kind before"),
    ]

    auto_links = False
    kind: reactive[str] = reactive("publish")

    def render(self) -> Content:
        """All of them, the chosen one marked."""
        width = self.content_size.width
        parts = []
        for kind in KINDS:
            style = f"bold underline {PRIMARY}" if kind.action == self.kind else ""
            short = kind.word if width >= 40 else kind.word.partition(" ")[0]
            word = Content.styled(short, style)
            parts.append(word.stylize(Style.from_meta({"@click": f"screen.kind({kind.action!r})"})))
        gap = "  " if width >= 48 else " "
        return Content(gap).join(parts)
