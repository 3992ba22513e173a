"""RTN20: what the system says of its network, in every state and both dialects."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import KEY, Bench, in_state

BOTH = pytest.mark.parametrize("dialect", list(DialectName))
GONE, BACK = e.NetworkChanged(online=False), e.NetworkChanged(online=True)


def away(dialect: DialectName, **more: Any) -> ConnectParams:
    """A service that is not on this machine."""
    given = {"endpoint": "service.example", "tls": False, "key": KEY, **more}
    return ConnectParams(dialect=dialect, **given)


def notices(bench: Bench) -> list[str]:
    return [x.level for x in bench.last if isinstance(x, fx.Notice)]


@BOTH
@pytest.mark.parametrize("state", [S.CONNECTED, S.CONNECTING])
def test_rtn20a_the_network_is_gone(dialect: DialectName, state: S) -> None:
    bench = in_state(state, away(dialect))
    bench.do(GONE)
    assert bench.state is S.DISCONNECTED
    (change,) = bench.changes
    assert change.point == "RTN20a"
    assert change.reason
    assert (change.reason.code, change.reason.status_code) == (80003, 400)
    assert change.retry_in is not None
    assert change.retry_in == pytest.approx(15_000 * 0.9)
    assert not bench.open
    assert notices(bench) == ["warning"]
    bench.later(change.retry_in)
    assert bench.state is S.CONNECTING
    assert ("resume" in bench.dials[0]) is (state is S.CONNECTED)


@BOTH
@pytest.mark.parametrize("state", [S.DISCONNECTED, S.SUSPENDED])
def test_rtn20b_the_network_is_back(dialect: DialectName, state: S) -> None:
    bench = in_state(state, away(dialect))
    bench.do(BACK)
    (change,) = bench.changes
    assert (change.current, change.point) == (S.CONNECTING, "RTN20b")
    assert len(bench.dials) == 1
    assert "retry" not in bench.timers
    assert notices(bench) == ["info"]


@BOTH
def test_rtn20b_at_once_after_rtn20a_and_resumed(dialect: DialectName) -> None:
    bench = in_state(S.CONNECTED, away(dialect))
    bench.do(GONE)
    bench.later(400)
    bench.do(BACK)
    assert bench.dials[0]["resume"] == "conn1!key"
    bench.connected()
    assert bench.state is S.CONNECTED


@BOTH
def test_rtn20c_an_attempt_begins_anew(dialect: DialectName) -> None:
    bench = in_state(S.CONNECTING, away(dialect))
    bench.later(6_000)
    bench.do(BACK)
    assert bench.state is S.CONNECTING
    assert not bench.changes
    assert bench.open == {2}
    bench.later(9_999)
    assert bench.open == {2}
    bench.later(1)
    assert bench.state is S.DISCONNECTED


@BOTH
def test_rtn20c_while_a_token_is_fetched_or_a_fallback_is_next(dialect: DialectName) -> None:
    bench = Bench(away(dialect, key=None, auth_url="http://localhost/a"))
    bench.do(e.ConnectRequested(), BACK)
    (number,) = bench.fetching
    bench.do(e.TokenArrived(number, TokenDetails("t")))
    assert len(bench.dials) == 1
    bench = Bench(away(dialect, fallback_hosts=(("f.example", None),)))
    bench.do(e.ConnectRequested())
    bench.refused()
    bench.do(BACK)
    assert bench.conn.host == "service.example"
    bench.do(e.InternetChecked(1, ok=True))
    assert bench.open == {2}


@BOTH
@pytest.mark.parametrize("state", [S.INITIALIZED, S.CLOSING, S.CLOSED, S.FAILED])
@pytest.mark.parametrize("event", [GONE, BACK])
def test_rtn20_elsewhere_it_changes_nothing(
    dialect: DialectName, state: S, event: e.NetworkChanged
) -> None:
    bench = in_state(state, away(dialect))
    before = bench.conn
    bench.do(event)
    assert bench.conn == before


@BOTH
def test_rtn20b_a_hold_stays_one(dialect: DialectName) -> None:
    bench = in_state(S.CONNECTED, away(dialect))
    bench.do(e.DisconnectRequested(), BACK)
    assert bench.state is S.DISCONNECTED
    assert not bench.open


@BOTH
def test_rtn20a_past_the_ttl_it_stays_suspended(dialect: DialectName) -> None:
    bench = in_state(S.SUSPENDED, away(dialect))
    bench.later(30_000)
    assert bench.state is S.CONNECTING
    bench.do(GONE)
    assert bench.state is S.SUSPENDED
    assert bench.conn.retry_in == 30_000


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("event", [GONE, BACK])
def test_a_service_on_this_machine_needs_no_network(
    host: str, state: S, event: e.NetworkChanged
) -> None:
    bench = in_state(state, away(DialectName.CURRENT, endpoint=host))
    before = bench.conn
    assert bench.do(event) == ()
    assert bench.conn == before
