"""The table of columns."""

from __future__ import annotations

import pytest

from ablytui.ui.present.columns import columns_for, heads
from ablytui.ui.present.segments import text_of, width_of


@pytest.mark.parametrize(
    ("width", "plan"),
    [
        (160, (6, 12, 6, 12, 14, 2)),
        (110, (6, 12, 6, 12, 14, 2)),
        (109, (6, 12, 6, 12, 11, 1)),
        (90, (6, 12, 6, 12, 11, 1)),
        (89, (6, 9, 5, 12, 10, 1)),
        (74, (6, 9, 5, 12, 10, 1)),
        (73, (6, 6, 0, 11, 9, 1)),
        (62, (6, 6, 0, 11, 9, 1)),
        (61, (0, 9, 0, 11, 9, 1)),
    ],
)
def test_the_plan_of_each_width(width: int, plan: tuple[int, ...]) -> None:
    c = columns_for(width)
    assert (c.seq, c.time, c.size, c.action, c.channel, c.gap) == plan


def test_the_number_grows_when_it_must() -> None:
    assert columns_for(120, 1_234_567).seq == 7


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, "      seq time             size  action        channel         summary"),
        (98, "      seq time             size action       channel     summary"),
        (80, "      seq time         size action       channel    summary"),
        (64, "      seq time     action      channel   summary"),
    ],
)
def test_the_heads_stand_over_their_columns(width: int, line: str) -> None:
    segs = heads(columns_for(width))
    assert text_of(segs).rstrip() == line
    assert width_of(segs) == width


def test_the_smallest_pane_has_no_negative_widths() -> None:
    assert columns_for(20).summary == 0
    assert columns_for(0).event == 0
