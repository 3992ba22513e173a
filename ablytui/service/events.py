"""What can happen to the service, and what it asks of its sockets. PURE.

A socket is known by a number that is given once. Times that come along are those of the
`Moment` beside the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ablytui.protocol.codec import Format
from ablytui.protocol.frame import Opcode, Origin

# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """The handshake of a socket is done; `headers` has lower-case names."""

    socket: int
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """One whole message; `opcode` is that of its first frame."""

    socket: int
    opcode: Opcode
    payload: bytes


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A message passed the frame limit while it was read. `size` in bytes, as far as known."""

    socket: int
    size: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The socket is gone, however it went."""

    socket: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A time named by `next_due` has come."""


@dataclass(frozen=True, slots=True)
class PeerPublish:
    """The service's own peer publishes. `items` hold str or bytes as data."""

    channel: str
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PeerPresence:
    """The service's own peer enters, updates or leaves."""

    channel: str
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Break:
    """End sockets: all, or one. Without `code` the TCP connection is cut, else closed with it.

    `ends`: the connection ends too, and its state is not kept.
    """

    code: int | None = None
    socket: int | None = None
    reason: str = ""
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Inject:
    """A frame of nobody's making to all clients, or to one."""

    message: Mapping[str, Any]
    socket: int | None = None


@dataclass(frozen=True, slots=True)
class LetGo:
    """A channel is taken from all clients, or from one."""

    channel: str
    socket: int | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Lose every kept state: no connection can be resumed, no channel position is known.

    `members`: whoever is present without a socket, the service's own peer too, leaves at once.
    """

    members: bool = False


@dataclass(frozen=True, slots=True)
class EndToken:
    """The token in use expires now, or is `revoked`: of all connections, or of one."""

    revoked: bool = False
    socket: int | None = None


@dataclass(frozen=True, slots=True)
class AskToken:
    """Clients are asked for a new token (RTN22): all, or one."""

    socket: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The service ends: DISCONNECTED, then close 1001."""


Event = (
    Opened
    | Received
    | TooLarge
    | Ended
    | Tick
    | PeerPublish
    | PeerPresence
    | Break
    | Inject
    | LetGo
    | Forget
    | EndToken
    | AskToken
    | Stop
)

# --- effects ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Write one ProtocolMessage. Messages may be shared between effects: never change one."""

    socket: int
    message: Mapping[str, Any]
    format: Format
    origin: Origin = Origin.ENGINE


@dataclass(frozen=True, slots=True)
class SendMany:
    """Write one ProtocolMessage to many sockets, in this order. Never change it."""

    sockets: tuple[int, ...]
    message: Mapping[str, Any]
    format: Format

    def each(self) -> Iterator[Send]:
        """The same, one by one."""
        for socket in self.sockets:
            yield Send(socket, self.message, self.format)


@dataclass(frozen=True, slots=True)
class SendRaw:
    """Write one frame exactly as it is, whether or not it says anything."""

    socket: int
    opcode: Opcode
    payload: bytes


@dataclass(frozen=True, slots=True)
class SendPing:
    """Write a WebSocket ping, for clients that see them (RTN23b)."""

    socket: int


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Begin the closing handshake (RFC 6455 §7.1.2)."""

    socket: int
    code: int = 1000
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CutSocket:
    """End the TCP connection without a closing handshake."""

    socket: int


@dataclass(frozen=True, slots=True)
class Note:
    """A line for whoever watches the service."""

    text: str


Effect = Send | SendMany | SendRaw | SendPing | CloseSocket | CutSocket | Note
