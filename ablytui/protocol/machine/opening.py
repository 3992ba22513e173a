"""From a wish or a due retry to `connected`, and every way in which an attempt fails (RTN14)."""

from __future__ import annotations

from ablytui.protocol import backoff
from ablytui.protocol.coerce import text
from ablytui.protocol.connection import Connection
from ablytui.protocol.dialect import resumes_after_ttl
from ablytui.protocol.effects import Announce, Dial, Notice
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.events import DialFailed, FrameArrived
from ablytui.protocol.hosts import Host, fallbacks
from ablytui.protocol.machine import (
    auth,
    changing,
    channels,
    ending,
    falling_back,
    publishing,
    reasons,
)
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.message import ConnectionDetails, details_from_wire
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.protocol.uri import Continuity, target


def begin(turn: Turn, *, point: str) -> None:
    """Enter `connecting`. The TTL runs from the first attempt on (RTN14e)."""
    turn.cancel("retry")
    changing.begins(turn)
    turn.move(S.CONNECTING, point=point)
    if "ttl" not in turn.conn.timers and not turn.conn.past_ttl:
        turn.start("ttl", turn.conn.state_ttl)
    proceed(turn)


def proceed(turn: Turn) -> None:
    """The token first, then the dial (RSA4, RTN2e)."""
    if auth.ready(turn):
        dial(turn)


def dial(turn: Turn) -> None:
    """One attempt, with the credential in hand."""
    _forget_if_too_late(turn)
    turn.set(fallbacks=fallbacks(turn.conn.params, turn.now.roll), primary_failed=None)
    dial_host(turn, None)


def dial_host(turn: Turn, fallback: Host | None) -> None:
    """Dial the primary host, or one fallback; each has its own time for CONNECTED."""
    continuity = _continuity(turn.conn)
    attempt = turn.conn.attempt + 1
    token = turn.conn.token.token if turn.conn.by_token and turn.conn.token else None
    where = target(turn.conn.params, continuity, fallback, token=token)
    turn.set(attempt=attempt, socket=attempt, opened=False, mode=continuity.mode, host=where.host)
    turn.emit(Dial(attempt, where))
    turn.start("request", turn.conn.params.realtime_request_timeout)


def _forget_if_too_late(turn: Turn) -> None:
    """RTN15g (v1.2): no resume once TTL and idle interval have passed, by the wall clock too.

    The wall clock is asked because a monotonic one may stand still while the machine sleeps.
    """
    conn = turn.conn
    if conn.key is None or conn.id is None or resumes_after_ttl(conn.params):
        return
    limit = conn.state_ttl + (conn.details.max_idle_interval or 0)
    away = max(turn.now.mono - conn.last_mono, turn.now.wall - conn.last_wall)
    if away > limit:
        turn.set(id=None, key=None, connection_serial=None)


def _continuity(conn: Connection) -> Continuity:
    if conn.recover is not None:
        key = conn.recover
        return Continuity("recover", key.connection_key, key.connection_serial)
    if conn.key is not None:
        return Continuity("resume", conn.key, conn.connection_serial)
    return Continuity()


def opened(turn: Turn) -> None:
    """101: now CONNECTED is due, and the request timer goes on."""
    turn.set(opened=True)


def dial_failed(turn: Turn, event: DialFailed) -> None:
    """There is no socket: RTN14d, or the classic rules for refusals and TLS."""
    turn.forget_socket()
    if turn.conn.state is S.CLOSING:
        ending.closed(turn, None, point="RTN12f")
        return
    if turn.conn.state is not S.CONNECTING:
        return
    rule = turn.dialect.tls_failure if event.tls else turn.dialect.refusal
    if rule is not None and (event.tls or event.refused):
        auth.rejected(turn, rule)
        point = "close 1015" if event.tls else "refused handshake"
        ending.fail(turn, rule, point=point)
        return
    _note_refusals(turn, event)
    if event.error is not None and event.error.is_token_error:
        token_error(turn, event.error)
        return
    reason = event.error or reasons.unreachable(event.what, event.status)
    if falling_back.deserves(event) and falling_back.begin(turn, reason):
        return
    attempt_failed(turn, reason, point="RTN14d")


def _note_refusals(turn: Turn, event: DialFailed) -> None:
    refused = event.status in {401, 403}
    turn.set(refusals=turn.conn.refusals + 1 if refused else 0)
    if turn.conn.refusals == 2:
        words = f"Refused twice with HTTP {event.status}: check the key and the app's settings"
        turn.emit(Notice("warning", words))


def timed_out(turn: Turn) -> None:
    """No CONNECTED in time: the next host, if there is one (RTN14c, RTN17f).

    RTN12f: an attempt that was to be closed has failed with that, and is closed.
    """
    if turn.conn.state is S.CLOSING:
        ending.closed(turn, None, point="RTN12f")
        return
    if turn.conn.socket is None or not falling_back.begin(turn, reasons.NO_CONNECTED):
        attempt_failed(turn, reasons.NO_CONNECTED, point="RTN14c")


def token_error(turn: Turn, reason: ErrorInfo) -> None:
    """The attempt's token was rejected: another one and another dial, once (RTN14b, RSA4a2)."""
    if not auth.renewable(turn.conn):
        ending.fail(turn, reasons.no_renewal(reason), point="RSA4a2")
    elif auth.may_renew(turn, reason):
        turn.leave_socket()
        turn.set(error_reason=reason)
        proceed(turn)
    else:
        attempt_failed(turn, reason, point="RTN14b")


def attempt_failed(turn: Turn, reason: ErrorInfo, *, point: str) -> None:
    """One more failed attempt: wait, or go on being suspended (RTN14d, RTN14f)."""
    turn.leave_socket()
    if turn.conn.past_ttl:
        ending.enter_suspended(turn, reason, point="RTN14f")
        return
    retry = turn.conn.retries + 1
    wait = backoff.delay(turn.conn.params.disconnected_retry_timeout, retry, turn.now.roll)
    turn.set(retries=retry)
    turn.move(S.DISCONNECTED, reason, point=point, retry_in=wait)
    ending.fail_unqueued(turn, reason)
    turn.start("retry", wait)


def connected(turn: Turn, event: FrameArrived) -> None:
    """CONNECTED: the end of an attempt, an update, or too late (RTN15c, RTN21, RTN24)."""
    details = details_from_wire(event.message)
    error = error_from_wire(event.message.get("error"))
    if turn.conn.state is S.CLOSING:
        ending.say_close(turn)
    elif turn.conn.state is S.CONNECTED:
        _update(turn, details, error)
    elif turn.conn.state is S.CONNECTING:
        _established(turn, event, details, error)


def _update(turn: Turn, details: ConnectionDetails, error: ErrorInfo | None) -> None:
    if _contradicts(turn, details):
        return
    key = details.connection_key or turn.conn.key
    turn.set(details=details, key=key, client_id=details.client_id, error_reason=error)
    arm_idle(turn)
    change = StateChange(S.CONNECTED, S.CONNECTED, "update", error, point="RTN24")
    turn.emit(Announce(change))
    auth.answered(turn, anew=False)


def _contradicts(turn: Turn, details: ConnectionDetails) -> bool:
    """RSA15: the service may not give this client another name than it asked for."""
    ours, theirs = turn.conn.params.client_id, details.client_id
    if not ours or not theirs or "*" in {ours, theirs} or ours == theirs:
        return False
    ending.fail(turn, reasons.other_client(theirs, ours), point="RSA15c")
    return True


def _established(
    turn: Turn,
    event: FrameArrived,
    details: ConnectionDetails,
    error: ErrorInfo | None,
) -> None:
    if _contradicts(turn, details):
        return
    conn, message = turn.conn, event.message
    new_id = text(message.get("connectionId"))
    continued = _continued(conn, new_id, error)
    serial = conn.connection_serial
    if turn.dialect.counts_connection_serial and (not continued or serial is None):
        serial = event.known.connection_serial
    turn.set(
        id=new_id,
        key=details.connection_key or (conn.key if continued else None),
        details=details,
        client_id=details.client_id,
        connection_serial=serial,
        msg_serial=conn.msg_serial if continued else 0,
        error_reason=error,
        retries=0,
        refusals=0,
        past_ttl=False,
        recover=None,
    )
    turn.cancel("request", "ttl", "retry")
    arm_idle(turn)
    point = _point(turn, conn, error, continued=continued)
    turn.move(S.CONNECTED, error, point=point)
    if error is not None and point == "RTN15c2":
        words = f"Resumed, but a part of what was sent meanwhile is gone: {error.message}"
        turn.emit(Notice("warning", words, error.code))
    for ref in turn.conn.connects:
        turn.reply(ref)
    turn.set(connects=())
    auth.answered(turn, anew=True)
    channels.on_connected(turn, survived=continued and turn.dialect.channels_survive_resume)
    publishing.resend(turn, same_serials=continued)
    publishing.flush(turn)
    _send_pings(turn)


def _continued(conn: Connection, new_id: str | None, error: ErrorInfo | None) -> bool:
    """Whether this is the connection that was asked for (RTN15c6, RTN16l).

    A resume is judged by its id alone; a recovery, and a resume by a key that was typed in, has
    no earlier id to compare, so there an error means that it is lost.
    """
    if conn.mode == "clean":
        return False
    if conn.mode == "resume" and conn.id is not None:
        return new_id == conn.id
    return error is None


def _point(turn: Turn, conn: Connection, error: ErrorInfo | None, *, continued: bool) -> str:
    if conn.mode == "clean":
        return "RTN6"
    if conn.mode == "recover":
        return "RTN16d" if continued else "RTN16l"
    if continued and error is not None and turn.dialect.channels_survive_resume:
        return "RTN15c2"
    return "RTN15c6" if continued else "RTN15c7"


def _send_pings(turn: Turn) -> None:
    """RTN13d: pings that waited for a connection go out, their time running from now."""
    pings = []
    for ping in turn.conn.pings:
        if ping.sent_at is None:
            turn.send({"action": 0, "id": ping.id})
            turn.start(f"ping:{ping.id}", turn.conn.params.realtime_request_timeout)
            pings.append(type(ping)(ping.ref, ping.id, turn.now.mono))
        else:
            pings.append(ping)
    turn.set(pings=tuple(pings))


def arm_idle(turn: Turn) -> None:
    """RTN23a: the timer looks when it fires how long it has been quiet, and may start again."""
    limit = turn.conn.idle_limit
    if limit is None:
        turn.cancel("idle")
    else:
        quiet = turn.now.mono - turn.conn.last_mono
        turn.start("idle", max(limit - quiet, 0))
