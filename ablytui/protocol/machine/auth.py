"""The token of a connection: whether one is needed, asking for it, and what a rejection means.

The lower half, which the opening and the loss of a connection ask; what arrives, and the wish
to authorize, are in `authorizing`.
"""

from __future__ import annotations

from ablytui.protocol.auth import HELP_40171, TokenDetails, other_client, source_of, token_of
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import FetchToken, Notice, Purpose
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.machine import ending, reasons
from ablytui.protocol.machine.turn import Turn


def given(conn: Connection) -> tuple[Connection, tuple[Notice, ...]]:
    """A connection at rest with the token of its parameters, and what is to be said of that.

    RSA4a1: a token that cannot be renewed is told of at the start.
    """
    conn = conn.evolve(token=token_of(conn.params), switched=False, renewed=False)
    if conn.token is None or renewable(conn):
        return conn, ()
    text = f"When this token ends there is no way to get another one: see {HELP_40171}"
    return conn, (Notice("info", text, 40171),)


def renewable(conn: Connection) -> bool:
    """Whether there is a way to get another token; a key alone is used as it is (RSA4a, RSA4b)."""
    return conn.by_token and source_of(conn.params) is not None


def ready(turn: Turn) -> bool:
    """Whether the attempt can dial now; else a token is fetched first, or it has failed."""
    conn = turn.conn
    if not conn.by_token:
        return True
    if conn.token is None or _has_ended(turn):
        if renewable(conn):
            ask(turn, "authorize" if conn.authorizing else "connect")
        else:
            ending.fail(turn, reasons.NO_MEANS, point="RSA4a2")
        return False
    if _in_doubt(turn):
        ask(turn, "connect", held=conn.token)
        return False
    stranger = other_client(conn.params, conn.token)
    if stranger is not None:
        turn.set(token=None if renewable(conn) else conn.token)
        ending.fail(turn, stranger, point="RSA15c")
        return False
    return True


def _has_ended(turn: Turn) -> bool:
    """RSA4b1: by the service's clock, where it is known; ours is not trusted."""
    conn = turn.conn
    if conn.token is None or conn.token.expires is None or conn.ahead is None:
        return False
    return renewable(conn) and conn.token.expires <= turn.now.wall + conn.ahead


def _in_doubt(turn: Turn) -> bool:
    """Whether the service's time is to be asked before this token is used (RSA10k)."""
    conn = turn.conn
    ends = conn.token is not None and conn.token.expires is not None
    return ends and conn.params.query_time and conn.ahead is None and renewable(conn)


def ask(turn: Turn, purpose: Purpose, *, held: TokenDetails | None = None) -> None:
    """Ask for a token, which may take as long as any answer of the service (RSA4c)."""
    number = turn.conn.fetches + 1
    turn.set(fetching=number, fetches=number)
    turn.emit(FetchToken(number, purpose, held))
    turn.start("token", turn.conn.params.realtime_request_timeout)


def rejected(turn: Turn, reason: ErrorInfo) -> None:
    """The service does not take this token: a next attempt needs another one."""
    if renewable(turn.conn) and (reason.status_code == 401 or 40100 <= reason.code < 40200):
        turn.set(token=None)


def may_renew(turn: Turn, reason: ErrorInfo) -> bool:
    """RTN14b: whether this token error is the first since the last CONNECTED.

    A second one waits like any other failure, so that token and error do not chase each other.
    """
    again = turn.conn.renewed
    rejected(turn, reason)
    turn.set(renewed=True)
    return not again


def answered(turn: Turn, *, anew: bool) -> None:
    """CONNECTED: who waited for it has what was asked for (RTC8a3, RTC8b1).

    `anew`: it opened a connection, whose token is that of everybody who waits.
    """
    conn = turn.conn
    if anew:
        refs = (*conn.authorizing, *(ref for each in conn.auths for ref in each))
        turn.set(authorizing=(), auths=(), renewed=False)
    else:
        refs = conn.auths[0] if conn.auths else ()
        turn.set(auths=conn.auths[1:], renewed=False)
    if not turn.conn.auths:
        turn.cancel("auth")
    for ref in refs:
        turn.reply(ref)
