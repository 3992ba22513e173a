"""How a connection comes to rest: closing, closed, failed, suspended (RTN12, RTN7e, RTL3)."""

from __future__ import annotations

from ablytui.protocol.dialect import resumes_after_ttl
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.machine import channels, publishing, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S


def close(turn: Turn, ref: int) -> None:
    """RTN12: what `close()` does in each state."""
    state = turn.conn.state
    if state in {S.INITIALIZED, S.CLOSED, S.FAILED}:
        turn.reply(ref)
        return
    turn.set(closes=(*turn.conn.closes, ref))
    if state in {S.DISCONNECTED, S.SUSPENDED}:
        closed(turn, None, point="RTN12d")
    elif state is S.CONNECTED:
        turn.cancel("idle")
        turn.cancel_fetch()
        turn.move(S.CLOSING, point="RTN12a")
        fail_pings(turn, S.CLOSING)
        turn.set(close_sent=False)
        say_close(turn)
    elif state is S.CONNECTING:
        turn.cancel("ttl")
        turn.move(S.CLOSING, point="RTN12f")
        turn.set(close_sent=False)
        fail_pings(turn, S.CLOSING)
        if turn.conn.socket is None:
            # Not dialled: a token was on its way, or it was between two hosts.
            closed(turn, None, point="RTN12f")


def say_close(turn: Turn) -> None:
    """Send CLOSE, once, and wait for CLOSED, the end of the socket, or of the time given."""
    if not turn.conn.close_sent:
        turn.cancel("request")
        turn.set(close_sent=True)
        turn.send({"action": 7})
        turn.start("close", turn.conn.params.realtime_request_timeout)


def closed(turn: Turn, reason: ErrorInfo | None, *, point: str) -> None:
    """Nothing is left: RTN12, and channels as RTL3b."""
    turn.leave_socket()
    turn.cancel_all()
    turn.set(id=None, key=None, connection_serial=None, hold=False, past_ttl=False, recover=None)
    turn.move(S.CLOSED, reason, point=point)
    why = reason or reasons.CLOSED
    publishing.fail_all(turn, why)
    channels.on_rest(turn, ChannelState.DETACHED, reason)
    fail_pings(turn, S.CLOSED)
    answer_connects(turn, why)
    for ref in turn.conn.closes:
        turn.reply(ref)
    turn.set(closes=())


def closed_unasked(turn: Turn) -> None:
    """CLOSED without a CLOSE of ours: like an answered close, by way of `closing`."""
    turn.move(S.CLOSING, reasons.CLOSED_BY_SERVICE, point="RTN12a")
    closed(turn, reasons.CLOSED_BY_SERVICE, point="RTN12a")


def fail(turn: Turn, reason: ErrorInfo, *, point: str) -> None:
    """RTN15j, RTN14g: the end until `connect()`; channels as RTL3a."""
    turn.leave_socket()
    turn.cancel_all()
    turn.set(id=None, key=None, connection_serial=None, hold=False, past_ttl=False, recover=None)
    turn.move(S.FAILED, reason, point=point)
    publishing.fail_all(turn, reason)
    channels.on_rest(turn, ChannelState.FAILED, reason)
    fail_pings(turn, S.FAILED)
    answer_connects(turn, reason)


def suspend(turn: Turn) -> None:
    """RTN14e: the TTL ran out; attempts go on, more slowly, for ever (RTN14f)."""
    turn.cancel("ttl", "retry")
    turn.leave_socket()
    turn.set(past_ttl=True)
    if not (turn.dialect.keeps_identity_when_suspended and resumes_after_ttl(turn.conn.params)):
        # RTN8c, RTN9c (v1.2): what may not be resumed any more is not kept.
        turn.set(id=None, key=None, connection_serial=None)
    enter_suspended(turn, reasons.SUSPENDED, point="RTN14e")


def enter_suspended(turn: Turn, reason: ErrorInfo, *, point: str) -> None:
    """For the first time or back again: what waits fails (RTN7e, RTN13b), channels as RTL3c."""
    wait = None if turn.conn.hold else float(turn.conn.params.suspended_retry_timeout)
    turn.move(S.SUSPENDED, reason, point=point, retry_in=wait)
    publishing.fail_all(turn, reason)
    channels.on_suspended(turn, reason)
    fail_pings(turn, S.SUSPENDED)
    answer_connects(turn, reason)
    if wait is not None:
        turn.start("retry", wait)


def answer_connects(turn: Turn, reason: ErrorInfo) -> None:
    """A wish to connect or recover is refused with what became of it instead."""
    for ref in turn.conn.connects:
        turn.refuse(ref, reason)
    turn.set(connects=())
    refuse_authorizing(turn, reason)


def refuse_authorizing(turn: Turn, reason: ErrorInfo) -> None:
    """A wish to authorize is refused: no token came, or no connection that takes it (RTC8b1)."""
    for ref in turn.conn.authorizing:
        turn.refuse(ref, reason)
    turn.set(authorizing=())


def fail_pings(turn: Turn, state: S) -> None:
    """RTN13b: no ping can be answered here."""
    for ping in turn.conn.pings:
        turn.cancel(f"ping:{ping.id}")
        turn.refuse(ping.ref, reasons.ping_in(state))
    turn.set(pings=())


def fail_unqueued(turn: Turn, reason: ErrorInfo) -> None:
    """RTN7d: without queueing, what is not acknowledged fails as soon as the transport is lost."""
    if not turn.conn.params.queue_messages:
        publishing.fail_all(turn, reason)
