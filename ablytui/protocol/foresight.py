"""What a client that keeps to the rules makes of something that has not happened yet.

The machine itself is asked, on the connection as it is; nothing of it is performed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ablytui.protocol.codec import encode, read_head
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Announce
from ablytui.protocol.events import Event, FrameArrived, Moment, SocketClosed
from ablytui.protocol.machine.step import step
from ablytui.protocol.states import ChannelChange, StateChange


@dataclass(frozen=True, slots=True)
class Ahead:
    """A frame that might come, or with `code` the end of the socket; 1006 is no close frame."""

    message: Mapping[str, Any] | None = None
    code: int | None = None


def foresee(
    connection: Connection, ahead: Sequence[Ahead], now: Moment
) -> tuple[StateChange | ChannelChange, ...]:
    """The changes of state that would follow at once, in their order.

    None without a socket, to which nothing can come.
    """
    changes: list[StateChange | ChannelChange] = []
    socket = connection.socket
    # All of it comes on that one socket, also when the client has left it meanwhile.
    for each in ahead if socket is not None else ():
        connection, effects = step(connection, _event(connection, socket or 0, each), now)
        changes += [effect.change for effect in effects if isinstance(effect, Announce)]
    return tuple(changes)


def _event(connection: Connection, socket: int, ahead: Ahead) -> Event:
    if ahead.message is None:
        code = 1006 if ahead.code is None else ahead.code
        return SocketClosed(socket, code, "", by_us=False, clean=code != 1006)
    fmt = connection.params.format
    payload = encode(ahead.message, fmt)
    return FrameArrived(socket, fmt.opcode, payload, read_head(payload, fmt.opcode))
