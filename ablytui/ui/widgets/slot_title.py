"""The title row of the place that several panes share: a tab for each, the shown one bold."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.style import Style

from ablytui.ui import theme
from ablytui.ui.present.layout import SLOT, WORD, Pane, number_of
from ablytui.ui.widgets.pane_title import PaneTitle


class SlotTitle(PaneTitle):
    """The title of one of the panes of the place; the others are links beside it."""

    auto_links = False

    def __init__(self, pane: Pane, **kwargs: Any) -> None:
        super().__init__(number_of(pane), WORD[pane], **kwargs)
        self._pane = pane
        self._counts: dict[Pane, int] = {}

    def count(self, pane: Pane, count: int) -> None:
        """How many there are of what a pane lists."""
        if self._counts.get(pane) != count:
            self._counts[pane] = count
            self.refresh()

    @property
    def lead(self) -> Content:
        """The tabs."""
        focused = self.in_focus
        parts = []
        for pane in SLOT:
            count = self._counts.get(pane, 0)
            word = WORD[pane] + (f" {count:,}" if count or pane is self._pane else "")
            style = f"bold {theme.PRIMARY if focused else theme.PLAIN}"
            text = Content.assemble(
                (f"{number_of(pane)} ", theme.FAINT),
                (word, style if pane is self._pane else theme.MUTED),
            )
            parts.append(text.stylize(Style.from_meta({"@click": f"screen.pane({pane.value!r})"})))
        return Content("  ").join(parts)
