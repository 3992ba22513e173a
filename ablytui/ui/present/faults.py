"""The faults that are in force and those that have struck, in rows. Knows no widget.

Times in ms. What stands in the rows is words of the service's table, and names from the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from ablytui.protocol.observe.firings import Firing
from ablytui.protocol.visible import cells, elide, visible
from ablytui.ui.faultbook import InForce
from ablytui.ui.present.around import moment
from ablytui.ui.present.view import View
from ablytui.ui.theme import FAINT, MUTED, OURS, PLAIN

_ROOMY: Final = 100
_NARROW: Final = 74


@dataclass(frozen=True, slots=True)
class Plan:
    """Widths of the columns; 0 leaves one out."""

    word: int
    what: int
    since: int
    fired: int
    lasts: int


def plan_for(width: int) -> Plan:
    """What fits: when it began goes first, then how long it lasts."""
    if width >= _ROOMY:
        sizes = (28, 14, 10, 18)
    elif width >= _NARROW:
        sizes = (19, 0, 9, 15)
    else:
        sizes = (19, 0, 9, 0)
    word, since, fired, lasts = sizes
    return Plan(word, max(width - 3 - sum(sizes), 8), since, fired, lasts)


def _columns(plan: Plan, words: tuple[str, ...]) -> str:
    widths = (plan.word, plan.what, plan.since, plan.fired, plan.lasts)
    return "".join(map(_fit, words, widths))


def _fit(text: str, width: int) -> str:
    """The text in so many cells, of which the last stays free."""
    if not width:
        return ""
    cut = elide(text, width - 1)
    return cut + " " * (width - cells(cut))


def heads(width: int, *, fired: bool) -> Content:
    """The names of the columns: of what is in force, or of what has struck."""
    words = (
        ("fired", "what came of it", "last", "times", "")
        if fired
        else ("in force", "on what", "since", "fired", "lasts")
    )
    return Content.styled("   " + _columns(plan_for(width), words).rstrip(), FAINT)


def standing_row(each: InForce, view: View, width: int) -> Content:
    """One fault that is in force."""
    plan = plan_for(width)
    fired = "" if each.fired is None else f"{each.fired}"
    if each.times is not None:
        fired = f"{each.fired or 0} of {each.times}"
    if each.until is not None:
        lasts = f"until {_clock(each.until, view)}"
    elif each.times is not None:
        lasts = f"{each.times - (each.fired or 0)} more"
    else:
        lasts = "until lifted" if each.by_hand else "the scenario"
    since = _clock(each.since, view) if each.since else ""
    word, what = visible(each.word), visible(each.what)
    return Content.assemble(
        (" ▪ ", OURS),
        (_fit(word, plan.word), f"bold {OURS}"),
        (_fit(what, plan.what), PLAIN),
        (_fit(since, plan.since), MUTED),
        (_fit(fired, plan.fired), PLAIN),
        (_fit(lasts, plan.lasts), MUTED),
    )


def firing_row(each: Firing, view: View, width: int) -> Content:
    """One fault that has struck, with the times it did."""
    plan = plan_for(width)
    times = f"×{each.count}" if each.count > 1 else ""
    begun = (view.wall or 0.0) - (view.now - view.mono0)
    last = _clock(begun + each.at / 1000, view, parts=True)
    return Content.assemble(
        (" + " if each.adds else " × ", OURS),
        (_fit(visible(each.name), plan.word), PLAIN),
        (_fit(visible(each.text), plan.what), MUTED),
        (_fit(last, plan.since), MUTED),
        (_fit(times, plan.fired), PLAIN),
    )


def _clock(wall: float, view: View, *, parts: bool = False) -> str:
    at: datetime = moment(wall, view.zone)
    return at.strftime("%H:%M:%S") + (f".{at.microsecond // 1000:03}" if parts else "")


def empty(view: View, width: int, key: str, demo: str) -> Content:
    """What to do where there is nothing to list."""
    if not view.serves:
        lines = [
            "Faults are made by the local service, and this connection goes elsewhere.",
            f"{demo} plays a scenario on the local service; there {key} makes faults by hand.",
        ]
    else:
        lines = [
            f"No fault is in force. {key} makes one: cut, a close code, an error, silence …",
            "What has struck is listed here, with the time and how often.",
        ]
    wrapped = (each for line in lines for each in _wrapped(line, max(width - 4, 10)))
    return Content.styled("\n" + "\n".join(f"  {line}" for line in wrapped), MUTED)


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def count_words(view: View) -> Content:
    """How many are in force, for the right end of a row; empty where there are none."""
    count = len(view.in_force)
    if not count:
        return Content("")
    return Content.styled("1 fault" if count == 1 else f"{count} faults", OURS)
