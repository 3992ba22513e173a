"""RTB1: the wait before a retry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.backoff import coefficient, delay, jitter


@pytest.mark.parametrize(
    ("retry", "factor"),
    [(0, 1.0), (1, 1.0), (2, 4 / 3), (3, 5 / 3), (4, 2.0), (5, 2.0), (1_000, 2.0)],
)
def test_rtb1a(retry: int, factor: float) -> None:
    assert coefficient(retry) == pytest.approx(factor)


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 50))
def test_rtb1b_stays_in_its_bounds(roll: float, retry: int) -> None:
    assert 0.8 <= jitter(roll) <= 1
    assert 0.8 * 15_000 <= delay(15_000, retry, roll) <= 30_000
