"""The recovery key that a connection could be taken up with elsewhere (RTN16g)."""

from __future__ import annotations

from ablytui.protocol.connection import Connection
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, build
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S

_NONE_IN = frozenset({S.INITIALIZED, S.SUSPENDED, S.CLOSING, S.CLOSED, S.FAILED})


def recovery_key(conn: Connection) -> str | None:
    """The key as text; None before the first CONNECTED and where RTN16g2 says so.

    It carries the serials of the attached channels (RTN16g1), in classic the connection's own.
    """
    if conn.state in _NONE_IN or conn.key is None or conn.id is None:
        return None
    serials = tuple(
        (channel.name, channel.channel_serial)
        for channel in conn.channels.values()
        if channel.state in {ChannelState.ATTACHED, ChannelState.ATTACHING}
        and channel.channel_serial
    )
    current = conn.params.dialect is DialectName.CURRENT
    return build(
        RecoveryKey(
            dialect=conn.params.dialect,
            connection_key=conn.key,
            msg_serial=conn.msg_serial,
            channel_serials=serials if current else (),
            connection_serial=None if current else conn.connection_serial,
        )
    )
