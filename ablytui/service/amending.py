"""Messages that change an older one: update, delete, append (TM5, RSL15, RTL32). PURE.

Every channel takes them, but for one whose namespace was made with `mutableMessages` false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import MessageAction
from ablytui.service import problems
from ablytui.service.auth import Identity
from ablytui.service.channels import Channel
from ablytui.service.items import Item, stamp_one
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.sizes import too_large

_RIGHTS: Final[Mapping[int, str]] = {
    MessageAction.UPDATE: "message-update",
    MessageAction.APPEND: "message-update",
    MessageAction.DELETE: "message-delete",
}
_CHANGED: Final = ("name", "data", "encoding", "extras")
"""What an operation gives anew; what it leaves out stays (RTL32)."""

_SAID: Final = ("clientId", "description", "metadata")
"""What an operation says of itself (MOP2)."""


def is_operation(item: Mapping[str, Any]) -> bool:
    """Whether a message is about an older one."""
    return item.get("action") in _RIGHTS


def not_mutable(realm: Realm, identity: Identity, channel: str) -> ErrorInfo | None:
    """Why messages of a channel cannot be changed or annotated; None if they can."""
    settings = realm.apps[identity.app].namespace(channel)
    if settings.get("mutableMessages") is not False:
        return None
    text = f"the namespace of {channel[:60]} was made with mutableMessages false"
    return problem(problems.NOT_MUTABLE, text)


def check(
    realm: Realm, identity: Identity, channel: Channel, items: list[Item]
) -> ErrorInfo | None:
    """Why one of the operations cannot be; None if all can. Writes who does it into each."""
    operations = [item for item in items if is_operation(item)]
    if not operations:
        return None
    error = not_mutable(realm, identity, channel.name)
    if error is not None:
        return error
    serials = [item.get("serial") for item in operations]
    if len(set(serials)) < len(serials):
        return problem(problems.BAD_REQUEST, "two changes of one message go in two frames")
    for item in operations:
        error = _check_one(realm, identity, channel, item)
        if error is not None:
            return error
    return None


def _check_one(realm: Realm, identity: Identity, channel: Channel, item: Item) -> ErrorInfo | None:
    serial = item.get("serial")
    if serial is None:
        return problem(problems.BAD_VALUE, "a change of a message needs the message's serial")
    before = channel.find(serial)
    if before is None:
        text = f"no message {serial[:60]!r} is held on {channel.name[:60]}"
        return problem(problems.NOT_FOUND, text)
    said = _said(item.get("version"))
    if isinstance(said, ErrorInfo):
        return said
    error = stamp_one(identity, said)
    item["version"] = said
    return (
        error
        or _right(identity, channel.name, item, said.get("clientId"), before)
        or _fits(before, item)
        or too_large([_changed(before, item)], realm.options.max_message_size)
    )


def _said(version: object) -> Item | ErrorInfo:
    """What an operation says of itself; the rest of a version is the service's to say."""
    said = {k: version[k] for k in _SAID if version.get(k)} if isinstance(version, dict) else {}
    if not isinstance(said.get("clientId", ""), str):
        return problem(problems.BAD_CLIENT_ID, "clientId is not a string")
    if not isinstance(said.get("description", ""), str):
        return problem(problems.BAD_DATA, "description is not a string")
    if not isinstance(said.get("metadata", {}), dict):
        return problem(problems.BAD_DATA, "metadata is not an object")
    return said


def _right(
    identity: Identity, channel: str, item: Item, who: str | None, before: Mapping[str, Any]
) -> ErrorInfo | None:
    right = _RIGHTS[item["action"]]
    allows = identity.capability.allows
    own = who is not None and who == before.get("clientId")
    if allows(f"{right}-any", channel) or (own and allows(f"{right}-own", channel)):
        return None
    whose = "its own" if own else "another's"
    text = f"{right} of {whose} message is not allowed on {channel[:60]}"
    return problem(problems.NOT_ALLOWED, text)


def _fits(before: Mapping[str, Any], item: Item) -> ErrorInfo | None:
    """Only text goes to text, and bytes to bytes, and only where nothing is encoded (RTL32)."""
    if item["action"] != MessageAction.APPEND or "data" not in item:
        return None
    there = before.get("data")
    if there is not None and type(there) is not type(item["data"]):
        return problem(problems.BAD_DATA, "text is appended to text, and binary to binary data")
    if item.get("encoding") or (there is not None and before.get("encoding")):
        text = "only text and binary data can be appended, not what is encoded"
        return problem(problems.BAD_DATA, text)
    return None


def amend(realm: Realm, channel: Channel, item: Item, new_id: str, version: str) -> Item:
    """Make the next version of a message, which is held; as it is told to subscribers.

    The message keeps its serial, its author and its time. `item` was checked.
    """
    revised = channel.revision(item["serial"])
    assert revised is not None
    before = revised.versions[-1]
    stamp = {**item.get("version", {}), "serial": version, "timestamp": int(realm.now.wall)}
    after = {**_changed(before, item), "id": new_id, "version": stamp}
    if item["action"] != MessageAction.APPEND:
        revised.revise(after, appended=False)
        return after
    # Who was there gets the piece, whoever comes later the whole as an update.
    revised.revise({**after, "action": int(MessageAction.UPDATE)}, appended=True)
    piece = {k: v for k, v in after.items() if k != "data"}
    return piece | ({"data": item["data"]} if "data" in item else {})


def _changed(before: Mapping[str, Any], item: Mapping[str, Any]) -> Item:
    after = {k: v for k, v in before.items() if k != "annotations"}
    if "data" in item:
        after.pop("encoding", None)
    after |= {k: item[k] for k in _CHANGED if k in item}
    after["action"] = int(item["action"])
    if item["action"] == MessageAction.APPEND and "data" in item and "data" in before:
        after["data"] = before["data"] + item["data"]
    return after
