"""ATTACH, DETACH and SYNC: who hears a channel, from where on (RTL4, RTL5, RTP18). PURE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from math import inf
from operator import or_
from typing import Any, Final, NamedTuple, cast

from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import DEFAULT_MODES, MODES, Flag, ProtocolAction
from ablytui.protocol.params import DialectName
from ablytui.service import problems
from ablytui.service.auth import Identity
from ablytui.service.channels import Attachment, Channel, Stored
from ablytui.service.connections import Connection, Transport
from ablytui.service.deltas import FORMAT
from ablytui.service.problems import problem
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.wireform import give_out_all, sound

_PARAMS: Final = ("rewind", "rewindLimit", "modes", "delta")
"""The channel parameters that are understood, and so echoed (RTL4k1)."""

_LONGEST: Final = 256
"""Characters of a parameter that are echoed; all modes together have fewer."""

_REWIND: Final = re.compile(r"([0-9]{1,6})([sm]?)")
_REWIND_MOST: Final = 100
"""Messages that a rewind may bring, in frames; `rewindLimit` makes them fewer."""


class _Start(NamedTuple):
    """Where an attachment begins."""

    serial: str
    replay: list[Stored]
    resumed: bool = False
    error: ErrorInfo | None = None


def attach(realm: Realm, transport: Transport, message: Mapping[Any, Any]) -> None:
    """RTL4: ATTACHED first, then what was missed, then who is present."""
    name = message.get("channel")
    connection = transport.connection
    identity = connection.identity
    error = bad_channel(name) or _no_room(realm, transport, str(name))
    params = _params(message.get("params"))
    asked = _modes(message, params)
    if error is not None or isinstance(asked, ErrorInfo):
        fail_channel(realm, transport, name, error or cast("ErrorInfo", asked))
        return
    modes = asked & identity.capability.modes(str(name))
    if not modes:
        let_go(realm, connection, str(name))
        fail_channel(realm, transport, name, _nothing_allowed(identity, str(name)))
        return
    channel = realm.channel(identity.app, str(name))
    if isinstance(channel, ErrorInfo):
        fail_channel(realm, transport, name, channel)
        return
    # In classic an attachment outlives its transport, so attaching again continues it.
    continues = transport.asked.dialect is DialectName.CLASSIC and channel.name in (
        connection.attached
    )
    attachment = Attachment(channel.name, modes, params, asked)
    connection.attached[channel.name] = attachment
    channel.listeners[connection.id] = attachment
    channel.used = True
    flags = Flag(integer(message.get("flags")) or 0 if _u32(message.get("flags")) else 0)
    start = _start(realm, channel, text(message.get("channelSerial")), params, flags)
    if continues and start.error is None:
        start = start._replace(resumed=True, replay=[])
    replay = [s for s in start.replay if attachment.hears(s) and not _own(s, transport)]
    _attached(realm, transport, channel, start._replace(replay=replay))
    attachment.replayed(replay)
    for stored in replay:
        realm.send(transport, _numbered(realm, transport, stored))
    if modes & Flag.PRESENCE_SUBSCRIBE and len(channel.members):
        sync(realm, transport, channel)


def detach(realm: Realm, transport: Transport, message: Mapping[Any, Any]) -> None:
    """RTL5: DETACHED, also where nothing was attached; the members of this connection leave."""
    name = message.get("channel")
    error = bad_channel(name)
    if error is not None:
        fail_channel(realm, transport, name, error)
        return
    realm.send(transport, {"action": int(ProtocolAction.DETACHED), "channel": name})
    let_go(realm, transport.connection, str(name))


def let_go(realm: Realm, connection: Connection, name: str) -> None:
    """A connection is no more on a channel, if it was; its members leave (RTP5)."""
    connection.attached.pop(name, None)
    channel = realm.find(connection.identity.app, name)
    if channel is not None:
        channel.listeners.pop(connection.id, None)
        realm.leave(connection.id, [channel])


def apply_rights(realm: Realm, transport: Transport) -> None:
    """The identity of a connection has changed: so do the modes of its channels (RTC8a1).

    A channel that has none left fails. Where they are others, an ATTACHED says which.
    """
    connection = transport.connection
    identity = connection.identity
    for name, attachment in list(connection.attached.items()):
        before, modes = attachment.modes, attachment.asked & identity.capability.modes(name)
        if modes == before:
            continue
        if not modes:
            let_go(realm, connection, name)
            fail_channel(realm, transport, name, _nothing_allowed(identity, name))
            continue
        attachment.modes = modes
        channel = realm.apps[identity.app].channels[name]
        if not modes & Flag.PRESENCE:
            realm.leave(connection.id, [channel])
        _attached(realm, transport, channel, _Start(channel.head, [], resumed=True))
        if modes & Flag.PRESENCE_SUBSCRIBE and len(channel.members):
            sync(realm, transport, channel)


def _nothing_allowed(identity: Identity, name: str) -> ErrorInfo:
    what = "token" if identity.grant is not None else "key"
    text_ = f"the {what} allows nothing of what was asked for on {name[:60]}"
    return problem(problems.NOT_ALLOWED, text_)


def ask_sync(realm: Realm, transport: Transport, message: Mapping[Any, Any]) -> None:
    """A client asks who is present, as classic clients did. Only on a channel it is attached to."""
    name = text(message.get("channel"))
    attachment = transport.connection.attached.get(name or "")
    channel = realm.find(transport.connection.identity.app, name or "")
    if channel is not None and attachment and attachment.modes & Flag.PRESENCE_SUBSCRIBE:
        sync(realm, transport, channel)


def sync(realm: Realm, transport: Transport, channel: Channel) -> None:
    """All members, in pages (RTP18)."""
    options = realm.options
    pages = channel.members.pages(realm.ids(8), options.sync_page, options.max_message_size)
    for cursor, members in pages:
        page = {
            "action": int(ProtocolAction.SYNC),
            "channel": channel.name,
            "channelSerial": cursor,
            "presence": give_out_all(members, transport.asked.format),
            "timestamp": int(realm.now.wall),
        }
        realm.send(transport, page)


def fail_channel(realm: Realm, transport: Transport, name: object, error: ErrorInfo) -> None:
    """RTL14. Without a name that can be written, nothing can be said about a channel."""
    if isinstance(name, str) and sound(name):
        message = {
            "action": int(ProtocolAction.ERROR),
            "channel": name,
            "error": error.to_wire(),
        }
        realm.send(transport, message)
    realm.note(f"#{transport.socket} channel refused: {error}")


def tell_gap(realm: Realm, transport: Transport, channels: Iterable[str], error: ErrorInfo) -> None:
    """An extra ATTACHED without RESUMED where a classic client's continuity is gone (RTL12)."""
    for name in channels:
        channel = realm.find(transport.connection.identity.app, name)
        if channel is not None and name in transport.connection.attached:
            _attached(realm, transport, channel, _Start(channel.head, [], error=error))


def _no_room(realm: Realm, transport: Transport, name: str) -> ErrorInfo | None:
    attached, most = transport.connection.attached, realm.options.max_channels_per_connection
    if name in attached or len(attached) < most:
        return None
    return problem(
        problems.TOO_MANY_CHANNELS, f"a connection attaches at most {most} channels here"
    )


def _start(
    realm: Realm, channel: Channel, serial: str | None, params: Mapping[str, str], flags: Flag
) -> _Start:
    if serial is not None and channel.holds(serial):
        missed, most = channel.after(serial), realm.options.connection_backlog_bytes
        if sum(stored.size for stored in missed) > most:
            text_ = f"more than {most} bytes were missed, which is too much to be brought again"
            return _Start(channel.head, [], error=problem(problems.BACKLOG_FULL, text_))
        return _Start(serial, missed, resumed=True)
    if serial is not None:
        text_ = "messages before this point are gone, or the channelSerial was never given here"
        return _Start(channel.head, [], error=problem(problems.BACKLOG_EXPIRED, text_))
    if "rewind" in params and not flags & Flag.ATTACH_RESUME:
        return _Start(channel.head, _rewind(realm, channel, params))
    return _Start(channel.head, [])


def _rewind(realm: Realm, channel: Channel, params: Mapping[str, str]) -> list[Stored]:
    """The latest messages by number or by age, each as it is now (RTL4k)."""
    match = _REWIND.fullmatch(params["rewind"])
    if match is None:
        return []
    number, unit = int(match[1]), match[2]
    limit = integer(params.get("rewindLimit"))
    most = _REWIND_MOST if limit is None else min(max(limit, 0), _REWIND_MOST)
    since = -inf
    if unit:
        since = realm.now.mono - number * (60_000 if unit == "m" else 1_000)
    else:
        most = min(number, most)
    found: list[Stored] = []
    for stored in reversed(channel.log.values()):
        if len(found) >= most or stored.at < since:
            break
        fresh = channel.refreshed(stored)
        if fresh is not None:
            found.append(fresh)
    found.reverse()
    return found


def _own(stored: Stored, transport: Transport) -> bool:
    """A message that its publisher does not want to hear (RTL7f)."""
    return (
        stored.action is ProtocolAction.MESSAGE
        and not transport.asked.echo
        and stored.publisher == transport.connection.id
    )


def _numbered(realm: Realm, transport: Transport, stored: Stored) -> Mapping[str, Any]:
    frame = stored.frame(transport.asked.format)
    if transport.asked.dialect is DialectName.CURRENT:
        return frame
    serial = transport.connection.outbox.add(stored, realm.now.mono)
    return {**frame, "connectionSerial": serial}


def _attached(realm: Realm, transport: Transport, channel: Channel, start: _Start) -> None:
    attachment = transport.connection.attached[channel.name]
    flags = Flag(attachment.modes)
    if start.resumed:
        flags |= Flag.RESUMED
    if start.replay:
        flags |= Flag.HAS_BACKLOG
    if attachment.modes & Flag.PRESENCE_SUBSCRIBE and len(channel.members):
        flags |= Flag.HAS_PRESENCE
    message: dict[str, Any] = {
        "action": int(ProtocolAction.ATTACHED),
        "channel": channel.name,
        "channelSerial": start.serial,
        "flags": int(flags),
    }
    if attachment.params:
        message["params"] = dict(attachment.params)
    if start.error is not None:
        message["error"] = start.error.to_wire()
    realm.send(transport, message)


def _params(value: object) -> dict[str, str]:
    given = mapping(value)
    return {
        name: given[name]
        for name in _PARAMS
        if isinstance(given.get(name), str)
        and sound(given[name])
        and len(given[name]) <= _LONGEST
        and (name != "delta" or given[name] == FORMAT)
    }


def _u32(value: object) -> bool:
    number = integer(value)
    return number is not None and 0 <= number < 1 << 32


_MODE_NAMES: Final = {
    "PRESENCE": Flag.PRESENCE,
    "PUBLISH": Flag.PUBLISH,
    "SUBSCRIBE": Flag.SUBSCRIBE,
    "PRESENCE_SUBSCRIBE": Flag.PRESENCE_SUBSCRIBE,
    "ANNOTATION_PUBLISH": Flag.ANNOTATION_PUBLISH,
    "ANNOTATION_SUBSCRIBE": Flag.ANNOTATION_SUBSCRIBE,
    "OBJECT_SUBSCRIBE": Flag.OBJECT_SUBSCRIBE,
    "OBJECT_PUBLISH": Flag.OBJECT_PUBLISH,
}


def _modes(message: Mapping[Any, Any], params: Mapping[str, str]) -> Flag | ErrorInfo:
    """The modes asked for; `params.modes` beats the flags; none asked for is the usual set."""
    if params.get("modes"):
        names = [n.strip().upper() for n in params["modes"].split(",")]
        unknown = [n for n in names if n not in _MODE_NAMES]
        if unknown:
            text_ = f"{unknown[0][:40]!r} is no channel mode"
            return problem(problems.BAD_VALUE, text_)
        return reduce(or_, (_MODE_NAMES[n] for n in names))
    flags = message.get("flags")
    asked = Flag(integer(flags) or 0) & MODES if _u32(flags) else Flag(0)
    return asked or DEFAULT_MODES
