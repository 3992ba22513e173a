"""The row that stands for the panes' titles where only one pane fits: `1 Frames  2 State …`."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from ablytui.ui.present.layout import NUMBERED, WORD, Pane
from ablytui.ui.theme import FAINT, MUTED

_SHORT = {Pane.CONNECTION: "Conn", Pane.CHANNELS: "Chan"}


def tabs_line(active: Pane, frames: int, note: Content, width: int, *, focused: bool) -> Content:
    """The row in `width` cells, `▌` at its left while a pane has the focus."""
    parts = []
    for number, pane in enumerate(NUMBERED, 1):
        word = _SHORT.get(pane, WORD[pane]) if width < 74 else WORD[pane]
        if pane is Pane.FRAMES and width >= 74:
            word += f" {frames:,}"
        style = ("bold $text-primary" if focused else "bold") if pane is active else MUTED
        text = Content.assemble((f"{number} ", FAINT), (word, style))
        parts.append(text.stylize(Style.from_meta({"@click": f"screen.pane({pane.value!r})"})))
    mark = ("▌", "$text-primary") if focused else " "
    left = Content.assemble(mark, Content("  ").join(parts))
    gap = width - left.cell_length - note.cell_length - 1
    return Content.assemble(left, " " * gap, note) if gap > 0 else left.truncate(width)


class PaneTabs(Widget):
    """Draws `tabs_line`; a click on a tab goes to its pane."""

    DEFAULT_CSS = """
    PaneTabs { height: 1; background: $panel; }
    """

    auto_links = False
    active: reactive[Pane] = reactive(Pane.FRAMES)
    frames: reactive[int] = reactive(0)
    note: reactive[Content] = reactive(Content(""))
    focused_pane: reactive[bool] = reactive(False)

    def render(self) -> Content:
        """The row."""
        return tabs_line(
            self.active, self.frames, self.note, self.size.width, focused=self.focused_pane
        )
