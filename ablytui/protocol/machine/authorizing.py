"""Tokens that arrive or do not, and authorizing anew on either side's wish (RTC8, RTN22, RSA4)."""

from __future__ import annotations

from ablytui.protocol.auth import TokenDetails, other_client, source_of
from ablytui.protocol.effects import Notice
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import AuthorizeRequested, TokenArrived, TokenFailed
from ablytui.protocol.machine import auth, ending, opening, reasons, wishes
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.states import ConnectionState as S


def arrived(turn: Turn, event: TokenArrived) -> None:
    """A token is there: dial with it, or send it on the open connection."""
    if event.number == turn.conn.fetching:
        turn.cancel("token")
        ahead = turn.conn.ahead if event.ahead is None else event.ahead
        turn.set(fetching=None, ahead=ahead)
        _use(turn, event.details)


def _use(turn: Turn, details: TokenDetails) -> None:
    """RSA15c: a token of somebody else ends the connection."""
    stranger = other_client(turn.conn.params, details)
    if stranger is not None:
        ending.fail(turn, stranger, point="RSA15c")
        return
    turn.set(token=details)
    if turn.conn.state is S.CONNECTED:
        _send(turn, details)
    else:
        opening.dial(turn)


def _send(turn: Turn, details: TokenDetails) -> None:
    """RTC8a: AUTH in band; the state stays, and CONNECTED or ERROR answers."""
    waiting = turn.conn.authorizing
    turn.set(authorizing=(), auths=(*turn.conn.auths, waiting))
    turn.send({"action": 17, "auth": {"accessToken": details.token}})
    turn.start("auth", turn.conn.params.realtime_request_timeout)


def failed(turn: Turn, event: TokenFailed) -> None:
    """No token: RSA4c2 while connecting, RSA4c3 while connected, RSA4d for good."""
    if event.number != turn.conn.fetching:
        return
    turn.cancel("token")
    turn.set(fetching=None)
    _without(turn, event.error, forbidden=event.forbidden)


def timed_out(turn: Turn) -> None:
    """RSA4c: the source did not answer in time."""
    turn.cancel_fetch()
    _without(turn, reasons.TOKEN_LATE, forbidden=False)


def _without(turn: Turn, cause: ErrorInfo, *, forbidden: bool) -> None:
    reason = reasons.no_token(cause, forbidden=forbidden)
    if forbidden:
        ending.fail(turn, reason, point="RSA4d")
        return
    ending.refuse_authorizing(turn, reason)
    if turn.conn.state is S.CONNECTED:
        turn.set(error_reason=reason)
        text = f"{reason.message}; the connection stays as it is: {cause}"
        turn.emit(Notice("error", text, reason.code))
    else:
        opening.attempt_failed(turn, reason, point="RSA4c2")


def asked_by_service(turn: Turn) -> None:
    """RTN22: AUTH from the service wants another token, and the connection to go on."""
    conn = turn.conn
    if conn.state is not S.CONNECTED:
        return
    if not conn.by_token:
        turn.emit(Notice("info", "The service asks for a new token (AUTH); a key stays valid"))
    elif not auth.renewable(conn):
        turn.emit(Notice("warning", "The service asks for a new token, and there is none", 40171))
    elif conn.fetching is None:
        auth.ask(turn, "renew")


def authorize(turn: Turn, event: AuthorizeRequested) -> None:
    """RTC8a in band, RTC8b in place of the attempt under way, RTC8c from any other state."""
    conn = turn.conn
    if event.token is None and source_of(conn.params) is None:
        turn.refuse(event.ref, reasons.NO_MEANS)
        return
    waiting = (*conn.authorizing, event.ref) if event.ref else conn.authorizing
    turn.set(switched=True, renewed=False, authorizing=waiting)
    if conn.state is S.CONNECTED:
        _in_band(turn, event.token)
        return
    if conn.state is S.CONNECTING:
        turn.leave_socket()
    turn.set(token=event.token)
    if conn.state is S.CONNECTING:
        opening.proceed(turn)
    else:
        wishes.connect(turn, 0, point="RTC8c")


def _in_band(turn: Turn, token: TokenDetails | None) -> None:
    if token is not None:
        # It is the token of those too who wait for one.
        turn.cancel_fetch()
        _use(turn, token)
    elif turn.conn.fetching is None:
        auth.ask(turn, "authorize")


def unanswered(turn: Turn) -> None:
    """The service said nothing to an AUTH; who waits is told, the connection goes on."""
    for refs in turn.conn.auths:
        for ref in refs:
            turn.refuse(ref, reasons.NO_AUTH_ANSWER)
    turn.set(auths=())
