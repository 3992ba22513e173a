"""The theme's colours on terminals of 256 or 16 of them.

Rich takes every dark tint for black and every light one for white, so that with 256 colours title
rows lose their ground, and with 16 all coloured text its colour. Here each is the nearest of 256;
of 16 the one of its hue, and text that could not be read on its ground is black or white.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Ground
from textual.filter import LineFilter

Triple = tuple[int, int, int]

STANDARD: Final[Sequence[Triple]] = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0),
    (0, 0, 205), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
)  # fmt: skip
"""What the 16 look like, about: every terminal has shades of its own."""

_HUES: Final = ((10, 1), (32, 3), (70, 11), (165, 2), (195, 6), (250, 4), (335, 5), (360, 1))
"""Up to which hue, in degrees, a colour is which of the 16; orange is the dark yellow."""

_ORANGE: Final = 3
_BRIGHT: Final = 8
_COLOURED_TEXT: Final = 40
"""The least distance between a colour's channels from which it is no grey."""

_COLOURED_GROUND: Final = 24
_READABLE: Final = 3.0
"""The least contrast of text."""


class FewColours(LineFilter):
    """Puts the colours that the terminal has in the place of the theme's."""

    def __init__(self, *, standard: bool) -> None:
        """`standard`: 16 colours, not 256."""
        super().__init__()
        self._change = _of_16 if standard else _of_256

    def apply(self, segments: list[Segment], background: Ground) -> list[Segment]:  # noqa: ARG002
        """The same segments in other colours."""
        return [
            Segment(text, None if style is None else self._change(style), control)
            for text, style, control in segments
        ]


def few_colours(system: str | None) -> list[LineFilter]:
    """The filter for what Rich calls the colour system of a terminal; none where it has more."""
    return [FewColours(standard=system == "standard")] if system in {"standard", "256"} else []


@lru_cache(4096)
def _of_256(style: Style) -> Style:
    return style + Style(color=_near(style.color), bgcolor=_near(style.bgcolor))


@lru_cache(4096)
def _of_16(style: Style) -> Style:
    ground = _triple(style.bgcolor)
    letters = _triple(style.color)
    back = None if ground is None else hued(ground, _COLOURED_GROUND)
    front = None if letters is None else hued(letters, _COLOURED_TEXT)
    if front is not None and back is not None and contrast(front, back) < _READABLE:
        front = _read_on(back)
    return style + Style(color=_standard(front), bgcolor=_standard(back))


def _read_on(back: int) -> int:
    return max((0, 15), key=lambda each: contrast(each, back))


def _triple(color: Color | None) -> Triple | None:
    if color is None or color.type is not ColorType.TRUECOLOR or color.triplet is None:
        return None
    return (*color.triplet,)


def _standard(number: int | None) -> Color | None:
    return None if number is None else Color(str(number), ColorType.STANDARD, number=number)


def _near(color: Color | None) -> Color | None:
    triple = _triple(color)
    if triple is None:
        return None
    number = nearest(triple)
    return Color(str(number), ColorType.EIGHT_BIT, number=number)


@lru_cache(4096)
def nearest(color: Triple) -> int:
    """Of the colours 16 to 255 the one that is nearest."""
    steps = (0, 95, 135, 175, 215, 255)
    cube = [min(range(6), key=[abs(step - value) for step in steps].__getitem__) for value in color]
    grey = min(max(round((sum(color) / 3 - 8) / 10), 0), 23)
    apart = sum((steps[i] - value) ** 2 for i, value in zip(cube, color, strict=True))
    if sum((8 + 10 * grey - value) ** 2 for value in color) < apart:
        return 232 + grey
    return 16 + 36 * cube[0] + 6 * cube[1] + cube[2]


@lru_cache(4096)
def hued(color: Triple, least: int) -> int:
    """Of the 16 the one of the same hue, or a grey where the channels are nearer than `least`."""
    hue, light, _ = colorsys.rgb_to_hls(*(value / 255 for value in color))
    if max(color) - min(color) < least:
        return next(
            number for top, number in ((0.25, 0), (0.5, 8), (0.8, 7), (2, 15)) if light < top
        )
    number = next(number for top, number in _HUES if hue * 360 <= top)
    if light > 0.5 and number < _BRIGHT and number != _ORANGE:
        return number + _BRIGHT
    return number - _BRIGHT if light <= 0.4 and number > _BRIGHT else number


@lru_cache(256)
def contrast(one: int, other: int) -> float:
    """Between two of the 16, as WCAG has it: 1 to 21."""
    light, dark = sorted((_luminance(STANDARD[one]), _luminance(STANDARD[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Triple) -> float:
    parts = [value / 255 for value in color]
    parts = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
