"""The model of one connection: all the machine knows, frozen, replaced at every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.presence import Presence
from ablytui.protocol.recovery import RecoveryKey
from ablytui.protocol.states import ChannelState, ConnectionState
from ablytui.protocol.uri import Mode


class Timer(NamedTuple):
    """A timer that runs: the generation that will fire, and when, in ms on the mono clock."""

    generation: int
    due: float


_NOTHING: Mapping[str, Any] = MappingProxyType({})


Pairs = tuple[tuple[str, str], ...]


class Asking(NamedTuple):
    """A wish to know who is present, that waits (RTP11)."""

    ref: int
    client_id: str | None = None
    connection_id: str | None = None
    wait_for_sync: bool = True


class Turnabout(NamedTuple):
    """A wish for the opposite of what a channel is doing, or one that follows such a wish."""

    attach: bool
    ref: int


class Channel(NamedTuple):
    """One channel as the client knows it. `refs` are the wishes that wait for its next state.

    `modes` and `params` are what ATTACHED gave (RTL4m, RTL4k1); `asked_modes` and `asked_params`
    go with every ATTACH (RTL4l, RTL4k).
    """

    name: str
    state: ChannelState = ChannelState.INITIALIZED
    attach_serial: str | None = None
    modes: int = 0
    params: Pairs = ()
    asked_modes: int = 0
    asked_params: Pairs = ()
    reason: ErrorInfo | None = None
    refs: tuple[int, ...] = ()
    waiting: tuple[Turnabout, ...] = ()
    """Wishes that are done in their order once the operation under way ends (RTL4h, RTL5i)."""
    before: ChannelState = ChannelState.INITIALIZED
    """The state before `detaching`, to return to if it times out (RTL5f)."""
    retries: int = 0
    presence: Presence = Presence()
    asking: tuple[Asking, ...] = ()
    recovering: bool = False
    """RTL18c: attaching because a delta failed, so that no serial counts until ATTACHED."""
    channel_serial: str | None = None
    """Last, so that `at` is one slice."""

    @property
    def deltas(self) -> bool:
        """Whether messages may come as changes of the one before (RTL18)."""
        return ("delta", "vcdiff") in self.params or ("delta", "vcdiff") in self.asked_params

    def at(self, serial: str) -> Channel:
        """At another position of the channel (RTL15b)."""
        return Channel._make((*self[:-1], serial))

    def evolve(self, **changes: Any) -> Channel:
        """A copy with some fields changed."""
        values: list[Any] = list(self)
        for name, value in changes.items():
            values[_CHANNEL[name]] = value
        return Channel._make(values)


_CHANNEL = {name: place for place, name in enumerate(Channel._fields)}


@dataclass(frozen=True, slots=True)
class Pending:
    """A frame that needs an ACK: sent under `msg_serial`, or still queued (None)."""

    ref: int
    message: Mapping[str, Any]
    msg_serial: int | None = None
    sent_at: float | None = None
    enters_again: str | None = None
    """The clientId of a member that enters again by itself (RTP17g)."""


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping that waits: for a connection (`sent_at` None) or for its answer."""

    ref: int
    id: str
    sent_at: float | None = None


class Connection(NamedTuple):
    """Everything `step` decides by. A tuple, because every frame makes a new one.

    Times are ms on the mono clock unless the name says wall. `attempt` counts every dial;
    `socket` is the attempt whose socket (or dial) is open, None where there is none. `retries`
    counts failed attempts since the last CONNECTED and drives the back-off.
    """

    params: ConnectParams
    state: ConnectionState = ConnectionState.INITIALIZED
    since: float = 0.0
    error_reason: ErrorInfo | None = None
    wanted: ConnectParams | None = None
    """Parameters that are in force once what is under way has ended."""
    continuity_due: bool = False
    """`recover` or `resume` was changed since a first attempt took it up."""
    # the transport
    attempt: int = 0
    socket: int | None = None
    opened: bool = False
    mode: Mode = "clean"
    host: str = ""
    """The host of the last dial; a fallback's until the next attempt begins (RTN17i)."""
    fallbacks: tuple[tuple[str, int | None], ...] = ()
    """Hosts that this attempt may still try."""
    primary_failed: ErrorInfo | None = None
    """Why the primary failed, once an attempt goes on to fallbacks."""
    # retrying
    retries: int = 0
    retry_in: float | None = None
    hold: bool = False
    last_immediate: float | None = None
    past_ttl: bool = False
    """Suspended was reached since the last CONNECTED: failures go back to suspended (RTN14f)."""
    refusals: int = 0
    # identity
    id: str | None = None
    key: str | None = None
    client_id: str | None = None
    details: ConnectionDetails = ConnectionDetails()
    recover: RecoveryKey | None = None
    # authentication
    token: TokenDetails | None = None
    """The token in hand: used until it is rejected, also over a close (RSA4b1)."""
    switched: bool = False
    """A token was asked for by `authorize`: tokens are used from then on (RSA10a)."""
    renewed: bool = False
    """A token was rejected since the last CONNECTED; a second time is no reason for another."""
    fetching: int | None = None
    """The number of the request for a token that is under way."""
    fetches: int = 0
    ahead: float | None = None
    """Ms that the service's clock is ahead of the wall clock; None: it was not asked (RSA10k)."""
    authorizing: tuple[int, ...] = ()
    """Refs of wishes to authorize that wait for a token or for a connection with it."""
    auths: tuple[tuple[int, ...], ...] = ()
    """For each AUTH that was sent and not answered, the refs of those who wait for that."""
    # what is under way
    msg_serial: int = 0
    pending: tuple[Pending, ...] = ()
    queued: tuple[Pending, ...] = ()
    pings: tuple[Ping, ...] = ()
    connects: tuple[int, ...] = ()
    """Refs of wishes to connect or recover, answered at connected, suspended or failed."""
    close_sent: bool = False
    """In `closing`: CLOSE was said, so that it is not said again."""
    closes: tuple[int, ...] = ()
    drops: tuple[tuple[int, int], ...] = ()
    """Attempt and ref of wishes to disconnect or drop, answered when that socket has ended."""
    timers: Mapping[str, Timer] = _NOTHING
    generation: int = 0
    # what nearly every inbound frame changes, last, so that `heard` is one slice
    last_mono: float = 0.0
    last_wall: float = 0.0
    connection_serial: int | None = None
    channels: Mapping[str, Channel] = _NOTHING

    def heard(
        self,
        mono: float,
        wall: float,
        connection_serial: int | None,
        channels: Mapping[str, Channel],
    ) -> Connection:
        """Something came in just now; the rest is as it was."""
        return Connection._make((*self[:-4], mono, wall, connection_serial, channels))

    def evolve(self, **changes: Any) -> Connection:
        """A copy with some fields changed."""
        values: list[Any] = list(self)
        for name, value in changes.items():
            values[_CONNECTION[name]] = value
        return Connection._make(values)

    @property
    def by_token(self) -> bool:
        """Whether the next attempt authenticates by a token (RSA4), whatever keys there are."""
        return self.switched or self.params.uses_token

    @property
    def state_ttl(self) -> float:
        """`connectionStateTtl` in ms: what CONNECTED gave, else the parameter (RTN21)."""
        return self.details.connection_state_ttl or self.params.connection_state_ttl

    @property
    def idle_limit(self) -> float | None:
        """Ms without inbound traffic after which the transport is lost; None: no promise."""
        interval = self.details.max_idle_interval
        return interval + self.params.realtime_request_timeout if interval else None

    @property
    def retry_at(self) -> float | None:
        """When the next attempt is due, if one is."""
        timer = self.timers.get("retry")
        return timer.due if timer else None

    @property
    def suspend_at(self) -> float | None:
        """When the connection will be suspended, if the TTL is running."""
        timer = self.timers.get("ttl")
        return timer.due if timer else None


_CONNECTION = {name: place for place, name in enumerate(Connection._fields)}
