"""Which decoder reads a payload: the one with the highest priority, or the one that was asked for.

A registry is built by hand and passed in; nothing registers itself at import.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ablytui.decoders.close import CloseDecoder
from ablytui.decoders.hexdump import HexDecoder
from ablytui.decoders.json_text import JsonDecoder
from ablytui.decoders.meta import Meta
from ablytui.decoders.msgpack_bytes import MsgpackDecoder
from ablytui.decoders.protocol_message import ProtocolMessageDecoder
from ablytui.decoders.spans import Rendered, error
from ablytui.decoders.text import TextDecoder


class Decoder(Protocol):
    """Reads bytes for people. Neither method raises for what a peer sent."""

    @property
    def name(self) -> str:
        """A short word, unique in a registry."""

    def priority(self, data: bytes, meta: Meta) -> float:
        """How well this decoder suits the bytes; below zero it cannot read them."""

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """The bytes as lines of spans."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The decoders there are."""

    decoders: tuple[Decoder, ...]

    def __iter__(self) -> Iterator[Decoder]:
        return iter(self.decoders)

    def names(self) -> tuple[str, ...]:
        """The name of each, in order."""
        return tuple(decoder.name for decoder in self.decoders)

    def get(self, name: str) -> Decoder:
        """The decoder of that name. Raises KeyError if there is none."""
        for decoder in self.decoders:
            if decoder.name == name:
                return decoder
        raise KeyError(name)

    def best(self, data: bytes, meta: Meta) -> Decoder:
        """The decoder with the highest priority for these bytes."""
        return max(self.decoders, key=lambda decoder: decoder.priority(data, meta))

    def render(self, data: bytes, meta: Meta, name: str | None = None) -> Rendered:
        """The bytes by the named decoder, or by the best one.

        A decoder that fails never takes the screen down: one that was asked for shows its
        error, one that was chosen by itself is replaced by the hex dump, and either says so.
        """
        decoder = self.best(data, meta) if name is None else self.get(name)
        try:
            return decoder.render(data, meta)
        except Exception as bad:  # noqa: BLE001 - whatever hostile bytes provoke is shown instead
            why = error(f"the {decoder.name} view failed: {type(bad).__name__}: {bad}")
        if name is not None:
            return Rendered(decoder.name, (why,))
        return Rendered("hex", (why, *HexDecoder().render(data, meta).lines))


def default_registry() -> Registry:
    """Every decoder of the program, in the order of a choice."""
    return Registry(
        (
            ProtocolMessageDecoder(),
            JsonDecoder(),
            MsgpackDecoder(),
            CloseDecoder(),
            TextDecoder(),
            HexDecoder(),
        ),
    )
