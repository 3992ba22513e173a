from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ablytui.capture.filter import parse
from ablytui.capture.store import Store
from ablytui.errors import CaptureError
from ablytui.protocol.log import Row
from ablytui.ui.widgets.sieve import Sieve
from tests.support.capture import make_store
from tests.support.clock import FakeClock, FakeTimer
from tests.support.rows import IN, frame, state

EVERY = 10


def row(n: int) -> Row:
    if n % EVERY == 0:
        return state(n, "connected", "disconnected")
    return frame(n, IN, {"action": 15, "channel": "ab"[n % 2], "messages": []})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = make_store(tmp_path / "a.ablycap")
    for n in range(1, 101):
        store.append(row(n))
    assert store.flush()
    yield store
    store.close()


class Bench:
    def __init__(self, store: Store, text: str) -> None:
        self.clock = FakeClock()
        self.told = 0
        condition = parse(text)
        assert condition is not None
        self.sieve = Sieve(store.reader(), condition, 100, self.clock, self._found)

    def _found(self) -> None:
        self.told += 1

    def run(self) -> Sieve:
        for _ in range(20):
            self.clock.advance(1)
        assert self.sieve.done
        return self.sieve


MATCHES = [n for n in range(1, 101) if n % 2 and n % EVERY]
STATES = list(range(EVERY, 101, EVERY))


def test_matches_rise_and_states_stay(store: Store) -> None:
    sieve = Bench(store, "channel:b").run()
    assert list(sieve.matches) == MATCHES
    assert sieve.view == sorted(MATCHES + STATES)


def test_states_go_when_asked(store: Store) -> None:
    assert list(Bench(store, "channel:b -state").run().view) == MATCHES


def test_what_comes_later_is_sieved_as_it_comes(store: Store) -> None:
    bench = Bench(store, "channel:b")
    for n in range(101, 121):
        store.append(row(n))
    assert store.flush()
    added = bench.sieve.grew(120)
    assert list(added) == [n for n in range(101, 121) if n % 2 or n % EVERY == 0]
    assert list(bench.sieve.grew(120)) == []
    # Those came before the first look at what was there; the end is the same.
    assert list(bench.run().matches) == [n for n in range(1, 121) if n % 2 and n % EVERY]


@pytest.mark.parametrize(
    ("n", "by", "found"),
    [(0, 1, 1), (1, 1, 3), (4, 1, 5), (4, -1, 3), (1, -1, None), (99, 1, None)],
)
def test_the_next_match(store: Store, n: int, by: int, found: int | None) -> None:
    assert Bench(store, "channel:b").run().next_match(n, by) == found


def test_the_place_of_a_match(store: Store) -> None:
    sieve = Bench(store, "channel:b").run()
    assert [sieve.place_of(n) for n in (None, 1, 2, 3)] == [0, 1, 0, 2]


class Slices:
    """A log in slices that counts how many were asked for, and breaks when it is told to."""

    def __init__(self, slices: int) -> None:
        self.left = slices
        self.asked = 0
        self.closed = False

    def numbers(self, *_: object, **__: object) -> Iterator[array[int]]:
        while self.left:
            if self.closed:
                raise CaptureError("closed")
            self.asked += 1
            self.left -= 1
            yield array("q", range(self.left * 1000, self.left * 1000 + 1000))

    def special_numbers(self, *_: object) -> array[int]:
        return array("q")


class StepClock(FakeClock):
    """A clock on which one call is made at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Callable[[], object]] = []

    def call_later(self, delay: float, call: Callable[[], object]) -> FakeTimer:
        self.calls.append(call)
        return super().call_later(delay, call)


def test_a_long_search_lets_others_in_and_shows_the_newest_first() -> None:
    source, clock, seen = Slices(50), StepClock(), list[tuple[int, int]]()
    condition = parse("x")
    assert condition is not None
    sieve = Sieve(
        source,
        condition,
        50_000,
        clock,
        lambda: seen.append((len(sieve.matches), sieve.matches[0])),
    )
    assert source.asked == 0
    clock.calls[0]()
    assert source.asked == 1
    assert seen == [(1000, 49_000)]
    clock.calls[1]()
    assert (source.asked, len(seen)) == (2, 1)  # the next showing is not due yet


def test_a_log_that_is_closed_ends_the_search() -> None:
    source, clock = Slices(3), FakeClock()
    condition = parse("x")
    assert condition is not None
    sieve = Sieve(source, condition, 3_000, clock, lambda: None)
    source.closed = True
    clock.advance(1)
    assert sieve.done
    assert list(sieve.matches) == []
