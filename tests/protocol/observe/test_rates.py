from __future__ import annotations

import pytest

from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Row, Sum
from ablytui.protocol.observe.rates import SECONDS, Rates
from tests.support.rows import IN, OUT, entry, frame, state


def fed(*rows: Row) -> Rates:
    rates = Rates()
    for n, row in enumerate(rows, start=1):
        rates.feed(entry(n, row))
    return rates


def test_each_way_has_its_seconds() -> None:
    message = {"action": 15}
    rates = fed(
        frame(100, IN, message),
        frame(900, IN, message),
        frame(1_100, OUT, message),
        frame(2_500, IN, message),
        state(2_600, "connected", "disconnected"),
    )
    assert rates.last(Direction.IN, 2_700_000)[-3:] == (2, 0, 1)
    assert rates.last(Direction.OUT, 2_700_000)[-3:] == (0, 1, 0)


def test_sums_count_as_their_frames() -> None:
    rates = Rates()
    rates.messages([Sum("a", 250, 9, 9, 500_000), Sum("b", 50, 9, 10, 600_000)])
    assert rates.last(Direction.IN, 900_000)[-1] == 300


@pytest.mark.parametrize("later", [0, 1, SECONDS - 1, SECONDS, 1_000])
def test_time_moves_them_out(later: int) -> None:
    rates = fed(frame(0, IN, {"action": 15}))
    last = rates.last(Direction.IN, later * 1_000_000)
    assert len(last) == SECONDS
    assert sum(last) == (later < SECONDS)


def test_what_is_kept_is_bounded() -> None:
    rates = fed(*(frame(n * 1000, IN, {"action": 15}) for n in range(500)))
    assert len(rates._of[Direction.IN]) <= SECONDS + 1
