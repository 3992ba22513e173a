from __future__ import annotations

import asyncio
import time

import pytest

from ablytui.net import clock as clocks
from ablytui.net.clock import Clock, SystemClock
from tests.support.clock import FakeClock
from tests.support.wires import until

# --- the real one -------------------------------------------------------------------------------


def test_mono_runs_in_ms_and_through_sleep() -> None:
    clock = SystemClock()
    boot = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else None
    first, second = clock.mono(), clock.mono()
    assert first <= second < first + 60_000
    if boot is not None:
        assert 0 <= first / 1e3 - boot < 60


def test_wall_is_ms_since_the_epoch() -> None:
    assert abs(SystemClock().wall() / 1e3 - time.time()) < 60


async def test_call_later_calls_once_and_not_early() -> None:
    clock = SystemClock()
    called: list[float] = []
    began = asyncio.get_running_loop().time()
    clock.call_later(20, lambda: called.append(asyncio.get_running_loop().time()))
    clock.call_later(-5, lambda: called.append(0.0))
    await until(lambda: len(called) == 2)
    assert called[0] == 0.0
    assert called[1] - began >= 0.019


async def test_a_cancelled_call_is_not_made() -> None:
    called: list[str] = []
    clock = SystemClock()
    clock.call_later(0, lambda: called.append("no")).cancel()
    clock.call_later(1, lambda: called.append("yes"))
    await until(lambda: called)
    assert called == ["yes"]


async def test_a_call_that_the_machine_slept_through_comes_soon_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clocks, "_LOOK", 5.0)
    slept = 0.0

    class Sleepy(SystemClock):
        def mono(self) -> float:
            return super().mono() + slept

    clock, called = Sleepy(), list[str]()
    clock.call_later(3_600_000, lambda: called.append("late"))
    clock.call_later(20, lambda: called.append("soon"))
    clock.call_later(7_200_001, lambda: called.append("never"))
    await until(lambda: called == ["soon"])
    slept = 3_600_000
    await until(lambda: called == ["soon", "late"])


async def test_a_call_that_is_far_off_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "_LOOK", 1.0)
    clock, called = SystemClock(), list[str]()
    timer = clock.call_later(20, lambda: called.append("no"))
    clock.call_later(30, lambda: called.append("yes"))
    await asyncio.sleep(0)
    timer.cancel()
    await until(lambda: called)
    assert called == ["yes"]


def test_call_later_needs_a_loop() -> None:
    with pytest.raises(RuntimeError):
        SystemClock().call_later(1, print)
    with pytest.raises(RuntimeError):
        SystemClock().call_later(100_000, print)


# --- the one of the tests -----------------------------------------------------------------------


def test_both_are_clocks() -> None:
    clocks: list[Clock] = [SystemClock(), FakeClock()]
    assert all(isinstance(c.mono(), float) for c in clocks)


def test_calls_come_in_order_each_at_its_time() -> None:
    clock = FakeClock(mono=100)
    log: list[tuple[str, float]] = []
    clock.call_later(30, lambda: log.append(("c", clock.mono())))
    clock.call_later(10, lambda: log.append(("a", clock.mono())))
    clock.call_later(10, lambda: log.append(("b", clock.mono())))
    clock.advance(9)
    assert log == []
    clock.advance(1)
    assert log == [("a", 110), ("b", 110)]
    clock.advance(100)
    assert log[2:] == [("c", 130)]
    assert clock.mono() == 210


def test_a_call_may_ask_for_another_that_is_due_too() -> None:
    clock = FakeClock()
    log: list[float] = []

    def tick() -> None:
        log.append(clock.mono())
        clock.call_later(10, tick)

    clock.call_later(10, tick)
    clock.advance(35)
    assert log == [10, 20, 30]
    assert clock.pending == [40]


def test_cancelled_calls_are_gone() -> None:
    clock = FakeClock()
    timer = clock.call_later(5, lambda: pytest.fail("was cancelled"))
    timer.cancel()
    assert clock.pending == []
    clock.advance(10)


def test_after_sleep_calls_come_late() -> None:
    clock = FakeClock()
    log: list[float] = []
    clock.call_later(10, lambda: log.append(clock.mono()))
    clock.sleep(1000)
    assert log == []
    clock.advance(0)
    assert log == [1000]


def test_the_wall_goes_along_and_can_be_set() -> None:
    clock = FakeClock(wall=5000)
    clock.advance(10)
    assert clock.wall() == 5010
    clock.set_wall(1)
    clock.sleep(2)
    assert (clock.wall(), clock.mono()) == (3, 12)
