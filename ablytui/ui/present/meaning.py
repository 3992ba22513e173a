"""What a row means by its codes and rules: named sentences for the detail of a row.

Frames and rows that carry an error, a close code, a spec point; nothing for all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.decoders.spans import shown
from ablytui.protocol.catalogue import explain, explain_close, explain_range, meaning_of
from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.frame import Direction, Opcode, close_code
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.specpoints import rule_of
from ablytui.ui.present.around import Around
from ablytui.ui.present.causes import change_by
from ablytui.ui.present.clockwords import age
from ablytui.ui.present.happenings import members

Told = list[tuple[str, str]]
"""A name of one word and a sentence."""


def meaning(entry: Entry, message: Mapping[Any, Any] | None, around: Around) -> Told:
    """The facts of a row; `message` is the decoded body of a frame that has one."""
    if entry.kind is EntryKind.FRAME:
        if entry.opcode is Opcode.CLOSE:
            return _closed(entry, close_code(entry.payload)[0], around)
        return _error(None if message is None else message.get("error"))
    told = members(entry)
    return _KINDS.get(entry.kind, _nothing)(entry, told, around)


def _error(value: object) -> Told:
    error = error_from_wire(value)
    if error is None or not error.code:
        return []
    found = _code(error)
    cause = error.cause
    if cause is not None and cause.code and meaning_of(cause.code):
        known = meaning_of(cause.code)
        found.append(("cause", f"{cause.code} {known.meaning}" if known else ""))
    return found


def _code(error: ErrorInfo) -> Told:
    known = explain(error.code)
    if known is not None:
        found = [(str(error.code), known.meaning)]
    else:
        said = shown(error.message, 300)
        words = f'Not in this program\'s list. The server says: "{said}"'
        found = [(str(error.code), words)]
        known = explain_range(error.code)
        if known is not None:
            found.append(("its kind", known.meaning))
    return [*found, ("do", known.advice)] if known is not None and known.advice else found


def _closed(entry: Entry, code: int, around: Around) -> Told:
    """A close by the peer has consequences, unless an earlier frame decided already."""
    change = change_by(entry, around.peek)
    point = text(members(change).get("point")) or "" if change is not None else ""
    told = explain_close(code, around.dialect, asked=point.startswith("RTN12"))
    found = [(str(code), f"{told.name}: {told.meaning[0].lower()}{told.meaning[1:]}")]
    if entry.kind is EntryKind.FRAME and entry.direction is Direction.OUT:
        return found
    if change is not None:
        found.append(("effect", told.consequence))
    return [*found, ("do", told.advice)]


def _state(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, around
    found = _error(told.get("reason"))
    found += _rule(told)
    retry = told.get("retryIn")
    if isinstance(retry, (int, float)) and not isinstance(retry, bool):
        found.append(("next", f"connecting in {age(retry)}" if retry > 0 else "connecting at once"))
    return found


def _rule(told: Mapping[str, Any]) -> Told:
    point = text(told.get("point"))
    return [("rule", shown(rule_of(point), 200))] if point else []


def _channel(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, around
    return _error(told.get("reason"))


def _socket(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    code = integer(told.get("closeCode"))
    return [] if code is None or told.get("by") == "us" else _closed(entry, code, around)


def _handshake(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, around
    headers = {str(k).lower(): v for k, v in mapping(told.get("headers")).items()}
    return _error({"code": headers.get("x-ably-errorcode")}) if told.get("status") != 101 else []


VERDICTS: Final[Mapping[tuple[str, str], str]] = {
    ("resume", "resumed"): "RTN15c6",
    ("resume", "partial"): "RTN15c2",
    ("resume", "lost"): "RTN15c7",
    ("resume", "refused"): "RTN15c4",
    ("recover", "recovered"): "RTN16d",
    ("recover", "lost"): "RTN16l",
    ("recover", "refused"): "RTN15c4",
}
"""The rule by which a verdict was given: what was asked, and what came of it."""


def _verdict(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, around
    asked, outcome = text(told.get("asked")) or "", text(told.get("outcome")) or ""
    point = VERDICTS.get((asked, outcome))
    rule = [("rule", rule_of(point))] if point else []
    return _error(told.get("error")) + rule


def _notice(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, around
    return _error({"code": told.get("code"), "message": told.get("message")})


def _anomaly(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, around
    who = {"us": "this side", "peer": "the other side"}.get(text(told.get("by")) or "")
    return _rule(told) + ([("by", who)] if who else [])


def _nothing(entry: Entry, told: Mapping[str, Any], around: Around) -> Told:
    del entry, told, around
    return []


_KINDS: Final[Mapping[EntryKind, Callable[[Entry, Mapping[str, Any], Around], Told]]] = {
    EntryKind.STATE: _state,
    EntryKind.CHANNEL: _channel,
    EntryKind.SOCKET: _socket,
    EntryKind.HANDSHAKE: _handshake,
    EntryKind.VERDICT: _verdict,
    EntryKind.NOTICE: _notice,
    EntryKind.ANOMALY: _anomaly,
}
