"""The rows of opening a connection, told from outside in both dialects (RTN14, RTN17, RSA4)."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, message, params
from tests.support.rows_told import BOTH, by_token, error, failed_for_want_of_a_token

CLASSIC, CURRENT = DialectName.CLASSIC, DialectName.CURRENT


def opening(given: ConnectParams) -> Bench:
    bench = Bench(given)
    bench.do(e.ConnectRequested())
    return bench


# --- RTN14a, g ---------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("code", [40005, 40101, 40400, 40160, 50000, 40139, 40150, 80000])
def test_rtn14g_an_error_is_final(dialect: DialectName, code: int) -> None:
    bench = opening(params(dialect))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 9, **error(code)})
    assert bench.state is S.FAILED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == code
    assert (bench.conn.id, bench.conn.key) == (None, None)
    assert not bench.open
    assert not bench.timers
    bench.later(1_000_000)
    assert bench.state is S.FAILED


@BOTH
def test_rtn14b_a_token_error_gets_one_new_token(dialect: DialectName) -> None:
    bench = opening(by_token(dialect))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 9, **error(40142)})
    assert bench.fetching
    bench.do(e.TokenArrived(next(iter(bench.fetching)), TokenDetails("second")))
    assert bench.state is S.CONNECTING
    assert "second" in bench.dials[0].values()
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 9, **error(40143)})
    assert bench.state is S.DISCONNECTED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 40143
    assert "retry" in bench.timers
    assert not bench.fetching


@BOTH
def test_rtn14b_a_disconnected_with_a_token_error_is_renewed_too(dialect: DialectName) -> None:
    bench = opening(by_token(dialect))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 6, **error(40142)})
    assert bench.fetching
    bench.do(e.TokenArrived(next(iter(bench.fetching)), TokenDetails("second")))
    assert bench.state is S.CONNECTING


@BOTH
@pytest.mark.parametrize("action", [6, 9])
def test_rsa4a2_no_way_to_renew_is_final(dialect: DialectName, action: int) -> None:
    bench = opening(by_token(dialect, renewable=False))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": action, **error(40142)})
    failed_for_want_of_a_token(bench, 40142)


@BOTH
def test_rtn14b_a_renewal_that_fails_is_80019(dialect: DialectName) -> None:
    bench = opening(by_token(dialect))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 9, **error(40142)})
    number = next(iter(bench.fetching))
    bench.do(e.TokenFailed(number, ErrorInfo(40170, 401, "no answer")))
    assert bench.state is S.DISCONNECTED
    reason = bench.conn.error_reason
    assert reason
    assert (reason.code, reason.status_code) == (80019, 401)
    assert reason.cause
    assert reason.cause.code == 40170
    assert "retry" in bench.timers


@BOTH
def test_rsa4d_a_source_that_forbids_is_final(dialect: DialectName) -> None:
    given = ConnectParams(dialect=dialect, endpoint="localhost", tls=False, auth_command="x")
    bench = opening(given)
    assert bench.state is S.CONNECTING
    assert not bench.dials
    number = next(iter(bench.fetching))
    bench.do(e.TokenFailed(number, ErrorInfo(40300, 403, "no"), forbidden=True))
    assert bench.state is S.FAILED
    reason = bench.conn.error_reason
    assert reason
    assert (reason.code, reason.status_code) == (80019, 403)
    assert reason.cause
    assert reason.cause.code == 40300


@BOTH
@pytest.mark.parametrize(("code", "status"), [(80003, 404), (40000, 400), (80021, 429)])
def test_rtn14d_disconnected_waits_and_says_how_long(
    dialect: DialectName, code: int, status: int
) -> None:
    bench = opening(params(dialect))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 6, **error(code, status)})
    (change,) = bench.changes
    assert change.event == S.DISCONNECTED
    assert change.reason
    assert change.reason.code == code
    assert change.retry_in is not None
    assert 12_000 <= change.retry_in <= 15_000
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    bench.later(change.retry_in - 1)
    assert bench.state is S.DISCONNECTED
    bench.later(1)
    assert bench.state is S.CONNECTING
    assert "resume" not in bench.dials[0]


@BOTH
@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
def test_rtn17f1_a_5xx_goes_to_a_fallback(dialect: DialectName, status: int) -> None:
    bench = opening(params(dialect, fallback_hosts=(("f.example", None),)))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 6, **error(50_003, status)})
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    bench.do(e.InternetChecked(bench.checks[-1], ok=True))
    assert bench.state is S.CONNECTING
    assert bench.conn.host == "f.example"
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 6, **error(50_004, status)})
    assert bench.state is S.DISCONNECTED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 50_004


@BOTH
@pytest.mark.parametrize("status", [499, 505, 400, 0])
def test_rtn17f1_only_500_to_504(dialect: DialectName, status: int) -> None:
    bench = opening(params(dialect, fallback_hosts=(("f.example", None),)))
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 6, **error(50_000, status)})
    assert bench.state is S.DISCONNECTED
    assert not bench.checks


@BOTH
@pytest.mark.parametrize(
    ("failure", "falls_back"),
    [
        ({}, True),
        ({"status": 500, "refused": True}, True),
        ({"status": 504, "refused": True}, True),
        ({"status": 404, "refused": True, "cloudfront": True}, True),
        ({"status": 401, "refused": True}, False),
        ({"status": 505, "refused": True}, False),
    ],
)
def test_rtn17f_which_failures_go_to_a_fallback(
    dialect: DialectName, failure: dict[str, Any], falls_back: bool
) -> None:
    bench = opening(params(dialect, fallback_hosts=(("f.example", None),)))
    bench.refused(**failure)
    final = dialect is CLASSIC and failure
    assert bool(bench.checks) is (falls_back and not final)
    assert (bench.state is S.FAILED) is bool(final)


@BOTH
def test_rtn17j_no_internet_is_80003(dialect: DialectName) -> None:
    bench = opening(params(dialect, fallback_hosts=(("f.example", None),)))
    bench.refused()
    bench.do(e.InternetChecked(bench.checks[-1], ok=False))
    assert bench.state is S.DISCONNECTED
    reason = bench.conn.error_reason
    assert reason
    assert (reason.code, reason.status_code) == (80003, 404)


@BOTH
def test_rtn17i_each_attempt_starts_at_the_primary(dialect: DialectName) -> None:
    hosts = tuple((f"{x}.example", None) for x in "abcdef")
    bench = opening(params(dialect, fallback_hosts=hosts))
    tried = [bench.conn.host]
    bench.refused()
    bench.do(e.InternetChecked(bench.checks[-1], ok=True))
    while bench.state is S.CONNECTING:
        tried.append(bench.conn.host)
        bench.refused()
    assert tried[0] == "localhost"
    assert len(tried) == 4
    assert len(set(tried)) == 4
    bench.later(15_000)
    assert bench.conn.host == "localhost"


@BOTH
def test_rtn14c_silence_is_504_on_each_host(dialect: DialectName) -> None:
    bench = opening(params(dialect, fallback_hosts=(("f.example", None),)))
    bench.do(e.SocketOpened(1))
    bench.later(10_000)
    assert 1 not in bench.open or any(isinstance(x, fx.AbortSocket) for x in bench.last)
    if bench.checks:
        bench.do(e.InternetChecked(bench.checks[-1], ok=True))
    if bench.open == {1}:
        bench.lost(by_us=True)
    assert bench.state is S.CONNECTING
    assert bench.conn.host == "f.example"
    bench.do(e.SocketOpened(bench.attempt))
    bench.later(9_999)
    assert bench.state is S.CONNECTING
    bench.later(1)
    assert bench.state is S.DISCONNECTED
    reason = bench.conn.error_reason
    assert reason
    assert (reason.code, reason.status_code) == (50003, 504)


@BOTH
def test_rtn14e_the_ttl_runs_on_through_attempts(dialect: DialectName) -> None:
    bench = opening(params(dialect))
    bench.refused()
    start = 1_000.0
    while bench.state is not S.SUSPENDED:
        assert bench.mono - start <= 120_000
        bench.later(500)
        if bench.state is S.CONNECTING:
            bench.refused()
    assert bench.mono - start == pytest.approx(120_000, abs=500)
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 80002
    assert bench.conn.retry_in == 30_000
    change = bench.changes[-1]
    assert change.retry_in == 30_000
    bench.later(30_000)
    assert bench.state is S.CONNECTING
    bench.refused()
    assert bench.state is S.SUSPENDED
    assert bench.changes[-1].retry_in == 30_000
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code in {80002, 80003}


@BOTH
def test_rtn14e_an_attempt_under_way_is_abandoned(dialect: DialectName) -> None:
    bench = opening(params(dialect, connection_state_ttl=5_000))
    bench.do(e.SocketOpened(1))
    bench.later(5_000)
    assert bench.state is S.SUSPENDED
    assert not bench.open or any(isinstance(x, fx.AbortSocket) for x in bench.last)


@BOTH
def test_rtb1_waits_grow_and_stop_growing(dialect: DialectName) -> None:
    for roll, factor in ((0.0, 0.8), (0.999999, 1.0)):
        bench = Bench(params(dialect))
        bench.roll = roll
        bench.do(e.ConnectRequested())
        waits = []
        for _ in range(5):
            bench.refused()
            assert bench.state is S.DISCONNECTED
            (change,) = bench.changes
            assert change.retry_in is not None
            waits.append(change.retry_in)
            bench.later(change.retry_in)
            assert bench.state is S.CONNECTING
        wanted = [15_000 * c * factor for c in (1, 4 / 3, 5 / 3, 2, 2)]
        assert waits == pytest.approx(wanted, rel=0.001)


# --- 6.1 before CONNECTED -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 500, 302, 0])
def test_classic_a_refused_handshake_is_401_unauthorized(status: int) -> None:
    bench = opening(params(CLASSIC))
    bench.refused(status=status, refused=True)
    assert bench.state is S.FAILED
    assert bench.conn.error_reason == ErrorInfo(40100, 401, "Unauthorized")


def test_current_a_refused_handshake_is_retried() -> None:
    bench = opening(params())
    bench.refused(status=403, refused=True)
    assert bench.state is S.DISCONNECTED
    assert bench.conn.error_reason
    assert (bench.conn.error_reason.code, bench.conn.error_reason.status_code) == (80003, 403)
    ably = ErrorInfo(40160, 401, "no")
    bench.later(15_000)
    bench.refused(status=401, refused=True, error=ably)
    assert bench.state is S.DISCONNECTED
    assert bench.conn.error_reason == ably
    notices = [x for x in bench.effects if isinstance(x, fx.Notice)]
    assert any("key" in x.message for x in notices)


def test_a_failed_tls_handshake() -> None:
    bench = opening(params(CLASSIC))
    bench.refused(tls=True)
    assert (bench.state, bench.conn.error_reason.code) == (S.FAILED, 80000)  # type: ignore[union-attr]
    bench = opening(params())
    bench.refused(tls=True)
    assert (bench.state, bench.conn.error_reason.code) == (S.DISCONNECTED, 80003)  # type: ignore[union-attr]


FINAL = {
    1002: 80000,
    1003: 40100,
    1007: 80000,
    1008: 40100,
    1009: 40000,
    1010: 80000,
    1011: 80000,
    1004: 80000,
    1012: 80000,
    1013: 80000,
    1014: 80000,
    3000: 80000,
    4000: 80000,
    4999: 80000,
}
LOSSES = [1000, 1001, 1005, 1006]
STATUS = {40100: 401, 40000: 400, 80000: 400, 80003: 400}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", [*LOSSES, *FINAL])
def test_classic_close_codes(code: int, when: str) -> None:
    bench = opening(params(CLASSIC))
    bench.do(e.SocketOpened(1))
    if when == "after":
        bench.connected()
    bench.lost(code)
    events = [change.event for change in bench.changes]
    reason = bench.changes[0].reason
    assert reason is not None
    wanted = FINAL.get(code, 80003)
    assert (reason.code, reason.status_code) == (wanted, STATUS[wanted])
    if code in FINAL:
        assert events == [S.FAILED]
        assert not bench.timers
    elif when == "before":
        assert events == [S.DISCONNECTED]
    else:
        assert events == [S.DISCONNECTED, S.CONNECTING]
        assert bench.dials[0]["resume"] == "conn1!key"
        assert bench.dials[0]["connection_serial"] == "-1"


@pytest.mark.parametrize("code", LOSSES)
def test_classic_a_normal_close_past_the_suspend_time_is_suspended(code: int) -> None:
    bench = in_state(S.SUSPENDED, params(CLASSIC))
    bench.later(30_000)
    assert bench.state is S.CONNECTING
    bench.do(e.SocketOpened(bench.attempt))
    bench.lost(code)
    assert bench.state is S.SUSPENDED


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", [*LOSSES, *FINAL, 1015])
def test_current_close_codes_are_all_a_drop(code: int, when: str) -> None:
    bench = opening(params())
    bench.do(e.SocketOpened(1))
    if when == "after":
        bench.connected()
    bench.lost(code)
    reason = bench.changes[0].reason
    assert reason is not None
    assert (reason.code, reason.status_code) == (80003, 400)
    if when == "before":
        assert bench.state is S.DISCONNECTED
    else:
        assert [c.event for c in bench.changes] == [S.DISCONNECTED, S.CONNECTING]
        assert bench.dials[0]["resume"] == "conn1!key"


@BOTH
@pytest.mark.parametrize("code", [*LOSSES, *FINAL])
def test_rtn12c_any_end_after_our_close_is_closed(dialect: DialectName, code: int) -> None:
    bench = in_state(S.CONNECTED, params(dialect))
    bench.do(e.CloseRequested(5))
    assert bench.sent == [{"action": 7}]
    bench.lost(code)
    assert bench.state is S.CLOSED
    assert bench.reply(5) is not None
    assert bench.error(5) is None
    assert not bench.timers


@BOTH
@pytest.mark.parametrize("action", [6, 9])
def test_6_3_a_frame_decides_and_not_the_code_after_it(dialect: DialectName, action: int) -> None:
    bench = in_state(S.CONNECTED, params(dialect))
    bench.receive({"action": action, **error(80008, 400)})
    before = bench.conn.error_reason
    bench.do(e.SocketClosed(1, 1008, "", False, True))
    assert before
    assert before.code == 80008
    assert bench.conn.error_reason == before
    assert bench.state is (S.FAILED if action == 9 else S.CONNECTING)


# --- 5.2 --------------------------------------------------------------------------------------


@BOTH
def test_rtn12f_close_while_connecting(dialect: DialectName) -> None:
    bench = opening(params(dialect))
    bench.do(e.CloseRequested(7))
    assert bench.state is S.CLOSING
    bench.connected()
    assert {"action": 7} in [x.message for x in bench.effects if isinstance(x, fx.Send)]
    bench.receive({"action": 8})
    assert bench.state is S.CLOSED
    bench = opening(params(dialect))
    bench.do(e.CloseRequested(7))
    bench.refused()
    assert bench.state is S.CLOSED


@BOTH
@pytest.mark.parametrize("state", [S.CLOSED, S.FAILED])
def test_rtn11d_from_the_end_it_begins_clean(dialect: DialectName, state: S) -> None:
    bench = in_state(state, params(dialect))
    bench.do(e.ConnectRequested())
    assert bench.state is S.CONNECTING
    assert bench.conn.error_reason is None
    assert bench.conn.msg_serial == 0
    assert not {"resume", "recover"} & bench.dials[0].keys()
    assert {c.state.value for c in bench.conn.channels.values()} <= {"initialized"}


@BOTH
def test_rtn11b_connect_while_closing(dialect: DialectName) -> None:
    bench = in_state(S.CLOSING, params(dialect))
    old = bench.attempt
    bench.do(e.ConnectRequested(3))
    assert bench.state is S.CONNECTING
    if not bench.dials:
        bench.do(e.SocketClosed(old, 1006, "", True, False))
    assert bench.attempt != old
    bench.do(message(old, {"action": 8}))
    assert bench.state is S.CONNECTING
    assert bench.conn.channels["chan"].state == "initialized"
    bench.connected("conn2")
    assert bench.reply(3)
    assert bench.error(3) is None
    assert bench.conn.channels["chan"].state == "initialized"


@BOTH
@pytest.mark.parametrize(
    ("state", "code"),
    [
        (S.INITIALIZED, 40000),
        (S.SUSPENDED, 40000),
        (S.CLOSING, 40000),
        (S.CLOSED, 40000),
        (S.FAILED, 40000),
    ],
)
def test_rtn13b_ping_where_it_cannot_be(dialect: DialectName, state: S, code: int) -> None:
    bench = in_state(state, params(dialect))
    bench.do(e.PingRequested(9))
    assert bench.error(9) == code


@BOTH
def test_rsa15c_another_client_is_final(dialect: DialectName) -> None:
    bench = opening(params(dialect, client_id="bob"))
    details = {"connectionKey": "k", "clientId": "eve", "connectionStateTtl": 120_000}
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 4, "connectionId": "x", "connectionDetails": details})
    assert bench.state is S.FAILED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 40102
