"""RTN15, RTN23: a connection that goes away, by itself or on request."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params

CLASSIC = DialectName.CLASSIC


def test_rtn15a_a_cut_is_followed_by_an_immediate_resume() -> None:
    bench = in_state(S.CONNECTED)
    bench.lost()
    first, second = bench.changes
    assert (first.current, first.reason.code, first.retry_in) == (S.DISCONNECTED, 80003, None)  # type: ignore[union-attr]
    assert second.current is S.CONNECTING
    assert bench.dials[0]["resume"] == "conn1!key"


def test_rtn15a_not_twice_within_a_second() -> None:
    bench = in_state(S.CONNECTED)
    bench.lost()
    bench.later(300)
    bench.connected()
    bench.lost()
    (change,) = bench.changes
    assert change.retry_in == 700
    bench.later(700)
    assert bench.state is S.CONNECTING


def test_rtn15a_a_retry_that_had_to_wait_counts_as_immediate_too() -> None:
    """Or a service that takes and cuts would be dialled twice a second."""
    bench = in_state(S.CONNECTED)
    bench.lost()
    for _ in range(3):
        bench.later(100)
        bench.connected()
        bench.lost()
        assert bench.changes[0].retry_in == 900
        bench.later(900)
        assert bench.state is S.CONNECTING


def test_rtn15a_a_wait_that_was_skipped_does_not_lengthen_the_next() -> None:
    bench = in_state(S.CONNECTED)
    bench.lost()
    bench.connected()
    bench.lost()
    assert bench.changes[0].retry_in == 1_000
    bench.do(e.ConnectRequested())
    bench.connected()
    bench.lost()
    assert bench.changes[0].retry_in == 1_000


def test_a_failed_immediate_retry_makes_it_the_second_retry() -> None:
    bench = in_state(S.CONNECTED)
    bench.lost()
    bench.refused()
    assert bench.changes[0].retry_in == pytest.approx(15_000 * 4 / 3 * 0.9)


@pytest.mark.parametrize("code", [1000, 1001, 1005, 1006, 1003, 1008, 1009, 1011, 1013, 4000])
def test_current_ignores_the_close_code(code: int) -> None:
    bench = in_state(S.CONNECTED)
    bench.lost(code)
    assert bench.state is S.CONNECTING


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1000, None),
        (1001, None),
        (1005, None),
        (1006, None),
        (1002, 80000),
        (1003, 40100),
        (1007, 80000),
        (1008, 40100),
        (1009, 40000),
        (1010, 80000),
        (1011, 80000),
        (1012, 80000),
        (4000, 80000),
    ],
)
@pytest.mark.parametrize("state", [S.CONNECTED, S.CONNECTING])
def test_classic_decides_by_the_close_code(code: int, error: int | None, state: S) -> None:
    bench = in_state(state, params(CLASSIC))
    if state is S.CONNECTING:
        bench.do(e.SocketOpened(bench.attempt))
    bench.lost(code)
    if error is None:
        assert bench.changes[0].current is S.DISCONNECTED
    else:
        assert (bench.state, bench.conn.error_reason.code) == (S.FAILED, error)  # type: ignore[union-attr]
        assert bench.changes[0].point == f"close {code}"


def test_our_own_drop_is_never_the_peers_close_code() -> None:
    bench = in_state(S.CONNECTED, params(CLASSIC))
    bench.do(e.DropRequested(4))
    assert [type(x) for x in bench.last] == [fx.AbortSocket]
    assert bench.reply(4) is None, "answered once the socket has ended"
    bench.do(e.SocketClosed(1, 1002, "", True, False))
    assert bench.reply(4) is not None
    assert bench.state is S.CONNECTING


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        ({"code": 80003, "statusCode": 400, "message": "cycled"}, S.CONNECTING, 80003),
        (None, S.CONNECTING, 80003),
        ({"code": 40142, "statusCode": 401, "message": "expired"}, S.FAILED, 40171),
    ],
)
def test_rtn15h_disconnected(error: dict[str, Any] | None, state: S, code: int) -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 6, "error": error})
    assert (bench.state, bench.changes[0].reason.code) == (state, code)  # type: ignore[union-attr]
    if state is S.FAILED:
        assert bench.changes[0].reason.cause.code == 40142  # type: ignore[union-attr]


@pytest.mark.parametrize("channel", [{}, {"channel": None}, {"channel": ""}])
def test_rtn15j_an_error_without_a_channel_is_the_end(channel: dict[str, Any]) -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 9, "error": {"code": 50000, "message": "x"}, **channel})
    assert (bench.state, bench.changes[0].point) == (S.FAILED, "RTN15j")
    assert bench.conn.channels["chan"].state == "failed"
    assert bench.open == set()


def test_rtn23a_quiet_for_longer_than_promised() -> None:
    bench = in_state(S.CONNECTED)
    bench.later(20_000)
    bench.receive({"action": 0})
    bench.later(24_999)
    assert bench.state is S.CONNECTED
    bench.later(1)
    assert bench.changes[0].point == "RTN23a"
    assert bench.changes[0].reason.status_code == 408  # type: ignore[union-attr]


def test_disconnect_holds_until_connect_while_the_ttl_runs_on() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DisconnectRequested(5))
    (change,) = bench.changes
    assert (change.current, change.retry_in) == (S.DISCONNECTED, None)
    assert [x.code for x in bench.last if isinstance(x, fx.CloseSocket)] == [1000]
    assert bench.reply(5) is None
    bench.do(e.SocketClosed(1, 1000, "", True, True))
    assert bench.reply(5) is not None
    bench.later(119_999)
    assert bench.state is S.DISCONNECTED
    bench.later(1)
    (change,) = bench.changes
    assert (change.current, change.retry_in) == (S.SUSPENDED, None)
    bench.later(1_000_000)
    assert bench.state is S.SUSPENDED
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["resume"] == "conn1!key"


def test_disconnect_while_a_retry_is_due_only_holds() -> None:
    bench = in_state(S.DISCONNECTED)
    bench.do(e.DisconnectRequested(5))
    assert bench.reply(5) is not None
    assert bench.changes == []
    bench.later(60_000)
    assert bench.state is S.DISCONNECTED


def test_a_clogged_socket_is_lost() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.SocketClogged(1))
    assert bench.state is S.CONNECTING


def test_dropping_a_dial_is_one_more_failed_attempt_also_in_classic() -> None:
    bench = Bench(params(CLASSIC))
    bench.do(e.ConnectRequested(), e.DropRequested(3))
    bench.do(e.DialFailed(1, "given up"))
    assert bench.state is S.DISCONNECTED
    assert bench.reply(3) is not None


def test_rtn15j_a_token_error_while_connected_is_quoted_as_it_came() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 9, "error": {"code": 40142, "statusCode": 401, "message": "gone"}})
    (change,) = bench.changes
    assert (change.current, change.point) == (S.FAILED, "RTN15j")
    assert change.reason == ErrorInfo(40142, 401, "gone")


def test_rsa4a2_a_token_error_while_connecting_says_that_there_is_no_other() -> None:
    bench = in_state(S.CONNECTING)
    bench.receive({"action": 9, "error": {"code": 40142, "statusCode": 401, "message": "gone"}})
    assert (bench.changes[0].point, bench.changes[0].reason.code) == ("RSA4a2", 40171)  # type: ignore[union-attr]
