"""Plain messages in a row: what `step` makes of each of them by itself, made once for all.

A flood is nearly always this: MESSAGE frames on attached channels that only move the channel's
position (RTL15b), the sign of life (RTN23a) and, in the classic dialect, the connection's serial.
"""

from __future__ import annotations

from collections.abc import Sequence

from ablytui.protocol.codec import Plain
from ablytui.protocol.connection import Connection
from ablytui.protocol.dialect import dialect_of
from ablytui.protocol.events import Moment
from ablytui.protocol.states import ChannelState


def arrived(
    conn: Connection, attempt: int, heads: Sequence[Plain], now: Moment
) -> tuple[Connection, int]:
    """How many of the first messages are plain here too, and the connection after them.

    Each of those would have the one effect that it is delivered, which matters only to who
    listens: a message on a channel whose deltas have to be applied is none of them.
    """
    if attempt != conn.socket or conn.wanted is not None:
        return conn, 0
    counts = dialect_of(conn.params).counts_connection_serial
    known, channels = conn.connection_serial, conn.channels
    moved: dict[str, str] = {}
    name, recovering, taken = "", False, 0
    for head in heads:
        if head.channel != name:
            channel = channels.get(head.channel)
            if channel is None or channel.state is not ChannelState.ATTACHED or channel.deltas:
                break
            name, recovering = head.channel, channel.recovering
        serial = head.connection_serial
        if serial is not None and counts:
            if known is not None and serial <= known:
                break
            known = serial
        if head.channel_serial and not recovering:
            moved[name] = head.channel_serial
        taken += 1
    if not taken:
        return conn, 0
    if moved:
        places = {name: channels[name].at(serial) for name, serial in moved.items()}
        channels = {**channels, **places}
    return conn.heard(now.mono, now.wall, known, channels), taken
