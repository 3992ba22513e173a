"""The messages and presence items of one frame, as an application receives them. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from ablytui.decoders.chain import Decoded, undo
from ablytui.protocol.coerce import integer, sequence, text
from ablytui.protocol.message import PresenceAction

_MESSAGE: Final = (
    "id",
    "name",
    "clientId",
    "connectionId",
    "timestamp",
    "extras",
    "action",
    "serial",
    "version",
)
_PRESENCE: Final = ("id", "clientId", "connectionId", "timestamp", "extras")


def _alone(item: Mapping[Any, Any]) -> Decoded:
    return undo(item.get("data"), item.get("encoding"))


def items(
    frame: Mapping[Any, Any],
    kind: Literal["message", "presence"],
    undone: Callable[[Mapping[Any, Any]], Decoded] = _alone,
) -> Iterator[dict[str, Any]]:
    """Each item of a decoded frame after its encoding chain, in the frame's order.

    `undone` undoes the chain of an item that is complete; left out, it knows no key and no base.

    What an item leaves out is taken from the frame (TM2a, TM2c, TM2f; TP3a, TP3d, TP3g). An item
    that is no object is passed over: it was shown with its frame. Null means absent. Bytes stay
    bytes.
    """
    names = _MESSAGE if kind == "message" else _PRESENCE
    for index, raw in enumerate(sequence(frame.get("messages" if kind == "message" else kind))):
        if not isinstance(raw, Mapping):
            continue
        whole = _inherited(frame, index) | {k: v for k, v in raw.items() if v is not None}
        item: dict[str, Any] = {}
        if kind == "presence":
            item["action"] = _presence_action(whole.get("action"))
        item |= {name: whole[name] for name in names if name in whole}
        yield item | _payload(undone(whole))


def _inherited(frame: Mapping[Any, Any], index: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    frame_id = text(frame.get("id"))
    if frame_id is not None:
        found["id"] = f"{frame_id}:{index}"
    for name in ("connectionId", "timestamp"):
        if frame.get(name) is not None:
            found[name] = frame[name]
    return found


def _payload(decoded: Decoded) -> dict[str, Any]:
    found = {"data": decoded.data}
    if decoded.encoding is not None:
        found |= {"encoding": decoded.encoding, "problem": decoded.problem}
    return found


def _presence_action(value: object) -> str | int:
    number = integer(value)
    if number is None:
        number = 0
    try:
        return PresenceAction(number).name.lower()
    except ValueError:
        return number
