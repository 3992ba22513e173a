"""Messages told as what changed since the one before (RTL18–RTL21, PC3). PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ablytui.protocol.message import MessageAction
from ablytui.service import vcdiff

Item = Mapping[str, Any]

FORMAT: Final = "vcdiff"
"""The one value of the channel parameter `delta`."""


def chained(before: Item | None, items: Sequence[Item]) -> tuple[list[Item], Item | None]:
    """Each message as a delta to the one before it where that is shorter; and the last one.

    None stands for a message that nothing can be a delta to: nobody knows it, it has no data, or
    it is about an older one.
    """
    told: list[Item] = []
    for item in items:
        base = None if before is None else _bytes(before)
        told.append(_delta(before, base, item) if before is not None and base else item)
        before = item if _bytes(item) is not None else None
    return told, before


def _bytes(item: Item) -> bytes | None:
    """What a delta is made from and to: the data with its own encoding, but for base64."""
    data = item.get("data")
    if item.get("action") != MessageAction.CREATE or data is None:
        return None
    return data if isinstance(data, bytes) else str(data).encode()


def _delta(before: Item, base: bytes, item: Item) -> Item:
    target, encoding = _bytes(item), str(item.get("encoding") or "")
    # What is encrypted has nothing in common with anything.
    if not target or "cipher" in encoding:
        return item
    delta = vcdiff.encode(base, target)
    if len(delta) >= len(target):
        return item
    steps = [encoding, "" if isinstance(item["data"], bytes) else "utf-8", FORMAT]
    said = {"from": before["id"], "format": FORMAT}
    return {
        **item,
        "data": delta,
        "encoding": "/".join(filter(None, steps)),
        "extras": {**item.get("extras", {}), "delta": said},
    }
