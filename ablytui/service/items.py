"""Messages, members and annotations as clients write them: read and checked. PURE."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ablytui.protocol.codec import Format, encode
from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import ProtocolAction
from ablytui.service import problems
from ablytui.service.auth import ANYBODY, Identity
from ablytui.service.problems import problem
from ablytui.service.wireform import sound, take_in

Item = dict[str, Any]
"""One message, presence message or annotation, its binary data as bytes."""

_TEXTS: Final = ("id", "name", "clientId", "encoding", "serial", "type", "messageSerial")
_KEPT: Final = ("id", "name", "clientId", "encoding", "data", "extras", "action")
_KEPT_IN: Final[Mapping[ProtocolAction, tuple[str, ...]]] = {
    ProtocolAction.MESSAGE: (*_KEPT, "serial", "version"),
    ProtocolAction.PRESENCE: _KEPT,
    ProtocolAction.ANNOTATION: (*_KEPT, "type", "messageSerial", "count"),
}
MOST_ITEMS: Final = 1_000
"""Of one frame or request: of messages without data, `maxMessageSize` would let pass any number."""

MOST_TEXT: Final = 4_096
"""Characters of an id, an encoding or a serial, which the size of a message does not count."""

_COUNTED: Final = frozenset({"name", "clientId", "type"})

MOST_COUNT: Final = 1_000_000
"""What one annotation may count for."""


def read_items(
    given: Sequence[object], fmt: Format, kind: ProtocolAction = ProtocolAction.MESSAGE
) -> list[Item] | ErrorInfo:
    """Items as the service keeps them, or what is wrong with the first bad one.

    Only what subscribers are to see is taken over: `size` and keys of connections stay behind.
    """
    if len(given) > MOST_ITEMS:
        text = f"{len(given)} items in one frame or request, and {MOST_ITEMS} are the most"
        return problem(problems.TOO_LARGE, text)
    items = []
    kept = _KEPT_IN[kind]
    for value in given:
        if not isinstance(value, dict):
            return problem(problems.BAD_REQUEST, "a message is an object")
        item = {k: value[k] for k in kept if value.get(k) is not None and value.get(k) != ""}
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
        if name in item and name not in _COUNTED and len(item[name]) > MOST_TEXT:
            text = f"{name} has {len(item[name])} characters, and {MOST_TEXT} are the most"
            return problem(problems.TOO_LARGE, text)
    data = item.get("data")
    if not (data is None or isinstance(data, bytes) or (isinstance(data, str) and sound(data))):
        text = "data is a string, or binary in MessagePack; an object goes as JSON text with encoding json"
        return problem(problems.BAD_DATA, text)
    for name, most in (("action", 255), ("count", MOST_COUNT)):
        if name in item:
            number = integer(item[name])
            if number is None or not 0 <= number <= most:
                text = f"{name} of an item is a whole number from 0 to {most}"
                return problem(problems.BAD_REQUEST, text)
            item[name] = number
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


# --- authors ------------------------------------------------------------------------------------


def stamp(identity: Identity, items: Sequence[Item]) -> ErrorInfo | None:
    """Every item carries its author's clientId; of one that may be anybody it keeps its own.

    Nobody, an author without a clientId, can say no name (RSA8).
    """
    for item in items:
        error = stamp_one(identity, item)
        if error is not None:
            return error
    return None


def stamp_one(identity: Identity, item: Item) -> ErrorInfo | None:
    """`stamp` for one item, or for the version that an operation on a message makes."""
    own = identity.client_id
    if own is None and "clientId" in item:
        text = f"clientId {str(item['clientId'])[:60]!r} is not for a token without clientId"
        return problem(problems.BAD_CLIENT_ID, text)
    if item.get("clientId") == ANYBODY:
        return problem(problems.BAD_CLIENT_ID, "clientId may not be `*`")
    if own in {None, ANYBODY}:
        return None
    given = item.setdefault("clientId", own)
    if given != own:
        text = f"clientId {str(given)[:60]!r} is not this connection's {str(own)[:60]!r}"
        return problem(problems.BAD_CLIENT_ID, text)
    return None
