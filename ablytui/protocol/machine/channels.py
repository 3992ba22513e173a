"""Channels: attach, detach, what the service says of them, and what the connection's state does.

RTL3, RTL4, RTL5, RTL12, RTL13, RTL14, RTL15, RTL16, RTL18.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ablytui.protocol import backoff
from ablytui.protocol.coerce import mapping, plain
from ablytui.protocol.connection import Channel, Pairs, Turnabout
from ablytui.protocol.effects import Notice
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.events import AttachRequested, DecodingFailed, FrameArrived
from ablytui.protocol.machine import members, publishing, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.message import MODES, Flag
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S

_OFFLINE = frozenset({S.INITIALIZED, S.CONNECTING, S.DISCONNECTED})
_NO_DECODER = 40019
_KEEPS_NO_SERIAL = frozenset({C.DETACHED, C.FAILED})
_SUPERSEDED = 80016
"""The request of an older transport gave way to this one's, which is asked again, not failed."""


def state_of(turn: Turn, name: str) -> C:
    """The state of a channel; one that was never mentioned is initialized."""
    channel = turn.conn.channels.get(name)
    return channel.state if channel else C.INITIALIZED


def attach_asked(turn: Turn, event: AttachRequested) -> None:
    """RTL4, and RTL16a: with options, which a live channel takes up by attaching again."""
    channel = turn.conn.channels.get(event.channel) or Channel(event.channel)
    params = channel.asked_params if event.params is None else event.params
    modes = channel.asked_modes if event.modes is None else event.modes
    wanted = channel.evolve(asked_params=params, asked_modes=modes)
    state = turn.conn.state
    changed = wanted != channel and (state is S.CONNECTED or state in _OFFLINE)
    if changed:
        turn.put_channel(wanted)
    if changed and channel.state in {C.ATTACHED, C.ATTACHING} and not channel.waiting:
        _attaching(turn, wanted.evolve(refs=_with(wanted.refs, event.ref)), None)
    else:
        attach(turn, event.channel, event.ref)


def attach(turn: Turn, name: str, ref: int) -> None:
    """RTL4: send ATTACH now, with the connection, or after the detach under way (RTL4h)."""
    channel = turn.conn.channels.get(name) or Channel(name)
    state = turn.conn.state
    if channel.state is C.ATTACHED:
        turn.reply(ref, _outcome(channel, resumed=False))
    elif state is not S.CONNECTED and state not in _OFFLINE:
        turn.refuse(ref, reasons.wrong_state(state))
    elif channel.state is C.DETACHING or channel.waiting:
        _waits(turn, channel, Turnabout(attach=True, ref=ref))
    elif channel.state is C.ATTACHING:
        turn.put_channel(channel.evolve(refs=_with(channel.refs, ref)))
    else:
        channel = channel.evolve(refs=_with(channel.refs, ref))
        _attaching(turn, channel, None)


def detach(turn: Turn, name: str, ref: int) -> None:
    """RTL5: send DETACH, or be detached at once where there is nothing to send it on."""
    channel = turn.conn.channels.get(name)
    if channel is None or channel.state in {C.INITIALIZED, C.DETACHED}:
        turn.reply(ref, _outcome(channel or Channel(name), resumed=False))
    elif channel.state is C.FAILED:
        turn.refuse(ref, reasons.channel_in(name, C.FAILED))
    elif turn.conn.state is S.CLOSING:
        # RTL5g: it will be detached without being asked, and nothing can be sent any more.
        turn.refuse(ref, reasons.wrong_state(S.CLOSING))
    elif channel.state is C.DETACHING and not channel.waiting:
        turn.put_channel(channel.evolve(refs=_with(channel.refs, ref)))
    elif channel.state is C.SUSPENDED or turn.conn.state is not S.CONNECTED:
        _drop_refs(turn, channel, reasons.channel_in(name, C.DETACHED))
        _settle(turn, channel.evolve(refs=(), waiting=()), C.DETACHED, None)
        turn.reply(ref, _outcome(turn.conn.channels[name], resumed=False))
    elif channel.state in {C.ATTACHING, C.DETACHING}:
        _waits(turn, channel, Turnabout(attach=False, ref=ref))
    else:
        _detaching(turn, channel.evolve(refs=_with(channel.refs, ref)))


def _waits(turn: Turn, channel: Channel, wish: Turnabout) -> None:
    """RTL4h, RTL5i: after the operation under way, and after the wishes that wait already."""
    turn.put_channel(channel.evolve(waiting=(*channel.waiting, wish)))


def _with(refs: tuple[int, ...], ref: int) -> tuple[int, ...]:
    return (*refs, ref) if ref else refs


def _outcome(channel: Channel, *, resumed: bool) -> dict[str, object]:
    return {
        "state": channel.state,
        "resumed": resumed,
        "channelSerial": channel.channel_serial,
    }


def _attaching(turn: Turn, channel: Channel, reason: ErrorInfo | None) -> None:
    """Enter `attaching` and send ATTACH if there is a connection to send it on (RTL4c, RTL4i)."""
    previous = channel.state
    channel = channel.evolve(state=C.ATTACHING, reason=reason)
    turn.put_channel(channel)
    turn.cancel(f"channel-retry:{channel.name}")
    if previous is not C.ATTACHING:
        turn.announce_channel(channel, previous, reason=reason)
    if turn.conn.state is S.CONNECTED:
        _ask(turn, channel)


def _ask(turn: Turn, channel: Channel) -> None:
    """Send the ATTACH or DETACH of the operation under way, and give the service time for it."""
    message: dict[str, object] = {"action": 12, "channel": channel.name}
    if channel.state is C.ATTACHING:
        message["action"] = 10
        if channel.asked_params:
            message["params"] = dict(channel.asked_params)
        if channel.asked_modes:
            message["flags"] = channel.asked_modes
        if turn.dialect.sends_channel_serial and channel.channel_serial:
            message["channelSerial"] = channel.channel_serial
    turn.send(message)
    turn.start(f"channel:{channel.name}", turn.conn.params.realtime_request_timeout)


def _detaching(turn: Turn, channel: Channel) -> None:
    previous = channel.state
    if previous is not C.DETACHING:
        channel = channel.evolve(state=C.DETACHING, before=previous)
        turn.put_channel(channel)
        turn.announce_channel(channel, previous)
    _ask(turn, channel)


def _settle(
    turn: Turn,
    channel: Channel,
    state: C,
    reason: ErrorInfo | None,
    *,
    resumed: bool = False,
) -> None:
    """Enter a state in which nothing is under way, and answer who waited for it."""
    turn.cancel(f"channel:{channel.name}", f"channel-retry:{channel.name}")
    previous, refs = channel.state, channel.refs
    serial = None if state in _KEEPS_NO_SERIAL else channel.channel_serial
    channel = channel.evolve(state=state, reason=reason, refs=(), channel_serial=serial)
    turn.put_channel(channel)
    turn.announce_channel(channel, previous, resumed=resumed, reason=reason)
    wanted = C.ATTACHED if previous is C.ATTACHING else C.DETACHED
    for ref in refs:
        if state is wanted:
            turn.reply(ref, _outcome(channel, resumed=resumed))
        else:
            turn.refuse(ref, reason or _ended(turn) or reasons.channel_in(channel.name, state))
    if state is not C.ATTACHED:
        publishing.fail_channel(turn, channel.name, reason or _ended(turn))
        members.settled(turn, channel.name, state, reason or _ended(turn))
    _then(turn, turn.conn.channels[channel.name])


def _ended(turn: Turn) -> ErrorInfo | None:
    """A closed connection, which detaches its channels without an error, is why nothing came."""
    return reasons.CLOSED if turn.conn.state in {S.CLOSING, S.CLOSED} else None


def _then(turn: Turn, channel: Channel) -> None:
    """RTL4h, RTL5i: the wishes that waited for this operation, however it ended.

    The first begins another operation, which the next may have to wait for again.
    """
    waiting = channel.waiting
    if not waiting:
        return
    turn.put_channel(channel.evolve(waiting=()))
    for wish in waiting:
        (attach if wish.attach else detach)(turn, channel.name, wish.ref)


def _drop_refs(turn: Turn, channel: Channel, reason: ErrorInfo) -> None:
    for ref in (*channel.refs, *(wish.ref for wish in channel.waiting)):
        turn.refuse(ref, reason)


# --- what the service says ----------------------------------------------------------------------


def attached(turn: Turn, event: FrameArrived, channel: Channel) -> None:
    """ATTACHED: the answer, an update (RTL12), or unwanted (RTL5k)."""
    flags = event.known.flags or 0
    serial = event.known.channel_serial or channel.channel_serial
    resumed = bool(flags & Flag.RESUMED)
    error = error_from_wire(event.message.get("error"))
    if channel.state in {C.DETACHING, C.DETACHED}:
        turn.send({"action": 12, "channel": channel.name})
        return
    if channel.state not in {C.ATTACHING, C.ATTACHED}:
        return
    known = channel.evolve(
        channel_serial=serial,
        # RTL15c: where the attachment began, which a resumed one did not.
        attach_serial=channel.attach_serial if resumed else serial,
        modes=flags & MODES,
        params=_pairs(event.message.get("params")),
        retries=0,
        recovering=False,
    )
    has_presence = bool(flags & Flag.HAS_PRESENCE)
    if channel.state is C.ATTACHING:
        _settle(turn, known, C.ATTACHED, error, resumed=resumed)
        members.attached(turn, channel.name, has_presence=has_presence)
        publishing.flush(turn)
    else:
        turn.put_channel(known.evolve(reason=error))
        if not resumed:
            turn.announce_channel(known, C.ATTACHED, resumed=False, reason=error)
            members.attached(turn, channel.name, has_presence=has_presence)


def _pairs(params: object) -> Pairs:
    """RTL4k1: the channel parameters that the service took up."""
    given: Mapping[Any, Any] = mapping(params)
    return tuple((plain(str(name)), plain(str(value))) for name, value in given.items())


def decoding_failed(turn: Turn, event: DecodingFailed) -> None:
    """RTL18: from the last good position on, with a whole message first; PC3: or not at all."""
    channel = turn.conn.channels.get(event.channel)
    if channel is None or channel.state is not C.ATTACHED:
        return
    turn.emit(Notice("error", event.reason.message, event.reason.code))
    if event.reason.code == _NO_DECODER:
        failed(turn, channel, event.reason)
    else:
        channel = channel.evolve(channel_serial=event.serial, recovering=True)
        _attaching(turn, channel, event.reason)


def detached(turn: Turn, event: FrameArrived, channel: Channel) -> None:
    """DETACHED: the answer, or unasked for (RTL13a, RTL13b)."""
    reason = error_from_wire(event.message.get("error"))
    if channel.state is C.DETACHING:
        _settle(turn, channel, C.DETACHED, reason)
    elif channel.state in {C.ATTACHED, C.SUSPENDED}:
        _attaching(turn, channel, reason)
    elif channel.state is C.ATTACHING:
        _suspend(turn, channel, reason or reasons.channel_in(channel.name, C.DETACHED))


def failed(turn: Turn, channel: Channel, reason: ErrorInfo) -> None:
    """ERROR with a channel (RTL14)."""
    if reason.code != _SUPERSEDED:
        _settle(turn, channel, C.FAILED, reason)
    elif channel.state in {C.ATTACHING, C.DETACHING} and turn.conn.state is S.CONNECTED:
        _ask(turn, channel)


def _suspend(turn: Turn, channel: Channel, reason: ErrorInfo) -> None:
    """RTL13b: wait, then attach again."""
    retry = channel.retries + 1
    _settle(turn, channel.evolve(retries=retry), C.SUSPENDED, reason)
    if turn.conn.state is S.CONNECTED and state_of(turn, channel.name) is C.SUSPENDED:
        timeout = turn.conn.params.channel_retry_timeout
        wait = backoff.delay(timeout, retry, turn.now.roll)
        turn.start(f"channel-retry:{channel.name}", wait)


def timed_out(turn: Turn, name: str) -> None:
    """No ATTACHED (RTL4f) or no DETACHED (RTL5f) came in time."""
    channel = turn.conn.channels[name]
    if channel.state is C.ATTACHING:
        _suspend(turn, channel, reasons.channel_timeout(name, "ATTACHED"))
    elif channel.state is C.DETACHING:
        _not_detached(turn, channel, reasons.channel_timeout(name, "DETACHED"))


def _not_detached(turn: Turn, channel: Channel, reason: ErrorInfo) -> None:
    """RTL5f: back to the state before, which may have to be asked for anew (RTL3d)."""
    if channel.before is C.ATTACHED:
        _settle(turn, channel, C.ATTACHED, reason)
        return
    for ref in channel.refs:
        turn.refuse(ref, reason)
    _attaching(turn, channel.evolve(refs=()), reason)
    _then(turn, turn.conn.channels[channel.name])


def retry_due(turn: Turn, name: str) -> None:
    """RTL13b: a suspended channel attaches again."""
    channel = turn.conn.channels[name]
    if channel.state is C.SUSPENDED and turn.conn.state is S.CONNECTED:
        _attaching(turn, channel, None)


# --- what the connection's state does -----------------------------------------------------------


def on_connected(turn: Turn, *, survived: bool) -> None:
    """RTL3d, RTN19b: attach again what is to be attached; `survived`: the service still has it."""
    for channel in tuple(turn.conn.channels.values()):
        if channel.state is C.DETACHING:
            if not survived:
                # On this transport it was never attached, should it not come to be detached.
                turn.put_channel(channel.evolve(before=C.ATTACHING))
            _detaching(turn, channel)
        elif channel.state in {C.ATTACHING, C.SUSPENDED} or (
            channel.state is C.ATTACHED and not survived
        ):
            _attaching(turn, channel, None)


def on_suspended(turn: Turn, reason: ErrorInfo) -> None:
    """RTL3c."""
    for channel in tuple(turn.conn.channels.values()):
        if channel.state in {C.ATTACHED, C.ATTACHING}:
            _settle(turn, channel.evolve(waiting=()), C.SUSPENDED, reason)
            for wish in channel.waiting:
                turn.refuse(wish.ref, reason)
        elif channel.state is C.DETACHING:
            _drop_refs(turn, channel.evolve(refs=()), reason)
            _settle(turn, channel.evolve(waiting=()), C.DETACHED, None)


def on_rest(turn: Turn, state: C, reason: ErrorInfo | None) -> None:
    """RTL3a, RTL3b: closed and failed connections have no live channel."""
    live = {C.ATTACHED, C.ATTACHING, C.DETACHING}
    for channel in tuple(turn.conn.channels.values()):
        if channel.state in live:
            _drop_refs(turn, channel.evolve(refs=()), reason or reasons.CLOSED)
            to = C.DETACHED if channel.state is C.DETACHING else state
            _settle(turn, channel.evolve(waiting=()), to, reason)


def on_closing_left(turn: Turn) -> None:
    """RTN11b: a closing connection is left behind, and its channels with it."""
    on_rest(turn, C.DETACHED, None)


def reset(turn: Turn, serials: tuple[tuple[str, str], ...]) -> None:
    """RTN11d, RTN16j: every channel is initialized again, with the serial it is to continue at."""
    for channel in tuple(turn.conn.channels.values()):
        turn.cancel(f"channel:{channel.name}", f"channel-retry:{channel.name}")
        _drop_refs(turn, channel, reasons.REPLACED)
        members.refuse_asking(turn, channel, reasons.REPLACED)
        if channel.state is not C.INITIALIZED:
            fresh = _fresh(channel)
            turn.put_channel(fresh)
            turn.announce_channel(fresh, channel.state)
    kept = {name: _fresh(channel) for name, channel in turn.conn.channels.items()}
    for name, serial in serials:
        kept[name] = kept.get(name, Channel(name)).evolve(channel_serial=serial)
    turn.set(channels=kept)


def _fresh(channel: Channel) -> Channel:
    """As it was before it was first attached; its options are the person's, and stay."""
    return Channel(channel.name, asked_modes=channel.asked_modes, asked_params=channel.asked_params)
