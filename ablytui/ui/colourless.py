"""A screen without any colour, for who sets NO_COLOR (no-color.org).

What had a ground of its own is told by reverse video or an underline, what was faint is dim;
letters, glyphs and weight say the rest. The terminal's own two colours are all that is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome
from textual.theme import Theme

_FULL: Final = 100
"""The distance of a ground from the sheet's from which it is a filled badge or the cursor's row."""

_SLIGHT: Final = 60
"""The same for a cursor that has not the focus; title rows and dialogs stay below."""

_FAINT: Final = 0.55
"""Less of the contrast of plain text than this: greyed."""


class NoColour(LineFilter):
    """Takes the colours out. `sheet` and `ink` are the theme's background and foreground."""

    def __init__(self, sheet: Color, ink: Color) -> None:
        super().__init__()
        self._sheet = _triple(sheet)
        self._ink = _triple(ink)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same segments without colour."""
        return [
            Segment(text, None if style is None else _plain(style, self._sheet, self._ink), control)
            for text, style, control in segments
        ]


def without_colour(filters: Iterable[LineFilter], theme: Theme) -> list[LineFilter]:
    """These filters, with ours in the place of Textual's, which leaves shades of grey."""
    ours = colourless(theme)
    return [ours if isinstance(each, Monochrome) else each for each in filters]


def colourless(theme: Theme) -> NoColour:
    """The filter for a theme; the same one for the same colours, since lines are kept by it."""
    sheet, ink = ("black", "white") if theme.dark else ("white", "black")
    return _filter(theme.background or sheet, theme.foreground or ink)


@lru_cache(8)
def _filter(sheet: str, ink: str) -> NoColour:
    return NoColour(Color.parse(sheet), Color.parse(ink))


Triple = tuple[int, int, int]


def _triple(color: Color) -> Triple:
    red, green, blue = color.rgb
    return red, green, blue


def _distance(one: Triple, other: Triple) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


@lru_cache(4096)
def _plain(style: Style, sheet: Triple, ink: Triple) -> Style:
    ground, letters = sheet, ink
    if style.bgcolor is not None and style.bgcolor.triplet is not None:
        ground = (*style.bgcolor.triplet,)
    if style.color is not None and style.color.triplet is not None:
        letters = (*style.color.triplet,)
    if style.reverse:
        ground, letters = letters, ground
    apart = _distance(ground, sheet)
    faint = _distance(letters, ground) < _FAINT * _distance(ink, sheet)
    filled = apart > _FULL
    return Style(
        bold=style.bold,
        dim=(faint and not filled) or style.dim,
        italic=style.italic,
        underline=style.underline or _SLIGHT < apart <= _FULL,
        strike=style.strike,
        reverse=filled,
        meta=style.meta or None,
    )
