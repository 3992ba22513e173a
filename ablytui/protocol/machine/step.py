"""`step`: one event in, the new connection and its effects out.

Two rules of this package. Every edge is taken by `Turn.move`, which refuses any that is not in
`EDGES`. And nothing here knows what performs the effects: no socket, clock or random source.

The way of an event: those of a socket other than the present one concern only who waited for its
end; timers of an old generation are nobody's; everything else goes to the module of its subject:
`opening`, `falling_back`, `loss`, `network`, `ending`, `wishes`, `changing`, `auth`,
`authorizing`, `channels`, `members`, `publishing`, `inbound`.
"""

from __future__ import annotations

from typing import assert_never

from ablytui.protocol import events as e
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Effect
from ablytui.protocol.machine import (
    auth,
    authorizing,
    changing,
    channels,
    ending,
    falling_back,
    inbound,
    loss,
    members,
    network,
    opening,
    publishing,
    reasons,
    wishes,
)
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S

_SOCKET_EVENTS = (e.SocketOpened, e.DialFailed, e.SocketClosed, e.SocketClogged)


def initial(params: ConnectParams) -> tuple[Connection, tuple[Effect, ...]]:
    """A connection at rest. A recovery key that cannot be read is told and left (RTN16f1)."""
    conn, notices = auth.given(Connection(params))
    conn, more = changing.continuity(conn)
    return conn, (*notices, *more)


def step(
    conn: Connection,
    event: e.Event,
    now: e.Moment,
) -> tuple[Connection, tuple[Effect, ...]]:
    """Everything that an event changes and asks for. Pure: the same in, the same out."""
    turn = Turn(conn, now)
    if isinstance(event, e.FrameArrived):
        # Nearly all events are frames, so they are asked for first.
        if event.attempt == conn.socket:
            inbound.arrived(turn, event)
    elif isinstance(event, _SOCKET_EVENTS):
        _socket(turn, event)
    elif isinstance(event, e.TimerFired):
        _timer(turn, event)
    elif isinstance(event, e.InternetChecked):
        falling_back.checked(turn, event)
    elif isinstance(event, e.DecodingFailed):
        channels.decoding_failed(turn, event)
    elif isinstance(event, e.TokenArrived):
        authorizing.arrived(turn, event)
    elif isinstance(event, e.TokenFailed):
        authorizing.failed(turn, event)
    elif isinstance(event, e.NetworkChanged):
        network.changed(turn, event)
    else:
        _wish(turn, event)
    if turn.conn.wanted is not None:
        changing.rested(turn)
    return turn.conn, tuple(turn.effects)


def _socket(
    turn: Turn,
    event: e.SocketOpened | e.DialFailed | e.SocketClosed | e.SocketClogged,
) -> None:
    ended = isinstance(event, (e.DialFailed, e.SocketClosed))
    if event.attempt == turn.conn.socket:
        if isinstance(event, e.SocketOpened):
            opening.opened(turn)
        elif isinstance(event, e.DialFailed):
            opening.dial_failed(turn, event)
        elif isinstance(event, e.SocketClosed):
            loss.socket_closed(turn, event)
        else:
            _clogged(turn)
    if ended:
        loss.answer_drops(turn, event.attempt)


def _clogged(turn: Turn) -> None:
    if turn.conn.state is S.CONNECTED:
        loss.lose(turn, reasons.CLOGGED, point="RTN15a")
    elif turn.conn.state is S.CONNECTING:
        opening.attempt_failed(turn, reasons.CLOGGED, point="RTN14d")


def _timer(turn: Turn, event: e.TimerFired) -> None:
    timer = turn.conn.timers.get(event.name)
    if timer is None or timer.generation != event.generation:
        return
    turn.set(timers={k: v for k, v in turn.conn.timers.items() if k != event.name})
    subject, _, name = event.name.partition(":")
    if subject == "request":
        opening.timed_out(turn)
    elif subject == "token":
        authorizing.timed_out(turn)
    elif subject == "auth":
        authorizing.unanswered(turn)
    elif subject == "retry":
        point = "RTN14f" if turn.conn.state is S.SUSPENDED else "RTN14d"
        opening.begin(turn, point=point)
    elif subject == "ttl":
        ending.suspend(turn)
    elif subject == "idle":
        loss.idle(turn)
    elif subject == "close":
        ending.closed(turn, None, point="RTN12b")
    elif subject == "ping":
        wishes.ping_timed_out(turn, name)
    elif subject == "channel":
        channels.timed_out(turn, name)
    elif subject == "channel-retry":
        channels.retry_due(turn, name)
    else:
        raise AssertionError(f"no timer is called {event.name!r}")


def _wish(turn: Turn, event: e.Wish) -> None:
    match event:
        case e.ConnectRequested(ref):
            wishes.connect(turn, ref)
        case e.CloseRequested(ref):
            ending.close(turn, ref)
        case e.DisconnectRequested(ref):
            loss.hold(turn, ref)
        case e.DropRequested(ref):
            loss.drop(turn, ref)
        case e.RecoverRequested():
            wishes.recover(turn, event)
        case e.PingRequested(ref):
            wishes.ping(turn, ref)
        case e.AttachRequested():
            channels.attach_asked(turn, event)
        case e.DetachRequested(channel, ref):
            channels.detach(turn, channel, ref)
        case e.PublishRequested():
            publishing.publish(turn, event)
        case e.PresenceRequested():
            publishing.presence(turn, event)
        case e.MembersRequested():
            members.asked(turn, event)
        case e.SendRequested():
            wishes.send_raw(turn, event)
        case e.AuthorizeRequested():
            authorizing.authorize(turn, event)
        case e.ParamsChanged():
            changing.changed(turn, event)
        case _:
            assert_never(event)
