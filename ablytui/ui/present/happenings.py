"""Rows that are no frames, in words: states, channels, verdicts, dials, sockets, remarks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.decoders.spans import shown
from ablytui.protocol.closecodes import close_name
from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.errorinfo import error_from_wire
from ablytui.protocol.log import Entry, EntryKind
from ablytui.ui.present.around import Around
from ablytui.ui.present.clockwords import age
from ablytui.ui.present.segments import Role, Seg
from ablytui.ui.theme import CHANNEL, CONNECTION, GOOD, HEALS, MUTED, PRIMARY, WRONG


@dataclass(frozen=True, slots=True)
class Happening:
    """How a row that is no frame is drawn.

    With `action` it has the columns of a frame and `text` is its summary; without, `text` runs
    from the size column on, on a ground of its own. `short` is `text` where columns are few.
    """

    sign: Seg
    text: list[Seg]
    short: list[Seg] | None = None
    action: Seg | None = None
    tick: Role | None = None


def members(entry: Entry) -> Mapping[str, Any]:
    """The members of such a row; empty where they cannot be read."""
    try:
        value = json.loads(entry.payload)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def happening(entry: Entry, around: Around) -> Happening:
    """The words for a row that is no frame. Never raises for what is in it."""
    return _KINDS[entry.kind](entry, members(entry), around)


_ROLES: Final = {
    MUTED: Role.MUTED,
    PRIMARY: Role.PRIMARY,
    GOOD: Role.GOOD,
    HEALS: Role.WARN,
    WRONG: Role.WRONG,
}
_STATE: Final[Mapping[str, tuple[str, Role]]] = {
    str(state): (look.glyph, _ROLES[look.text])
    for state, look in (*CHANNEL.items(), *CONNECTION.items())
}


def _word(value: object) -> str:
    return shown(value, 40) if isinstance(value, str) else "?"


def _change(told: Mapping[str, Any], after: list[Seg]) -> tuple[Seg, list[Seg], list[Seg]]:
    now, before = _word(told.get("current")), _word(told.get("previous"))
    glyph, role = _STATE.get(now, ("?", Role.MUTED))
    name = Seg(now, role, bold=True)
    if told.get("event") == "update":
        words = [name, Seg(" updated", Role.MUTED), *after]
        return Seg(glyph, role), words, words
    short = [Seg("→ ", Role.MUTED), name, *after]
    return Seg(glyph, role), [Seg(f"{before} ", Role.MUTED), *short], short


def _state(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    del entry, around
    after: list[Seg] = []
    reason = error_from_wire(told.get("reason"))
    if reason is not None:
        after.append(Seg("  " + shown(str(reason), 300)))
    retry = told.get("retryIn")
    if isinstance(retry, (int, float)) and not isinstance(retry, bool):
        later = f"retry in {age(retry)}" if retry > 0 else "retrying at once"
        after.append(Seg(f"{'; ' if after else '  '}{later}"))
    point = text(told.get("point"))
    sign, words, short = _change(told, after)
    if point:
        words = [*words, Seg("  " + shown(point, 40), Role.FAINT)]
    return Happening(sign, words, short, tick=sign.role)


def _channel(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    del around
    after = [Seg("  resumed", Role.CONTINUITY)] if told.get("resumed") is True else []
    reason = error_from_wire(told.get("reason"))
    if reason is not None:
        after.append(Seg("  " + shown(str(reason), 300)))
    name = Seg(shown(entry.channel or text(told.get("channel")) or "?", 60) + "  ")
    sign, words, short = _change(told, after)
    return Happening(sign, [name, *words], [name, *short])


_OUTCOMES: Final[Mapping[str, Role]] = {
    "clean": Role.GOOD,
    "resumed": Role.CONTINUITY,
    "recovered": Role.CONTINUITY,
    "partial": Role.WARN,
    "lost": Role.WRONG,
    "refused": Role.WRONG,
}


def _verdict(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    del entry, around
    role = _OUTCOMES.get(_word(told.get("outcome")), Role.WARN)
    sign = Seg("✓" if role in {Role.GOOD, Role.CONTINUITY} else "!", role, bold=True)
    return Happening(sign, [Seg(shown(_word_of(told, "text"), 600), role)], tick=role)


def _word_of(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else "(this row cannot be read)"


_LEVELS: Final[Mapping[str, tuple[str, Role]]] = {
    "info": ("·", Role.MUTED),
    "warning": ("!", Role.WARN),
    "error": ("!", Role.WRONG),
}


_FAULTS: Final[Mapping[str, str]] = {"added": "+", "withheld": "×"}
"""The signs of what a scenario put on the wire, and of what it held back."""


def _notice(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    del entry, around
    glyph, role = _LEVELS.get(_word(told.get("level")), ("·", Role.MUTED))
    code = integer(told.get("code"))
    head = f"{code} " if code else ""
    if (fault := _FAULTS.get(_word(told.get("fault")))) is not None:
        what, _, why = shown(_word_of(told, "message"), 600).partition(": ")
        words = [Seg(what, Role.OURS, bold=True), Seg(f"  {why}" if why else "", Role.MUTED)]
        return Happening(Seg(fault, Role.OURS, bold=True), words, words[:1], tick=Role.OURS)
    line = Seg(head + shown(_word_of(told, "message"), 600), role)
    return Happening(Seg(glyph, role, bold=True), [line], tick=None if role is Role.MUTED else role)


def _anomaly(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    del entry, around
    words = [Seg(shown(_word_of(told, "text"), 600), Role.WARN)]
    point = text(told.get("point"))
    if point:
        words.append(Seg("  " + shown(point, 40), Role.FAINT))
    return Happening(Seg("!", Role.WARN, bold=True), words, tick=Role.WARN)


def _upgrade(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    del around
    words = [Seg(shown(text(told.get("host")) or "?", 80), Role.MUTED)]
    mode = text(told.get("mode"))
    if mode in {"resume", "recover"}:
        words.insert(0, Seg(f"{mode} ", Role.CONTINUITY))
    attempt = integer(told.get("attempt")) or entry.attempt
    if attempt > 1:
        words.append(Seg(f"  attempt {attempt}", Role.MUTED))
    return Happening(Seg("⇄", Role.MUTED), words, action=Seg("dial", Role.MUTED))


def _handshake(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    status = integer(told.get("status"))
    good = status == 101
    words: list[Seg] = [] if good else _refusal(told)
    upgrade = around.upgrade_of(entry)
    url = text(members(upgrade).get("url")) if upgrade is not None else None
    if url:
        words.append(Seg(_path(url) + " ", Role.MUTED))
    phases = mapping(told.get("phases"))
    times = [ms for ms in phases.values() if isinstance(ms, (int, float))]
    if times:
        words.append(Seg(age(sum(times))))
    role = Role.PLAIN if good else Role.WRONG
    action = Seg(f"GET {status if status is not None else '?'}", role, bold=not good)
    return Happening(Seg("⇄", Role.MUTED), words, action=action, tick=None if good else Role.WRONG)


def _path(url: str) -> str:
    rest = url.partition("://")[2] or url
    slash = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=-1)
    return shown(rest[slash:] if slash >= 0 else "/", 600)


def _refusal(told: Mapping[str, Any]) -> list[Seg]:
    headers = {str(k).lower(): v for k, v in mapping(told.get("headers")).items()}
    code, said = headers.get("x-ably-errorcode"), headers.get("x-ably-errormessage")
    words = " ".join(str(each) for each in (code, said) if each)
    return [Seg(shown(words, 300) + "  ", Role.WRONG)] if words else []


def _socket(entry: Entry, told: Mapping[str, Any], around: Around) -> Happening:
    code = integer(told.get("closeCode"))
    error = text(told.get("error"))
    if code is None and error is not None:
        return _failed_dial(entry, error, around)
    by_us = told.get("by") == "us"
    by = "by this side" if by_us else "by the server"
    reason = text(told.get("closeReason"))
    extra = [Seg("  " + shown(error, 300), Role.WRONG)] if error else []
    if told.get("clean") is True and code is not None:
        words = f"{code} {shown(reason, 200) if reason else close_name(code)} {by}"
        role = Role.MUTED if code == 1000 else Role.WARN
        return Happening(
            Seg("⇄", Role.MUTED),
            [Seg("socket closed  ", Role.MUTED), Seg(words, role), *extra],
        )
    if by_us:
        return Happening(
            Seg("×", Role.OURS, bold=True),
            [Seg("drop", Role.OURS, bold=True), Seg(f"  TCP cut {by}; no close frame was sent")],
            [Seg("drop", Role.OURS, bold=True), Seg(f"  TCP cut {by}")],
            tick=Role.OURS,
        )
    words = f"{code} {close_name(code)}" if code not in {None, 1006} and code else "no close frame"
    return Happening(
        Seg("×", Role.WARN, bold=True),
        [Seg("socket lost", Role.WARN, bold=True), Seg(f"  {words} came"), *extra],
        tick=Role.WARN,
    )


def _failed_dial(entry: Entry, error: str, around: Around) -> Happening:
    upgrade = around.upgrade_of(entry)
    host = text(members(upgrade).get("host")) if upgrade is not None else None
    words = [Seg(shown(error, 300), Role.WRONG)]
    if host:
        words.append(Seg(f" {shown(host, 80)}", Role.MUTED))
    return Happening(Seg("⇄", Role.MUTED), words, action=Seg("GET"), tick=Role.WRONG)


_KINDS: Final[Mapping[EntryKind, Callable[[Entry, Mapping[str, Any], Around], Happening]]] = {
    EntryKind.UPGRADE: _upgrade,
    EntryKind.HANDSHAKE: _handshake,
    EntryKind.SOCKET: _socket,
    EntryKind.STATE: _state,
    EntryKind.CHANNEL: _channel,
    EntryKind.VERDICT: _verdict,
    EntryKind.NOTICE: _notice,
    EntryKind.ANOMALY: _anomaly,
}
