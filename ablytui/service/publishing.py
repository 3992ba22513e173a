"""MESSAGE and PRESENCE from clients: checked, answered once, spread (RTN7, RTN19, RTP8). PURE."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ablytui.protocol.codec import Format, encode
from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import Flag, MessageAction, PresenceAction, ProtocolAction
from ablytui.service import problems
from ablytui.service.auth import ANYBODY, Identity, may
from ablytui.service.channels import ITEMS, Channel, Stored
from ablytui.service.connections import Connection, Transport
from ablytui.service.problems import problem
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.serials import Serials
from ablytui.service.wireform import sound, take_in

Item = dict[str, Any]
_TEXTS: Final = ("id", "name", "clientId", "encoding", "serial")
_KEPT: Final = (*_TEXTS, "data", "extras", "action", "version")
_SERIAL_MOST: Final = 1 << 53
"""Larger numbers do not survive JavaScript."""


def take(realm: Realm, transport: Transport, message: Mapping[Any, Any], action: int) -> None:
    """A frame that needs an ACK. Without a usable msgSerial it is obeyed, and not answered."""
    connection = transport.connection
    serial = integer(message.get("msgSerial"))
    if serial is not None and not 0 <= serial < _SERIAL_MOST:
        serial = None
    known = connection.earlier.get(serial) if serial is not None else None
    if known is not None:
        realm.note(f"#{transport.socket} msgSerial {serial} was answered before: same answer")
        realm.send(transport, known)
        return
    error, result = _accept(realm, transport, message, action, serial)
    if serial is None:
        realm.note(f"#{transport.socket} no usable msgSerial: {error or 'taken, no ACK'}")
        return
    answer: dict[str, Any] = {"action": int(ProtocolAction.ACK), "msgSerial": serial, "count": 1}
    if error is not None:
        answer |= {"action": int(ProtocolAction.NACK), "error": error.to_wire()}
        realm.note(f"#{transport.socket} NACK {serial}: {error}")
    else:
        answer["res"] = [{"serials": result}]
    connection.answered(serial, answer)
    realm.send(transport, answer)


def _accept(
    realm: Realm, transport: Transport, message: Mapping[Any, Any], action: int, serial: int | None
) -> tuple[ErrorInfo | None, Sequence[str | None]]:
    name = message.get("channel")
    items = _items(message, ProtocolAction(action), transport.asked.format)
    error = bad_channel(name) or (items if isinstance(items, ErrorInfo) else None)
    app = transport.connection.identity.app
    channel = realm.channel(app, str(name)) if error is None else error
    if isinstance(channel, ErrorInfo) or isinstance(items, ErrorInfo):
        assert isinstance(channel, ErrorInfo)
        return channel, []
    frame_id = f"{transport.connection.id}:{serial if serial is not None else realm.ids(8)}"
    if action == ProtocolAction.MESSAGE:
        return _publish(realm, transport, channel, items, frame_id)
    return _presence(realm, transport, channel, items, frame_id), []


# --- messages -----------------------------------------------------------------------------------


def _publish(
    realm: Realm, transport: Transport, channel: Channel, items: list[Item], frame_id: str
) -> tuple[ErrorInfo | None, Sequence[str | None]]:
    connection = transport.connection
    error = (
        may(connection.identity, "publish", channel.name)
        or _mode(connection, channel, Flag.PUBLISH, "publish")
        or _too_large(realm, items)
        or stamp(connection.identity, items)
    )
    if error is not None:
        return error, []
    deaf = None if transport.asked.echo else connection
    return None, publish(realm, channel, items, frame_id, connection.id, deaf=deaf)


def publish(
    realm: Realm,
    channel: Channel,
    items: list[Item],
    frame_id: str,
    publisher: str,
    *,
    deaf: Connection | None = None,
) -> list[str | None]:
    """Name the messages, store and spread those that are new; the serial of each.

    An id that was published on this channel before makes the message a duplicate: it is not
    delivered again, and its serial is the first one's (RSL1k).
    """
    stem = realm.serials.message(realm.now.wall)
    serials: list[str | None] = []
    fresh: list[Item] = []
    taken: set[str] = set()
    for index, item in enumerate(items):
        known = channel.known(item["id"]) if "id" in item else None
        serial = known or Serials.nth(stem, index)
        serials.append(serial)
        if known is None and item.get("id") not in taken:
            taken.add(item.get("id", ""))
            taken.discard("")
            fresh.append(_named(realm, item, f"{frame_id}:{index}", serial))
    if fresh:
        realm.spread(channel, _stored(realm, channel, fresh, frame_id, publisher), deaf=deaf)
    return serials


def _stored(
    realm: Realm, channel: Channel, items: list[Item], frame_id: str, publisher: str
) -> Stored:
    head = {"id": frame_id, "timestamp": int(realm.now.wall)}
    if publisher:
        head["connectionId"] = publisher
    return Stored(
        channel=channel.name,
        serial=realm.serials.channel(realm.now.wall),
        action=ProtocolAction.MESSAGE,
        publisher=publisher,
        head=head,
        items=tuple(items),
        at=realm.now.mono,
        size=sum(_held(item) for item in items),
    )


def _named(realm: Realm, item: Item, default_id: str, serial: str) -> Item:
    """The message as subscribers see it. A change of an older message keeps that one's serial."""
    version = {"serial": serial, "timestamp": int(realm.now.wall)}
    named = {"id": default_id, "action": int(MessageAction.CREATE), **item}
    if named["action"] == MessageAction.CREATE or "serial" not in named:
        named["serial"] = serial
    given = named.get("version")
    named["version"] = {**given, **version} if isinstance(given, dict) else version
    return named


def size_of(item: Mapping[str, Any]) -> int:
    """The size of a message in bytes, as limits count it (TM6)."""
    data, extras = item.get("data"), item.get("extras")
    size = len(data) if isinstance(data, bytes) else len((data or "").encode())
    size += len(str(item.get("name", "")).encode()) + len(str(item.get("clientId", "")).encode())
    return size + (len(encode(extras, Format.JSON)) if extras else 0)


def _held(item: Mapping[str, Any]) -> int:
    """About what a message costs to hold, in bytes: what the size leaves out counts here."""
    rest = len(item["id"]) + len(item.get("encoding", "")) + len(item["serial"])
    return size_of(item) + rest + len(encode(item["version"], Format.JSON))


def _too_large(realm: Realm, items: list[Item]) -> ErrorInfo | None:
    size, most = sum(size_of(item) for item in items), realm.options.max_message_size
    if size <= most:
        return None
    text = f"the messages are {size} bytes, and maxMessageSize is {most}"
    return problem(problems.TOO_LARGE, text)


def _mode(connection: Connection, channel: Channel, mode: Flag, what: str) -> ErrorInfo | None:
    """A mode that was not asked for when attaching. Unattached, nothing was given up (RTL6c5)."""
    attachment = connection.attached.get(channel.name)
    if attachment is None or attachment.modes & mode:
        return None
    text = f"cannot {what} on {channel.name}: attached without the mode {mode.name}"
    return problem(problems.MODE_MISSING, text)


def stamp(identity: Identity, items: list[Item]) -> ErrorInfo | None:
    """Every item carries its author's clientId; of one that may be anybody it keeps its own.

    Nobody, an author without a clientId, can say no name (RSA8).
    """
    own = identity.client_id
    for item in items:
        if own is None and "clientId" in item:
            text = f"clientId {item['clientId'][:60]!r} is not for a token without clientId"
            return problem(problems.BAD_CLIENT_ID, text)
        if own in {None, ANYBODY}:
            continue
        given = item.setdefault("clientId", own)
        if given != own:
            text = f"clientId {given[:60]!r} is not this connection's {str(own)[:60]!r}"
            return problem(problems.BAD_CLIENT_ID, text)
    return None


# --- presence -----------------------------------------------------------------------------------


def _presence(
    realm: Realm, transport: Transport, channel: Channel, items: list[Item], frame_id: str
) -> ErrorInfo | None:
    connection = transport.connection
    error = (
        may(connection.identity, "presence", channel.name)
        or _mode(connection, channel, Flag.PRESENCE, "enter")
        or _too_large(realm, items)
        or stamp(connection.identity, items)
        or _check_presence(realm, channel, items, connection.id)
    )
    if error is None:
        present(realm, channel, items, frame_id, connection.id)
    return error


def _check_presence(
    realm: Realm, channel: Channel, items: list[Item], owner: str
) -> ErrorInfo | None:
    fresh = set()
    for item in items:
        if "clientId" not in item:
            text = "presence needs a clientId, and this connection has none"
            return problem(problems.NO_CLIENT_ID, text)
        if item["clientId"] == "*":
            return problem(problems.BAD_CLIENT_ID, "clientId may not be `*`")
        if item.get("action") not in _PRESENT:
            return problem(problems.BAD_REQUEST, "presence action is 2 enter, 3 leave or 4 update")
        is_leave = item["action"] == PresenceAction.LEAVE
        if not is_leave and channel.members.get((owner, item["clientId"])) is None:
            fresh.add(item["clientId"])
    if fresh and len(channel.members) + len(fresh) > realm.options.max_members:
        text = f"a channel holds at most {realm.options.max_members} members here"
        return problem(problems.TOO_MANY_MEMBERS, text)
    return None


_PRESENT: Final = frozenset(
    {PresenceAction.PRESENT, PresenceAction.ENTER, PresenceAction.LEAVE, PresenceAction.UPDATE}
)


def present(realm: Realm, channel: Channel, items: list[Item], frame_id: str, owner: str) -> None:
    """Apply presence messages and spread the events they make, in one frame."""
    events = []
    for index, item in enumerate(items):
        whole = {
            "id": f"{frame_id}:{index}",
            **item,
            "connectionId": owner,
            "timestamp": int(realm.now.wall),
        }
        event = channel.members.apply(whole)
        if event is not None:
            events.append(event)
    if events:
        realm.spread_presence(channel, {"id": frame_id, "connectionId": owner}, events)


# --- what clients write -------------------------------------------------------------------------


def _items(
    message: Mapping[Any, Any], action: ProtocolAction, fmt: Format
) -> list[Item] | ErrorInfo:
    field = ITEMS[action]
    given = message.get(field)
    if not isinstance(given, list) or not given:
        return problem(problems.BAD_REQUEST, f"{field} is not an array with something in it")
    return read_items(given, fmt)


def read_items(given: Sequence[object], fmt: Format) -> list[Item] | ErrorInfo:
    """Items as the service keeps them, or what is wrong with the first bad one.

    Only what subscribers are to see is taken over: `size` and keys of connections stay behind.
    """
    items = []
    for value in given:
        if not isinstance(value, dict):
            return problem(problems.BAD_REQUEST, "a message is an object")
        item = {k: value[k] for k in _KEPT if value.get(k) is not None and value.get(k) != ""}
        if value.get("data") == "":
            item["data"] = ""
        error = _bad_item(item)
        if error is not None:
            return error
        items.append(take_in(item, fmt))
    return items


def _bad_item(item: Item) -> ErrorInfo | None:
    for name in _TEXTS:
        if name in item and not (isinstance(item[name], str) and sound(item[name])):
            code = {
                "clientId": problems.BAD_CLIENT_ID,
                "encoding": problems.BAD_DATA,
            }.get(name, problems.BAD_REQUEST)
            return problem(code, f"{name} is not a string of whole characters")
    data = item.get("data")
    if not (data is None or isinstance(data, bytes) or (isinstance(data, str) and sound(data))):
        text = "data is a string, or binary in MessagePack; an object goes as JSON text with encoding json"
        return problem(problems.BAD_DATA, text)
    if "action" in item:
        number = integer(item["action"])
        if number is None or not 0 <= number < 256:
            return problem(problems.BAD_REQUEST, "action of an item is a small whole number")
        item["action"] = number
    for name in ("extras", "version"):
        if name in item and not (isinstance(item[name], dict) and _writable(item[name])):
            return problem(problems.BAD_DATA, f"{name} is not an object that can be passed on")
    return None


def _writable(value: dict[Any, Any]) -> bool:
    """Whether both formats can carry the value: depth, numbers, keys and characters permitting."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        encode(value, Format.JSON)
        encode(value, Format.MSGPACK)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return False
    return True
