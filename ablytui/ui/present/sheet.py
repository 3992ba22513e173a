"""The sheet of the connection pane: two columns of facts with the URI below, and what changed.

Pure. Each fact has its place, so that the cursor can stand on it and say what it means.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from textual.content import Content

from ablytui.protocol.visible import elide
from ablytui.ui.present.changes import (
    SIGN,
    asked_changes,
    changed_names,
    granted_changes,
    mode_change,
    url_changes,
)
from ablytui.ui.present.facts import Meaning, of_asked, of_granted
from ablytui.ui.present.params import Line, asked, form_uri, granted, uri_of_log
from ablytui.ui.present.reasons import starting
from ablytui.ui.present.tokens import token_lines, token_words
from ablytui.ui.present.view import View
from ablytui.ui.theme import FAINT, MUTED, PRIMARY

_NARROW: Final = 60
"""Cells of width below which one column stands under the other."""


class Place(NamedTuple):
    """Where a fact stands: its column and name, its row, and the cells it may take."""

    column: Literal["asked", "granted"]
    name: str
    row: int
    start: int
    end: int


class Sheet(NamedTuple):
    """The text, the places of its facts, and what was before of those that changed."""

    text: Content
    places: tuple[Place, ...]
    was: dict[tuple[str, str], str]


def sheet_facts(view: View) -> tuple[object, ...]:
    """Everything that `sheet` says, apart from its width: while it is equal, so is the sheet.

    A connection is another one after every frame, and most frames change nothing of this.
    """
    connection = view.connection
    return (
        view.opening,
        connection.params,
        connection.mode,
        connection.id,
        connection.key,
        connection.client_id,
        connection.details,
        connection.state_ttl,
        connection.msg_serial,
        connection.connection_serial,
        len(connection.pending),
        len(connection.queued),
        view.url,
        view.url_before,
        view.dialled,
        view.dialled_before,
        view.connected_n,
        view.granted_before,
        view.revealed,
        token_words(view),
    )


def sheet(view: View, width: int, chosen: tuple[str, str] | None = None) -> Sheet:
    """Both columns and the URI below them, for a pane of `width` cells.

    `chosen` is the column and the name of the fact under the cursor.
    """
    if view.opening:
        return Sheet(Content.styled(f"{starting(view).capitalize()}.", MUTED), (), {})
    left, right = _asked(view), granted(view.connection, revealed=view.revealed)
    was = _was(view)
    left += [(name, Content.styled("default", MUTED)) for name in _gone(was, left)]
    said = url_changes(view.url_before, view.url)
    if said:
        left.append(("changed", Content(", ".join(said))))
    source = "granted by CONNECTED" + (f" {view.connected_n}" if view.connected_n else "")
    beside = width >= _NARROW
    half = (min(width // 2, 36) if width < 90 else width // 2) if beside else width
    cells = half - 1 if beside else width
    rows = _column("asked", "asked", left, cells, was)
    other = _column("granted", source, right, width - half if beside else width, was)
    other = other if right else []
    under = 0 if beside else len(rows)
    places = _places("asked", left, 0, 0, cells)
    places += _places("granted", right, under, half if beside else 0, width)
    rows = _beside(rows, other, half) if beside else rows + other
    for place in places:
        if (place.column, place.name) == chosen:
            rows[place.row] = _lit(rows[place.row], place, width)
    return Sheet(Content("\n").join([*rows, _uri(view, width)]), tuple(places), was)


def _lit(row: Content, place: Place, width: int) -> Content:
    """The row with the cursor on one of its facts."""
    full = row.pad_right(max(min(place.end, width) - row.cell_length, 0))
    return full.stylize("on $primary 30%", place.start, place.end)


def _asked(view: View) -> list[Line]:
    connection = view.connection
    lines = asked(connection.params, connection.mode, revealed=view.revealed)
    # Directly below the way to authenticate.
    lines[3:3] = token_lines(view)
    return lines


def _was(view: View) -> dict[tuple[str, str], str]:
    """What was before, by column and name. What is edited and not dialled differs from the dial."""
    params = view.connection.params
    before = view.dialled_before if params == view.dialled else view.dialled
    changes = asked_changes(before, params)
    changes.pop("mode", None)
    mode = mode_change(view.url_before, view.url)
    if mode:
        changes["mode"] = mode
    found = {("asked", name): words for name, words in changes.items()}
    given = granted_changes(view.granted_before, view.granted)
    return found | {("granted", name): words for name, words in given.items()}


def _gone(was: dict[tuple[str, str], str], lines: list[Line]) -> list[str]:
    """Lines that changed to their default, which has none of its own."""
    known = {name for name, _ in lines}
    return [name for column, name in was if column == "asked" and name not in known]


def _uri(view: View, width: int) -> Content:
    if not view.url:
        return form_uri(view.connection.params, width=width, revealed=view.revealed)
    changed = changed_names(view.url_before, view.url)
    return uri_of_log(view.url, width=width, revealed=view.revealed, changed=changed)


def _column(
    column: str, title: str, lines: list[Line], width: int, was: dict[tuple[str, str], str]
) -> list[Content]:
    names = max((len(name) for name, _ in lines), default=0) + 2
    rows = [Content.styled(elide(title, width), FAINT)]
    for name, value in lines:
        words = was.get((column, name), "")
        sign = SIGN if words or name == "changed" else " "
        head = Content.assemble((name.ljust(names - 2), MUTED), " ", (sign, f"bold {PRIMARY}"))
        row = Content.assemble(head, value)
        # What does not fit is dropped whole; the cursor on the fact tells it.
        if words and row.cell_length + len(words) + 2 <= width:
            row = Content.assemble(row, (f"  {words}", FAINT))
        rows.append(row.truncate(width, ellipsis=True))
    return rows


def _places(
    column: Literal["asked", "granted"], lines: list[Line], above: int, start: int, end: int
) -> list[Place]:
    return [Place(column, name, above + row, start, end) for row, (name, _) in enumerate(lines, 1)]


def _beside(left: list[Content], right: list[Content], at: int) -> list[Content]:
    blank = Content("")
    rows = []
    for row in range(max(len(left), len(right))):
        a = left[row] if row < len(left) else blank
        b = right[row] if row < len(right) else blank
        rows.append(Content.assemble(a, " " * (at - a.cell_length), b))
    return rows


# --- the cursor ---------------------------------------------------------------------------------


def moved(places: tuple[Place, ...], at: tuple[str, str] | None, key: str) -> Place | None:
    """The fact that a key leads to: `up`, `down` in its column, `left`, `right` to the other."""
    here = next((place for place in places if (place.column, place.name) == at), None)
    if here is None:
        return places[0] if places else None
    if key in {"up", "down"}:
        column = [place for place in places if place.column == here.column]
        other = [place for place in places if place.column != here.column]
        by = 1 if key == "down" else -1
        to = column.index(here) + by
        if 0 <= to < len(column):
            return column[to]
        stacked = other and other[0].start == here.start
        if stacked and (other[0].row > here.row) == (by > 0):
            return other[0] if by > 0 else other[-1]
        return here
    wanted = "granted" if key == "right" else "asked"
    across = [place for place in places if place.column == wanted]
    if here.column == wanted or not across:
        return here
    return min(across, key=lambda place: abs(place.row - here.row))


def meaning_of(view: View, place: Place) -> Meaning:
    """What the fact at a place means."""
    if place.column == "granted":
        return of_granted(place.name)
    return of_asked(place.name, view.connection.params, view.connection.mode)
