"""One WebSocket frame as it passed (RFC 6455 §5.2)."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """Seen from the client, also where somebody else's client is watched."""

    IN = "in"
    OUT = "out"


class Opcode(IntEnum):
    """RFC 6455 §11.8. Reserved opcodes never become a frame: they end the connection (1002)."""

    CONT = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Origin(StrEnum):
    """Who made a frame: the peer, our engine, a person by hand, or a fault of a scenario."""

    PEER = "peer"
    ENGINE = "engine"
    USER = "user"
    INJECTED = "injected"


class WireFrame(NamedTuple):
    """A frame with its payload inflated. A tuple, because one is made for every frame.

    `wire` is the payload's length on the wire in bytes, which differs from `len(payload)` only
    when `compressed` (RSV1 set, RFC 7692). Nothing decoded is kept here.
    """

    direction: Direction
    opcode: Opcode
    fin: bool
    payload: bytes
    wire: int
    compressed: bool = False
    origin: Origin = Origin.PEER


def close_code(payload: bytes) -> tuple[int, str]:
    """Code and reason of a CLOSE frame's payload; 1005 if it has none (RFC 6455 §7.1.5)."""
    if len(payload) < 2:
        return 1005, ""
    return int.from_bytes(payload[:2], "big"), payload[2:].decode("utf-8", "replace")
