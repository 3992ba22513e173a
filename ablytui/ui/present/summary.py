"""What a ProtocolMessage says in one line: unusual first, and only what differs.

The cut falls on the end, so user data comes last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.decoders.spans import shown
from ablytui.protocol.coerce import integer, mapping, sequence, text
from ablytui.protocol.errorinfo import error_from_wire
from ablytui.protocol.frame import Direction, Origin
from ablytui.protocol.log import Entry
from ablytui.protocol.message import (
    Flag,
    MessageAction,
    PresenceAction,
    ProtocolAction,
    details_from_wire,
    flag_names,
)
from ablytui.protocol.visible import tail
from ablytui.ui.present.amounts import limit
from ablytui.ui.present.around import Around, continuity, resending
from ablytui.ui.present.clockwords import age, span
from ablytui.ui.present.segments import Role, Seg

PREVIEW: Final = 400
"""Characters of user data that a row may need at most."""

_COUNTED: Final = re.compile(r"@\d*(\d{3})-0*(\d{1,6})\Z", re.ASCII)

SERIAL_TAIL: Final = 5

_FLAGS_SHOWN: Final = 4


def summary(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    """The summary of one whole message."""
    segs: list[Seg] = []
    if around.links.is_duplicate(entry.n):
        segs.append(Seg("dup ", Role.CONTINUITY))
    words = _WORDS.get(entry.action if entry.action is not None else -1, _other)
    segs += words(entry, message, around)
    if entry.origin is Origin.INJECTED:
        segs.append(Seg("  injected", Role.OURS))
    elif entry.origin is Origin.USER and entry.action != ProtocolAction.HEARTBEAT:
        segs.append(Seg("  by you", Role.FAINT))
    return segs


def error_segs(value: object, role: Role = Role.WRONG) -> list[Seg]:
    """`40160 not permitted`, nothing where there is no error."""
    error = error_from_wire(value)
    return [Seg(shown(str(error), PREVIEW), role)] if error is not None else []


def preview(data: object) -> str:
    """User data on one line."""
    if isinstance(data, str):
        return shown(data, PREVIEW)
    if isinstance(data, (bytes, bytearray)):
        return f"{len(data)} bytes {bytes(data[:16]).hex(' ')}"
    if data is None:
        return ""
    try:
        whole = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    except (TypeError, ValueError, RecursionError):
        return "nested too deeply to show"
    return shown(whole, PREVIEW)


def _latency(entry: Entry, around: Around, before: str = "   ") -> list[Seg]:
    ms = around.links.latency(entry.n)
    if ms is None:
        return []
    return [Seg(f"{before}{age(ms)}", Role.MUTED)]


def _serial_range(message: Mapping[Any, Any]) -> str:
    first = integer(message.get("msgSerial"))
    count = integer(message.get("count"))
    if first is None:
        return "no msgSerial"
    if count is None or count <= 1:
        return f"#{first}"
    return f"#{first}-{first + count - 1}"


def _answered(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    """`#412 ✓ 14 ms `: what became of something we sent."""
    serial = integer(message.get("msgSerial"))
    segs = [] if serial is None else [Seg(f"#{serial} ")]
    links = around.links
    answer = links.answer_of(entry.n)
    if answer is not None:
        ms = links.latency(entry.n)
        took = f" {age(ms)}" if ms is not None else ""
        row = around.peek(answer)
        if row is not None and row.action == ProtocolAction.NACK:
            code = f" {row.error}" if row.error else ""
            segs.append(Seg(f"refused{code}{took} ", Role.WRONG))
        else:
            segs.append(Seg(f"✓{took} ", Role.GOOD))
    elif links.waiting(entry.n):
        segs.append(Seg(_waiting(entry, around) + " ", Role.WARN))
    elif serial is not None and (knowing := resending(links)) is not None:
        again = knowing.resent_as(entry.n)
        resent = "" if again is None else f", resent as {again}"
        segs.append(Seg(f"no ACK{resent} ", Role.WARN))
    return segs


def _waiting(entry: Entry, around: Around) -> str:
    if around.now is None:
        return "waiting"
    return f"waiting {age(max(around.now - entry.at, 0) / 1000)}"


def _pending(entry: Entry, around: Around) -> list[Seg]:
    waits = around.links.waiting(entry.n)
    return [Seg("  " + _waiting(entry, around), Role.WARN)] if waits else []


def _heartbeat(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    name = text(message.get("id"))
    if name is None:
        return []
    segs = [Seg(f"id {shown(name, 40)}", Role.MUTED)]
    if entry.origin is Origin.USER:
        segs.append(Seg("   ping by you", Role.MUTED))
    return segs + (_latency(entry, around) or _pending(entry, around))


def _ack(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    return [Seg(_serial_range(message)), *_latency(entry, around)]


def _nack(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    head = Seg(_serial_range(message) + " ")
    return [head, *error_segs(message.get("error") or {}), *_latency(entry, around)]


def _connected(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    segs = [*error_segs(message.get("error"))]
    if segs:
        segs.append(Seg("  "))
    knowing = continuity(around.links)
    if not segs and knowing is not None:
        same = knowing.same_connection(entry.n)
        if same is not None:
            segs.append(Seg("same " if same else "new ", Role.CONTINUITY if same else Role.WARN))
    role = segs[-1].role if segs and segs[-1].text.strip() else Role.MUTED
    name = text(message.get("connectionId")) or "none"
    details = details_from_wire(message)
    segs += [Seg("connectionId ", role), Seg(shown(name, 40), Role.MUTED)]
    if details.connection_state_ttl is not None:
        segs.append(Seg(f"  ttl {span(details.connection_state_ttl)}", Role.MUTED))
    if details.max_message_size is not None:
        segs.append(Seg(f"  max {limit(details.max_message_size)}", Role.MUTED))
    return segs


def _flags(value: object, *, modes: bool = True) -> list[Seg]:
    names = flag_names(integer(value) or 0)
    first = [name for name in _UNUSUAL if name in names]
    rest = [name for name in names if name not in _UNUSUAL] if modes else []
    segs = [Seg(name + " ", Role.CONTINUITY) for name in first]
    room = max(_FLAGS_SHOWN - len(first), 0)
    if rest[:room]:
        segs.append(Seg(" ".join(rest[:room]), Role.MUTED))
    if len(rest) > room:
        segs.append(Seg(f" +{len(rest) - room}", Role.MUTED))
    return segs


_UNUSUAL: Final = tuple(
    flag.name for flag in (Flag.RESUMED, Flag.ATTACH_RESUME, Flag.HAS_BACKLOG) if flag.name
)


def _attach(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    segs: list[Seg] = []
    serial = text(message.get("channelSerial"))
    if serial:
        segs.append(Seg(f"from {_serial_tail(serial)} "))
    segs += _flags(message.get("flags"))
    params = _params(message)
    if segs and params and not segs[-1].text.endswith(" "):
        segs.append(Seg(" "))
    segs += params
    return segs + _pending(entry, around)


def _params(message: Mapping[Any, Any]) -> list[Seg]:
    params = mapping(message.get("params"))
    words = " ".join(f"{shown(str(k), 40)}={shown(str(v), 40)}" for k, v in params.items())
    return [Seg(words, Role.MUTED)] if words else []


def _attached(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    segs = error_segs(message.get("error"))
    if segs:
        segs.append(Seg("  "))
    return segs + _flags(message.get("flags")) + _latency(entry, around, "  ")


def _detach(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    del message
    return _pending(entry, around)


def _error_then_latency(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    role = Role.WARN if entry.action == ProtocolAction.DISCONNECTED else Role.WRONG
    segs = error_segs(message.get("error"), role)
    return segs + _latency(entry, around, "  " if segs else "")


def _items(
    entry: Entry,
    message: Mapping[Any, Any],
    around: Around,
    member: str,
    item_words: Callable[[Mapping[Any, Any]], list[Seg]],
) -> list[Seg]:
    items = sequence(message.get(member))
    segs = _answered(entry, message, around) if entry.direction is Direction.OUT else []
    if len(items) > 1:
        segs.append(Seg(f"×{len(items)} "))
    if entry.direction is Direction.IN:
        segs += _place(message)
    if items:
        segs += item_words(mapping(items[0]))
    else:
        segs.append(Seg(f"no {member}", Role.WARN))
    return segs


def _place(message: Mapping[Any, Any]) -> list[Seg]:
    serial = text(message.get("channelSerial"))
    if serial:
        return [Seg(_serial_tail(serial) + " ", Role.MUTED)]
    number = integer(message.get("connectionSerial"))
    return [Seg(f"@{number} ", Role.MUTED)] if number is not None else []


def _serial_tail(serial: str) -> str:
    """What tells a serial from the one before: `…603-1` of `108@1795574785603-000001`."""
    counted = _COUNTED.search(serial)
    if counted:
        return f"…{counted[1]}-{counted[2]}"
    return tail(shown(serial, 200), SERIAL_TAIL)


def _message(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    return _items(entry, message, around, "messages", _message_item)


def _message_item(item: Mapping[Any, Any]) -> list[Seg]:
    segs: list[Seg] = []
    action = integer(item.get("action"))
    if action:
        segs.append(Seg(_enum_word(MessageAction, action) + " ", Role.CONTINUITY))
    name = text(item.get("name"))
    if name:
        segs.append(Seg(shown(name, 60) + " "))
    encoding = text(item.get("encoding")) or ""
    if "cipher+" in encoding:
        segs.append(Seg("encrypted ", Role.MUTED))
    segs.append(Seg(preview(item.get("data")), Role.MUTED))
    return segs


def _enum_word(kind: type[MessageAction | PresenceAction], value: int) -> str:
    try:
        return kind(value).name.lower()
    except ValueError:
        return f"action {value}"


def _presence(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    return _items(entry, message, around, "presence", _presence_item)


def _presence_item(item: Mapping[Any, Any]) -> list[Seg]:
    action = integer(item.get("action"))
    segs = [Seg((_enum_word(PresenceAction, action) if action is not None else "?") + " ")]
    who = text(item.get("clientId"))
    if who:
        segs.append(Seg(shown(who, 60) + " ", Role.MUTED))
    segs.append(Seg(preview(item.get("data")), Role.MUTED))
    return segs


def _sync(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    del entry, around
    serial = text(message.get("channelSerial")) or ""
    last = serial.endswith(":") or ":" not in serial
    segs = [Seg("last part ", Role.MUTED)] if serial and last else []
    items = sequence(message.get("presence"))
    if not items:
        return [*segs, Seg("nobody", Role.MUTED)]
    who = [text(mapping(item).get("clientId")) or "?" for item in items[:8]]
    return [Seg(f"×{len(items)} "), *segs, Seg(shown(" ".join(who), PREVIEW), Role.MUTED)]


def _auth(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    del entry, around
    token = text(mapping(message.get("auth")).get("accessToken"))
    if token is None:
        return [Seg("the service asks for a new token", Role.WARN)]
    return [Seg("accessToken "), Seg(shown(token, 60), Role.MUTED)]


def _other(entry: Entry, message: Mapping[Any, Any], around: Around) -> list[Seg]:
    del entry, around
    rest = {key: value for key, value in message.items() if key not in {"action", "channel"}}
    return [Seg(preview(rest), Role.MUTED)] if rest else []


_A = ProtocolAction
_WORDS: Final[Mapping[int, Callable[[Entry, Mapping[Any, Any], Around], list[Seg]]]] = {
    _A.HEARTBEAT: _heartbeat,
    _A.ACK: _ack,
    _A.NACK: _nack,
    _A.CONNECTED: _connected,
    _A.DISCONNECTED: _error_then_latency,
    _A.CLOSE: _detach,
    _A.CLOSED: _error_then_latency,
    _A.ERROR: _error_then_latency,
    _A.ATTACH: _attach,
    _A.ATTACHED: _attached,
    _A.DETACH: _detach,
    _A.DETACHED: _error_then_latency,
    _A.PRESENCE: _presence,
    _A.MESSAGE: _message,
    _A.SYNC: _sync,
    _A.AUTH: _auth,
}
