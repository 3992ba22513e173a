"""A change of state explained: its reason, the rule that made it, what follows and when, what to do.

For the change that led here, and for each one before it. Pure: from a View to named lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from textual.content import Content

from ablytui.protocol.catalogue import meaning_of
from ablytui.protocol.specpoints import rule_of
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.protocol.visible import visible
from ablytui.ui import theme
from ablytui.ui.present import clockwords, past, reasons, waits
from ablytui.ui.present.tokens import time_left
from ablytui.ui.present.view import View

Fact = tuple[str, Content]
"""A name of one word, and what it says."""

NAMES: Final = 9
"""Cells of the names, with the gap after them."""


def facts(view: View, back: int = 0) -> list[Fact]:
    """Everything about the change `back` changes before the last one, the weightiest first.

    Empty before the first change. `view` is the picture of now, whatever is looked at.
    """
    known = past.moves(view)
    if not known:
        return [("next", Content("nothing until Connect"))] if not back else []
    back = min(back, len(known) - 1)
    change = known[-1 - back].change
    found: list[Fact] = []
    if change.reason is not None:
        style = theme.CONNECTION[change.current].text
        code = f"{change.reason.code} " if change.reason.code else ""
        said = visible(change.reason.message)
        found.append(("reason", Content.assemble((code, style), said)))
    if change.point:
        found.append(("rule", Content(visible(rule_of(change.point)))))
    found.append(("next", Content(after(view, back) if back else due(view))))
    found += meant(change, view, now=not back)
    return found


def meant(change: StateChange, view: View, *, now: bool) -> list[Fact]:
    """What the reason's code means, and what to do; `now`: in the words for what is at stake."""
    error = change.reason
    if error is None or not error.code:
        return []
    known = meaning_of(error.code)
    if now:
        words = reasons.sentences(error, view)
        advice = known.advice if known is not None and words.endswith(known.advice) else ""
        found = [("meaning", Content(words.removesuffix(advice).rstrip()))]
        return [*found, ("do", Content(advice))] if advice else found
    if known is None:
        return []
    return [("meaning", Content(known.meaning)), ("do", Content(known.advice))]


def after(view: View, back: int) -> str:
    """What was to follow a change of the past, and what did."""
    known = past.moves(view)
    here, then = known[-1 - back], known[-back]
    lasted = clockwords.age((then.at - here.at) / 1000)
    came = f"{then.change.current} after {lasted}"
    retry = here.change.retry_in
    if retry is None:
        return f"{came}, at once" if then.at == here.at else came
    return f"a retry in {clockwords.age(retry)}; {came}"


def due(view: View) -> str:
    """What follows from here, and when."""
    return _DUE[view.connection.state](view)


def _suspended_in(view: View) -> str:
    wait = waits.suspension(view)
    return "" if wait is None else f"; suspended in {clockwords.left(wait.left)}"


def _connecting(view: View) -> str:
    wait = waits.patience(view)
    if wait is None:
        return f"a token, then the dial{_suspended_in(view)}"
    more = clockwords.left(wait.left)
    return f"CONNECTED, awaited for {more} more{_suspended_in(view)}"


def _connected(view: View) -> str:
    limit = view.connection.idle_limit
    left = time_left(view)
    due = f"the token ends {left}" if left.startswith("in ") else "nothing is due"
    if limit is None:
        return f"{due}; no sign of life was promised"
    return f"{due}; silence of {clockwords.span(limit)} would mean that it is lost"


def _waiting(view: View) -> str:
    wait = waits.retry(view)
    if wait is None:
        words = "nothing until Connect" if view.connection.hold else "connecting at once"
        return f"{words}{_suspended_in(view)}"
    words = f"connecting in {clockwords.left(wait.left)}"
    if view.connection.state is S.SUSPENDED:
        every = view.connection.params.suspended_retry_timeout
        return f"{words}, then every {clockwords.span(every)}, for ever"
    return f"{words}{_suspended_in(view)}"


def _closing(view: View) -> str:
    wait = waits.patience(view)
    more = "" if wait is None else f", awaited for {clockwords.left(wait.left)} more"
    return f"CLOSED{more}"


def _fixed(words: str) -> Callable[[View], str]:
    return lambda _view: words


_DUE: Final[Mapping[S, Callable[[View], str]]] = {
    S.INITIALIZED: _fixed("nothing until Connect"),
    S.CONNECTING: _connecting,
    S.CONNECTED: _connected,
    S.DISCONNECTED: _waiting,
    S.SUSPENDED: _waiting,
    S.CLOSING: _closing,
    S.CLOSED: _fixed("nothing until Connect, which begins anew"),
    S.FAILED: _fixed("nothing until Connect, which begins anew"),
}


def page(view: View, width: int, back: int = 0, *, only: Collection[str] = ()) -> list[Content]:
    """The facts, or `only` those, in at most `width` cells: names left, values in one column."""
    room = width - NAMES
    if room < 10:
        return []
    lines: list[Content] = []
    for name, value in facts(view, back):
        if only and name not in only:
            continue
        for row, part in enumerate(value.wrap(room)):
            head = name if row == 0 else ""
            lines.append(Content.assemble((f"{head:<{NAMES}}", theme.MUTED), part))
    return lines


def told(view: View, back: int = 0) -> str:
    """The same as plain text, to be copied: the change first, then a fact a line."""
    known = past.moves(view)
    lines = []
    if known:
        change = known[-1 - min(back, len(known) - 1)].change
        lines.append(f"{change.previous} → {change.current}")
    return "\n".join([*lines, *(f"{name}: {value.plain}" for name, value in facts(view, back))])
