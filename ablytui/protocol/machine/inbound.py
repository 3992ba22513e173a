"""An inbound frame: whom it concerns, by its action. The way of most frames is short."""

from __future__ import annotations

from typing import Final

from ablytui.protocol.codec import Head
from ablytui.protocol.effects import Deliver, Duplicate
from ablytui.protocol.errorinfo import error_from_wire
from ablytui.protocol.events import FrameArrived
from ablytui.protocol.frame import Opcode
from ablytui.protocol.machine import (
    authorizing,
    channels,
    ending,
    loss,
    members,
    opening,
    publishing,
    reasons,
    wishes,
)
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.message import ProtocolAction as A
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S

_MESSAGE: Final = int(A.MESSAGE)
_PAYLOADS: Final = frozenset({A.MESSAGE, A.ANNOTATION, A.OBJECT})
"""RTL15b: these carry the position of their channel (PRESENCE and ATTACHED too, see there)."""


def arrived(turn: Turn, event: FrameArrived) -> None:
    """Any inbound frame is a sign of life (RTN23a); what it says depends on its action."""
    head = event.head
    if not isinstance(head, Head) or head.action is None:
        if event.opcode < Opcode.CLOSE or not turn.conn.params.heartbeats:
            # RTN23b: whoever asked for HEARTBEAT frames is not served with pings.
            turn.set(last_mono=turn.now.mono, last_wall=turn.now.wall)
        return
    if head.action in _PAYLOADS:
        _payload(turn, head)
        return
    turn.set(last_mono=turn.now.mono, last_wall=turn.now.wall)
    if _seen_before(turn, head):
        return
    if head.action in _CHANNEL_ACTIONS and head.channel:
        _channel(turn, event, head.action, head.channel)
    else:
        _connection(turn, event, head.action)


_CHANNEL_ACTIONS: Final = frozenset({A.ATTACHED, A.DETACHED, A.ERROR, A.PRESENCE, A.SYNC})


def _payload(turn: Turn, head: Head) -> None:
    """MESSAGE and its kin: one replacement of the model, and a delivery if attached (RTL17)."""
    conn, now = turn.conn, turn.now
    known, channels_ = conn.connection_serial, conn.channels
    serial = head.connection_serial
    if serial is not None and turn.dialect.counts_connection_serial:
        if known is not None and serial <= known:
            turn.conn = conn.heard(now.mono, now.wall, known, channels_)
            turn.emit(Duplicate(serial))
            return
        known = serial
    name = head.channel
    channel = channels_.get(name) if name else None
    if channel is not None and name is not None:
        if head.channel_serial and not channel.recovering:
            channels_ = {**channels_, name: channel.at(head.channel_serial)}
        if head.action == _MESSAGE and channel.state is ChannelState.ATTACHED:
            turn.emit(Deliver(name))
    turn.conn = conn.heard(now.mono, now.wall, known, channels_)


def _seen_before(turn: Turn, head: Head) -> bool:
    """Classic: a frame at or below the highest serial was received before. CONNECTED sets it."""
    serial = head.connection_serial
    if serial is None or head.action == A.CONNECTED:
        return False
    if not turn.dialect.counts_connection_serial:
        return False
    known = turn.conn.connection_serial
    if known is not None and serial <= known:
        turn.emit(Duplicate(serial))
        return True
    turn.set(connection_serial=serial)
    return False


def _channel(turn: Turn, event: FrameArrived, action: int, name: str) -> None:
    channel = turn.conn.channels.get(name)
    if channel is None:
        return
    if action == A.ATTACHED:
        channels.attached(turn, event, channel)
    elif action == A.DETACHED:
        channels.detached(turn, event, channel)
    elif action in {A.PRESENCE, A.SYNC}:
        members.arrived(turn, event, channel)
    else:
        reason = error_from_wire(event.message.get("error")) or reasons.FAILED
        channels.failed(turn, channel, reason)


def _connection(turn: Turn, event: FrameArrived, action: int) -> None:
    """Actions without a channel. A channel of null or "" counts as none."""
    if action == A.CONNECTED:
        opening.connected(turn, event)
    elif action in {A.ACK, A.NACK}:
        publishing.acknowledged(turn, event, positive=action == A.ACK)
    elif action == A.HEARTBEAT:
        wishes.heartbeat(turn, event)
    elif action == A.DISCONNECTED:
        loss.disconnected_frame(turn, error_from_wire(event.message.get("error")))
    elif action == A.ERROR:
        loss.error_frame(turn, error_from_wire(event.message.get("error")))
    elif action == A.CLOSED:
        _closed(turn, event)
    elif action == A.AUTH:
        authorizing.asked_by_service(turn)


def _closed(turn: Turn, event: FrameArrived) -> None:
    if turn.conn.state is S.CLOSING:
        ending.closed(turn, error_from_wire(event.message.get("error")), point="RTN12a")
    elif turn.conn.state is S.CONNECTED:
        ending.closed_unasked(turn)
    elif turn.conn.state is S.CONNECTING:
        opening.attempt_failed(turn, reasons.CLOSED_BY_SERVICE, point="RTN14d")
