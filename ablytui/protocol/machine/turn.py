"""One turn of the machine: the model being replaced, and the effects asked for so far.

Mutable, but it never leaves `step`: what goes out is the frozen model and a tuple of effects.
"""

from __future__ import annotations

from typing import Any, Literal

from ablytui.protocol.connection import Channel, Connection, Ping, Timer
from ablytui.protocol.dialect import Dialect, dialect_of
from ablytui.protocol.effects import (
    Announce,
    CancelFetch,
    CancelTimer,
    CloseSocket,
    Effect,
    Reply,
    Send,
    StartTimer,
)
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.protocol.states import (
    EDGES,
    ChannelChange,
    ChannelState,
    ConnectionState,
    StateChange,
)


class Turn:
    """The one place that changes a connection: every edge, timer and send goes through it."""

    __slots__ = ("conn", "effects", "now")

    def __init__(self, conn: Connection, now: Moment) -> None:
        self.conn = conn
        self.now = now
        self.effects: list[Effect] = []

    @property
    def dialect(self) -> Dialect:
        """The rules in force."""
        return dialect_of(self.conn.params)

    def set(self, **changes: Any) -> None:
        """Change fields of the model."""
        self.conn = self.conn.evolve(**changes)

    def emit(self, effect: Effect) -> None:
        """Ask for an effect, after those asked for before."""
        self.effects.append(effect)

    def move(
        self,
        state: ConnectionState,
        reason: ErrorInfo | None = None,
        *,
        point: str,
        retry_in: float | None = None,
    ) -> None:
        """Take an edge and announce it. A reason becomes `errorReason` (RTN25)."""
        previous = self.conn.state
        if state not in EDGES[previous]:
            raise AssertionError(f"there is no edge from {previous} to {state}")
        self.set(
            state=state,
            since=self.now.mono,
            retry_in=retry_in,
            error_reason=reason or self.conn.error_reason,
        )
        self.emit(Announce(StateChange(previous, state, state, reason, retry_in, point)))

    def start(self, name: str, delay: float) -> None:
        """Start or restart a timer; `delay` in ms."""
        generation = self.conn.generation + 1
        timers = {**self.conn.timers, name: Timer(generation, self.now.mono + delay)}
        self.set(timers=timers, generation=generation)
        self.emit(StartTimer(name, generation, delay))

    def cancel(self, *names: str) -> None:
        """Stop timers; those that do not run are passed over."""
        running = [name for name in names if name in self.conn.timers]
        if running:
            timers = {k: v for k, v in self.conn.timers.items() if k not in running}
            self.set(timers=timers)
            for name in running:
                self.emit(CancelTimer(name))

    def cancel_all(self) -> None:
        """No timer is alive in `closed` and `failed`."""
        self.cancel(*self.conn.timers)

    def send(self, message: dict[str, Any]) -> None:
        """Send on the open socket; without one nothing happens."""
        if self.conn.socket is not None and self.conn.opened:
            self.emit(Send(self.conn.socket, message))

    def leave_socket(self, code: int = 1000) -> None:
        """Close the socket or abandon the dial; whatever it still says belongs to the past."""
        if self.conn.socket is not None:
            self.emit(CloseSocket(self.conn.socket, code))
        self.forget_socket()

    def forget_socket(self) -> None:
        """The socket is gone, or as good as gone, and with it every answer that was due on it.

        RTL3e, RTN19b: a channel's request is no failure of the channel, and goes out again.
        """
        asked = [name for name in self.conn.timers if name.startswith("channel:")]
        self.cancel("request", "idle", *asked)
        self.set(socket=None, opened=False)
        self._unsend_pings()
        conn = self.conn
        if conn.fetching is not None:
            self.cancel_fetch()
            if conn.authorizing:
                # They want another token than this one, so the next attempt fetches it first.
                self.set(token=None)
        if conn.auths:
            self.cancel("auth")
            refs = (ref for each in conn.auths for ref in each)
            self.set(authorizing=(*conn.authorizing, *refs), auths=())

    def _unsend_pings(self) -> None:
        """RTN13d: a ping that lost its transport waits for the next one, as one made now would."""
        if self.conn.pings:
            self.cancel(*(f"ping:{ping.id}" for ping in self.conn.pings))
            self.set(pings=tuple(Ping(ping.ref, ping.id) for ping in self.conn.pings))

    def cancel_fetch(self) -> None:
        """Nobody waits for the token that is being fetched."""
        if self.conn.fetching is not None:
            self.cancel("token")
            self.emit(CancelFetch(self.conn.fetching))
            self.set(fetching=None)

    def reply(self, ref: int, value: Any = None) -> None:
        """A wish came true; 0 is nobody's."""
        if ref:
            self.emit(Reply(ref, value))

    def refuse(self, ref: int, error: ErrorInfo) -> None:
        """A wish failed."""
        if ref:
            self.emit(Reply(ref, error=error))

    def put_channel(self, channel: Channel) -> None:
        """Store one channel's new model, announcing nothing."""
        self.set(channels={**self.conn.channels, channel.name: channel})

    def announce_channel(
        self,
        channel: Channel,
        previous: ChannelState,
        *,
        resumed: bool = False,
        reason: ErrorInfo | None = None,
    ) -> None:
        """Tell of a channel's new state, or of an update if it is the old one (RTL12)."""
        current = channel.state
        event: ChannelState | Literal["update"] = current if current != previous else "update"
        change = ChannelChange(channel.name, previous, current, event, resumed, reason)
        self.emit(Announce(change))
