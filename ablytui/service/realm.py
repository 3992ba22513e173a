"""Everything the service holds, and the few things that every part of it does. PURE.

`Core` sets `now` and collects `out` around each event; the modules beside it read and change
what is here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ablytui.protocol.codec import Format
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.protocol.message import PresenceAction, ProtocolAction
from ablytui.protocol.params import DialectName
from ablytui.service import problems
from ablytui.service.apps import App, apps_of
from ablytui.service.auth import Keyring
from ablytui.service.channels import Channel, Made, Stored
from ablytui.service.connections import Connection, Transport
from ablytui.service.deadlines import Deadlines
from ablytui.service.events import CloseSocket, Effect, Note, Send, SendMany
from ablytui.service.options import ServiceOptions
from ablytui.service.presence import Tally
from ablytui.service.problems import problem
from ablytui.service.serials import Ids, Serials
from ablytui.service.sizes import held
from ablytui.service.tokens import Nonces, Tokens
from ablytui.service.wireform import sound

BAD_START: Final = ("[", ":")
_ROOMY: Final = 0.9
"""The share of a bound that is left when it was passed."""


class Realm:
    """Connections, channels, timers. Times are ms; `timers` on the mono clock."""

    def __init__(self, options: ServiceOptions, keys: tuple[str, ...], ids: Ids) -> None:
        self.options = options
        self.apps: dict[str, App] = apps_of(keys) or {"local": App("local", given=True)}
        self.home = next(iter(self.apps))
        """The app of the first key, in which the service's own peer speaks."""
        self.tokens = Tokens(ids, options.max_tokens, options.max_tokens_bytes)
        self.nonces = Nonces(options.max_tokens)
        self.keyring = Keyring(self.apps, self.tokens)
        self.deadlines = Deadlines()
        """When the token of a socket is to be looked at again."""
        self.ids = ids
        self.tally = Tally()
        """What the members of all channels are."""
        self._held = 0
        self.serials = Serials(ids(4))
        self.server_id = f"local.{ids(4)}"
        self.peer_id = ids(10)
        self.peer_serial = 0
        self.sockets: dict[int, Transport] = {}
        self.connections: dict[str, Connection] = {}
        self.lost: dict[str, Connection] = {}
        """Connections without a transport, the longest lost first."""
        self.now = Moment(0.0, 0.0, 0.0)
        self.out: list[Effect] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    # --- time ---------------------------------------------------------------------------------

    def after(self, delay: float, do: Callable[[], None]) -> None:
        """Do something in so many ms. It must find out itself whether it is still wanted."""
        self._count += 1
        heapq.heappush(self._timers, (self.now.mono + delay, self._count, do))

    def next_due(self) -> float | None:
        """When `run_due` has something to do, in ms on the mono clock."""
        timer = self._timers[0][0] if self._timers else None
        deadline = self.deadlines.next()
        return min((due for due in (timer, deadline) if due is not None), default=None)

    def run_due(self) -> None:
        """Do what is due."""
        while self._timers and self._timers[0][0] <= self.now.mono:
            heapq.heappop(self._timers)[2]()

    # --- sending ------------------------------------------------------------------------------

    def send(self, transport: Transport, message: Mapping[str, Any]) -> None:
        """Write a message to a connection that has a socket."""
        transport.last_out = self.now.mono
        self.out.append(Send(transport.socket, message, transport.asked.format))

    def note(self, text: str) -> None:
        """Tell whoever watches."""
        self.out.append(Note(text))

    def hang_up(self, transport: Transport, message: Mapping[str, Any] | None) -> None:
        """A last message, then close 1000. The socket is none of ours from now on."""
        if message is not None:
            self.send(transport, message)
        self.drop(transport.socket)
        self.out.append(CloseSocket(transport.socket))

    def drop(self, socket: int) -> Transport | None:
        """A socket is no more, and nothing is due on it; what it carried, if it was ours."""
        self.deadlines.drop(socket)
        return self.sockets.pop(socket, None)

    # --- channels -----------------------------------------------------------------------------

    def all_channels(self) -> Iterator[Channel]:
        """The channels of all apps."""
        for app in self.apps.values():
            yield from app.channels.values()

    def find(self, app: str, name: str) -> Channel | None:
        """The channel of that name in an app, if there is one."""
        return self.apps[app].channels.get(name)

    def channel(self, app: str, name: str) -> Channel | ErrorInfo:
        """The channel of that name in an app, made if need be; or why there can be none."""
        channels = self.apps[app].channels
        channel = channels.get(name)
        if channel is None:
            if sum(len(a.channels) for a in self.apps.values()) >= self.options.max_channels:
                return problem(
                    problems.TOO_MANY_CHANNELS,
                    f"the service holds {self.options.max_channels} channels and takes no more",
                )
            serial = self.serials.channel(self.now.wall)
            channel = Channel(name, serial, self.now.mono, self.tally)
            channels[name] = channel
        channel.expire(self.now.mono - self.options.retention)
        channel.touched = self.now.mono
        return channel

    def unmake(self, app: str, channel: Channel) -> None:
        """What a channel was made for was refused: it goes, if nothing else was ever done on it."""
        if not channel.used:
            self.apps[app].channels.pop(channel.name, None)

    def spread(
        self,
        channel: Channel,
        action: ProtocolAction,
        head: Mapping[str, Any],
        items: Sequence[Mapping[str, Any]],
        publisher: str,
        *,
        deaf: Connection | None = None,
    ) -> None:
        """Store a frame of these items, and deliver it to everyone attached, but to `deaf`.

        A classic connection gets it numbered, and kept for its return if it is away.
        """
        options = self.options
        stored = Stored(
            channel=channel.name,
            serial=self.serials.channel(self.now.wall),
            action=action,
            publisher=publisher,
            head={**head, "timestamp": int(self.now.wall)},
            items=tuple(items),
            at=self.now.mono,
            size=sum(held(item) for item in items),
        )
        channel.add(stored, options.channel_backlog, options.channel_backlog_bytes)
        self._held += stored.size
        if self._held > options.max_backlog_bytes:
            self._make_room()
        self._deliver(channel, stored, deaf)

    def _deliver(self, channel: Channel, stored: Stored, deaf: Connection | None) -> None:
        """Give a stored frame to all who hear it: the same to many, of each kind once."""
        now, mode = self.now.mono, int(stored.mode)
        made: Made = {}
        same: dict[int, tuple[Mapping[str, Any], Format, list[int]]] = {}
        for connection_id, attachment in channel.listeners.items():
            connection = self.connections[connection_id]
            if connection is deaf or not int.__and__(attachment.modes, mode):
                continue
            transport = connection.transport
            classic = connection.dialect is DialectName.CLASSIC
            serial = connection.outbox.add(stored, now) if classic else 0
            if transport is None:
                attachment.last = None
                continue
            fmt = transport.asked.format
            frame = attachment.next(stored, fmt, made)
            if classic:
                self.send(transport, {**frame, "connectionSerial": serial})
                continue
            transport.last_out = now
            group = same.get(id(frame))
            if group is None:
                group = same[id(frame)] = (frame, fmt, [])
            group[2].append(transport.socket)
        for frame, fmt, sockets in same.values():
            self.out.append(SendMany(tuple(sockets), frame, fmt))

    # --- connections --------------------------------------------------------------------------

    def lose(self, connection: Connection) -> None:
        """The transport is gone: keep the state for its time, the members for theirs.

        The TTL counts from here. Classic clients reckon with `maxIdleInterval` on top of it
        (RTN15g1), so for them the state is kept that much longer.
        """
        connection.transport = None
        connection.generation += 1
        if connection.dialect is DialectName.CURRENT:
            self.detach_all(connection)
        if connection.forgotten:
            self.end(connection)
            return
        self.lost[connection.id] = connection
        generation = connection.generation
        ttl = self.options.state_ttl
        if connection.dialect is DialectName.CLASSIC:
            ttl += self.options.max_idle
        self.after(ttl, lambda: self._expire(connection, generation))
        self.after(connection.remain_present_for, lambda: self._grace_over(connection, generation))
        while len(self.lost) > self.options.max_connections:
            self.end(next(iter(self.lost.values())))

    def _expire(self, connection: Connection, generation: int) -> None:
        if connection.generation == generation and connection.id in self.lost:
            self.note(f"state of {connection.id} expired")
            self.end(connection)

    def _grace_over(self, connection: Connection, generation: int) -> None:
        if connection.generation == generation and connection.transport is None:
            self.leave_all(connection)

    def end(self, connection: Connection, *, leave: bool = False) -> None:
        """Drop the state. Members that are in their grace stay for it, unless `leave`."""
        self.connections.pop(connection.id, None)
        self.lost.pop(connection.id, None)
        self.detach_all(connection)
        if leave:
            self.leave_all(connection)
        elif connection.forgotten:
            generation = connection.generation
            self.after(
                connection.remain_present_for, lambda: self._grace_over(connection, generation)
            )

    def detach_all(self, connection: Connection) -> None:
        """Forget the attachments."""
        for name in connection.attached:
            channel = self.find(connection.identity.app, name)
            if channel is not None:
                channel.listeners.pop(connection.id, None)
        connection.attached.clear()

    def fail(self, transport: Transport, error: ErrorInfo) -> None:
        """RTN15i: an ERROR without a channel ends the connection and its state."""
        message = {"action": int(ProtocolAction.ERROR), "error": error.to_wire()}
        self.hang_up(transport, message)
        transport.connection.transport = None
        self.end(transport.connection, leave=True)

    # --- presence -----------------------------------------------------------------------------

    def leave_all(self, connection: Connection) -> None:
        """The members of a connection leave wherever they are."""
        app = self.apps.get(connection.identity.app)
        if app is not None:
            self.leave(connection.id, app.channels.values())

    def leave(self, connection_id: str, channels: Iterable[Channel]) -> None:
        """The members of a connection leave. The ids say that nobody sent it (RTP2b1)."""
        for channel in list(channels):
            for member in channel.members.of(connection_id):
                item = {
                    **member,
                    "id": f"left-{self.ids(8)}:0:0",
                    "action": int(PresenceAction.LEAVE),
                    "timestamp": int(self.now.wall),
                }
                event = channel.members.apply(item)
                if event is not None:
                    head = {"id": f"left-{self.ids(8)}:0", "connectionId": connection_id}
                    self.spread_presence(channel, head, [event])

    def spread_presence(
        self, channel: Channel, head: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
    ) -> None:
        """Store presence events and deliver them; always to their author too."""
        self.spread(channel, ProtocolAction.PRESENCE, head, events, str(head["connectionId"]))

    # --- memory -------------------------------------------------------------------------------

    def _make_room(self) -> None:
        """All channels together hold too much: let the oldest go, until there is some room.

        `_held` only grows in between, so that this is looked at after so much was published, and
        not each time that a channel lets go of something.
        """
        most = self.options.max_backlog_bytes
        self._held = sum(channel.size for channel in self.all_channels())
        if self._held <= most:
            return
        oldest = [
            (next(iter(c.log.values())).at, n, c)
            for n, c in enumerate(self.all_channels())
            if c.log
        ]
        heapq.heapify(oldest)
        while oldest and self._held > most * _ROOMY:
            _, n, channel = heapq.heappop(oldest)
            before = channel.size
            channel.let_go()
            self._held -= before - channel.size
            if channel.log:
                heapq.heappush(oldest, (next(iter(channel.log.values())).at, n, channel))

    def sweep(self) -> None:
        """Let go of what is too old, and of channels that nobody has used since."""
        before = self.now.mono - self.options.retention
        for connection in self.connections.values():
            connection.outbox.expire(before)
        self.tokens.sweep(self.now.wall)
        self.nonces.sweep(self.now.wall)
        unused = before - self.options.state_ttl
        for app in self.apps.values():
            for name, channel in list(app.channels.items()):
                channel.expire(before)
                if channel.idle and channel.touched < unused:
                    del app.channels[name]
        self.after(max(1_000, self.options.retention / 4), self.sweep)


def bad_channel(name: object) -> ErrorInfo | None:
    """Why a name cannot name a channel; None if it can."""
    if not isinstance(name, str) or not name:
        why = "a channel needs a name"
    elif name.startswith(BAD_START):
        why = f"a channel name may not start with {name[0]}"
    elif not sound(name):
        why = "it holds half a character"
    elif "\n" in name or "\r" in name:
        why = "a channel name may not hold a line break"
    elif len(name) > 2048:
        why = "a channel name may not be longer than 2048 characters"
    else:
        return None
    return problem(problems.BAD_CHANNEL, f"invalid channel name: {why}")
