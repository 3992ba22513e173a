"""The rows of tokens and of authorizing in band, told from outside (RSA4, RTN22, RTC8)."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import DETAILS, Bench, in_state, params
from tests.support.rows_told import BOTH, error


def by_token(dialect: DialectName, **more: Any) -> ConnectParams:
    given = {"auth_url": "http://localhost/a"} | more
    return ConnectParams(dialect=dialect, endpoint="localhost", tls=False, **given)


def connected(dialect: DialectName, **more: Any) -> Bench:
    return in_state(S.CONNECTED, by_token(dialect, **more))


def token_comes(bench: Bench, token: str, **more: Any) -> None:
    (number,) = bench.fetching
    bench.do(e.TokenArrived(number, TokenDetails(token, **more)))


def update(bench: Bench, key: str = "conn1!second") -> None:
    details = {**DETAILS, "connectionKey": key}
    bench.receive({"action": 4, "connectionId": "conn1", "connectionDetails": details})


def token_in(query: dict[str, str]) -> str:
    """The dialects name it each in its own way."""
    return query.get("accessToken") or query["access_token"]


@BOTH
@pytest.mark.parametrize("code", range(40140, 40150))
def test_every_code_of_the_range_is_a_token_error(dialect: DialectName, code: int) -> None:
    bench = connected(dialect)
    bench.receive({"action": 6, **error(code, 0)})
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    assert len(bench.fetching) == 1


@BOTH
def test_a_key_alone_cannot_be_renewed(dialect: DialectName) -> None:
    for action in (6, 9):
        bench = in_state(S.CONNECTED, params(dialect))
        bench.receive({"action": action, **error(40142)})
        assert bench.state is S.FAILED


@BOTH
def test_rsa4c3_no_token_while_connected(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 17})
    (number,) = bench.fetching
    bench.do(e.TokenFailed(number, ErrorInfo(40170, 401, "x")))
    assert bench.state is S.CONNECTED
    assert not bench.changes
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 80019
    assert bench.conn.error_reason.cause


@BOTH
def test_rsa4c_no_answer_in_time(dialect: DialectName) -> None:
    bench = Bench(by_token(dialect))
    bench.do(e.ConnectRequested())
    bench.later(9_999)
    assert bench.state is S.CONNECTING
    bench.later(1)
    assert bench.state is S.DISCONNECTED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 80019
    assert not bench.fetching
    assert not bench.dials


@BOTH
def test_rsa4d_while_connected(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 17})
    (number,) = bench.fetching
    bench.do(e.TokenFailed(number, ErrorInfo(40300, 403, "x"), forbidden=True))
    assert bench.state is S.FAILED
    assert bench.conn.error_reason
    assert (bench.conn.error_reason.code, bench.conn.error_reason.status_code) == (80019, 403)


@BOTH
def test_a_token_is_used_again_until_it_is_rejected(dialect: DialectName) -> None:
    bench = Bench(by_token(dialect))
    bench.do(e.ConnectRequested())
    token_comes(bench, "one")
    bench.connected()
    bench.lost()
    assert token_in(bench.dials[0]) == "one"
    bench.connected()
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ConnectRequested())
    assert token_in(bench.dials[0]) == "one"
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 9, **error(40142)})
    token_comes(bench, "two")
    assert token_in(bench.dials[0]) == "two"


# --- 3.7 ------------------------------------------------------------------------------------------


@BOTH
def test_rtn22_the_service_asks(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 17})
    bench.receive({"action": 17})
    token_comes(bench, "two")
    assert bench.sent == [{"action": 17, "auth": {"accessToken": "two"}}]
    assert bench.state is S.CONNECTED
    update(bench)
    (change,) = bench.changes
    assert (change.event, change.previous, change.current) == ("update", S.CONNECTED, S.CONNECTED)
    assert bench.conn.key == "conn1!second"
    bench.lost()
    assert token_in(bench.dials[0]) == "two"
    assert bench.dials[0]["resume"] == "conn1!second"


@BOTH
def test_rtc8a1_lost_capability_fails_the_channel_alone(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.AuthorizeRequested(TokenDetails("two"), 3))
    bench.receive({"action": 9, "channel": "chan", **error(40160)})
    assert bench.conn.channels["chan"].state is C.FAILED
    assert bench.state is S.CONNECTED
    assert not bench.reply(3)
    update(bench)
    assert bench.reply(3)
    assert bench.error(3) is None


@BOTH
@pytest.mark.parametrize("code", [40102, 40012, 40101])
def test_rtc8a2_a_rejected_token(dialect: DialectName, code: int) -> None:
    bench = connected(dialect)
    bench.do(e.AuthorizeRequested(TokenDetails("two"), 3))
    bench.receive({"action": 9, **error(code)})
    assert bench.state is S.FAILED
    assert bench.error(3) == code
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    assert bench.state is S.FAILED


@BOTH
def test_rtn22a_too_late(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 17})
    bench.receive({"action": 6, **error(40142)})
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    token_comes(bench, "two")
    assert bench.state is S.CONNECTING
    assert bench.dials[0]["resume"] == "conn1!key"
    assert token_in(bench.dials[0]) == "two"


@BOTH
def test_rtc8b_while_connecting(dialect: DialectName) -> None:
    bench = Bench(by_token(dialect))
    bench.do(e.ConnectRequested())
    token_comes(bench, "one")
    old = bench.attempt
    bench.do(e.AuthorizeRequested(TokenDetails("two"), 3))
    assert token_in(bench.dials[0]) == "two"
    assert bench.open == {old + 1}
    assert bench.state is S.CONNECTING
    bench.connected()
    assert bench.reply(3)
    assert bench.error(3) is None


@BOTH
@pytest.mark.parametrize("state", [S.DISCONNECTED, S.SUSPENDED, S.CLOSED, S.FAILED])
def test_rtc8c_from_every_other_state(dialect: DialectName, state: S) -> None:
    bench = in_state(state, by_token(dialect))
    bench.do(e.AuthorizeRequested(None, 3))
    assert bench.state is S.CONNECTING
    assert not bench.dials
    token_comes(bench, "two")
    assert token_in(bench.dials[0]) == "two"
    bench.connected("conn2")
    assert bench.reply(3)
    assert bench.error(3) is None


@BOTH
@pytest.mark.parametrize(
    ("ours", "theirs", "fine"),
    [
        ("bob", "bob", True),
        ("bob", "*", True),
        ("bob", None, True),
        ("bob", "eve", False),
        (None, "eve", True),
        (None, "*", True),
    ],
)
def test_rsa15_whose_token(
    dialect: DialectName, ours: str | None, theirs: str | None, fine: bool
) -> None:
    bench = Bench(by_token(dialect, client_id=ours))
    bench.do(e.ConnectRequested())
    token_comes(bench, "one", client_id=theirs)
    assert (bench.state is S.FAILED) is not fine
    assert bool(bench.dials) is fine
    if fine:
        details = {**DETAILS, "clientId": theirs}
        bench.do(e.SocketOpened(1))
        bench.receive({"action": 4, "connectionId": "c", "connectionDetails": details})
        assert bench.state is S.CONNECTED
    else:
        assert bench.conn.error_reason
        assert bench.conn.error_reason.code == 40102


@BOTH
def test_rsa4a1_is_told_at_the_start(dialect: DialectName) -> None:
    bench = Bench(by_token(dialect, auth_url=None, token="one"))
    notices = [x for x in bench.effects if isinstance(x, fx.Notice)]
    assert [(x.level, x.code) for x in notices] == [("info", 40171)]
    assert "https://help.ably.io/error/40171" in notices[0].message
