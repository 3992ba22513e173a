"""What a connection waits for, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.clockwords import age
from ablytui.ui.present.view import View


@dataclass(frozen=True, slots=True)
class Wait:
    """A change that comes by itself when `left` ms are over, out of `whole`."""

    target: S
    left: float
    whole: float

    @property
    def fraction(self) -> float:
        """How much of the wait is over, 0 to 1."""
        return min(max(1 - self.left / self.whole, 0.0), 1.0) if self.whole > 0 else 1.0


def retry(view: View) -> Wait | None:
    """The next attempt, while disconnected or suspended (RTN14d, RTN14f)."""
    conn = view.connection
    if conn.retry_at is None or conn.state not in {S.DISCONNECTED, S.SUSPENDED}:
        return None
    left = max(conn.retry_at - view.now, 0.0)
    # A wish may shorten the wait, so it is measured from the change of state.
    return Wait(S.CONNECTING, left, max(conn.retry_at - conn.since, left))


def suspension(view: View) -> Wait | None:
    """The end of the time that the service keeps the state for (RTN14e)."""
    conn = view.connection
    if conn.suspend_at is None or conn.state not in {S.DISCONNECTED, S.CONNECTING}:
        return None
    left = max(conn.suspend_at - view.now, 0.0)
    return Wait(S.SUSPENDED, left, max(conn.state_ttl, left))


def patience(view: View) -> Wait | None:
    """The end of waiting for CONNECTED (RTN14c) or for CLOSED (RTN12b)."""
    conn = view.connection
    timer = conn.timers.get({S.CONNECTING: "request", S.CLOSING: "close"}.get(conn.state, ""))
    if timer is None:
        return None
    if conn.state is S.CLOSING:
        target = S.CLOSED
    else:
        target = S.SUSPENDED if conn.past_ttl else S.DISCONNECTED
    left = max(timer.due - view.now, 0.0)
    return Wait(target, left, max(float(conn.params.realtime_request_timeout), left))


def waits(view: View) -> list[Wait]:
    """All of them, the soonest first."""
    found = [wait for wait in (retry(view), patience(view), suspension(view)) if wait is not None]
    return sorted(found, key=lambda wait: wait.left)


def in_state(view: View) -> float:
    """Ms since the state was entered."""
    return max(view.now - view.connection.since, 0.0)


def time_in_state(view: View) -> str:
    """The same in words; nothing before the first attempt, for no state was entered yet."""
    return "" if view.connection.state is S.INITIALIZED else age(in_state(view))
