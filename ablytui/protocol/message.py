"""The ProtocolMessage's vocabulary: actions (TR2), flags (TR3), details (CD2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

from ablytui.protocol.coerce import integer, mapping, text


class ProtocolAction(IntEnum):
    """TR2. An action that is not here is kept as its number, shown, and changes nothing (RTF1)."""

    HEARTBEAT = 0
    ACK = 1
    NACK = 2
    CONNECT = 3
    CONNECTED = 4
    DISCONNECT = 5
    DISCONNECTED = 6
    CLOSE = 7
    CLOSED = 8
    ERROR = 9
    ATTACH = 10
    ATTACHED = 11
    DETACH = 12
    DETACHED = 13
    PRESENCE = 14
    MESSAGE = 15
    SYNC = 16
    AUTH = 17
    ACTIVATE = 18
    OBJECT = 19
    OBJECT_SYNC = 20
    ANNOTATION = 21


class MessageAction(IntEnum):
    """TM5."""

    CREATE = 0
    UPDATE = 1
    DELETE = 2
    META = 3
    SUMMARY = 4
    APPEND = 5


class PresenceAction(IntEnum):
    """TP2."""

    ABSENT = 0
    PRESENT = 1
    ENTER = 2
    LEAVE = 3
    UPDATE = 4


class Flag(IntFlag):
    """TR3. Unknown bits are kept, shown as `bit N`, and ignored."""

    HAS_PRESENCE = 1 << 0
    HAS_BACKLOG = 1 << 1
    RESUMED = 1 << 2
    TRANSIENT = 1 << 4
    ATTACH_RESUME = 1 << 5
    HAS_OBJECTS = 1 << 7
    PRESENCE = 1 << 16
    PUBLISH = 1 << 17
    SUBSCRIBE = 1 << 18
    PRESENCE_SUBSCRIBE = 1 << 19
    ANNOTATION_PUBLISH = 1 << 21
    ANNOTATION_SUBSCRIBE = 1 << 22
    OBJECT_SUBSCRIBE = 1 << 24
    OBJECT_PUBLISH = 1 << 25


MODES = (
    Flag.PRESENCE
    | Flag.PUBLISH
    | Flag.SUBSCRIBE
    | Flag.PRESENCE_SUBSCRIBE
    | Flag.ANNOTATION_PUBLISH
    | Flag.ANNOTATION_SUBSCRIBE
    | Flag.OBJECT_SUBSCRIBE
    | Flag.OBJECT_PUBLISH
)
"""The bits that are channel modes (TB2d)."""

DEFAULT_MODES = Flag.PRESENCE | Flag.PUBLISH | Flag.SUBSCRIBE | Flag.PRESENCE_SUBSCRIBE


def action_name(action: int | None) -> str:
    """`MESSAGE` for 15, `ACTION 99` for a number nobody named, `-` for none."""
    if action is None:
        return "-"
    try:
        return ProtocolAction(action).name
    except ValueError:
        return f"ACTION {action}"


def flag_names(flags: int) -> tuple[str, ...]:
    """Every set bit by name, the unknown ones as `bit N`, lowest first."""
    names: list[str] = []
    for bit in range(max(flags, 0).bit_length()):
        if flags >> bit & 1:
            flag = Flag(1 << bit)
            names.append(flag.name if flag.name is not None else f"bit {bit}")
    return tuple(names)


@dataclass(frozen=True, slots=True)
class ConnectionDetails:
    """CD2: what CONNECTED gave. Times in ms, sizes in bytes; None where the peer said nothing.

    `connection_key` is a secret. `max_idle_interval` 0 or None promises nothing, so no idle
    timer runs (CD2h).
    """

    client_id: str | None = None
    connection_key: str | None = None
    max_message_size: int | None = None
    max_frame_size: int | None = None
    max_inbound_rate: int | None = None
    max_outbound_rate: int | None = None
    connection_state_ttl: int | None = None
    max_idle_interval: int | None = None
    server_id: str | None = None
    site_code: str | None = None
    objects_gc_grace_period: int | None = None


def _span(value: object) -> int | None:
    """Ms; less than none is none."""
    span = integer(value)
    return None if span is None else max(span, 0)


def details_from_wire(message: Mapping[Any, Any]) -> ConnectionDetails:
    """Read CD2 from a CONNECTED message.

    The key in `connectionDetails` wins over the top-level one, which only the oldest services
    send; a message without details (0.8) is accepted.
    """
    details = mapping(message.get("connectionDetails"))
    return ConnectionDetails(
        client_id=text(details.get("clientId")) or text(message.get("clientId")),
        connection_key=text(details.get("connectionKey")) or text(message.get("connectionKey")),
        max_message_size=integer(details.get("maxMessageSize")),
        max_frame_size=integer(details.get("maxFrameSize")),
        max_inbound_rate=integer(details.get("maxInboundRate")),
        max_outbound_rate=integer(details.get("maxOutboundRate")),
        connection_state_ttl=_span(details.get("connectionStateTtl")) or None,
        max_idle_interval=_span(details.get("maxIdleInterval")),
        server_id=text(details.get("serverId")),
        site_code=text(details.get("siteCode")),
        objects_gc_grace_period=_span(details.get("objectsGCGracePeriod")),
    )
