"""Text from the wire, made fit for a terminal and for a column.

`visible` is the one way from a peer's text to a screen: nothing that moves a cursor, turns the
reading order or hides itself gets through. The rest of the file cuts text by terminal cells.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"

_UNSAFE: Final = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\xad"  # soft hyphen
    "\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"  # Arabic and Syriac format characters
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers: they look like nothing
    "\u180e\u200b\u200e\u200f"  # invisible space, left-to-right and right-to-left marks
    "\u2028-\u202e"  # line and paragraph separators, bidi embeddings and overrides
    "\u2060-\u206f"  # word joiner, invisible operators, bidi isolates, deprecated controls
    "\ud800-\udfff"  # lone surrogates
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # musical format characters, tags, selectors
    "]",
)
_NAMED: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""The text with every control or invisible character written out.

    C0, DEL and C1 become `\x1b`, line separators, bidi controls, format characters and lone
    surrogates `\u202e` or `\U000e0001`; line feed, carriage return and tab `\n`, `\r`, `\t`.
    Joiners (U+200C, U+200D) stay, for scripts and emoji need them. Printable text is unchanged.
    """
    return _UNSAFE.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    char = match[0]
    named = _NAMED.get(char)
    if named is not None:
        return named
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_ONE_CELL: Final = re.compile("[\x00-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u259f]+")
"""Latin, dashes and dots, arrows, boxes and blocks: nearly all that a screen is made of."""


def cells(text: str) -> int:
    """How many terminal cells the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    rest = _ONE_CELL.sub("", text)
    return len(text) - len(rest) + sum(map(_width, rest))


def _width(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def elide(text: str, width: int, *, middle: bool = False) -> str:
    """The text in at most `width` cells; what is cut off is marked by `…`.

    The cut is at the end, or with `middle` in the middle, where both ends tell things apart.
    """
    if len(text) <= width * 4 and cells(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS if width == 1 else ""
    if not middle:
        return _head(text, width - 1) + ELLIPSIS
    front = width // 2
    return _head(text, front) + ELLIPSIS + _tail(text, width - 1 - front)


def tail(text: str, width: int) -> str:
    """The end of the text in at most `width` cells, `…` before it where something is cut off."""
    if len(text) <= width * 4 and cells(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS if width == 1 else ""
    return ELLIPSIS + _tail(text, width - 1)


def _head(text: str, width: int) -> str:
    if text.isascii():
        return text[:width]
    taken = used = 0
    # Marks that take no cell belong to the letter before them, but not without end.
    for char in text[: width * 4]:
        used += _width(char)
        if used > width:
            break
        taken += 1
    return text[:taken]


def _tail(text: str, width: int) -> str:
    taken = used = 0
    for char in reversed(text[-width * 4 :] if width else ""):
        used += _width(char)
        if used > width:
            break
        taken += 1
    return text[len(text) - taken :]


def fit(text: str, width: int, *, right: bool = False, middle: bool = False) -> str:
    """The text in exactly `width` cells: cut as by `elide`, or filled up with blanks."""
    cut = elide(text, width, middle=middle)
    blank = " " * (width - cells(cut))
    return blank + cut if right else cut + blank
