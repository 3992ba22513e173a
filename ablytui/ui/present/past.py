"""The changes before this one: as a column of a few words, and as pictures to step through."""

from __future__ import annotations

import dataclasses

from textual.content import Content

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui import theme
from ablytui.ui.present import clockwords, reasons
from ablytui.ui.present.view import Past, View

WIDTH = 15
"""Cells of the column."""


def moves(view: View) -> list[Past]:
    """The changes of state that are known, oldest first, without updates."""
    return [past for past in view.history if past.change.event != "update"]


def moment(view: View, past: Past) -> float:
    """When a change was, in ms on the mono clock: the last one was at `since`."""
    last = moves(view)[-1]
    return view.connection.since - (last.at - past.at) / 1000


def column(view: View, rows: int, back: int = 0) -> list[Content]:
    """`before this` and the changes before the last one, newest first, in `rows` rows.

    The one `back` changes ago, if that is looked at, is marked, and stays in sight.
    """
    known = moves(view)
    if len(known) < 2 or rows < 2:
        return []
    lines = [Content.styled("before this", theme.FAINT)]
    for past, after in zip(reversed(known[:-1]), reversed(known[1:]), strict=True):
        row = _row(view, past, after)
        lines.append(row.stylize("on $primary 30%") if len(lines) == back else row)
    if known[0].change.previous is S.INITIALIZED:
        lines.append(Content.styled(theme.CONNECTION[S.INITIALIZED].glyph, theme.MUTED))
    hidden = max(min(back, len(lines) - 1) - rows + 1, 0)
    return [lines[0], *lines[1 + hidden : rows + hidden]]


def _row(view: View, past: Past, after: Past) -> Content:
    change = past.change
    look = theme.CONNECTION[change.current]
    lasted = clockwords.age((after.at - past.at) / 1000)
    code = change.reason.code if change.reason is not None else 0
    word = str(code) if code else lasted
    time = (reasons.clock(view, moment(view, past)) or "")[3:]
    return Content.assemble(
        (look.glyph, look.text), f" {word[:7]:<7} ", (f"{time:>5}", theme.MUTED)
    )


def stepped(view: View, back: int) -> View:
    """The picture `back` changes ago, as the diagram would have shown it just before the next.

    Visits are counted back; nothing is due in the past. `back` beyond what is known stops at
    the oldest change.
    """
    known = moves(view)
    back = min(back, len(known) - 1)
    if back <= 0:
        return view
    past, after = known[-1 - back], known[-back]
    visits = dict(view.visits)
    for later in known[-back:]:
        state = later.change.current
        visits[state] = max(visits.get(state, 0) - 1, 0)
    connection = view.connection.evolve(
        state=past.change.current,
        since=moment(view, past),
        error_reason=past.change.reason,
        timers={},
        hold=False,
        mode="clean",
    )
    now = moment(view, after)
    return dataclasses.replace(
        view,
        connection=connection,
        now=now,
        wall=None if view.wall is None else view.wall + now - view.now,
        visits=visits,
        history=tuple(each for each in view.history if each.n <= past.n),
        connected_after=_took(known, len(known) - 1 - back),
    )


def _took(known: list[Past], index: int) -> float | None:
    """How long the way to `connected` took that ended with this change."""
    past = known[index]
    if past.change.current is not S.CONNECTED or index == 0:
        return None
    return (past.at - known[index - 1].at) / 1000


def said(view: View, back: int) -> Content:
    """Which change is looked at, for the title: `2 changes ago, 0:33`."""
    known = moves(view)
    back = min(back, len(known) - 1)
    ago = clockwords.age(max(view.now - moment(view, known[-1 - back]), 0.0))
    words = "1 change ago" if back == 1 else f"{back} changes ago"
    return Content.assemble((words, theme.PRIMARY), (f"  {ago}", theme.MUTED))
