"""Pieces of a drawn line: a text and the role that gives it its colour. Knows no theme.

Texts that came from the wire are made visible before they become a piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from ablytui.protocol.visible import ELLIPSIS, cells, elide


class Role(StrEnum):
    """What a piece of text is for; the theme decides how that looks."""

    PLAIN = "plain"
    MUTED = "muted"
    FAINT = "faint"
    PRIMARY = "primary"
    GOOD = "good"
    WARN = "warn"
    WRONG = "wrong"
    CONTINUITY = "continuity"
    OURS = "ours"


class Seg(NamedTuple):
    """One piece."""

    text: str
    role: Role = Role.PLAIN
    bold: bool = False
    strike: bool = False
    underline: bool = False


def width_of(segs: Iterable[Seg]) -> int:
    """The terminal cells that the pieces take together."""
    return sum(cells(seg.text) for seg in segs)


def text_of(segs: Iterable[Seg]) -> str:
    """The bare text."""
    return "".join(seg.text for seg in segs)


def marked(segs: Iterable[Seg], needles: Sequence[str]) -> Iterable[Seg]:
    """The pieces with every needle in them bold, underlined and in the first colour."""
    if not needles:
        return segs
    pattern = re.compile("|".join(re.escape(needle) for needle in needles))
    out: list[Seg] = []
    for seg in segs:
        at = 0
        for found in pattern.finditer(seg.text):
            out.append(seg._replace(text=seg.text[at : found.start()]))
            out.append(Seg(found.group(), Role.PRIMARY, bold=True, underline=True))
            at = found.end()
        out.append(seg._replace(text=seg.text[at:]) if at else seg)
    return [seg for seg in out if seg.text]


def fit_segs(segs: Iterable[Seg], width: int) -> list[Seg]:
    """The pieces in exactly `width` cells: filled up with blanks, or cut with `…` at the end."""
    out: list[Seg] = []
    left = width
    for seg in segs:
        taken = cells(seg.text)
        if taken > left:
            return _cut(out, seg, left)
        if seg.text:
            out.append(seg)
        left -= taken
    if left > 0:
        out.append(Seg(" " * left))
    return out


def _cut(out: list[Seg], seg: Seg, left: int) -> list[Seg]:
    if left == 0:
        # The cut falls between two pieces: the mark takes the place of the last cell.
        while out and left == 0:
            seg = out.pop()
            left = cells(seg.text)
        if left == 0:
            return out
        seg = seg._replace(text=seg.text + ELLIPSIS)
    cut = elide(seg.text, left)
    out.append(seg._replace(text=cut))
    if cells(cut) < left:
        out.append(Seg(" " * (left - cells(cut))))
    return out
