"""RTN12, RTN7e, RTL3: how a connection comes to rest."""

from __future__ import annotations

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import ID, in_state, params


def test_rtn12a_close_waits_for_closed() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.CloseRequested(1))
    assert bench.sent == [{"action": 7}]
    assert bench.state is S.CLOSING
    bench.receive({"action": 8})
    assert bench.state is S.CLOSED
    assert bench.changes[0].reason is None
    assert bench.reply(1) is not None
    assert bench.conn.channels["chan"].state == "detached"


def test_rtn12b_not_for_ever() -> None:
    bench = in_state(S.CLOSING)
    bench.later(9_999)
    assert bench.state is S.CLOSING
    bench.later(1)
    assert (bench.state, bench.changes[0].point) == (S.CLOSED, "RTN12b")


@pytest.mark.parametrize("code", [1000, 1003, 1006])
def test_rtn12c_any_end_of_the_socket_will_do(code: int) -> None:
    bench = in_state(S.CLOSING)
    bench.lost(code)
    assert bench.state is S.CLOSED


@pytest.mark.parametrize("state", [S.DISCONNECTED, S.SUSPENDED])
def test_rtn12d_nothing_is_sent_without_a_socket(state: S) -> None:
    bench = in_state(state)
    bench.do(e.CloseRequested(1))
    assert bench.state is S.CLOSED
    assert bench.sent == []
    assert bench.reply(1) is not None


@pytest.mark.parametrize("answer", ["connected", "refused", "nothing"])
def test_rtn12f_closed_while_connecting(answer: str) -> None:
    bench = in_state(S.CONNECTING)
    bench.do(e.CloseRequested(1))
    assert bench.state is S.CLOSING
    if answer == "connected":
        bench.connected()
        assert bench.sent == [{"action": 7}]
        bench.receive({"action": 8})
    elif answer == "refused":
        bench.refused()
    else:
        bench.later(10_000)
    assert bench.state is S.CLOSED
    assert "connected" not in bench.story


def test_closed_unasked_goes_by_way_of_closing() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 8})
    assert [c.current for c in bench.changes] == [S.CLOSING, S.CLOSED]
    assert bench.changes[1].reason.code == 80017  # type: ignore[union-attr]


def test_rtn7e_suspension_fails_what_waits() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": 1},), 1), e.PingRequested(2))
    bench.lost()
    bench.refused()
    bench.do(e.PublishRequested("chan", ({"data": 2},), 3), e.ConnectRequested(4))
    bench.refused()
    bench.do(e.DisconnectRequested())
    bench.later(130_000)
    assert bench.state is S.SUSPENDED
    assert [bench.error(ref) for ref in (1, 3, 4)] == [80002, 80002, 80002]
    assert bench.error(2) is not None
    assert bench.conn.channels["chan"].state == "suspended"
    assert bench.conn.key == "conn1!key", "RTN8d: kept in suspended"


def test_rtn7d_without_queueing_a_loss_is_enough() -> None:
    bench = in_state(S.CONNECTED, params(queue_messages=False))
    bench.do(e.PublishRequested("chan", ({"data": 1},), 1))
    bench.lost()
    assert bench.error(1) == 80003
    bench.do(e.PublishRequested("chan", ({"data": 1},), 2))
    assert bench.error(2) == 90000


def test_rtn12f_the_time_of_the_attempt_runs_on_while_it_is_to_be_closed() -> None:
    bench = in_state(S.CONNECTING)
    bench.later(6_000)
    bench.do(e.CloseRequested(1))
    assert bench.state is S.CLOSING
    bench.later(3_999)
    assert bench.state is S.CLOSING
    bench.later(1)
    assert (bench.state, bench.changes[-1].point) == (S.CLOSED, "RTN12f")
    assert bench.reply(1) is not None
    # CONNECTED in time: CLOSE has all the time that an answer has (RTN12b).
    bench = in_state(S.CONNECTING)
    bench.later(6_000)
    bench.do(e.CloseRequested(1))
    bench.connected()
    assert bench.sent == [{"action": 7}]
    bench.later(9_999)
    assert bench.state is S.CLOSING
    bench.later(1)
    assert (bench.state, bench.changes[-1].point) == (S.CLOSED, "RTN12b")


def test_rtl3b_who_waits_for_a_channel_is_told_that_the_connection_was_closed() -> None:
    bench = in_state(S.CONNECTED, params(client_id="me"))
    bench.do(e.AttachRequested("new", 1))
    bench.do(e.MembersRequested("new", 2))
    bench.do(e.PresenceRequested("new", {"action": 2}, 3))
    bench.do(e.CloseRequested(4))
    bench.receive({"action": 8})
    assert [bench.error(ref) for ref in (1, 2, 3)] == [80017] * 3
    assert bench.error(4) is None


def test_failing_ends_the_socket_and_answers_who_waited() -> None:
    bench = in_state(S.CONNECTING)
    bench.do(e.ConnectRequested(1))
    bench.receive({"action": 9, "error": {"code": 40101, "statusCode": 401, "message": "no"}})
    assert bench.error(1) == 40101
    assert [x.code for x in bench.last if isinstance(x, fx.CloseSocket)] == [1000]


def test_rtn14f_back_in_suspended_fails_what_was_asked_for_in_between() -> None:
    """RTN7e, RTL3c and RTN13b hold for every entry into `suspended`, not for the first alone."""
    bench = in_state(S.SUSPENDED)
    bench.do(e.ConnectRequested(1))
    bench.do(e.PublishRequested("new", ({"data": 1},), 2), e.PingRequested(3))
    bench.do(e.AttachRequested("new", 4))
    bench.refused()
    assert bench.state is S.SUSPENDED
    assert all(bench.error(ref) is not None for ref in (1, 2, 3, 4))
    assert bench.conn.channels["new"].state == "suspended"
    assert bench.conn.queued == ()


def test_a_hold_in_suspended_fails_what_was_asked_for_in_between() -> None:
    bench = in_state(S.SUSPENDED)
    bench.do(e.ConnectRequested(1), e.PublishRequested("new", ({"data": 1},), 2))
    bench.do(e.DisconnectRequested(3))
    (change,) = bench.changes
    assert (change.current, change.retry_in) == (S.SUSPENDED, None)
    assert (bench.error(1), bench.error(2)) == (80003, 80003)
    bench.later(100_000)
    assert bench.state is S.SUSPENDED


def test_rtn12a_close_is_sent_once() -> None:
    """A CONNECTED that was under way (RTN24) is no reason to say it again, or to wait longer."""
    bench = in_state(S.CLOSING)
    bench.later(9_000)
    bench.receive({"action": 4, "connectionId": ID})
    assert bench.sent == []
    bench.later(1_000)
    assert (bench.state, bench.changes[0].point) == (S.CLOSED, "RTN12b")


def test_rtn12f_close_is_sent_once() -> None:
    bench = in_state(S.CONNECTING)
    bench.do(e.CloseRequested())
    bench.connected()
    assert bench.sent == [{"action": 7}]
    bench.receive({"action": 4, "connectionId": ID})
    assert bench.sent == []
