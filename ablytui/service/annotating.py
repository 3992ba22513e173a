"""Annotations: taken, told to those who asked for them, summed up for all (TAN, RTAN). PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.codec import Format, encode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import MessageAction, ProtocolAction
from ablytui.service import problems
from ablytui.service.amending import not_mutable
from ablytui.service.auth import Identity, may
from ablytui.service.channels import Channel
from ablytui.service.items import Item, stamp
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.serials import Serials
from ablytui.service.sizes import too_large
from ablytui.service.summaries import NEED_CLIENT, NEED_NAME, Said, method_of

_CREATE: Final = 0
_DELETE: Final = 1
_INHERITED: Final = ("name", "clientId", "connectionId", "timestamp", "version")
"""What a summary says of its message."""


def check(
    realm: Realm, identity: Identity, channel: Channel, items: list[Item]
) -> ErrorInfo | None:
    """Why annotations are refused; None if they are not. Writes the author into each."""
    error = (
        may(identity, "annotation-publish", channel.name)
        or not_mutable(realm, identity, channel.name)
        or too_large(items, realm.options.max_message_size)
        or stamp(identity, items)
    )
    for item in items:
        error = error or _check_one(channel, item) or _check_room(realm, channel, item)
    return error


def _check_room(realm: Realm, channel: Channel, item: Item) -> ErrorInfo | None:
    """What a summary says is bounded, as it goes out in one frame: one that is full takes no more."""
    revised, most = channel.revised(item["messageSerial"]), realm.options.max_message_size
    if revised is None or item.get("action", _CREATE) == _DELETE:
        return None
    size = len(encode(revised.summary(), Format.JSON))
    if size <= most:
        return None
    text = f"the summary of its annotations is {size} bytes, and maxMessageSize is {most}"
    return problem(problems.TOO_LARGE, text)


def _check_one(channel: Channel, item: Item) -> ErrorInfo | None:
    serial, kind = item.get("messageSerial"), item.get("type")
    if serial is None or kind is None:
        missing = "messageSerial" if serial is None else "type"
        return problem(problems.BAD_REQUEST, f"an annotation needs a {missing}")
    if item.get("action", _CREATE) not in {_CREATE, _DELETE}:
        return problem(problems.BAD_REQUEST, "annotation action is 0 create or 1 delete")
    if channel.find(serial) is None:
        text = f"no message {serial[:60]!r} is held on {channel.name[:60]}"
        return problem(problems.NOT_FOUND, text)
    method = method_of(kind)
    if method in NEED_NAME and "name" not in item:
        return problem(problems.BAD_REQUEST, f"annotations of {method} need a name")
    if method in NEED_CLIENT and "clientId" not in item:
        text = f"annotations of {method} need a clientId"
        return problem(problems.NEEDS_CLIENT_ID, text)
    return None


def annotate(
    realm: Realm, channel: Channel, items: list[Item], frame_id: str, publisher: str
) -> list[str]:
    """Take annotations, tell them, and tell the summaries that they change; their serials.

    An id that its message has already makes an annotation a duplicate: it is nothing.
    """
    stem = realm.serials.message(realm.now.wall)
    now = int(realm.now.wall)
    serials, fresh, changed = [], [], {}
    for index, item in enumerate(items):
        serial = Serials.nth(stem, index)
        serials.append(serial)
        revised = channel.revision(item["messageSerial"])
        assert revised is not None
        if "id" in item and revised.knows(item["id"]):
            continue
        whole = {"id": f"{frame_id}:{index}", "action": _CREATE, **item}
        whole |= {"serial": serial, "timestamp": now}
        if publisher:
            whole["connectionId"] = publisher
        fresh.append(whole)
        if revised.annotate(whole, _said(whole)):
            changed[item["messageSerial"]] = revised
    if fresh:
        head = _head(frame_id, publisher)
        realm.spread(channel, ProtocolAction.ANNOTATION, head, fresh, publisher)
    for serial, revised in changed.items():
        head = _head(f"{realm.ids(10)}:0", "")
        item = _summary_of(revised.latest, revised.summary(), serial, f"{head['id']}:0")
        realm.spread(channel, ProtocolAction.MESSAGE, head, [item], "")
    return serials


def _said(item: Mapping[str, Any]) -> Said:
    return Said(
        item["type"],
        item.get("name", ""),
        item.get("clientId"),
        item.get("count", 1),
        removes=item["action"] == _DELETE,
    )


def _summary_of(
    message: Mapping[str, Any], summary: Mapping[str, Any], serial: str, new_id: str
) -> Item:
    """The message that tells a summary: like an update, but of that alone (TM5)."""
    return {
        "id": new_id,
        "action": int(MessageAction.SUMMARY),
        "serial": serial,
        **{k: message[k] for k in _INHERITED if k in message},
        "annotations": {"summary": summary},
    }


def _head(frame_id: str, publisher: str) -> dict[str, Any]:
    return {"id": frame_id, "connectionId": publisher} if publisher else {"id": frame_id}
