"""What needs an ACK: numbering, queueing, acknowledging, resending (RTL6, RTN7, RTN19)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ablytui.protocol.coerce import mapping, sequence
from ablytui.protocol.connection import Pending
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.events import FrameArrived, PresenceRequested, PublishRequested
from ablytui.protocol.machine import channels, members, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S

_QUEUEING = frozenset({S.INITIALIZED, S.CONNECTING, S.DISCONNECTED})


def publish(turn: Turn, event: PublishRequested) -> None:
    """RTL6c: send now, queue, or refuse. No attachment is needed (RTL6c1, RTL6c5)."""
    channel = turn.conn.channels.get(event.channel)
    if channel and channel.state in {ChannelState.SUSPENDED, ChannelState.FAILED}:
        turn.refuse(event.ref, reasons.channel_in(channel.name, channel.state))
        return
    size, limit = size_of(event.messages), turn.conn.details.max_message_size
    if limit and size > limit:
        turn.refuse(event.ref, reasons.too_large(size, limit))
        return
    items = [dict(message) for message in event.messages]
    message = {"action": 15, "channel": event.channel, "messages": items}
    accept(turn, Pending(event.ref, message))


def size_of(messages: Iterable[Mapping[str, Any]]) -> int:
    """TM6: what counts of messages: name, clientId, the extras as JSON, the data; in bytes."""
    total = 0
    for message in messages:
        for name in ("name", "clientId"):
            total += len(str(message.get(name) or "").encode("utf-8", "replace"))
        for name in ("extras", "data"):
            value = message.get(name)
            if isinstance(value, str):
                total += len(value.encode("utf-8", "replace"))
            elif isinstance(value, bytes):
                total += len(value)
            elif value is not None:
                total += len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return total


def presence(turn: Turn, event: PresenceRequested) -> None:
    """RTP8 to RTP10, RTP16: at once on an attached channel, else with its attachment."""
    if not event.item.get("clientId") and not (
        turn.conn.params.client_id or _identified(turn.conn.client_id)
    ):
        turn.refuse(event.ref, reasons.NO_CLIENT_ID)
        return
    state = channels.state_of(turn, event.channel)
    if state is not ChannelState.ATTACHED and not turn.conn.params.queue_messages:
        # RTP16c: it would have to be kept until the channel is attached.
        turn.refuse(event.ref, reasons.channel_in(event.channel, state))
        return
    if state in {ChannelState.INITIALIZED, ChannelState.DETACHED}:
        # RTP8d, RTP16b: entering attaches the channel.
        channels.attach(turn, event.channel, 0)
    elif state not in {ChannelState.ATTACHED, ChannelState.ATTACHING}:
        turn.refuse(event.ref, reasons.channel_in(event.channel, state))
        return
    message = {"action": 14, "channel": event.channel, "presence": [dict(event.item)]}
    accept(turn, Pending(event.ref, message))


def _identified(client_id: str | None) -> bool:
    return client_id not in {None, "*"}


def accept(turn: Turn, pending: Pending) -> None:
    """RTL6c1, RTL6c2: send it now, or keep it until it can be sent."""
    state = turn.conn.state
    if state is S.CONNECTED:
        turn.set(queued=(*turn.conn.queued, pending))
        flush(turn)
    elif state in _QUEUEING and turn.conn.params.queue_messages:
        turn.set(queued=(*turn.conn.queued, pending))
    else:
        _fail(turn, pending, reasons.wrong_state(state))


def _fail(turn: Turn, pending: Pending, reason: ErrorInfo) -> None:
    """It will not be acknowledged; nobody asked for what a member does by itself (RTP17e)."""
    if pending.enters_again is None:
        turn.refuse(pending.ref, reason)
    else:
        members.not_reentered(turn, pending.message["channel"], pending.enters_again, reason)


def flush(turn: Turn) -> None:
    """Send what is queued, in order; presence waits for its channel (RTL3d2)."""
    if turn.conn.state is not S.CONNECTED or not turn.conn.queued:
        return
    kept = []
    for pending in turn.conn.queued:
        if pending.message["action"] == ProtocolAction.PRESENCE:
            state = channels.state_of(turn, pending.message["channel"])
            if state is ChannelState.ATTACHING:
                kept.append(pending)
                continue
            if state is not ChannelState.ATTACHED:
                name = pending.message["channel"]
                _fail(turn, pending, reasons.channel_in(name, state))
                continue
        _send(turn, pending)
    turn.set(queued=tuple(kept))


def _send(turn: Turn, pending: Pending) -> None:
    """RTN7b: the serial is given when first sent."""
    serial = turn.conn.msg_serial if pending.msg_serial is None else pending.msg_serial
    if pending.msg_serial is None:
        turn.set(msg_serial=serial + 1)
    sent = replace(pending, msg_serial=serial, sent_at=turn.now.mono)
    turn.set(pending=(*turn.conn.pending, sent))
    turn.send({**pending.message, "msgSerial": serial})


def resend(turn: Turn, *, same_serials: bool) -> None:
    """RTN19a: all that is not acknowledged, in its order; RTN19a2 says under which serials."""
    waiting = turn.conn.pending
    turn.set(pending=())
    for pending in waiting:
        _send(turn, pending if same_serials else replace(pending, msg_serial=None))


def fail_channel(turn: Turn, name: str, reason: ErrorInfo | None) -> None:
    """What was queued for a channel's attachment cannot be sent any more (RTL11)."""
    kept = []
    why = reason or reasons.channel_in(name, channels.state_of(turn, name))
    for pending in turn.conn.queued:
        waits = pending.message["action"] == ProtocolAction.PRESENCE
        if waits and pending.message["channel"] == name:
            _fail(turn, pending, why)
        else:
            kept.append(pending)
    turn.set(queued=tuple(kept))


def fail_all(turn: Turn, reason: ErrorInfo) -> None:
    """RTN7e: nothing will be acknowledged here any more."""
    for pending in (*turn.conn.pending, *turn.conn.queued):
        _fail(turn, pending, reason)
    turn.set(pending=(), queued=())


def acknowledged(turn: Turn, event: FrameArrived, *, positive: bool) -> None:
    """ACK and NACK: `count` frames from `msgSerial` on; a missing count means one (RTN7a, TR4s)."""
    first = event.known.msg_serial
    count = event.known.count
    if first is None:
        return
    after = first + (1 if count is None else count)
    kept = []
    for pending in turn.conn.pending:
        serial = pending.msg_serial if pending.msg_serial is not None else -1
        if serial >= after:
            kept.append(pending)
        elif serial < first:
            # An answer that jumps over older ones leaves them without any.
            _fail(turn, pending, reasons.NOT_ACKED)
        elif positive:
            value = {"msgSerial": serial, "serials": _serials(event.message, serial - first)}
            turn.reply(pending.ref, value)
        else:
            _fail(turn, pending, error_from_wire(event.message.get("error")) or reasons.NACKED)
    turn.set(pending=tuple(kept))


def _serials(message: Mapping[Any, Any], index: int) -> list[Any]:
    results = sequence(message.get("res"))
    return sequence(mapping(results[index]).get("serials")) if index < len(results) else []
