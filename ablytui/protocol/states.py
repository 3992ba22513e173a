"""The states of a connection and of a channel, and the only edges between them.

Two rules of this file: every transition that exists is in `EDGES`, and this file does not know
what makes a connection take one. The machine refuses any other edge, the diagram is drawn from
the table, and a test holds that machine, drawing and table are the same set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ablytui.protocol.errorinfo import ErrorInfo


class ConnectionState(StrEnum):
    """RTN4: the eight states. `closed` and `failed` are terminal until `connect()`."""

    INITIALIZED = "initialized"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    CLOSED = "closed"
    FAILED = "failed"


class ChannelState(StrEnum):
    """RTL2: the seven states of a channel."""

    INITIALIZED = "initialized"
    ATTACHING = "attaching"
    ATTACHED = "attached"
    DETACHING = "detaching"
    DETACHED = "detached"
    SUSPENDED = "suspended"
    FAILED = "failed"


_S = ConnectionState

EDGES: Mapping[ConnectionState, frozenset[ConnectionState]] = {
    _S.INITIALIZED: frozenset({_S.CONNECTING}),
    _S.CONNECTING: frozenset(
        {_S.CONNECTED, _S.DISCONNECTED, _S.SUSPENDED, _S.CLOSING, _S.FAILED},
    ),
    _S.CONNECTED: frozenset({_S.DISCONNECTED, _S.CLOSING, _S.FAILED}),
    _S.DISCONNECTED: frozenset({_S.CONNECTING, _S.SUSPENDED, _S.CLOSED}),
    _S.SUSPENDED: frozenset({_S.CONNECTING, _S.CLOSED}),
    _S.CLOSING: frozenset({_S.CONNECTING, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.CONNECTING}),
    _S.FAILED: frozenset({_S.CONNECTING}),
}
"""From each state, the states it may become. There are no others (RTN4, RTN27)."""

TERMINAL = frozenset({_S.CLOSED, _S.FAILED})
"""Nothing happens here until `connect()`."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """TA: what a change of the connection's state tells.

    `event` is the new state, or "update" when the state stays (RTN4h). `retry_in` is in ms and
    set whenever a timed retry follows. `point` is the rule that made the change: a spec point
    ("RTN15a") or a row of the close-code table ("close 1008").
    """

    previous: ConnectionState
    current: ConnectionState
    event: ConnectionState | Literal["update"]
    reason: ErrorInfo | None = None
    retry_in: float | None = None
    point: str = ""


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """TH: what a change of a channel's state tells. `event` is "update" when it stays (RTL12)."""

    channel: str
    previous: ChannelState
    current: ChannelState
    event: ChannelState | Literal["update"]
    resumed: bool = False
    reason: ErrorInfo | None = None
