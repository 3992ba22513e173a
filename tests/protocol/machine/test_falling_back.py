"""RTN17: fallback hosts."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, params

HOSTS = (("one.example", None), ("two.example", 8443))


def bench_of(**changes: Any) -> Bench:
    bench = Bench(params(**{"fallback_hosts": HOSTS, **changes}))
    bench.do(e.ConnectRequested())
    return bench


def dialled(bench: Bench) -> list[tuple[str, int]]:
    return [(x.target.host, x.target.port) for x in bench.effects if isinstance(x, fx.Dial)]


def test_rtn17j_before_the_first_fallback_the_network_is_asked_for() -> None:
    bench = bench_of()
    bench.refused()
    assert bench.state is S.CONNECTING
    assert bench.checks == [1]
    assert bench.open == set()
    bench.do(e.InternetChecked(1, ok=True))
    assert len(dialled(bench)) == 2
    bench.refused()
    assert bench.checks == [1], "once an attempt"
    assert set(dialled(bench)) == {("localhost", 80), ("one.example", 80), ("two.example", 8443)}
    bench.refused()
    assert bench.state is S.DISCONNECTED
    assert bench.story == ["connecting", "disconnected"], "one attempt, three dials"
    assert bench.attempt == 3


def test_rtn17j_without_a_network_no_host_is_tried() -> None:
    bench = bench_of()
    bench.refused()
    bench.do(e.InternetChecked(1, ok=False))
    (change,) = bench.changes
    assert change.current is S.DISCONNECTED
    assert change.reason is not None
    assert (change.reason.code, change.reason.status_code, change.point) == (80003, 404, "RTN17j")


def test_rtn17i_every_attempt_starts_at_the_primary() -> None:
    bench = bench_of()
    bench.refused()
    bench.do(e.InternetChecked(1, ok=True))
    bench.connected()
    assert bench.conn.host != "localhost"
    bench.lost()
    assert dialled(bench)[-1] == ("localhost", 80)


@pytest.mark.parametrize(
    ("failure", "falls"),
    [
        ({}, True),
        ({"tls": True}, True),
        ({"status": 500, "refused": True}, True),
        ({"status": 504, "refused": True}, True),
        ({"status": 505, "refused": True}, False),
        ({"status": 401, "refused": True}, False),
        ({"status": 404, "refused": True, "cloudfront": True}, True),
        ({"refused": True}, False),
    ],
)
def test_rtn17f_what_deserves_a_fallback(failure: dict[str, Any], falls: bool) -> None:
    bench = bench_of()
    bench.refused(**failure)
    assert (bench.checks == [1]) == falls
    assert (bench.state is S.CONNECTING) == falls


@pytest.mark.parametrize(("status", "falls"), [(400, False), (500, True), (503, True)])
def test_rtn17f1_disconnected_with_a_servers_error(status: int, falls: bool) -> None:
    bench = bench_of()
    bench.do(e.SocketOpened(1))
    bench.receive({"action": 6, "error": {"code": 50003, "statusCode": status, "message": "x"}})
    assert (bench.checks == [1]) == falls
    assert bench.open == set()


def test_rtn14c_each_host_has_its_own_time() -> None:
    bench = bench_of(realtime_request_timeout=1_000)
    bench.later(1_000)
    assert bench.checks == [1]
    bench.do(e.InternetChecked(1, ok=True))
    bench.later(999)
    assert (bench.attempt, bench.state) == (2, S.CONNECTING)
    bench.later(1)
    assert bench.attempt == 3


def test_a_check_that_is_never_answered_ends_the_attempt() -> None:
    bench = bench_of()
    bench.refused()
    bench.later(10_000)
    assert bench.state is S.DISCONNECTED
    assert bench.do(e.InternetChecked(1, ok=True)) == ()


def test_rtn17g_without_fallbacks_it_fails_at_once() -> None:
    bench = bench_of(fallback_hosts=())
    bench.refused()
    assert bench.state is S.DISCONNECTED
    assert bench.checks == []


def test_classic_refusals_stay_final() -> None:
    bench = bench_of(dialect=DialectName.CLASSIC)
    bench.refused(status=503, refused=True)
    assert bench.state is S.FAILED


@pytest.mark.parametrize(
    ("wish", "state"),
    [
        (e.CloseRequested(7), S.CLOSED),
        (e.DisconnectRequested(7), S.DISCONNECTED),
    ],
)
def test_between_two_hosts_nothing_is_open(wish: e.Wish, state: S) -> None:
    bench = bench_of()
    bench.refused()
    bench.do(wish)
    assert bench.state is state
    assert bench.reply(7) is not None
    bench.do(e.InternetChecked(1, ok=True))
    assert bench.state is state


def test_the_log_says_which_host_and_why() -> None:
    bench = bench_of()
    bench.refused()
    bench.do(e.InternetChecked(1, ok=True))
    (notice,) = [x for x in bench.last if isinstance(x, fx.Notice)]
    assert "localhost failed (No connection: connection refused)" in notice.message
    assert ".example" in notice.message
