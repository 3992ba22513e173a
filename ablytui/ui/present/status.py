"""The status row: badge, time in state, what is next; at the right what passes by."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.visible import elide, visible
from ablytui.ui import theme
from ablytui.ui.present import clockwords, reasons, waits
from ablytui.ui.present.view import View

_GAP: Final = Content("   ")

WIDE: Final = 140
"""From this many columns on the name of the capture and the bytes are shown."""

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


def _passed(glyph: Content, count: int, size: int, *, sizes: bool) -> Content:
    volume = f" {clockwords.volume(size)}" if sizes else ""
    return Content.assemble(glyph, f" {clockwords.number(count)}", (volume, theme.MUTED))


def _counts(view: View, *, sizes: bool) -> list[Content]:
    if not (view.frames_in or view.frames_out):
        return []
    down, up = Content.styled("↓", theme.MUTED), Content.styled("↑", theme.PRIMARY)
    came = _passed(down, view.frames_in, view.bytes_in, sizes=sizes)
    went = _passed(up, view.frames_out, view.bytes_out, sizes=sizes)
    return [_GAP.join([came, went])]


def _last(view: View, *, names: bool) -> list[Content]:
    parts = []
    if view.recording is not None:
        name = f" {elide(visible(view.recording), 24, middle=True)}" if names else ""
        parts.append(Content.assemble(("rec", theme.WRONG), (name, theme.MUTED)))
    if view.revealed:
        parts.append(Content.styled("secrets shown", theme.WRONG))
    return parts


def _right(view: View, width: int) -> list[list[Content]]:
    """What may stand at the right end, the fullest first."""
    wide = width >= WIDE
    counts, last = _counts(view, sizes=wide), _last(view, names=wide)
    forms = [[*counts, *last], counts]
    if width >= STANDARD:
        rtt = [_rtt(view)] if view.connection.attempt else []
        forms = [[_transport(view), *rtt, *forms[0]], [*rtt, *forms[0]], *forms]
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
