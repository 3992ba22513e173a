"""The token's life in words: whence it came, when it ends, how long that is, what renews it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from textual.content import Content

from ablytui.protocol.tokenlife import life_of
from ablytui.ui.present.view import View
from ablytui.ui.theme import HEALS, MUTED, WRONG

SOON: Final = 60_000.0
"""Ms before its end from which a token that nothing renews is marked."""


def token_words(view: View) -> tuple[str, str, str, str]:
    """Whence and how renewed, when issued, when it ends, how long that is; empty without one."""
    life = life_of(view.connection)
    if life is None:
        return "", "", "", ""
    whence = (
        "given"
        if life.given
        else life.renewal.removeprefix("the ")
        if life.renewal
        else "of authorize"
    )
    renewed = "renewed" if life.renewal and not life.given else ""
    if life.given:
        renewed = f"renewed by {life.renewal.removeprefix('the ')}" if life.renewal else ""
    issued = _clock(view, life.issued) if life.issued is not None else ""
    ends = _clock(view, life.expires) if life.expires is not None else "it does not say when"
    return f"{whence}, {renewed or 'not renewed'}", issued, ends, time_left(view)


def time_left(view: View) -> str:
    """How long the token still lives, coarsely; empty where that is not known."""
    life = life_of(view.connection)
    left = None if life is None or view.wall is None else life.left(view.wall)
    if life is None or left is None:
        return ""
    if left <= 0:
        return "has ended"
    # By a clock that is not the service's it is a guess.
    return f"in {'' if life.exact else 'about '}{_coarse(left)}"


def _coarse(ms: float) -> str:
    """In one unit, so that it changes seldom."""
    seconds = ms / 1000
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _clock(view: View, ms: int) -> str:
    """The person's time of day; with the date where it is another day than now."""
    try:
        when = datetime.fromtimestamp(ms / 1000, view.zone)
        today = datetime.fromtimestamp((view.wall or 0) / 1000, view.zone).date()
    except (OverflowError, OSError, ValueError):
        return "a time that no calendar has"
    return f"{when:%H:%M:%S}" if when.date() == today else f"{when:%Y-%m-%d %H:%M}"


def token_lines(view: View) -> list[tuple[str, Content]]:
    """The lines for what was asked and given; none while there is no token."""
    whence, issued, ends, left = token_words(view)
    if not whence:
        return []
    life = life_of(view.connection)
    short = life is not None and view.wall is not None and (life.left(view.wall) or SOON) < SOON
    style = "" if not short else HEALS if life is not None and life.renewal else WRONG
    when = Content.assemble((left, style), ("  ", ""), (ends, MUTED)) if left else Content(ends)
    lines = [("token", Content(whence)), ("ends", when)]
    return [*lines, ("issued", Content(issued))] if issued else lines
