"""The status row: badge, time in state, what is next; at the right what passes by."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from ablytui.protocol.frame import Direction
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.visible import elide, visible
from ablytui.ui import theme
from ablytui.ui.present import clockwords, reasons, waits
from ablytui.ui.present.faults import count_words
from ablytui.ui.present.view import View

_GAP: Final = Content("   ")

WIDE: Final = 140
"""From this many columns on the name of the capture and the bytes are shown."""

_BARS: Final = "▁▂▃▄▅▆▇█"

SPARKS: Final = 7
"""Seconds in a sparkline."""

STANDARD: Final = 110
"""From this many columns on the transport and the round trip are shown."""


def badge(view: View, *, spin: bool = False) -> Content:
    """The state on a ground of its colour."""
    state = view.connection.state
    look = theme.CONNECTION[state]
    glyph = theme.spun(state, waits.in_state(view)) if spin else look.glyph
    return Content.styled(f" {glyph} {state.value} ", look.badge)


def _left(view: View, width: int, *, spin: bool) -> Content:
    time = ""
    # Nothing moves while nothing happens: before the first attempt there is nothing to time.
    if view.connection.state is not S.INITIALIZED:
        time = clockwords.age(waits.in_state(view))
    words = reasons.next_words(view, width)
    parts: list[Content | tuple[str, str] | str] = [badge(view, spin=spin), " ", (time, "bold")]
    if words.plain:
        parts += ["  ", words]
    return Content.assemble(*parts)


def _transport(view: View) -> Content:
    params = view.connection.params
    version = "classic" if params.dialect is DialectName.CLASSIC else "v6"
    scheme = "wss" if params.tls else "ws"
    return Content.styled(f"{scheme} {params.format.value} {version}", theme.MUTED)


def _rtt(view: View) -> Content:
    told = "—" if view.rtt is None else clockwords.age(view.rtt)
    return Content.assemble(("rtt ", theme.MUTED), told)


def sparkline(view: View, direction: Direction) -> Content:
    """The frames of the last seconds that are over, as heights; empty where nothing is counted."""
    if view.rates is None:
        return Content("")
    counts = view.rates.last(direction, round((view.now - view.mono0) * 1000))[:-1][-SPARKS:]
    most = max(counts)
    steps = [-(-count * len(_BARS) // most) if most else 0 for count in counts]
    return Content.styled("".join(_BARS[max(step, 1) - 1] for step in steps), theme.MUTED)


def until_next_spark(view: View) -> float | None:
    """Ms until a sparkline moves on; None while nothing passed in the time it shows."""
    if view.rates is None:
        return None
    now = view.now - view.mono0
    seen = (view.rates.last(each, round(now * 1000)) for each in Direction)
    return 1_000.0 - now % 1_000.0 + 1.0 if any(map(any, seen)) else None


def _passed(view: View, direction: Direction, *, sizes: bool, sparks: bool) -> Content:
    came = direction is Direction.IN
    glyph = ("↓", theme.MUTED) if came else ("↑", theme.PRIMARY)
    count, size = (view.frames_in, view.bytes_in) if came else (view.frames_out, view.bytes_out)
    volume = f" {clockwords.volume(size)}" if sizes else ""
    words = Content.assemble(glyph, f" {clockwords.number(count)}", (volume, theme.MUTED))
    spark = sparkline(view, direction) if sparks else Content("")
    return Content.assemble(words, " ", spark) if spark.plain else words


def _counts(view: View, *, sizes: bool, sparks: bool = False) -> list[Content]:
    if not (view.frames_in or view.frames_out):
        return []
    both = [_passed(view, each, sizes=sizes, sparks=sparks) for each in Direction]
    return [_GAP.join(both)]


def _last(view: View, *, names: bool) -> list[Content]:
    parts = []
    if view.recording is not None:
        name = f" {elide(visible(view.recording), 24, middle=True)}" if names else ""
        parts.append(Content.assemble(("rec", theme.WRONG), (name, theme.MUTED)))
    if view.revealed:
        parts.append(Content.styled("secrets shown", theme.WRONG))
    if view.in_force:
        parts.append(count_words(view))
    return parts


def _right(view: View, width: int) -> list[list[Content]]:
    """What may stand at the right end, the fullest first."""
    wide = width >= WIDE
    counts, last = _counts(view, sizes=wide), _last(view, names=wide)
    forms = [[*counts, *last], counts]
    if width >= STANDARD:
        rtt = [_rtt(view)] if view.connection.attempt else []
        full = [*_counts(view, sizes=wide, sparks=True), *last]
        forms = [[_transport(view), *rtt, *full], [*rtt, *full], full, *forms]
    return forms


def status_line(view: View, width: int, *, spin: bool = False) -> Content:
    """The row in `width` cells; parts that do not fit are left out whole."""
    left = _left(view, width, spin=spin)
    for parts in _right(view, width):
        right = _GAP.join(parts)
        gap = width - 1 - left.cell_length - right.cell_length
        if parts and gap >= 3:
            return Content.assemble(left, " " * gap, right)
    return left.truncate(width)
