"""Pictures of connections for tests of what draws them; all times in ms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ablytui.protocol.connection import Connection, Timer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.format import Format
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.ui.present.view import Past, View

NOW = 1_000_000.0
LOST = ErrorInfo(80003, 400, "The transport was lost (close code 1006)")

PARAMS = ConnectParams(key="app.key:secret", format=Format.JSON, endpoint="127.0.0.1", tls=False)


def past(previous: S, current: S, ago: float = 0.0, n: int = 1, **more: Any) -> Past:
    """A change of state `ago` ms before `NOW`, in a session that began at 0."""
    return Past(n, round((NOW - ago) * 1000), StateChange(previous, current, current, **more))


def view(
    state: S,
    *,
    came_from: S | None = None,
    lasts: float = 0.0,
    visits: Mapping[S, int] | None = None,
    timers: Mapping[str, float] | None = None,
    reason: ErrorInfo | None = None,
    point: str = "",
    more: Mapping[str, Any] | None = None,
    **others: Any,
) -> View:
    """A View of a connection that has been in `state` for `lasts` ms; timers by what is left."""
    connection = Connection(
        params=PARAMS,
        state=state,
        since=NOW - lasts,
        error_reason=reason,
        timers={name: Timer(1, NOW + left) for name, left in (timers or {}).items()},
        **(more or {}),
    )
    if came_from is not None:
        others.setdefault("history", (past(came_from, state, lasts, reason=reason, point=point),))
    return View(connection=connection, now=NOW, visits=visits or {}, **others)


def disconnected() -> View:
    """Lost for the third time, the next attempt is due."""
    return view(
        S.DISCONNECTED,
        came_from=S.CONNECTING,
        lasts=10_400,
        visits={S.INITIALIZED: 1, S.CONNECTING: 5, S.CONNECTED: 2, S.DISCONNECTED: 3},
        timers={"retry": 11_400, "ttl": 77_000},
        reason=LOST,
        point="RTN14d",
        more={"attempt": 5, "retries": 3},
        frames_in=121_806,
        bytes_in=24_900_000,
        frames_out=6_591,
        bytes_out=864_000,
    )


def suspended() -> View:
    """Away for too long."""
    return view(
        S.SUSPENDED,
        came_from=S.DISCONNECTED,
        lasts=18_000,
        visits={
            S.INITIALIZED: 1,
            S.CONNECTING: 9,
            S.CONNECTED: 2,
            S.DISCONNECTED: 7,
            S.SUSPENDED: 1,
        },
        timers={"retry": 12_000},
        reason=ErrorInfo(80002, 400, "The connection has been away longer than kept for"),
        point="RTN14e",
        more={"attempt": 9, "retries": 6, "past_ttl": True},
    )


def connecting() -> View:
    """Trying to resume."""
    return view(
        S.CONNECTING,
        came_from=S.DISCONNECTED,
        lasts=1_200,
        visits={S.INITIALIZED: 1, S.CONNECTING: 6, S.CONNECTED: 2, S.DISCONNECTED: 3},
        timers={"request": 8_800, "ttl": 65_000},
        more={"attempt": 3, "retries": 3, "mode": "resume", "socket": 3},
    )


def connected() -> View:
    """Resumed a moment ago."""
    return view(
        S.CONNECTED,
        came_from=S.CONNECTING,
        lasts=3_400,
        visits={S.INITIALIZED: 1, S.CONNECTING: 2, S.CONNECTED: 2},
        point="RTN15c6",
        more={"attempt": 2, "mode": "resume", "socket": 2, "opened": True},
        connected_after=188.0,
        rtt=23.0,
        frames_in=43_902,
        bytes_in=9_100_000,
        frames_out=2_290,
        bytes_out=301_000,
    )


def closing() -> View:
    """CLOSE is sent."""
    return view(
        S.CLOSING,
        came_from=S.CONNECTED,
        lasts=188,
        visits={S.INITIALIZED: 1, S.CONNECTING: 2, S.CONNECTED: 2, S.CLOSING: 1},
        timers={"close": 9_812},
        point="RTN12a",
        more={"attempt": 2, "socket": 2, "opened": True},
    )


def closed() -> View:
    """Closed on request."""
    return view(
        S.CLOSED,
        came_from=S.CLOSING,
        lasts=4_000,
        visits={S.INITIALIZED: 1, S.CONNECTING: 2, S.CONNECTED: 2, S.CLOSING: 1, S.CLOSED: 1},
        point="RTN12a",
        more={"attempt": 2},
    )


def failed() -> View:
    """Refused for good."""
    return view(
        S.FAILED,
        came_from=S.CONNECTING,
        lasts=41_000,
        visits={S.INITIALIZED: 1, S.CONNECTING: 1, S.FAILED: 1},
        reason=ErrorInfo(40101, 401, "Invalid credentials"),
        point="RTN14g",
        more={"attempt": 1},
    )


def initialized() -> View:
    """Nothing was tried yet."""
    return view(S.INITIALIZED, lasts=5_000, visits={S.INITIALIZED: 1})


STATES = {
    "initialized": initialized,
    "connecting": connecting,
    "connected": connected,
    "disconnected": disconnected,
    "suspended": suspended,
    "closing": closing,
    "closed": closed,
    "failed": failed,
}
"""One picture of each state."""
