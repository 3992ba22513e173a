"""A connection that was there and is not any more (RTN15), and the ways of losing it on purpose."""

from __future__ import annotations

from ablytui.protocol.backoff import IMMEDIATE_GAP
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import AbortSocket
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import SocketClosed
from ablytui.protocol.machine import auth, ending, falling_back, opening, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.states import ConnectionState as S


def socket_closed(turn: Turn, event: SocketClosed) -> None:
    """The open socket has ended: by what the state, and in classic the close code, make of it."""
    turn.forget_socket()
    state = turn.conn.state
    if state is S.CLOSING:
        ending.closed(turn, None, point="RTN12c")
        return
    if state not in {S.CONNECTED, S.CONNECTING}:
        return
    # Our own abort is a broken network, whatever the dialect makes of the peer's codes.
    outcome = None if event.by_us else turn.dialect.close_outcome(event.code)
    if outcome is not None:
        auth.rejected(turn, outcome)
        ending.fail(turn, outcome, point=f"close {event.code}")
    elif state is S.CONNECTED:
        lose(turn, reasons.lost(event.code, event.reason), point="RTN15a")
    else:
        opening.attempt_failed(turn, reasons.lost(event.code, event.reason), point="RTN14d")


def lose(turn: Turn, reason: ErrorInfo, *, point: str, wait: float | None = None) -> None:
    """RTN15a, RTN15h3: to `disconnected`, and back at once if the last time was not just now.

    With `wait`, in ms, not at once.
    """
    turn.leave_socket()
    turn.set(retries=turn.conn.retries + 1)
    timed = wait is not None
    if wait is None:
        wait = _wait(turn.conn, turn.now.mono)
    turn.start("ttl", turn.conn.state_ttl)
    turn.move(S.DISCONNECTED, reason, point=point, retry_in=wait)
    ending.fail_unqueued(turn, reason)
    if wait is None:
        turn.set(last_immediate=turn.now.mono)
        # DISCONNECTED has rules of its own for coming back; any other loss is one of the transport.
        opening.begin(turn, point=point if point.startswith("RTN15h") else "RTN15a")
    else:
        if not timed:
            # Counted from when it is due, so that two of them never share a gap.
            turn.set(last_immediate=turn.now.mono + wait)
        turn.start("retry", wait)


def _wait(conn: Connection, now: float) -> float | None:
    """None: at once. Else what is left of the gap that has to lie between two such retries."""
    if conn.last_immediate is None or now - conn.last_immediate >= IMMEDIATE_GAP:
        return None
    return min(IMMEDIATE_GAP - (now - conn.last_immediate), IMMEDIATE_GAP)


def disconnected_frame(turn: Turn, error: ErrorInfo | None) -> None:
    """DISCONNECTED: RTN15h while connected, RTN14d while connecting."""
    reason = error or reasons.DISCONNECTED
    state = turn.conn.state
    if state is S.CLOSING:
        ending.closed(turn, error, point="RTN12c")
    elif state not in {S.CONNECTED, S.CONNECTING}:
        return
    elif reason.is_token_error and state is S.CONNECTING:
        opening.token_error(turn, reason)
    elif reason.is_token_error:
        _token_ended(turn, reason)
    elif state is S.CONNECTED:
        lose(turn, reason, point="RTN15h3")
    elif not (falling_back.is_server_error(reason) and falling_back.begin(turn, reason)):
        opening.attempt_failed(turn, reason, point="RTN14d")


def _token_ended(turn: Turn, reason: ErrorInfo) -> None:
    """RTN15h1 without a way to another token, else RTN15h2: fetch one and resume with it."""
    if not auth.renewable(turn.conn):
        ending.fail(turn, reasons.no_renewal(reason), point="RTN15h1")
        return
    auth.may_renew(turn, reason)
    lose(turn, reason, point="RTN15h2")


def error_frame(turn: Turn, error: ErrorInfo | None) -> None:
    """ERROR without a channel ends the connection: RTN15j, RTN14g, RSA4a2."""
    reason = error or reasons.FAILED
    state = turn.conn.state
    if state is S.CLOSING:
        ending.closed(turn, reason, point="RTN12c")
    elif state not in {S.CONNECTED, S.CONNECTING}:
        return
    elif reason.is_token_error and state is S.CONNECTING:
        opening.token_error(turn, reason)
    else:
        point = _point(turn.conn)
        auth.rejected(turn, reason)
        ending.fail(turn, reason, point=point)


def _point(conn: Connection) -> str:
    if conn.state is S.CONNECTED:
        return "RTC8a2" if conn.auths else "RTN15j"
    return "RTN14g" if conn.mode == "clean" else "RTN15c4"


def idle(turn: Turn) -> None:
    """RTN23a: the idle timer is due; it is only a loss if nothing came in since."""
    limit = turn.conn.idle_limit
    if turn.conn.state is not S.CONNECTED or limit is None:
        return
    if turn.now.mono - turn.conn.last_mono < limit:
        opening.arm_idle(turn)
    else:
        lose(turn, reasons.NO_TRAFFIC, point="RTN23a")


def hold(turn: Turn, ref: int) -> None:
    """Disconnect on request: a plain close without CLOSE; the TTL runs on, nothing is dialled."""
    conn = turn.conn
    was = conn.state
    if conn.socket is None and was is not S.CONNECTING and "retry" not in conn.timers:
        turn.refuse(ref, reasons.wrong_state(was))
        return
    turn.cancel("retry")
    turn.set(hold=True, retry_in=None)
    if conn.socket is None:
        turn.reply(ref)
    elif ref:
        turn.set(drops=(*conn.drops, (conn.socket, ref)))
    turn.leave_socket()
    if was is S.CONNECTED:
        turn.start("ttl", conn.state_ttl)
    if was is S.CLOSING:
        ending.closed(turn, None, point="RTN12c")
    elif was not in {S.CONNECTED, S.CONNECTING}:
        return
    elif conn.past_ttl:
        ending.enter_suspended(turn, reasons.ON_REQUEST, point="disconnect")
    else:
        turn.move(S.DISCONNECTED, reasons.ON_REQUEST, point="disconnect")
        ending.fail_unqueued(turn, reasons.ON_REQUEST)


def drop(turn: Turn, ref: int) -> None:
    """Abort the socket as a broken network does; what follows is decided when it has ended."""
    socket = turn.conn.socket
    if socket is None:
        turn.refuse(ref, reasons.wrong_state(turn.conn.state))
        return
    if ref:
        turn.set(drops=(*turn.conn.drops, (socket, ref)))
    turn.emit(AbortSocket(socket))


def answer_drops(turn: Turn, attempt: int) -> None:
    """A socket has ended, also one that was left behind: who waited for that is told."""
    if turn.conn.drops:
        for socket, ref in turn.conn.drops:
            if socket == attempt:
                turn.reply(ref)
        turn.set(drops=tuple(d for d in turn.conn.drops if d[0] != attempt))
