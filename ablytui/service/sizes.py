"""How large messages are: as limits count them, and as memory does. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ablytui.protocol.codec import Format, encode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.problems import problem


def size_of(item: Mapping[str, Any]) -> int:
    """The size of a message or annotation in bytes, as limits count it (TM6)."""
    data, extras = item.get("data"), item.get("extras")
    size = len(data) if isinstance(data, bytes) else len((data or "").encode())
    size += sum(len(str(item.get(name, "")).encode()) for name in ("name", "clientId", "type"))
    return size + (len(encode(extras, Format.JSON)) if extras else 0)


def held(item: Mapping[str, Any]) -> int:
    """About what an item costs to hold, in bytes: what the size leaves out counts here."""
    texts = ("id", "encoding", "serial", "messageSerial")
    rest = sum(len(str(item.get(name, ""))) for name in texts)
    objects = (item[name] for name in ("version", "annotations") if name in item)
    return size_of(item) + rest + sum(len(encode(value, Format.JSON)) for value in objects)


def too_large(items: Sequence[Mapping[str, Any]], most: int) -> ErrorInfo | None:
    """40009 where items of one frame or request are more than `most` bytes together."""
    size = sum(size_of(item) for item in items)
    if size <= most:
        return None
    text = f"the messages are {size} bytes, and maxMessageSize is {most}"
    return problem(problems.TOO_LARGE, text)
