"""The service without its sockets: what happened, and when, in; what to do, out. PURE.

`handle` is the whole interface. It never raises for what a client sent, and a client that sends
nonsense disturbs nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Origin
from ablytui.protocol.message import ProtocolAction, action_name
from ablytui.service import admission, attaching, problems, publishing, renewal
from ablytui.service.connections import Transport
from ablytui.service.events import (
    AskToken,
    Break,
    CloseSocket,
    CutSocket,
    Effect,
    Ended,
    EndToken,
    Event,
    Forget,
    Inject,
    LetGo,
    Opened,
    PeerPresence,
    PeerPublish,
    Received,
    Send,
    SendPing,
    Stop,
    Tick,
    TooLarge,
)
from ablytui.service.options import ServiceOptions
from ablytui.service.problems import problem
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.serials import Ids
from ablytui.service.wireform import sound

_BEAT: Final = 2 / 3
"""The share of `maxIdleInterval` after which silence is broken."""

_NEEDS_ACK: Final = frozenset(
    {ProtocolAction.MESSAGE, ProtocolAction.PRESENCE, ProtocolAction.ANNOTATION}
)


class Core:
    """One service. `ids` gives so many unguessable characters of `[A-Za-z0-9]`."""

    def __init__(self, options: ServiceOptions, keys: tuple[str, ...], ids: Ids) -> None:
        self.realm = Realm(options, keys, ids)
        self._started = False

    def next_due(self) -> float | None:
        """When a Tick is wanted, in ms on the mono clock; None for never."""
        return self.realm.next_due()

    def handle(self, event: Event, moment: Moment) -> list[Effect]:
        """Take in what happened at `moment`; what to do about it, in order."""
        realm = self.realm
        realm.now, realm.out = moment, []
        if not self._started:
            self._started = True
            realm.sweep()
        realm.run_due()
        renewal.run_due(realm)
        self._dispatch(event)
        return realm.out

    def _dispatch(self, event: Event) -> None:
        realm = self.realm
        match event:
            case Opened():
                admission.open_socket(realm, event)
                self._beat_later(event.socket)
            case Received():
                self._received(event)
            case TooLarge():
                self._too_large(event)
            case Ended():
                transport = realm.drop(event.socket)
                if transport is not None:
                    realm.lose(transport.connection)
            case PeerPublish() | PeerPresence():
                self._peer(event)
            case Break():
                self._break(event)
            case Inject():
                for transport in self._targets(event.socket):
                    self._inject(transport, event.message)
            case LetGo(channel):
                for transport in self._targets(event.socket):
                    attaching.let_go(realm, transport.connection, channel)
            case EndToken():
                self._end_token(event)
            case AskToken():
                for transport in self._targets(event.socket):
                    renewal.ask(realm, transport)
            case Forget(members):
                self._forget(members=members)
            case Stop():
                self._stop()
            case Tick():
                pass

    # --- frames -------------------------------------------------------------------------------

    def _received(self, event: Received) -> None:
        transport = self.realm.sockets.get(event.socket)
        if transport is None:
            return
        message = decode(event.payload, event.opcode)
        if isinstance(message, Undecodable):
            self.realm.note(f"#{event.socket} frame ignored: {message.why}")
            return
        action = integer(message.get("action"))
        if action is None:
            self.realm.note(f"#{event.socket} frame ignored: no action")
        elif action in _NEEDS_ACK:
            publishing.take(self.realm, transport, message, action)
        elif action == ProtocolAction.OBJECT:
            publishing.refuse_object(self.realm, transport, message)
        else:
            self._control(transport, message, action)

    def _control(self, transport: Transport, message: Mapping[Any, Any], action: int) -> None:
        realm = self.realm
        match action:
            case ProtocolAction.HEARTBEAT:
                self._echo(transport, message)
            case ProtocolAction.ATTACH:
                attaching.attach(realm, transport, message)
            case ProtocolAction.DETACH:
                attaching.detach(realm, transport, message)
            case ProtocolAction.SYNC:
                attaching.ask_sync(realm, transport, message)
            case ProtocolAction.AUTH:
                renewal.take(realm, transport, message)
            case ProtocolAction.CLOSE:
                realm.hang_up(transport, {"action": int(ProtocolAction.CLOSED)})
                transport.connection.transport = None
                realm.end(transport.connection, leave=True)
            case ProtocolAction.DISCONNECT:
                realm.hang_up(transport, None)
                realm.lose(transport.connection)
            case _:
                realm.note(f"#{transport.socket} {action_name(action)} ignored")

    def _echo(self, transport: Transport, message: Mapping[Any, Any]) -> None:
        """RTN13: the same id back; the oldest clients give none."""
        answer: dict[str, Any] = {"action": int(ProtocolAction.HEARTBEAT)}
        ping = message.get("id")
        if isinstance(ping, str) and sound(ping):
            answer["id"] = ping
        self.realm.send(transport, answer)

    def _too_large(self, event: TooLarge) -> None:
        transport = self.realm.sockets.get(event.socket)
        if transport is None:
            return
        most = self.realm.options.max_frame_size
        error = problem(
            problems.TOO_LARGE, f"a frame of {event.size} bytes or more, and maxFrameSize is {most}"
        )
        self.realm.note(f"#{event.socket} failed: {error}")
        self.realm.fail(transport, error)

    # --- keep alive ---------------------------------------------------------------------------

    def _beat_later(self, socket: int) -> None:
        interval = self.realm.options.max_idle * _BEAT
        transport = self.realm.sockets.get(socket)
        if transport is not None and interval > 0:
            wait = transport.last_out + interval - self.realm.now.mono
            self.realm.after(max(wait, 1), lambda: self._beat(transport))

    def _beat(self, transport: Transport) -> None:
        """RTN23: something at least every `maxIdleInterval`, in a form that the client counts."""
        realm = self.realm
        if realm.sockets.get(transport.socket) is not transport:
            return
        if realm.now.mono - transport.last_out >= realm.options.max_idle * _BEAT - 1:
            if transport.asked.heartbeats is False:
                transport.last_out = realm.now.mono
                realm.out.append(SendPing(transport.socket))
            else:
                realm.send(transport, {"action": int(ProtocolAction.HEARTBEAT)})
        self._beat_later(transport.socket)

    # --- the service's own doings ---------------------------------------------------------------

    def _peer(self, event: PeerPublish | PeerPresence) -> None:
        realm = self.realm
        error = bad_channel(event.channel)
        channel = realm.channel(realm.home, event.channel) if error is None else error
        if isinstance(channel, ErrorInfo):
            realm.note(f"peer: {channel}")
            return
        frame_id = f"{realm.peer_id}:{realm.peer_serial}"
        realm.peer_serial += 1
        if isinstance(event, PeerPublish):
            items = [dict(item) for item in event.items]
            publishing.publish(realm, channel, items, frame_id, realm.peer_id)
        else:
            publishing.present(realm, channel, [dict(event.item)], frame_id, realm.peer_id)

    def _targets(self, socket: int | None) -> list[Transport]:
        transports = self.realm.sockets
        if socket is None:
            return list(transports.values())
        return [transports[socket]] if socket in transports else []

    def _break(self, event: Break) -> None:
        for transport in self._targets(event.socket):
            self.realm.drop(transport.socket)
            if event.ends:
                transport.connection.transport = None
                self.realm.end(transport.connection, leave=True)
            else:
                self.realm.lose(transport.connection)
            if event.code is None:
                self.realm.out.append(CutSocket(transport.socket))
            else:
                self.realm.out.append(CloseSocket(transport.socket, event.code, event.reason))

    def _inject(self, transport: Transport, message: Mapping[str, Any]) -> None:
        transport.last_out = self.realm.now.mono
        send = Send(transport.socket, message, transport.asked.format, Origin.INJECTED)
        self.realm.out.append(send)

    def _end_token(self, event: EndToken) -> None:
        """A token expires or is revoked before its time, wherever it is in use."""
        realm = self.realm
        for transport in self._targets(event.socket):
            grant = transport.connection.identity.grant
            if grant is None:
                realm.note(f"#{transport.socket} came with a key: there is no token to end")
            else:
                code = problems.TOKEN_REVOKED if event.revoked else problems.TOKEN_EXPIRED
                realm.tokens.end(grant, code)
        renewal.look_at_all(realm)

    def _forget(self, *, members: bool) -> None:
        realm = self.realm
        for connection in list(realm.connections.values()):
            connection.forgotten = True
            if connection.transport is None:
                realm.end(connection, leave=members)
        if members:
            realm.leave(realm.peer_id, realm.all_channels())
        for channel in realm.all_channels():
            channel.forget(realm.serials.channel(realm.now.wall))

    def _stop(self) -> None:
        realm = self.realm
        error = problem(problems.DISCONNECTED, "the service is stopping").to_wire()
        message = {"action": int(ProtocolAction.DISCONNECTED), "error": error}
        for transport in list(realm.sockets.values()):
            realm.send(transport, message)
            realm.out.append(CloseSocket(transport.socket, 1001, "going away"))
        realm.sockets.clear()
