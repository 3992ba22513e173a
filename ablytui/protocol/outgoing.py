"""What a person or a script asks to send, checked and put as it travels: messages and members.

What is wrong with it is said before anything is sent; what a service would make of a message that
is no message can be tried with a frame of one's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ablytui.protocol.codec import encode
from ablytui.protocol.coerce import plain
from ablytui.protocol.format import Format


class BadArgument(ValueError):
    """An argument cannot be used; the text says which and why."""


def text_of(args: Mapping[str, Any], name: str) -> str:
    """A member that has to be there and be text. Raises BadArgument."""
    value = args.get(name)
    if not isinstance(value, str) or not value:
        raise BadArgument(f"{name} is missing or not a string")
    if plain(value) != value:
        raise BadArgument(f"{name}: half a character (a lone surrogate) cannot be sent")
    return value


_MESSAGE: Final = ("name", "data", "id", "clientId", "extras", "encoding")
"""The members of a message that a publisher gives (TM2)."""


def messages_of(args: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The messages of one publish: `messages`, or the one whose members stand beside `channel`.

    Raises BadArgument.
    """
    many = args.get("messages")
    if many is None:
        return (sendable(members_of(args, _MESSAGE)),)
    if not isinstance(many, list) or not many or not all(isinstance(m, dict) for m in many):
        raise BadArgument("messages is not an array of objects")
    beside = [name for name in _MESSAGE if args.get(name) is not None]
    if beside:
        raise BadArgument(
            f"{beside[0]} and messages: a publish has one message or an array of them"
        )
    return tuple(sendable(members_of(m, _MESSAGE)) for m in many)


def members_of(args: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The members of these names that are given, as they travel. Raises BadArgument."""
    given = {name: args[name] for name in names if args.get(name) is not None}
    for name, value in given.items():
        if name == "extras":
            if not isinstance(value, Mapping):
                raise BadArgument("extras is not an object")
        elif name != "data" and not isinstance(value, str):
            raise BadArgument(f"{name} is not a string")
    return given | _payload(given)


def sendable(item: dict[str, Any]) -> dict[str, Any]:
    """The item, if both formats can carry it: numbers beyond 64 bits are for neither."""
    try:
        encode(item, Format.MSGPACK)
    except (TypeError, ValueError, OverflowError, RecursionError) as bad:
        raise BadArgument(f"this cannot be sent: {bad}") from None
    return item


def _payload(given: Mapping[str, Any]) -> dict[str, Any]:
    """`data` as it travels (RSL4c3, RSL4d3): an object or array as JSON text, named as such.

    Bytes, which JSON cannot give, stay bytes: the format of the connection decides (RSL4c1).
    """
    data = given.get("data")
    if data is None or isinstance(data, (str, bytes)) or given.get("encoding"):
        return {}
    if isinstance(data, (dict, list)):
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return {"data": text, "encoding": "json"}
    raise BadArgument(f"data: 40013: it is a string, an object or an array, not {data!r}")
