"""Which member of a ProtocolMessage has which type and meaning (TR4, CD2, TI, TM2, TP3, TAN2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ablytui.protocol.message import MessageAction, PresenceAction, ProtocolAction


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of one member.

    `wants` is its type in JSON's words, empty where any will do. `names` turns its number into a
    word; `unit` stands after its number. `members` are those of an object, `items` is the field
    of each element of a list.
    """

    wants: str = ""
    names: type[IntEnum] | None = None
    unit: str = ""
    flags: bool = False
    time: bool = False
    secret: bool = False
    payload: bool = False
    """User data: a string in it may be JSON itself, by `encoding`."""
    members: Mapping[str, Field] | None = None
    items: Field | None = None


_STR: Final = Field("str")
_INT: Final = Field("int")
_OBJECT: Final = Field("object")
_SECRET: Final = Field("str", secret=True)
_TIME: Final = Field("int", time=True)
_MS: Final = Field("int", unit="ms")
_BYTES: Final = Field("int", unit="bytes")
_DATA: Final = Field(payload=True)

ERROR: Final = Field(
    "object",
    members={
        "code": _INT,
        "statusCode": _INT,
        "message": _STR,
        "reason": _STR,
        "href": _STR,
        "requestId": _STR,
        "serverId": _STR,
        "detail": _OBJECT,
        "cause": Field("object", members={"code": _INT, "statusCode": _INT, "message": _STR}),
    },
)

DETAILS: Final = Field(
    "object",
    members={
        "clientId": _STR,
        "connectionKey": _SECRET,
        "maxMessageSize": _BYTES,
        "maxFrameSize": _BYTES,
        "maxInboundRate": Field("int", unit="a second"),
        "maxOutboundRate": Field("int", unit="a second"),
        "connectionStateTtl": _MS,
        "maxIdleInterval": _MS,
        "serverId": _STR,
        "siteCode": _STR,
        "objectsGCGracePeriod": _MS,
    },
)

_VERSION: Final = Field(
    "object",
    members={"serial": _STR, "timestamp": _TIME, "clientId": _STR, "description": _STR},
)

MESSAGE: Final = Field(
    "object",
    members={
        "id": _STR,
        "action": Field("int", names=MessageAction),
        "name": _STR,
        "clientId": _STR,
        "connectionId": _STR,
        "connectionKey": _SECRET,
        "data": _DATA,
        "encoding": _STR,
        "timestamp": _TIME,
        "extras": _OBJECT,
        "serial": _STR,
        "version": _VERSION,
        "annotations": _OBJECT,
    },
)

PRESENCE: Final = Field(
    "object",
    members={
        "id": _STR,
        "action": Field("int", names=PresenceAction),
        "clientId": _STR,
        "connectionId": _STR,
        "data": _DATA,
        "encoding": _STR,
        "timestamp": _TIME,
        "extras": _OBJECT,
    },
)


class AnnotationAction(IntEnum):
    """TAN2b."""

    CREATE = 0
    DELETE = 1


ANNOTATION: Final = Field(
    "object",
    members={
        "id": _STR,
        "action": Field("int", names=AnnotationAction),
        "type": _STR,
        "name": _STR,
        "clientId": _STR,
        "data": _DATA,
        "encoding": _STR,
        "count": _INT,
        "timestamp": _TIME,
        "serial": _STR,
        "messageSerial": _STR,
    },
)

PROTOCOL_MESSAGE: Final = Field(
    "object",
    members={
        "action": Field("int", names=ProtocolAction),
        "id": _STR,
        "auth": Field("object", members={"accessToken": _SECRET}),
        "channel": _STR,
        "channelSerial": _STR,
        "connectionId": _STR,
        "connectionKey": _SECRET,
        "connectionDetails": DETAILS,
        "connectionSerial": _INT,
        "count": _INT,
        "error": ERROR,
        "flags": Field("int", flags=True),
        "msgSerial": _INT,
        "messages": Field("list", items=MESSAGE),
        "presence": Field("list", items=PRESENCE),
        "annotations": Field("list", items=ANNOTATION),
        "state": Field("list", items=_OBJECT),
        "timestamp": _TIME,
        "params": _OBJECT,
        "res": Field("list", items=Field("object", members={"serials": Field("list")})),
    },
)
"""TR4."""

ANYTHING: Final = Field()

FLAG_MEANINGS: Final[Mapping[int, str]] = {
    0: "a SYNC follows",
    1: "messages follow that came before",
    2: "continuity kept",
    4: "no subscription",
    5: "continuity wanted",
    7: "an OBJECT_SYNC follows",
    16: "may enter presence",
    17: "may publish",
    18: "gets messages",
    19: "gets presence",
    21: "may annotate",
    22: "gets annotations",
    24: "gets objects",
    25: "may change objects",
}
"""TR3: what a set bit says, in a few words."""
