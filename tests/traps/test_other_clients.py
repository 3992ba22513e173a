"""Where official clients leave the specification, and ours does not."""

from __future__ import annotations

import pytest

from ablytui.protocol import events as e
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params
from tests.support.tokens import arrive, by_token, connected, fetches


def test_a_second_token_error_waits_instead_of_turning_in_a_circle() -> None:
    """RTN14b: once per attempt cycle; only CONNECTED makes the next one a first again."""
    expired = {"action": 9, "error": {"code": 40142, "statusCode": 401, "message": "expired"}}
    bench = Bench(by_token(token="old"))
    bench.do(e.ConnectRequested(), e.SocketOpened(1))
    bench.receive(expired)
    assert fetches(bench) == ["connect"]
    arrive(bench, "new")
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({**expired, "error": {"code": 40143, "statusCode": 401}})
    assert fetches(bench) == []
    assert (bench.state, bench.changes[-1].retry_in is not None) == (S.DISCONNECTED, True)
    bench.later(bench.changes[-1].retry_in or 0)
    arrive(bench, "newer")
    bench.connected()
    bench.receive({"action": 6, "error": {"code": 40142, "statusCode": 401}})
    assert fetches(bench) == ["connect"]
    assert bench.conn.renewed


def test_a_lower_promise_shortens_the_timer_that_runs() -> None:
    """RTN24, RTN23a: JS goes on with the old limit; here the latest CONNECTED counts."""
    bench = in_state(S.CONNECTED)
    details = {"connectionKey": "conn1!key", "maxIdleInterval": 1_000}
    bench.receive({"action": 4, "connectionId": "conn1", "connectionDetails": details})
    bench.later(10_999)
    assert bench.state is S.CONNECTED
    bench.later(1)
    assert bench.state is S.CONNECTING


def test_a_token_without_renewal_fails_at_once_and_says_why() -> None:
    """RSA4a2: JS passes through disconnected and connecting, and gives 40171 no cause."""
    bench = connected(by_token(auth_url=None, token="tok.1"))
    bench.receive({"action": 6, "error": {"code": 40142, "statusCode": 401, "message": "gone"}})
    (change,) = bench.changes
    assert (change.previous, change.current) == (S.CONNECTED, S.FAILED)
    assert change.reason is not None
    assert change.reason.cause is not None
    assert (change.reason.code, change.reason.cause.code) == (40171, 40142)


@pytest.mark.parametrize("state", [S.DISCONNECTED, S.SUSPENDED])
def test_closing_is_not_passed_through_where_nothing_is_open(state: S) -> None:
    """RTN12d: JS and PY emit `closing` from there."""
    bench = in_state(state)
    bench.do(e.CloseRequested(1))
    assert [c.current for c in bench.changes] == [S.CLOSED]
    assert bench.sent == []


def test_closed_while_connecting_says_close_once_there_is_a_connection() -> None:
    """RTN12f: JS drops the socket without CLOSE, PY sends it before CONNECTED."""
    bench = in_state(S.CONNECTING)
    bench.do(e.CloseRequested(1))
    assert (bench.state, bench.sent) == (S.CLOSING, [])
    bench.connected()
    assert bench.sent == [{"action": 7}]


def test_a_renewed_token_is_tried_at_once() -> None:
    """RTN14b: PY waits the whole retry timeout first."""
    bench = Bench(by_token(token="old"))
    bench.do(e.ConnectRequested(), e.SocketOpened(1))
    bench.receive({"action": 9, "error": {"code": 40142, "statusCode": 401}})
    arrive(bench, "new")
    assert bench.dials[0]["accessToken"] == "new"


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (S.INITIALIZED, "refused"),
        (S.CONNECTING, "waits"),
        (S.CONNECTED, "sent"),
        (S.DISCONNECTED, "waits"),
        (S.SUSPENDED, "refused"),
        (S.CLOSING, "refused"),
        (S.CLOSED, "refused"),
        (S.FAILED, "refused"),
    ],
)
def test_a_ping_waits_for_the_connection_that_is_coming(state: S, fate: str) -> None:
    """RTN13b, RTN13d: JS refuses it unless connected, PY while disconnected."""
    bench = in_state(state)
    bench.do(e.PingRequested(9))
    assert [m["action"] for m in bench.sent] == ([0] if fate == "sent" else [])
    assert (bench.error(9) is not None) is (fate == "refused")
    if fate == "waits":
        if state is S.DISCONNECTED:
            bench.do(e.ConnectRequested())
        bench.connected()
        assert 0 in [m["action"] for m in bench.sent]


@pytest.mark.parametrize(
    ("status", "falls"), [(499, False), (500, True), (502, True), (504, True), (505, False)]
)
def test_500_itself_is_a_reason_to_fall_back(status: int, *, falls: bool) -> None:
    """RTN17f1: 500 to 504; JS begins above 500."""
    error = {"code": 50000, "statusCode": status}
    for by_frame in (False, True):
        bench = Bench(params(fallback_hosts=(("one.example", None),)))
        bench.do(e.ConnectRequested())
        if by_frame:
            bench.do(e.SocketOpened(bench.attempt))
            bench.receive({"action": 6, "error": error})
        else:
            bench.refused(status=status, refused=True)
        assert bool(bench.checks) is falls
