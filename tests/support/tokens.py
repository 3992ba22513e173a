"""What tests of tokens share: a bench that authenticates by one, and its words."""

from __future__ import annotations

from typing import Any

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams, DialectName
from tests.support.machine import Bench

EXPIRED = {"code": 40142, "statusCode": 401, "message": "expired"}


def by_token(dialect: DialectName = DialectName.CURRENT, **changes: Any) -> ConnectParams:
    """Parameters with an auth URL, or with whatever is given in its place."""
    given = {"auth_url": "http://localhost/auth"} | changes
    return ConnectParams(dialect=dialect, endpoint="localhost", tls=False, **given)


def fetches(bench: Bench) -> list[str]:
    """What tokens were asked for by the last call."""
    return [x.purpose for x in bench.last if isinstance(x, fx.FetchToken)]


def arrive(bench: Bench, token: str = "tok", **details: Any) -> tuple[fx.Effect, ...]:
    """The token that is being fetched arrives."""
    assert bench.conn.fetching is not None
    return bench.do(e.TokenArrived(bench.conn.fetching, TokenDetails(token, **details)))


def fail(bench: Bench, status: int = 401, *, forbidden: bool = False) -> tuple[fx.Effect, ...]:
    """The source of tokens gives none."""
    assert bench.conn.fetching is not None
    error = ErrorInfo(40170, status, "no token here")
    return bench.do(e.TokenFailed(bench.conn.fetching, error, forbidden))


def connected(given: ConnectParams | None = None) -> Bench:
    """A bench that is connected by a token."""
    bench = Bench(given or by_token())
    bench.do(e.ConnectRequested())
    if bench.conn.fetching is not None:
        arrive(bench, "tok-1")
    bench.connected()
    assert bench.state == "connected"
    return bench
