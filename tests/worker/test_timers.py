"""Named timers: each fires once, with the generation it was started under."""

from __future__ import annotations

from ablytui.worker.timers import Timers
from tests.support.clock import FakeClock


def test_a_restarted_timer_fires_once_and_late() -> None:
    clock, fired = FakeClock(), []
    timers = Timers(clock, lambda name, generation: fired.append((clock.mono(), name, generation)))
    timers.start("retry", 1, 100)
    clock.advance(60)
    timers.start("retry", 2, 100)
    timers.start("idle", 3, 10)
    clock.advance(1_000)
    assert fired == [(70.0, "idle", 3), (160.0, "retry", 2)]
    assert timers.names == frozenset()


def test_cancelled_timers_are_silent() -> None:
    clock, fired = FakeClock(), []
    timers = Timers(clock, lambda name, generation: fired.append(name))
    for name in ("a", "b", "c"):
        timers.start(name, 1, 5)
    timers.cancel("a")
    timers.cancel("never started")
    assert timers.names == {"b", "c"}
    timers.cancel_all()
    clock.advance(10)
    assert fired == []
    assert clock.pending == []


def test_a_timer_may_start_itself_again() -> None:
    clock = FakeClock()
    count = 0

    def again(name: str, generation: int) -> None:
        nonlocal count
        count += 1
        if count < 3:
            timers.start(name, generation + 1, 5)

    timers = Timers(clock, again)
    timers.start("tick", 1, 5)
    clock.advance(100)
    assert count == 3
