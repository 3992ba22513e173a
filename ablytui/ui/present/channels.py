"""The table of channels and what is said of the one under its cursor. Knows no widget.

Times in ms. The columns keep their places at a width, whatever stands in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from ablytui.protocol.connection import Channel
from ablytui.protocol.message import Flag
from ablytui.protocol.observe.tallies import Tally
from ablytui.protocol.states import ChannelState
from ablytui.protocol.visible import elide, visible
from ablytui.ui.present import clockwords
from ablytui.ui.present.view import View
from ablytui.ui.theme import CHANNEL, CONTINUITY, FAINT, GOOD, HEALS, MUTED, PLAIN, WRONG

_S = ChannelState
_MODES: Final = (
    ("pub", Flag.PUBLISH),
    ("sub", Flag.SUBSCRIBE),
    ("pres", Flag.PRESENCE),
    ("psub", Flag.PRESENCE_SUBSCRIBE),
)
_STATE: Final = 13
SORTS: Final = ("first seen", "name", "state", "traffic", "last")
"""The orders that the table can have."""

_RANK: Final = (
    _S.FAILED,
    _S.SUSPENDED,
    _S.ATTACHING,
    _S.DETACHING,
    _S.ATTACHED,
    _S.DETACHED,
    _S.INITIALIZED,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One channel: what the client knows of it (None: it was only seen), and what passed."""

    name: str
    channel: Channel | None
    tally: Tally

    @property
    def state(self) -> ChannelState:
        """Its state; of one that was only seen on the wire, the last that the log tells."""
        if self.channel is not None:
            return self.channel.state
        return self.tally.history[-1][1] if self.tally.history else _S.INITIALIZED


def lines(view: View, sort: str = SORTS[0]) -> list[Line]:
    """The channels in order; those that need attention first where sorted by state."""
    known = view.connection.channels
    names = dict.fromkeys((*view.tallies, *known))
    found = [Line(name, known.get(name), view.tallies.get(name) or Tally()) for name in names]
    if sort == "name":
        found.sort(key=lambda each: each.name)
    elif sort == "state":
        found.sort(key=lambda each: _RANK.index(each.state))
    elif sort == "traffic":
        found.sort(key=lambda each: -(each.tally.frames_in + each.tally.frames_out))
    elif sort == "last":
        found.sort(key=lambda each: -(each.tally.last_at or 0))
    return found


def attached(view: View) -> tuple[int, int]:
    """How many channels are attached, and how many there are."""
    found = lines(view)
    return sum(each.state is _S.ATTACHED for each in found), len(found)


# --- the columns --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """Widths of the columns; 0 leaves one out."""

    name: int
    modes: bool
    serial: int
    counts: int
    last: int
    members: int


def plan_for(width: int) -> Plan:
    """What fits: the members go first, then the serial, the modes and the counts."""
    if width >= 106:
        return Plan(17, modes=True, serial=18, counts=8, last=8, members=9)
    if width >= 80:
        return Plan(12, modes=True, serial=0, counts=7, last=7, members=8)
    if width >= 74:
        return Plan(12, modes=True, serial=0, counts=7, last=7, members=0)
    if width >= 56:
        return Plan(14, modes=False, serial=0, counts=7, last=7, members=0)
    return Plan(max(8, width - _STATE - 3), modes=False, serial=0, counts=0, last=0, members=0)


def heads(width: int) -> Content:
    """The names of the columns."""
    plan = plan_for(width)
    words = [" ", "name".ljust(plan.name), " ", "state".ljust(_STATE)]
    if plan.modes:
        words += [f" {word:>4}" for word, _ in _MODES] + ["  "]
    if plan.serial:
        words.append("channel serial".ljust(plan.serial))
    if plan.counts:
        words += ["↓".rjust(plan.counts), "↑".rjust(plan.counts)]
    if plan.last:
        words.append("last".rjust(plan.last))
    if plan.members:
        words.append("members".rjust(plan.members))
    return Content.styled("".join(words), FAINT).truncate(width)


def row(line: Line, view: View, width: int) -> Content:
    """One channel; what is wrong with it stands in the place of its figures."""
    plan = plan_for(width)
    look = CHANNEL[line.state]
    name = elide(visible(line.name), plan.name, middle=True).ljust(plan.name)
    parts: list[Content | tuple[str, str]] = [
        (f" {name} ", PLAIN),
        (f"{look.glyph} {line.state}".ljust(_STATE), look.text),
    ]
    if plan.modes:
        parts += [*_modes(line), ("  ", PLAIN)]
    trouble = _trouble(line, view)
    if trouble is not None:
        parts.append(trouble)
    else:
        parts += _figures(line, view, plan)
    return Content.assemble(*parts).truncate(width, ellipsis=True)


def _modes(line: Line) -> Iterable[tuple[str, str]]:
    for _, flag in _MODES:
        if line.channel is None or line.state is not _S.ATTACHED:
            yield "     ", PLAIN
        elif line.channel.modes & flag:
            yield "    ✓", GOOD
        else:
            yield "    ·", FAINT


def _trouble(line: Line, view: View) -> Content | None:
    """Why it is not attached, in words; None where figures stand."""
    channel = line.channel
    if line.state in {_S.ATTACHING, _S.DETACHING}:
        since = line.tally.history[-1][0] / 1000 if line.tally.history else None
        asked = "" if since is None else f" for {clockwords.age(_log_now(view) - since)}"
        limit = clockwords.span(view.connection.params.realtime_request_timeout)
        return Content.styled(f"asked{asked}, fails at {limit}", MUTED)
    if channel is None or channel.reason is None or line.state is _S.ATTACHED:
        return None
    style = WRONG if line.state is _S.FAILED else HEALS
    return Content.styled(f"{channel.reason.code} {visible(channel.reason.message)}", style)


def _figures(line: Line, view: View, plan: Plan) -> list[tuple[str, str]]:
    tally = line.tally
    parts: list[tuple[str, str]] = []
    if plan.serial:
        serial = line.channel.channel_serial if line.channel else None
        text = elide(visible(serial or ""), plan.serial - 1, middle=True)
        parts.append((text.ljust(plan.serial), MUTED))
    if plan.counts:
        for count in (tally.frames_in, tally.frames_out):
            text = clockwords.number(count).rjust(plan.counts)
            parts.append((text, PLAIN if count else FAINT))
    if plan.last:
        ago = "" if tally.last_at is None else clockwords.age(_log_now(view) - tally.last_at / 1000)
        parts.append((ago.rjust(plan.last), MUTED))
    if plan.members:
        members = len(line.channel.presence.present()) if line.channel else 0
        parts.append((str(members).rjust(plan.members), PLAIN if members else FAINT))
    return parts


def _log_now(view: View) -> float:
    return view.now - view.mono0


# --- the one under the cursor -------------------------------------------------------------------


def about(line: Line, view: View, width: int) -> list[Content]:
    """What else is known of a channel, a line each."""
    told = [_attached(line, view)]
    channel = line.channel
    if channel is not None:
        params = ", ".join(f"{name} {value}" for name, value in channel.params)
        if params:
            told.append(_fact("params", visible(params)))
        if channel.presence.syncing or channel.presence.present():
            told.append(_fact("members", _members(channel, view)))
    if line.tally.history:
        told.append(_history(line, view, width))
    return [each.truncate(width, ellipsis=True) for each in told]


def _fact(name: str, value: str | Content) -> Content:
    return Content.assemble((f" {name:<17} ", MUTED), value)


def _attached(line: Line, view: View) -> Content:
    head = Content.styled(f" {elide(visible(line.name), 17, middle=True):<17} ", f"bold {PLAIN}")
    tally = line.tally
    if line.state is not _S.ATTACHED or tally.attached_at is None:
        look = CHANNEL[line.state]
        reason = _trouble(line, view) or Content("")
        return Content.assemble(head, (f"{look.glyph} {line.state}  ", look.text), reason)
    ago = clockwords.age(_log_now(view) - tally.attached_at / 1000)
    resumed = ("  RESUMED", CONTINUITY) if tally.resumed else ""
    return Content.assemble(
        head,
        (f"attached {ago} ago by ", MUTED),
        (f"↓ {tally.attached_n} ATTACHED", "underline"),
        resumed,
    )


def _members(channel: Channel, view: View) -> Content:
    own = view.connection.id
    names = [
        visible(item["clientId"]) + (" (you)" if item["connectionId"] == own else "")
        for item in channel.presence.present()
    ]
    waiting = ("  (the service is still telling)", MUTED) if channel.presence.syncing else ""
    return Content.assemble(", ".join(names) or "none", waiting)


def _history(line: Line, view: View, width: int) -> Content:
    """The latest states, each with how long it lasted, as many as fit; the last one is now."""
    history = list(line.tally.history)
    ends = [at for at, _ in history[1:]] + [int(_log_now(view) * 1000)]
    pieces = [
        Content.assemble((f"{state} ", CHANNEL[state].text), clockwords.age((end - at) / 1000))
        for (at, state), end in zip(history, ends, strict=True)
    ]
    room = width - 20
    kept: list[Content] = []
    for piece in reversed(pieces):
        room -= piece.cell_length + 3
        if kept and room < 0:
            break
        kept.insert(0, piece)
    return _fact("history", Content.styled(" → ", FAINT).join(kept))
