"""What the dialog of faults says: the service's part, a client's, and the fault as JSON. PURE."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from ablytui.protocol.states import ChannelChange, StateChange
from ablytui.protocol.visible import visible
from ablytui.ui.faultbook import Forecast, Offer
from ablytui.ui.theme import CHANNEL, CONNECTION, FAINT, MUTED

LABEL: Final = 13
"""Cells of the words before what they are about, and of the fields' names."""


def meaning(offer: Offer, width: int) -> Content:
    """The name, and what the service will do."""
    return Content("\n").join(
        [Content.styled(offer.word, "bold"), _row("the service", Content(offer.does), width)]
    )


def outcome(offer: Offer, forecast: Forecast, width: int) -> Content:
    """What a correct client does then, what codes mean, and the same in JSON."""
    rows = []
    path = _path(forecast)
    then = _sentence(offer, forecast)
    point = Content.styled(f"  {offer.point}" if offer.point else "", FAINT)
    if path is not None:
        rows.append(_row("a client", Content.assemble(path, point), width))
        if then:
            rows.append(_row("", Content.styled(then, MUTED), width))
    else:
        rows.append(_row("a client", Content.assemble(then, point), width))
    rows += [_row("", Content.styled(visible(note), MUTED), width) for note in forecast.notes]
    rows.append(Content(""))
    rows.append(_row("as JSON", Content.styled(visible(forecast.wire), MUTED), width))
    return Content("\n").join(rows)


def _sentence(offer: Offer, forecast: Forecast) -> str:
    """The table's words, unless the client that is here does something else."""
    first = offer.then.partition(" ")[0].strip(",;")
    states = {str(each.current) for each in forecast.changes if isinstance(each, StateChange)}
    named = first in {str(state) for state in CONNECTION}
    ends = str(forecast.changes[-1].current) if forecast.changes else ""
    if named and states and (first not in states or (ends == "failed") != (first == "failed")):
        return ""
    return offer.then


def _path(forecast: Forecast) -> Content | None:
    """`● connected ━▶ ◇ disconnected 80003 ━▶ ◐ connecting`; None where nothing is foreseen."""
    parts: list[Content] = []
    # What becomes of the channels follows from what becomes of the connection.
    whole = [change for change in forecast.changes if isinstance(change, StateChange)]
    for change in whole or forecast.changes:
        if isinstance(change, ChannelChange):
            look, begun = CHANNEL[change.current], CHANNEL[change.previous]
            before = f"{visible(change.channel)} {begun.glyph} {change.previous}"
        else:
            look, begun = CONNECTION[change.current], CONNECTION[change.previous]
            before = f"{begun.glyph} {change.previous}"
        if isinstance(change, ChannelChange) or not parts:
            parts.append(Content.styled(before, begun.text))
        code = f" {change.reason.code}" if change.reason and change.reason.code else ""
        parts.append(
            Content.assemble(
                ("━▶ ", FAINT), (f"{look.glyph} {change.current}", look.text), (code, MUTED)
            )
        )
    return Content(" ").join(parts) if parts else None


def _row(label: str, text: Content, width: int) -> Content:
    """A muted word, and lines beside it."""
    room = max(width - LABEL, 12)
    lines = [line.rstrip() for line in text.wrap(room)] or [Content("")]
    return Content("\n").join(
        Content.assemble((("" if n else label).ljust(LABEL), MUTED), line)
        for n, line in enumerate(lines)
    )
