"""A row of the log as one line of pieces, in the columns of its pane. Pure: any bytes will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ablytui.decoders.spans import shown
from ablytui.protocol.closecodes import close_name
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.frame import Direction, Opcode, Origin, close_code
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import ProtocolAction, action_name
from ablytui.protocol.visible import elide, fit
from ablytui.ui.present.amounts import limit, size
from ablytui.ui.present.around import Around, TimeMode
from ablytui.ui.present.clockwords import age
from ablytui.ui.present.columns import MAP, Columns
from ablytui.ui.present.happenings import Happening, happening
from ablytui.ui.present.segments import Role, Seg, fit_segs
from ablytui.ui.present.summary import error_segs, summary

READ_LIMIT: Final = 1 << 18
"""Bytes up to which a payload is read for its row; a longer one is told by its head."""


@dataclass(frozen=True, slots=True)
class RowText:
    """One drawn row: `width - 1` cells, for the map takes the last.

    `event` rows stand on a ground of their own. `ages`: the words change with time alone.
    """

    segs: tuple[Seg, ...]
    event: bool = False
    ages: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """The parts of a frame's row."""

    action: Seg
    summary: list[Seg]
    sign: Seg = Seg(" ")


def row(entry: Entry, columns: Columns, around: Around) -> RowText:
    """The line of one row. Never raises for what a peer sent."""
    if entry.kind is not EntryKind.FRAME:
        return _happening(entry, happening(entry, around), columns, around)
    parts = _frame(entry, around)
    muted = parts.action.role is Role.MUTED
    arrow = Seg("↑", Role.PRIMARY, bold=True) if _out(entry) else Seg("↓", Role.MUTED)
    if muted and _out(entry):
        arrow = Seg("↑", Role.PRIMARY)
    segs = [*_front(entry, parts.sign, columns, around), arrow, Seg(" ")]
    if columns.size:
        segs += _size(entry, columns, around)
    segs += _named(parts.action, entry.channel or "", columns, muted=muted)
    segs += fit_segs(parts.summary, columns.summary)
    ages = around.links.waiting(entry.n)
    return RowText(tuple(fit_segs(segs, columns.width - MAP)), ages=ages)


def folded_row(first: Entry, last: Entry, count: int, columns: Columns, around: Around) -> RowText:
    """The line of heartbeats that stand together: so many, in so much time."""
    lasted = age(max(last.at - first.at, 0) / 1000)
    words = [Seg(f"×{count:,}", Role.PLAIN), Seg(f"  in {lasted}, to {last.n}", Role.MUTED)]
    segs = [*_front(first, Seg(" "), columns, around), Seg("  ")]
    if columns.size:
        segs.append(Seg(" " * (columns.size + columns.gap)))
    segs += _named(Seg("heartbeats", Role.MUTED), "", columns, muted=True)
    segs += fit_segs(words, columns.summary)
    return RowText(tuple(fit_segs(segs, columns.width - MAP)))


def plain_text(entry: Entry, around: Around) -> str:
    """The row as it is copied: all of it, in one line, nothing cut."""
    columns = Columns(4000, 6, 12, 6, 24, 60)
    segs = row(entry, columns, around).segs
    return " ".join("".join(seg.text for seg in segs).split())


def row_summary(entry: Entry, around: Around) -> list[Seg]:
    """The summary alone, for where a row is only named."""
    if entry.kind is not EntryKind.FRAME:
        return happening(entry, around).text
    return _frame(entry, around).summary


def _out(entry: Entry) -> bool:
    return entry.direction is Direction.OUT


def _front(entry: Entry, sign: Seg, columns: Columns, around: Around) -> list[Seg]:
    """Gutter, number, time: all that stands before the arrow."""
    segs = [Seg(" "), sign, Seg(" ")]
    if columns.seq:
        segs.append(Seg(f"{entry.n:>{columns.seq}} ", Role.FAINT))
    if columns.time:
        segs.append(Seg(time_text(entry, columns.time, around) + " ", Role.MUTED))
    return segs


def _named(action: Seg, channel: str, columns: Columns, *, muted: bool) -> list[Seg]:
    gap = " " * columns.gap
    name = shown(channel, 400)
    role = Role.MUTED if muted else Role.PLAIN
    segs = [action._replace(text=fit(action.text, columns.action) + gap)]
    if columns.channel:
        segs.append(Seg(fit(name, columns.channel, middle=True) + gap, role))
    return segs


def _happening(entry: Entry, told: Happening, columns: Columns, around: Around) -> RowText:
    front = _front(entry, Seg(" "), columns, around)
    if told.action is not None:
        segs = [*front, told.sign, Seg(" ")]
        if columns.size:
            segs.append(Seg(" " * (columns.size + columns.gap)))
        segs += _named(told.action, "", columns, muted=False)
        segs += fit_segs(told.text, columns.summary)
        return RowText(tuple(fit_segs(segs, columns.width - MAP)))
    if columns.seq:
        front[3] = Seg(" " * (columns.seq + 1))
    words = told.short if columns.narrow and told.short is not None else told.text
    segs = [*front, told.sign, Seg(" "), *fit_segs(words, columns.event)]
    return RowText(tuple(fit_segs(segs, columns.width - MAP)), event=True)


def _size(entry: Entry, columns: Columns, around: Around) -> list[Seg]:
    """The size, and `b` or `t` where the opcode is not the one of the connection's format."""
    usual = around.format.opcode if around.format is not None else entry.opcode
    mark = {Opcode.BINARY: "b", Opcode.TEXT: "t"}.get(entry.opcode or Opcode.PING, " ")
    mark = " " if entry.opcode is usual else mark
    digits = fit(size(entry.size), columns.size - 1, right=True)
    return [Seg(digits, Role.MUTED), Seg(f"{mark}{' ' * columns.gap}", Role.WARN)]


def _frame(entry: Entry, around: Around) -> _Frame:
    opcode = entry.opcode
    if opcode is Opcode.PING or opcode is Opcode.PONG:
        what = shown(entry.payload.decode("utf-8", "backslashreplace"), 60)
        return _Frame(Seg(opcode.name.lower(), Role.MUTED), [Seg(what, Role.MUTED)])
    if opcode is Opcode.CLOSE:
        return _close(entry)
    if not entry.fin or opcode is Opcode.CONT:
        return _fragment(entry, around)
    if entry.size > READ_LIMIT and entry.action is not None:
        return _unread(entry)
    message = decode(entry.payload, opcode or Opcode.TEXT)
    if isinstance(message, Undecodable):
        return _undecodable(message.why)
    if entry.action is None:
        words = summary(entry, message, around)
        return _Frame(Seg("no action", Role.WRONG, bold=True), words, Seg("!", Role.WRONG))
    return _Frame(_action(entry.action), summary(entry, message, around), _sign(entry, around))


def _undecodable(why: str) -> _Frame:
    return _Frame(
        Seg("undecodable", Role.WRONG, bold=True),
        [Seg(shown(why, 300), Role.WRONG)],
        Seg("!", Role.WRONG, bold=True),
    )


def _fragment(entry: Entry, around: Around) -> _Frame:
    if entry.opcode is not Opcode.CONT:
        part = "first part"
    else:
        part = "last part" if entry.fin else "next part"
    words = [Seg(part, Role.MUTED)]
    if entry.action is not None:
        words.insert(0, Seg(f"{action_name(entry.action)} ", Role.PLAIN))
        words += error_segs(None if entry.error is None else {"code": entry.error, "message": " "})
    return _Frame(Seg("fragment", Role.MUTED), words, _sign(entry, around))


def _unread(entry: Entry) -> _Frame:
    words = [Seg(f"{limit(entry.size)}, too long to read for one line", Role.MUTED)]
    return _Frame(_action(entry.action or 0), words)


def _close(entry: Entry) -> _Frame:
    by = "by client" if _out(entry) else "by server"
    if not entry.payload:
        return _Frame(Seg("close"), [Seg(f"no code {by}", Role.MUTED)])
    if len(entry.payload) == 1:
        return _Frame(Seg("close"), [Seg("one byte: a code takes two", Role.WRONG)])
    code, reason = close_code(entry.payload)
    role = Role.PLAIN if code == 1000 else Role.WARN
    said = shown(reason, 200) if reason else ("" if code == 1000 else close_name(code))
    words = " ".join(part for part in (str(code), said, by) if part)
    return _Frame(Seg("close"), [Seg(words, role)])


_A = ProtocolAction
_ACTION_ROLES: Final = {
    _A.ACK: (Role.MUTED, False),
    _A.HEARTBEAT: (Role.MUTED, False),
    _A.CONNECTED: (Role.GOOD, True),
    _A.ERROR: (Role.WRONG, True),
    _A.NACK: (Role.WRONG, True),
    _A.DISCONNECTED: (Role.WARN, True),
}


def _action(action: int) -> Seg:
    role, bold = _ACTION_ROLES.get(action, (Role.PLAIN, False))  # type: ignore[call-overload]
    return Seg(elide(action_name(action), 24), role, bold=bold)


def _sign(entry: Entry, around: Around) -> Seg:
    if entry.origin is Origin.INJECTED:
        return Seg("+", Role.OURS, bold=True)
    if around.links.is_duplicate(entry.n):
        return Seg("≡", Role.CONTINUITY, bold=True)
    return Seg(" ")


def time_text(entry: Entry, width: int, around: Around) -> str:
    """The time column in exactly `width` cells."""
    if around.mode is TimeMode.CLOCK:
        stamp = around.moment(entry.at).strftime("%H:%M:%S.%f")[:12]
        return stamp[-width:]
    if around.mode is TimeMode.PREVIOUS:
        since = None if around.previous is None else entry.at - around.previous
        words = "" if since is None else "+" + _since(since)
    else:
        since = None if around.connect is None else entry.at - around.connect
        words = "" if since is None else _clocked(since)
    if len(words) > width:
        words = words.replace(" ", "") if around.mode is TimeMode.PREVIOUS else words[-width:]
    return fit(words, width, right=True)


def _since(us: int) -> str:
    seconds = max(us, 0) / 1_000_000
    if seconds < 9.9995:
        return f"{seconds:.3f}"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return age(seconds * 1000)


def _clocked(us: int) -> str:
    sign, us = ("-", -us) if us < 0 else ("", us)
    minutes, rest = divmod(us, 60_000_000)
    return f"{sign}{minutes}:{rest // 1_000_000:02}.{rest // 1000 % 1000:03}"
