"""What clients publish: checked, answered once, spread (RTN7, RTN19, RTP8, RTAN1). PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ablytui.protocol.codec import Format
from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import (
    DEFAULT_MODES,
    Flag,
    MessageAction,
    PresenceAction,
    ProtocolAction,
)
from ablytui.service import amending, annotating, problems
from ablytui.service.auth import Identity, may
from ablytui.service.channels import ITEMS, Channel
from ablytui.service.connections import Connection, Transport
from ablytui.service.items import Item, read_items, stamp
from ablytui.service.problems import problem
from ablytui.service.rates import Verdict
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.serials import Serials
from ablytui.service.sizes import held, too_large

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
    verdict = _fast(realm, transport, message, action)
    if verdict is Verdict.CLOSED:
        _too_fast(realm, transport)
        return
    if verdict is Verdict.REFUSED:
        result: Sequence[str | None] = []
        error: ErrorInfo | None = problem(
            problems.TOO_FAST,
            f"more than {realm.options.max_inbound_rate} messages a second: this one is refused",
        )
    else:
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


def refuse_object(realm: Realm, transport: Transport, message: Mapping[Any, Any]) -> None:
    """OBJECT wants an answer too, and objects are not kept here."""
    serial = integer(message.get("msgSerial"))
    error = problem(problems.BAD_REQUEST, "objects are not served here")
    realm.note(f"#{transport.socket} NACK {serial}: {error}")
    if serial is not None and 0 <= serial < _SERIAL_MOST:
        nack = {"action": int(ProtocolAction.NACK), "msgSerial": serial, "count": 1}
        realm.send(transport, {**nack, "error": error.to_wire()})


def _fast(realm: Realm, transport: Transport, message: Mapping[Any, Any], action: int) -> Verdict:
    items = message.get(ITEMS[ProtocolAction(action)])
    number = len(items) if isinstance(items, list) else 1
    return transport.bucket.take(number, realm.options.max_inbound_rate, realm.now.mono)


def _too_fast(realm: Realm, transport: Transport) -> None:
    """The rate is broken so badly that the connection is cycled; its state stays."""
    text = f"far more than {realm.options.max_inbound_rate} messages a second: slow down"
    error = problem(problems.MUCH_TOO_FAST, text)
    message = {"action": int(ProtocolAction.DISCONNECTED), "error": error.to_wire()}
    realm.note(f"#{transport.socket} disconnected: {error}")
    realm.hang_up(transport, message)
    realm.lose(transport.connection)


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
    serials: Sequence[str | None] = []
    match action:
        case ProtocolAction.MESSAGE:
            error, serials = _publish(realm, transport, channel, items, frame_id)
        case ProtocolAction.ANNOTATION:
            error = _annotate(realm, transport, channel, items, frame_id)
        case _:
            error = _presence(realm, transport, channel, items, frame_id)
    if error is not None:
        realm.unmake(app, channel)
    return error, serials


# --- messages -----------------------------------------------------------------------------------


def _publish(
    realm: Realm, transport: Transport, channel: Channel, items: list[Item], frame_id: str
) -> tuple[ErrorInfo | None, Sequence[str | None]]:
    connection = transport.connection
    error = check(realm, connection.identity, channel, items) or _mode(
        connection, channel, Flag.PUBLISH, "publish"
    )
    if error is not None:
        return error, []
    deaf = None if transport.asked.echo else connection
    return None, publish(realm, channel, items, frame_id, connection.id, deaf=deaf)


def check(
    realm: Realm, identity: Identity, channel: Channel, items: list[Item]
) -> ErrorInfo | None:
    """Whether an author may publish these messages, or change others with them.

    Writes the author's clientId into each.
    """
    new = [item for item in items if not amending.is_operation(item)]
    if any(item.get("action") in _SERVICE_ONLY for item in items):
        return problem(problems.BAD_REQUEST, "only the service makes meta messages and summaries")
    return (
        (may(identity, "publish", channel.name) if new else None)
        or too_large(items, realm.options.max_message_size)
        or stamp(identity, new)
        or amending.check(realm, identity, channel, items)
    )


_SERVICE_ONLY: Final = frozenset({MessageAction.META, MessageAction.SUMMARY})


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
    delivered again, and its serial is the first one's (RSL1k). What changes an older message
    gives the serial of the version that it makes.
    """
    stem = realm.serials.message(realm.now.wall)
    serials: list[str | None] = []
    fresh: list[Item] = []
    taken: dict[str, str] = {}
    mixed = any(amending.is_operation(item) for item in items)
    for index, item in enumerate(items):
        serial, default_id = Serials.nth(stem, index), f"{frame_id}:{index}"
        if amending.is_operation(item):
            fresh.append(amending.amend(realm, channel, item, default_id, serial))
            serials.append(serial)
            continue
        own_id = item.get("id", "")
        known = (channel.known(own_id) or taken.get(own_id)) if own_id else None
        serials.append(known or serial)
        if known is None:
            taken[own_id] = serial
            fresh.append(_named(realm, item, default_id, serial, publisher if mixed else ""))
    if fresh:
        head = _head(fresh, frame_id, publisher)
        realm.spread(channel, ProtocolAction.MESSAGE, head, fresh, publisher, deaf=deaf)
    return serials


def _head(items: list[Item], frame_id: str, publisher: str) -> dict[str, Any]:
    # A changed message is still its first author's, so the frame names none for it to inherit.
    if publisher and not any(amending.is_operation(item) for item in items):
        return {"id": frame_id, "connectionId": publisher}
    return {"id": frame_id}


def _named(realm: Realm, item: Item, default_id: str, serial: str, publisher: str) -> Item:
    """The message as subscribers see it; with its publisher where the frame names none."""
    stamped = {"serial": serial, "timestamp": int(realm.now.wall)}
    named = {"id": default_id, "action": int(MessageAction.CREATE), **item, "serial": serial}
    if publisher:
        named["connectionId"] = publisher
    given = named.get("version")
    named["version"] = {**given, **stamped} if isinstance(given, dict) else stamped
    return named


def _mode(connection: Connection, channel: Channel, mode: Flag, what: str) -> ErrorInfo | None:
    """A mode that was not asked for when attaching. Unattached, nothing was given up (RTL6c5)."""
    attachment = connection.attached.get(channel.name)
    if attachment is None or attachment.modes & mode:
        return None
    if mode is Flag.ANNOTATION_PUBLISH and attachment.asked == DEFAULT_MODES:
        return None  # nothing was asked for, and so the right alone decides
    text = f"cannot {what} on {channel.name}: attached without the mode {mode.name}"
    return problem(problems.MODE_MISSING, text)


# --- annotations --------------------------------------------------------------------------------


def _annotate(
    realm: Realm, transport: Transport, channel: Channel, items: list[Item], frame_id: str
) -> ErrorInfo | None:
    connection = transport.connection
    error = annotating.check(realm, connection.identity, channel, items) or _mode(
        connection, channel, Flag.ANNOTATION_PUBLISH, "annotate"
    )
    if error is None:
        annotating.annotate(realm, channel, items, frame_id, connection.id)
    return error


# --- presence -----------------------------------------------------------------------------------


def _presence(
    realm: Realm, transport: Transport, channel: Channel, items: list[Item], frame_id: str
) -> ErrorInfo | None:
    connection = transport.connection
    error = (
        may(connection.identity, "presence", channel.name)
        or _mode(connection, channel, Flag.PRESENCE, "enter")
        or too_large(items, realm.options.max_message_size)
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
        if item.get("action") not in _PRESENT:
            return problem(problems.BAD_REQUEST, "presence action is 2 enter, 3 leave or 4 update")
        is_leave = item["action"] == PresenceAction.LEAVE
        if not is_leave and channel.members.get((owner, item["clientId"])) is None:
            fresh.add(item["clientId"])
    if fresh and len(channel.members) + len(fresh) > realm.options.max_members:
        text = f"a channel holds at most {realm.options.max_members} members here"
        return problem(problems.TOO_MANY_MEMBERS, text)
    most = realm.options.max_members_bytes
    if any(_stays(i) for i in items) and realm.tally.bytes + sum(map(held, items)) > most:
        text = f"the members of all channels are at most {most} bytes here"
        return problem(problems.TOO_MANY_MEMBERS, text)
    return None


def _stays(item: Item) -> bool:
    return bool(item["action"] != PresenceAction.LEAVE)


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
    return read_items(given, fmt, action)
