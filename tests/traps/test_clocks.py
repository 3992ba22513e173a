"""Which clock decides what (RTN15a, RTN15g, RTN23a)."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import events as e
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params
from tests.support.tokens import arrive, by_token, fetches

CLASSIC = DialectName.CLASSIC


@pytest.mark.parametrize("stamp", [0, -1, 2**62, 1_700_000_000_000.5, "tomorrow"])
def test_a_timestamp_of_the_service_moves_no_timer(stamp: Any) -> None:
    """RTN23a: `timestamp` is the service's clock, and may say anything."""
    bench, other = in_state(S.CONNECTED), in_state(S.CONNECTED)
    bench.receive({"action": 0, "timestamp": stamp})
    other.receive({"action": 0})
    assert bench.timers == other.timers
    assert bench.conn == other.conn
    bench.later(24_999)
    assert bench.state is S.CONNECTED
    bench.later(1)
    assert bench.state is S.CONNECTING


@pytest.mark.parametrize("jump", [-3_600_000.0, 3_600_000.0])
def test_somebody_who_sets_the_wall_clock_moves_no_timer(jump: float) -> None:
    """RTN23a, RTN14e: idle, TTL and retry run on the monotonic clock."""
    bench = in_state(S.CONNECTED)
    bench.wall += jump
    bench.receive({"action": 0})
    bench.later(24_000)
    assert bench.state is S.CONNECTED
    bench.lost()
    bench.refused()
    bench.wall -= jump
    bench.later(17_999)
    assert bench.state is S.DISCONNECTED
    bench.later(1)
    assert bench.state is S.CONNECTING


@pytest.mark.parametrize(("dialect", "resumes"), [(CLASSIC, False), (DialectName.CURRENT, True)])
def test_a_machine_that_slept_is_noticed_by_the_wall_clock(
    dialect: DialectName, *, resumes: bool
) -> None:
    """RTN15g (v1.2): the monotonic clock may stand still during sleep."""
    bench = in_state(S.CONNECTED, params(dialect))
    bench.wall += 600_000
    bench.lost()
    assert ("resume" in bench.dials[0]) is resumes


def test_a_token_that_has_expired_by_the_local_clock_is_no_reason_to_renew() -> None:
    """RSA4b1: only service time says that it ended, and nobody asked for that here."""
    bench = Bench(by_token())
    bench.do(e.ConnectRequested())
    arrive(bench, "tok", expires=1)
    bench.connected()
    bench.lost()
    assert (fetches(bench), bench.dials[0]["accessToken"]) == ([], "tok")
    bench.connected()
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ConnectRequested())
    assert (fetches(bench), bench.dials[0]["accessToken"]) == ([], "tok")
