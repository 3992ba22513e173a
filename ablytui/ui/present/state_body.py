"""What the State pane holds at a size: one of the drawings, and beside and below it what fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from textual.content import Content

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import diagram, explaining, past, reasons
from ablytui.ui.present.canvas import Canvas
from ablytui.ui.present.geometry import LARGE, MEDIUM
from ablytui.ui.present.view import View


class Form(StrEnum):
    """The drawings, by the room they need."""

    LARGE = "large"
    MEDIUM = "medium"
    LIST = "list"
    LINE = "line"


_SIZES: Final = {
    Form.LARGE: LARGE.size,
    Form.MEDIUM: MEDIUM.size,
    Form.LIST: diagram.LIST_SIZE,
}

_CLAUSE: Final = re.compile(r"[.;](?= )")

_GAP: Final = 2
"""Columns between the drawing and the changes before."""


def form_of(width: int, height: int) -> Form:
    """The largest drawing that fits; the list may lose its right end, but no row."""
    for form, (columns, rows) in _SIZES.items():
        if width >= columns and height >= rows:
            return form
    return Form.LIST if height >= diagram.LIST_SIZE[1] else Form.LINE


def state_body(
    view: View,
    width: int,
    height: int,
    *,
    spin: bool = False,
    back: int = 0,
    explain: bool = False,
) -> Content:
    """`state_lines` in one piece."""
    lines = state_lines(view, width, height, spin=spin, back=back, explain=explain)
    return Content("\n").join(lines)


def state_lines(
    view: View,
    width: int,
    height: int,
    *,
    spin: bool = False,
    back: int = 0,
    explain: bool = False,
) -> list[Content]:
    """Everything below the title, in at most `height` rows.

    `back` shows the picture that many changes ago; it is explained below a smaller drawing, as
    is the present one if `explain`. Else the present one is explained in the rows that are left.
    """
    shown = past.stepped(view, back)
    words = explaining.page(view, width - 2, back) if back or explain else []
    form = form_of(width, height - len(words) - 1 if words else height)
    if form is Form.LINE:
        return [diagram.line(shown, width, spin=spin), *_indented(words)][:height]
    canvas = _drawn(form, shown, spin=spin)
    lines = canvas.rows()
    room = width - canvas.width - _GAP
    pad = ""
    if room >= past.WIDTH:
        pad = " " if room > past.WIDTH else ""
        lines = _beside(lines, past.column(view, canvas.height, back))
    lines = [line.truncate(width) for line in lines]
    room = height - len(lines)
    if words:
        lines += [Content(""), *_indented(words, not pad)]
    else:
        lines += _meaning(shown, width - 2, room, apart=form is Form.LIST, indent=not pad)
        lines += _more(view, width - 2, height - len(lines), indent=not pad)
    return [Content(pad) + line if pad else line for line in lines]


def _indented(lines: list[Content], indent: bool = True) -> list[Content]:
    before = Content(" " * int(indent))
    return [before + line for line in lines]


def _more(view: View, width: int, rows: int, *, indent: bool) -> list[Content]:
    """Rule and next step of the present state, where the drawing left rows enough for both."""
    named = {"rule", "next"}
    words = explaining.page(view, width, only=named)
    if view.connection.state is S.INITIALIZED or not words or len(words) + 1 > rows:
        return []
    return [Content(""), *_indented(words, indent)]


def _meaning(view: View, width: int, rows: int, *, apart: bool, indent: bool) -> list[Content]:
    """The reason over at most `rows` rows, in whole sentences if one of them fits.

    The list ends in words, so that one row is left free below it.
    """
    room = rows - int(apart)
    told = reasons.meaning(view)
    if not told.plain or room < 1 or width < 10:
        return []
    before = Content(" " * int(indent))
    lines = next((w for form in _forms(told) if len(w := form.wrap(width)) <= room), None)
    if lines is None:
        lines = [told.truncate(width, ellipsis=True)]
    return [Content("")] * int(apart) + [before + line for line in lines]


def _forms(told: Content) -> Iterator[Content]:
    """The whole text, then less and less of it, always up to the end of a clause."""
    yield told
    for end in reversed([match.start() for match in _CLAUSE.finditer(told.plain)]):
        yield told[:end] + "."


def _drawn(form: Form, view: View, *, spin: bool) -> Canvas:
    if form is Form.LARGE:
        return diagram.large(view, spin=spin)
    if form is Form.MEDIUM:
        return diagram.medium(view)
    return diagram.listing(view, spin=spin)


def _beside(lines: list[Content], column: list[Content]) -> list[Content]:
    blank = " " * _GAP
    return [
        Content.assemble(line, blank, column[row]) if row < len(column) else line
        for row, line in enumerate(lines)
    ]
