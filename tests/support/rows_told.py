"""What the rows of the protocol, told from outside in both dialects, say again and again."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params

BOTH = pytest.mark.parametrize("dialect", list(DialectName))


def error(code: int, status: int = 401) -> dict[str, Any]:
    """The member `error` of a frame."""
    return {"error": {"code": code, "statusCode": status, "message": "why"}}


def connected(dialect: DialectName, **more: Any) -> Bench:
    """A connection that is up, by key."""
    return in_state(S.CONNECTED, params(dialect, **more))


def by_token(dialect: DialectName, *, renewable: bool = True) -> ConnectParams:
    """A first token, with an auth URL to renew it or without."""
    more: dict[str, Any] = {"auth_url": "http://localhost/a"} if renewable else {}
    return ConnectParams(dialect=dialect, endpoint="localhost", tls=False, token="first", **more)


def publish(bench: Bench, ref: int, channel: str = "chan") -> None:
    """One message, named by its `ref`."""
    bench.do(e.PublishRequested(channel, ({"name": str(ref)},), ref))


def sends(effects: tuple[fx.Effect, ...], *actions: int) -> list[dict[str, Any]]:
    """The frames that went out, of these actions."""
    return [x.message for x in effects if isinstance(x, fx.Send) and x.message["action"] in actions]


def failed_for_want_of_a_token(bench: Bench, cause: int) -> None:
    """RSA4a2: nothing can renew it, which is final and says what the service had said."""
    assert bench.state is S.FAILED
    reason = bench.conn.error_reason
    assert reason
    assert reason.code == 40171
    assert reason.cause
    assert reason.cause.code == cause
