"""Everything a connection can ask of the world, as data that tests compare with `==`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Ref
from ablytui.protocol.frame import Opcode, Origin
from ablytui.protocol.states import ChannelChange, StateChange
from ablytui.protocol.uri import Target


@dataclass(frozen=True, slots=True)
class Dial:
    """Open a socket. Exactly one of SocketOpened and DialFailed follows, then SocketClosed."""

    attempt: int
    target: Target


@dataclass(frozen=True, slots=True)
class CheckInternet:
    """Ask whether there is a network at all (REC3, RTN17j). InternetChecked follows.

    `url` empty is Ably's own, whose answer says `yes`.
    """

    attempt: int
    url: str


@dataclass(frozen=True, slots=True)
class Send:
    """Write one ProtocolMessage in the connection's format."""

    attempt: int
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SendRaw:
    """Write one frame as a person made it."""

    attempt: int
    opcode: Opcode
    payload: bytes
    origin: Origin = Origin.USER


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Begin the closing handshake (RFC 6455 §7.1.2), or abandon a dial that is under way."""

    attempt: int
    code: int = 1000
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AbortSocket:
    """End the TCP connection without a closing handshake."""

    attempt: int


@dataclass(frozen=True, slots=True)
class StartTimer:
    """`delay` in ms. Starting a timer that runs restarts it under the new generation."""

    name: str
    generation: int
    delay: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Stop a timer; that it may fire nevertheless is harmless."""

    name: str


Purpose = Literal["connect", "authorize", "renew"]
"""What a token is wanted for: an attempt, a wish to authorize, or the service's own AUTH."""


@dataclass(frozen=True, slots=True)
class FetchToken:
    """Get a token by the parameters. TokenArrived or TokenFailed of that number follows.

    `held` is a token that is good enough unless the service's time says that it has ended.
    """

    number: int
    purpose: Purpose
    held: TokenDetails | None = None


@dataclass(frozen=True, slots=True)
class CancelFetch:
    """Nobody waits for that token any more; that it arrives nevertheless is harmless."""

    number: int


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell everybody: a change of the connection's state, or of a channel's."""

    change: StateChange | ChannelChange


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for the person, which is no state change.

    `fault`: it tells of one that the service made on purpose, by which something was put on the
    wire or held back from it; `name` is that fault's.
    """

    level: Literal["info", "warning", "error"]
    message: str
    code: int | None = None
    fault: Literal["", "added", "withheld"] = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What one side did against the protocol, with the rule it broke: the client is `us`."""

    text: str
    point: str = ""
    by: Literal["us", "peer"] = "peer"


@dataclass(frozen=True, slots=True)
class Deliver:
    """The messages of the frame at hand reach the application (RTL17)."""

    channel: str


@dataclass(frozen=True, slots=True)
class DeliverPresence:
    """These presence items reach the application: those that changed the member map (RTP2)."""

    channel: str
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The value of a Reply to who is present: items whose data is still encoded."""

    channel: str
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The frame at hand was received before (classic: by `connectionSerial`) and is dropped."""

    connection_serial: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A wish is done (`error` None) or has failed."""

    ref: Ref
    value: Any = None
    error: ErrorInfo | None = None


Effect = (
    Dial
    | CheckInternet
    | Send
    | SendRaw
    | CloseSocket
    | AbortSocket
    | StartTimer
    | CancelTimer
    | FetchToken
    | CancelFetch
    | Announce
    | Notice
    | Anomaly
    | Deliver
    | DeliverPresence
    | Duplicate
    | Reply
)
