"""The one table of glyphs: what stands for each of them where only ASCII can be shown.

Widgets write the glyphs; `AsciiOnly` changes them on the last way to the terminal, so that none
can be forgotten. Each takes as many cells as before, so that nothing moves. What a peer sent in
other scripts is left as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

STATES: Final[Mapping[str, str]] = {
    "○": "o",
    "◐": "~",
    "◓": "-",
    "◑": "~",
    "◒": "-",
    "●": "@",
    "◇": "?",
    "◆": "&",
    "□": "%",
    "■": "$",
    "✕": "X",
}
"""Of connections and channels; connecting turns. No two states share a sign."""

_ARROWS: Final = {
    "↑": "^",
    "↓": "v",
    "←": "<",
    "→": ">",
    "›": ">",
    "↔": "-",
    "⇄": "=",
    "▲": "^",
    "▴": "^",
    "△": "^",
    "►": ">",
    "▶": ">",
    "‖": '"',
    "▰": "#",
    "▱": "-",
    "▸": ">",
    "▹": ">",
    "▼": "v",
    "▾": "v",
    "▽": "v",
    "◄": "<",
    "◀": "<",
    "◂": "<",
}

_WORDS: Final = {
    "…": "~",
    "·": ".",
    "•": "*",
    "▪": "*",
    "×": "x",
    "✓": "+",
    "✔": "+",
    "✗": "x",
    "≡": "=",
    "≠": "#",
    "—": "-",
    "\u2013": "-",  # en dash
    "≥": ">",
    "≤": "<",
    "≈": "~",
    "∞": "-",
    "µ": "u",
    "§": "S",
    "↵": "<",
    "⏎": "<",
    "⇥": ">",
    "⌫": "<",
    "\u2019": "'",
    "\u2018": "'",
    "\u201c": '"',
    "\u201d": '"',
    "°": "o",
    "\u00a0": " ",
    "🔎": "> ",
}

_HEIGHTS: Final = dict(zip("▁▂▃▄▅▆▇█", "_-~=+*%#", strict=True))
"""Of bars: the higher, the darker."""

_SHADES: Final = {"░": ".", "▒": ":", "▓": "%", "▔": "-", "▀": "="}


def _line(glyph: str) -> str:
    """A piece of a line: heavy ones stay apart from light ones."""
    name = unicodedata.name(glyph)
    heavy = "HEAVY" in name or "DOUBLE" in name.split()[2:3]
    words = set(name.replace("VERTICAL AND HORIZONTAL", "CROSS").split())
    if words & {"UP", "DOWN"} and not words & {"LEFT", "RIGHT", "HORIZONTAL"}:
        words |= {"VERTICAL"}
    if "DIAGONAL" in words:
        return "X" if "CROSS" in words else "/" if "UPPER RIGHT TO LOWER LEFT" in name else "\\"
    flat = "HORIZONTAL" in words or words & {"LEFT", "RIGHT"}
    tall = words & {"VERTICAL", "UP", "DOWN", "CROSS"}
    if flat and not tall:
        return "=" if heavy else "-"
    if heavy:
        return "#"
    return "+" if flat or "CROSS" in words else "|"


def _table() -> dict[str, str]:
    blocks = {chr(code): "|" for code in range(0x2589, 0x2591)} | {"▕": "|"}
    quadrants = {chr(code): "#" for code in range(0x2596, 0x25A0)}
    lines = {chr(code): _line(chr(code)) for code in range(0x2500, 0x2580)}
    return {
        **lines,
        **quadrants,
        **blocks,
        **_SHADES,
        **_HEIGHTS,
        **STATES,
        **_ARROWS,
        **_WORDS,
    }


ASCII: Final[Mapping[str, str]] = _table()
"""Glyph to stand-in, of the same width in cells."""

_TRANSLATION: Final = str.maketrans(dict(ASCII))


def in_ascii(text: str) -> str:
    """The text with every glyph of the table replaced."""
    return text if text.isascii() else text.translate(_TRANSLATION)


class AsciiOnly(LineFilter):
    """Replaces glyphs in what is about to be shown."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same segments in ASCII."""
        return [
            segment if segment.text.isascii() else segment._replace(text=in_ascii(segment.text))
            for segment in segments
        ]
