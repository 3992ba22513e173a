"""Lines of pieces on a scrollable ground: what the log and the detail have in common.

Nothing is built per line ahead of time; a line becomes a strip when it is drawn. Text is put into
segments as it is and never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ablytui.ui.present.segments import Role, Seg


class Ground(StrEnum):
    """What a line stands on."""

    BASE = "base"
    EVENT = "event"
    CURSOR = "cursor"
    BUTTON = "button"


class LineView(ScrollView):
    """A ScrollView that turns pieces into strips in the colours of the theme."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"line--{role}" for role in Role),
        *(f"line--on-{ground}" for ground in Ground),
    }

    DEFAULT_CSS = """
    LineView {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size: 0 0;
        background: $background;
        color: $foreground;

        & > .line--plain { color: $foreground; }
        & > .line--muted { color: $text-muted; }
        & > .line--faint { color: $foreground 62%; }
        & > .line--primary { color: $text-primary; }
        & > .line--good { color: $text-success; }
        & > .line--warn { color: $text-warning; }
        & > .line--wrong { color: $text-error; }
        & > .line--continuity { color: $text-secondary; }
        & > .line--ours { color: $text-accent; }
        & > .line--on-event { background: $surface; }
        & > .line--on-cursor { background: $primary 15%; }
        &:focus > .line--on-cursor { background: $primary 30%; }
        & > .line--on-button { background: $primary; color: auto; text-style: bold; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._styles: dict[tuple[Role, Ground, bool, bool, bool], Style] = {}

    def notify_style_update(self) -> None:
        """The theme or the focus has changed: every colour is asked for anew."""
        self._styles.clear()
        self.forget_strips()
        super().notify_style_update()

    def forget_strips(self) -> None:
        """Drop what was kept of drawn lines; for those who keep any."""

    def style_of(self, seg: Seg, ground: Ground = Ground.BASE) -> Style:
        """The style of a piece on a ground, from the theme's variables."""
        key = (seg.role, ground, seg.bold, seg.strike, seg.underline)
        style = self._styles.get(key)
        if style is None:
            style = self._make_style(seg, ground)
            self._styles[key] = style
        return style

    def _make_style(self, seg: Seg, ground: Ground) -> Style:
        classes = [] if ground is Ground.BASE else [f"line--on-{ground}"]
        if ground is not Ground.BUTTON:
            classes.append(f"line--{seg.role}")
        style = self.get_visual_style(*classes).rich_style
        extra = Style(
            bold=seg.bold or None,
            strike=seg.strike or None,
            underline=seg.underline or None,
        )
        return style + extra

    def segments(self, segs: Iterable[Seg], ground: Ground = Ground.BASE) -> list[Segment]:
        """The pieces as segments."""
        return [Segment(seg.text, self.style_of(seg, ground)) for seg in segs]

    def strip(self, segs: Iterable[Seg], width: int, ground: Ground = Ground.BASE) -> Strip:
        """The pieces as a strip of exactly `width` cells."""
        blank = self.style_of(Seg(""), ground)
        line = self.segments(segs, ground)
        length = Segment.get_line_length(line)
        if length < width:
            # Filled here: to make a strip takes longer than all the pieces of a line.
            line.append(Segment(" " * (width - length), blank))
            length = width
        return Strip(line, length).adjust_cell_length(width, blank)

    def blank(self, width: int) -> Strip:
        """An empty line."""
        return Strip.blank(width, self.style_of(Seg("")))
