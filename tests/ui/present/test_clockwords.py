"""Times and amounts, and when they read otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.ui.present import clockwords as words


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-5, "0 ms"),
        (188.9, "188 ms"),
        (999.9, "999 ms"),
        (1000, "1.0 s"),
        (10_499, "10.4 s"),
        (59_999, "59.9 s"),
        (60_000, "1:00"),
        (252_000, "4:12"),
        (3_599_999, "59:59"),
        (11_040_000, "3h04"),
        (86_399_999, "23h59"),
        (2 * 86_400_000, "2d"),
    ],
)
def test_age(ms: float, text: str) -> None:
    assert words.age(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-1, "0.0 s"),
        (0, "0.0 s"),
        (1, "0.1 s"),
        (11_400, "11.4 s"),
        (11_301, "11.4 s"),
        (59_900, "59.9 s"),
        (59_901, "1:00"),
        (76_001, "1:17"),
        (77_000, "1:17"),
        (3_600_000, "1h00"),
    ],
)
def test_left(ms: float, text: str) -> None:
    assert words.left(ms) == text


@given(st.floats(0, 10**12))
def test_running_times_take_six_cells_at_most(ms: float) -> None:
    assert len(words.age(ms)) <= 6
    assert len(words.left(ms)) <= 6


@given(st.floats(0, 10**9), st.floats(0.01, 0.9))
def test_nothing_changes_before_the_next_step(ms: float, part: float) -> None:
    step = words.until_next_age(ms)
    if ms >= 1000:
        assert words.age(ms + step * part) == words.age(ms)
    assert words.age(ms + step + 1e-6) != words.age(ms)
    left = words.until_next_left(ms)
    if left is not None and 0.1 < ms <= words.DAY:
        assert words.left(ms - left * part) == words.left(ms)
        assert words.left(ms - left - 1e-6) != words.left(ms) or ms - left <= 0


def test_steps_are_not_shorter_than_asked() -> None:
    assert words.until_next_age(10_050) == 50
    assert words.until_next_age(10_050, 1000) == 950
    assert words.until_next_left(10_050, 1000) == 50
    assert words.until_next_left(10_000, 1000) == 1000
    assert words.until_next_left(0) is None


@pytest.mark.parametrize(
    ("ms", "text"),
    [(500, "500 ms"), (30_000, "30 s"), (1500, "1.5 s"), (120_000, "2 min"), (7_200_000, "2 h")],
)
def test_span(ms: float, text: str) -> None:
    assert words.span(ms) == text


@pytest.mark.parametrize(
    ("done", "whole", "text"),
    [
        (1_290, 10_000, "1.2 of 10 s"),
        (188.5, 500, "188 of 500 ms"),
        (11_000, 10_000, "10.0 of 10 s"),
    ],
)
def test_of(done: float, whole: float, text: str) -> None:
    assert words.of(done, whole) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, ""),
        (1, "×1"),
        (999, "×999"),
        (1000, "×1k"),
        (99_999, "×99k"),
        (100_000, "×1e5"),
        (2_500_000, "×2e6"),
    ],
)
def test_times(count: int, text: str) -> None:
    assert words.times(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (864_000, "864 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (24_900_000, "24.9 MB"),
        (250_000_000, "250 MB"),
        (5 * 10**12, "5.0 TB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_volume(count: int, text: str) -> None:
    assert words.volume(count) == text


def test_number() -> None:
    assert words.number(121806) == "121,806"
