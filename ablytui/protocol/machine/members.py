"""Presence: what the member map of a channel goes through, and who asks for it.

RTP1, RTP5, RTP11, RTP17. The map itself is `protocol.presence`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ablytui.protocol import presence as who
from ablytui.protocol.connection import Asking, Channel, Pending
from ablytui.protocol.effects import DeliverPresence, Members
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import FrameArrived, MembersRequested
from ablytui.protocol.machine import channels, publishing, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S

_GONE = frozenset({C.DETACHING, C.DETACHED, C.FAILED})


# --- what comes in ------------------------------------------------------------------------------


def arrived(turn: Turn, event: FrameArrived, channel: Channel) -> None:
    """PRESENCE and SYNC, which count while the service takes us for attached (RTL17)."""
    head = event.known
    sync = head.action == ProtocolAction.SYNC
    if not sync and head.channel_serial and not channel.recovering:
        # RTL15b; that of a SYNC is its own.
        channel = channel.at(head.channel_serial)
        turn.put_channel(channel)
    if channel.state not in {C.ATTACHED, C.DETACHING}:
        return
    items = who.items_of(event.message)
    if sync:
        presence, told = who.synced(
            channel.presence, items, head.channel_serial, turn.conn.id, turn.now.wall
        )
    else:
        presence, told = who.received(channel.presence, items, turn.conn.id)
    turn.put_channel(channel.evolve(presence=presence))
    _tell(turn, channel.name, told)
    _answer(turn, channel.name)


def _tell(turn: Turn, name: str, told: tuple[who.Item, ...]) -> None:
    if told:
        turn.emit(DeliverPresence(name, told))


def attached(turn: Turn, name: str, *, has_presence: bool) -> None:
    """RTP1, RTP17i: a sync begins or nobody is there; our own members enter again."""
    channel = turn.conn.channels[name]
    if channel.state is not C.ATTACHED:
        return
    again = who.reentries(channel.presence, turn.conn.id)
    presence, told = who.attached(channel.presence, has_presence=has_presence, wall=turn.now.wall)
    turn.put_channel(channel.evolve(presence=presence))
    _tell(turn, name, told)
    _answer(turn, name)
    for item in again:
        message = {"action": int(ProtocolAction.PRESENCE), "channel": name, "presence": [item]}
        publishing.accept(turn, Pending(0, message, enters_again=item["clientId"]))


def not_reentered(turn: Turn, name: str, client_id: str, cause: ErrorInfo) -> None:
    """RTP17e: an update that says so. Where channel or connection is gone that says it all."""
    channel = turn.conn.channels.get(name)
    alive = turn.conn.state in {S.CONNECTED, S.CONNECTING, S.DISCONNECTED}
    if alive and channel is not None and channel.state is C.ATTACHED:
        reason = reasons.not_reentered(client_id, cause)
        turn.announce_channel(channel, channel.state, resumed=True, reason=reason)


def settled(turn: Turn, name: str, state: C, reason: ErrorInfo | None) -> None:
    """RTP5: detached and failed channels have no members; of suspended ones they are kept."""
    channel = turn.conn.channels[name]
    if state in _GONE:
        refuse_asking(turn, channel, reason or reasons.channel_in(name, state))
        turn.put_channel(channel.evolve(presence=who.Presence(), asking=()))
    elif state is C.SUSPENDED:
        impatient = tuple(each for each in channel.asking if not each.wait_for_sync)
        patient = tuple(each for each in channel.asking if each.wait_for_sync)
        _give(turn, channel, impatient)
        for each in patient:
            turn.refuse(each.ref, reasons.out_of_sync(name))
        # The sync that was under way will never end; ATTACHED begins another.
        presence = channel.presence._replace(residual=None, sequence=None)
        turn.put_channel(channel.evolve(presence=presence, asking=()))


# --- who asks -----------------------------------------------------------------------------------


def asked(turn: Turn, event: MembersRequested) -> None:
    """RTP11: answered at once, or when the channel is attached and in sync."""
    name = event.channel
    channel = turn.conn.channels.get(name) or Channel(name)
    asking = Asking(event.ref, event.client_id, event.connection_id, event.wait_for_sync)
    if channel.state is C.SUSPENDED and event.wait_for_sync:
        turn.refuse(event.ref, reasons.out_of_sync(name))
    elif channel.state in _GONE:
        turn.refuse(event.ref, reasons.channel_in(name, channel.state))
    elif channel.state in {C.ATTACHED, C.SUSPENDED} and not _waits(channel, asking):
        _give(turn, channel, (asking,))
    elif channel.state is C.INITIALIZED and turn.conn.state in {S.SUSPENDED, *_AT_AN_END}:
        turn.refuse(event.ref, reasons.wrong_state(turn.conn.state))
    else:
        turn.put_channel(channel.evolve(asking=(*channel.asking, asking)))
        if channel.state is C.INITIALIZED:
            # RTP11b.
            channels.attach(turn, name, 0)


_AT_AN_END = frozenset({S.CLOSING, S.CLOSED, S.FAILED})


def _waits(channel: Channel, asking: Asking) -> bool:
    return asking.wait_for_sync and channel.presence.syncing


def _answer(turn: Turn, name: str) -> None:
    """Those whose answer is complete now."""
    channel = turn.conn.channels[name]
    if channel.asking:
        waiting = tuple(each for each in channel.asking if _waits(channel, each))
        turn.put_channel(channel.evolve(asking=waiting))
        _give(turn, channel, (each for each in channel.asking if each not in waiting))


def _give(turn: Turn, channel: Channel, asking: Iterable[Asking]) -> None:
    for each in asking:
        found = channel.presence.present(each.client_id, each.connection_id)
        turn.reply(each.ref, Members(channel.name, tuple(found)))


def refuse_asking(turn: Turn, channel: Channel, reason: ErrorInfo) -> None:
    """Nobody will be able to say."""
    for each in channel.asking:
        turn.refuse(each.ref, reason)
