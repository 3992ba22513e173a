"""What an application receives on each channel: keys, and deltas that build on one another. PURE.

RTL18 to RTL21. Knows channels by name only; that a channel is attached is decided elsewhere.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ablytui.decoders.chain import Decoded, undo
from ablytui.decoders.cipher import encrypted
from ablytui.decoders.delta import FAILED
from ablytui.decoders.items import items
from ablytui.protocol.coerce import mapping
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.format import Format


class _Last(NamedTuple):
    """RTL20: the last message of a channel, and what it was before all steps but base64."""

    id: object = None
    payload: object = None


_NONE = _Last()


class Undelivered(Exception):
    """RTL18: a delta could not be applied; nothing of its frame may be delivered."""

    def __init__(self, error: ErrorInfo) -> None:
        super().__init__(error.message)
        self.error = error


class Payloads:
    """Undoes the chains of one connection's channels, in the order in which messages come."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self.keys = keys
        self._last: dict[str, _Last] = {}

    def messages(self, channel: str, frame: Mapping[Any, Any]) -> tuple[dict[str, Any], ...]:
        """The messages of one frame (RTL21). Raises Undelivered where a delta fails."""
        key, last = self.keys.get(channel), self._last.get(channel, _NONE)

        def undone(item: Mapping[Any, Any]) -> Decoded:
            nonlocal last
            decoded = _decoded(item, key, last)
            if decoded.code is not None:
                raise Undelivered(_error(channel, item, decoded))
            last = _Last(item.get("id"), decoded.payload)
            return decoded

        found = tuple(items(frame, "message", undone))
        self._last[channel] = last
        return found

    def presence(
        self, channel: str, given: Iterable[Mapping[str, Any]]
    ) -> tuple[dict[str, Any], ...]:
        """Presence items, which never are deltas."""
        key = self.keys.get(channel)
        frame = {"presence": list(given)}

        def undone(item: Mapping[Any, Any]) -> Decoded:
            return undo(item.get("data"), item.get("encoding"), key=key)

        return tuple(items(frame, "presence", undone))

    def sealed(self, channel: str, item: Mapping[str, Any], iv: bytes) -> dict[str, Any]:
        """The item as it is published: encrypted if the channel has a key (RSL5)."""
        key = self.keys.get(channel)
        return dict(item) if key is None else encrypted(item, key, iv)


def for_format(message: dict[str, Any], fmt: Format) -> dict[str, Any]:
    """A message as `fmt` carries it: JSON has no bytes, so they travel as base64 (RSL4d1)."""
    if fmt is not Format.JSON:
        return message
    changed = {
        name: [_textual(item) for item in message[name]]
        for name in ("messages", "presence")
        if name in message and any(isinstance(i.get("data"), bytes) for i in message[name])
    }
    return message | changed


def _textual(item: dict[str, Any]) -> dict[str, Any]:
    data, chain = item.get("data"), item.get("encoding")
    if not isinstance(data, bytes):
        return item
    text = base64.b64encode(data).decode("ascii")
    return item | {"data": text, "encoding": f"{chain}/base64" if chain else "base64"}


def _decoded(item: Mapping[Any, Any], key: bytes | None, last: _Last) -> Decoded:
    data, chain = item.get("data"), item.get("encoding")
    if isinstance(chain, str) and "vcdiff" in chain.split("/"):
        wanted = mapping(mapping(item.get("extras")).get("delta")).get("from")
        if last.id is None or wanted != last.id:
            text = f"vcdiff: it changes the message {wanted!r}, the last one here was {last.id!r}"
            return Decoded(data, chain, text, FAILED)
    return undo(data, chain, key=key, base=last.payload)


def _error(channel: str, item: Mapping[Any, Any], decoded: Decoded) -> ErrorInfo:
    name = item.get("id")
    text = f"Message {name!r} of channel {channel!r} cannot be decoded: {decoded.problem}"
    return ErrorInfo(decoded.code or FAILED, 400, text)
