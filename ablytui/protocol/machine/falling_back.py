"""Fallback hosts (RTN17): from a primary host that fails to the next, within one attempt.

Before the first of them it is asked whether there is a network at all, so that a lost network is
told as such and not tried on every host (RTN17j). The state stays `connecting` throughout.
"""

from __future__ import annotations

from ablytui.protocol.effects import CheckInternet, Notice
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import DialFailed, InternetChecked
from ablytui.protocol.machine import opening, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.states import ConnectionState as S

_SERVER_ERRORS = range(500, 505)


def deserves(event: DialFailed) -> bool:
    """RTN17f, RSC15l: unreachable, a server's error, or an answer of the front before Ably."""
    if event.refused and not event.status:
        return False
    return not event.status or event.status in _SERVER_ERRORS or event.cloudfront


def is_server_error(error: ErrorInfo) -> bool:
    """RTN17f1: a DISCONNECTED that says 500 to 504."""
    return error.status_code in _SERVER_ERRORS


def begin(turn: Turn, reason: ErrorInfo) -> bool:
    """Go on with a fallback host instead of failing; False if there is none left (RTN17g)."""
    conn = turn.conn
    if conn.state is not S.CONNECTING or not conn.fallbacks:
        return False
    turn.leave_socket()
    if conn.primary_failed is not None:
        _next(turn, reason)
        return True
    turn.set(primary_failed=reason)
    turn.emit(CheckInternet(conn.attempt, conn.params.connectivity_check_url))
    # The check has a time of its own in the worker; this one is for a worker that is silent.
    turn.start("request", conn.params.realtime_request_timeout)
    return True


def checked(turn: Turn, event: InternetChecked) -> None:
    """The connectivity check is answered, for the attempt that still waits for it."""
    conn = turn.conn
    waiting = conn.state is S.CONNECTING and conn.socket is None
    if not waiting or conn.primary_failed is None or event.attempt != conn.attempt:
        return
    if event.ok:
        _next(turn, conn.primary_failed)
    else:
        opening.attempt_failed(turn, reasons.NO_NETWORK, point="RTN17j")


def _next(turn: Turn, reason: ErrorInfo) -> None:
    failed, (host, *rest) = turn.conn.host, turn.conn.fallbacks
    turn.emit(Notice("info", f"{failed} failed ({reason.message}); trying fallback {host[0]}"))
    turn.set(fallbacks=tuple(rest))
    opening.dial_host(turn, host)
