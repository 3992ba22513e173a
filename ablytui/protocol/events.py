"""Everything that can happen to a connection. The machine knows nothing else of the world.

A person's wishes carry a `ref`, which comes back in the `Reply`. What the socket did carries the
`attempt` it belongs to, so that a late word of an old socket is known as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.codec import Head, Undecodable, decode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Opcode
from ablytui.protocol.recovery import RecoveryKey

Ref = int
"""Names one wish; 0 is nobody's."""


class Moment(NamedTuple):
    """When an event happened, and the randomness it may use.

    `mono` ms on a clock that runs through sleep, `wall` ms since the epoch, `roll` in [0, 1).
    """

    mono: float
    wall: float
    roll: float


# --- wishes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConnectRequested:
    """RTN11."""

    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class CloseRequested:
    """RTN12."""

    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class DisconnectRequested:
    """Close the socket with 1000 and no CLOSE: the state is kept, nothing is dialled (a hold)."""

    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class DropRequested:
    """Abort the socket, as a broken network does; retries follow."""

    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class RecoverRequested:
    """RTN16: connect with a recovery key, from any state."""

    key: RecoveryKey
    ref: Ref = 0

    @property
    def secret(self) -> str:
        """What of it may not be shown."""
        return self.key.connection_key


@dataclass(frozen=True, slots=True)
class PingRequested:
    """RTN13."""

    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class AttachRequested:
    """RTL4. `params` and `modes` are the channel's options from now on; None leaves them alone."""

    channel: str
    ref: Ref = 0
    params: tuple[tuple[str, str], ...] | None = None
    modes: int | None = None


@dataclass(frozen=True, slots=True)
class DetachRequested:
    """RTL5."""

    channel: str
    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class PublishRequested:
    """RTL6: the messages of one MESSAGE frame, as they go out on the wire."""

    channel: str
    messages: tuple[dict[str, Any], ...]
    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class PresenceRequested:
    """RTP8, RTP9, RTP10: one presence item, as it goes out on the wire."""

    channel: str
    item: dict[str, Any]
    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class MembersRequested:
    """RTP11: who is present, narrowed where a clientId or connectionId is given."""

    channel: str
    ref: Ref = 0
    client_id: str | None = None
    connection_id: str | None = None
    wait_for_sync: bool = True


@dataclass(frozen=True, slots=True)
class SendRequested:
    """One raw frame made by a person."""

    opcode: Opcode
    payload: bytes
    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class ParamsChanged:
    """The parameters were edited. The next dial is made with them, not what is under way."""

    params: Any
    ref: Ref = 0


@dataclass(frozen=True, slots=True)
class AuthorizeRequested:
    """RTC8: use this token from now on, or get another one from where they come from."""

    token: TokenDetails | None = None
    ref: Ref = 0

    @property
    def secret(self) -> str:
        """What of it may not be shown; empty for nothing."""
        return self.token.token if self.token else ""


Wish = (
    ConnectRequested
    | CloseRequested
    | DisconnectRequested
    | DropRequested
    | RecoverRequested
    | PingRequested
    | AttachRequested
    | DetachRequested
    | PublishRequested
    | PresenceRequested
    | MembersRequested
    | SendRequested
    | ParamsChanged
    | AuthorizeRequested
)

# --- what the socket did ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The upgrade was answered with 101."""

    attempt: int


@dataclass(frozen=True, slots=True)
class DialFailed:
    """There is no socket: no TCP, DNS or TLS (`status` 0), or an answer other than 101.

    `what` says it in a few plain words; `tls` marks a failed TLS handshake, `refused` an answer,
    garbage, or an end of the connection in place of a 101. `error` is Ably's, from the body or
    the headers of the answer.
    """

    attempt: int
    what: str
    status: int = 0
    refused: bool = False
    tls: bool = False
    error: ErrorInfo | None = None
    cloudfront: bool = False
    """The answer came from a front of Ably's, not from Ably (RSC15l)."""


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """An open socket has ended. `code` 1006 where no CLOSE frame came, 1005 where it was empty."""

    attempt: int
    code: int
    reason: str
    by_us: bool
    clean: bool


@dataclass(frozen=True, slots=True)
class SocketClogged:
    """More than the limit waits unsent in the transport."""

    attempt: int


@dataclass(frozen=True, slots=True)
class InternetChecked:
    """The connectivity check after the failure of `attempt` has its answer (RTN17j)."""

    attempt: int
    ok: bool


class FrameArrived:
    """A whole inbound message (fragments joined), or an inbound control frame (`head` None).

    `message` decodes the body when it is first asked for: most messages are never read by the
    machine beyond their head.
    """

    __slots__ = ("_message", "attempt", "head", "opcode", "payload")

    def __init__(
        self,
        attempt: int,
        opcode: Opcode,
        payload: bytes,
        head: Head | Undecodable | None,
    ) -> None:
        self.attempt = attempt
        self.opcode = opcode
        self.payload = payload
        self.head = head
        self._message: dict[Any, Any] | None = None

    @property
    def known(self) -> Head:
        """The head, or an empty one where nothing could be read."""
        return self.head if isinstance(self.head, Head) else Head()

    @property
    def message(self) -> dict[Any, Any]:
        """The decoded body; empty for what cannot be decoded."""
        if self._message is None:
            body = decode(self.payload, self.opcode)
            self._message = {} if isinstance(body, Undecodable) else body
        return self._message

    def __repr__(self) -> str:
        return f"FrameArrived(attempt={self.attempt}, {self.opcode.name}, {self.payload[:80]!r})"


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """RTN20: the system says that its network is gone, or that there is one (again)."""

    online: bool


@dataclass(frozen=True, slots=True)
class TokenArrived:
    """The answer to the FetchToken of that number.

    `ahead`: how many ms the service's clock is ahead of the wall clock, where it was asked.
    """

    number: int
    details: TokenDetails
    ahead: float | None = None


@dataclass(frozen=True, slots=True)
class TokenFailed:
    """No token came. `forbidden`: the source said 403, which is final (RSA4d)."""

    number: int
    error: ErrorInfo
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer of `generation` is due. One that was cancelled or restarted since is ignored."""

    name: str
    generation: int


@dataclass(frozen=True, slots=True)
class DecodingFailed:
    """RTL18: a message of a channel could not be decoded, and was not delivered.

    `serial` is where the channel stood before it.
    """

    channel: str
    serial: str | None
    reason: ErrorInfo


Event = (
    Wish
    | SocketOpened
    | DialFailed
    | SocketClosed
    | SocketClogged
    | FrameArrived
    | InternetChecked
    | NetworkChanged
    | TokenArrived
    | TokenFailed
    | TimerFired
    | DecodingFailed
)
