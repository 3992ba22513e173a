"""The rows of faults."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ablytui.protocol.observe.firings import Firing
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.faultbook import InForce
from ablytui.ui.present.faults import (
    count_words,
    empty,
    firing_row,
    heads,
    plan_for,
    standing_row,
)
from ablytui.ui.present.view import View
from tests.support.entries import WALL0
from tests.support.views import NOW, view


def seen(**more: Any) -> View:
    drawn = view(S.CONNECTED)
    return dataclasses.replace(drawn, wall=WALL0 + 4_000, mono0=NOW - 4_000, serves=True, **more)


def words(each: InForce, width: int = 120) -> list[str]:
    return standing_row(each, seen(), width).plain.split("  ")


@pytest.mark.parametrize(
    ("each", "parts"),
    [
        (InForce(1, "slow", "50 ms", WALL0), ["slow", "50 ms", "until lifted"]),
        (InForce(1, "refuse_connection", "HTTP 503", WALL0, True, 1, 3), ["1 of 3", "2 more"]),
        (InForce(1, "suppress", "ACK, to the client", 0.0, False, 4), ["4", "the scenario"]),
        (InForce(1, "silence", "1 connection", WALL0, until=WALL0 + 1_000), ["until "]),
    ],
)
@pytest.mark.parametrize("width", [48, 60, 80, 120, 160])
def test_a_fault_in_force(each: InForce, parts: list[str], width: int) -> None:
    text = standing_row(each, seen(), width)
    assert text.cell_length <= width
    assert each.word in text.plain
    if width >= 100:
        for part in parts:
            assert part in text.plain
    assert heads(width, fired=False).cell_length <= width


def test_one_that_struck_has_its_time_and_count() -> None:
    firing = Firing(7, 2_500_000, "cut", "TCP cut: by you", adds=False, count=12)
    text = firing_row(firing, seen(), 120).plain
    assert text.startswith(" × cut")
    assert "TCP cut: by you" in text
    assert ".500 " in text
    assert text.rstrip().endswith("×12")
    once = firing_row(dataclasses.replace(firing, adds=True, count=1), seen(), 120).plain
    assert once.startswith(" + ")
    assert "×" not in once


def test_what_comes_from_the_wire_is_made_visible() -> None:
    text = firing_row(Firing(1, 0, "suppress", "MESSAGE a\x1b[31m", adds=False), seen(), 120)
    assert "\x1b" not in text.plain


def test_the_columns_stand_under_their_names() -> None:
    for width in (60, 80, 120):
        plan = plan_for(width)
        row = standing_row(InForce(1, "slow", "50 ms", WALL0, True, 2, 9), seen(), width).plain
        head = heads(width, fired=False).plain
        assert row.index("50 ms") == head.index("on what") == 3 + plan.word
        assert row.index("2 of 9") == head.index("fired")


def test_what_to_do_where_there_is_none() -> None:
    here = empty(seen(), 60, "F", "s").plain
    assert "F makes one" in here
    elsewhere = empty(dataclasses.replace(seen(), serves=False), 60, "F", "s").plain
    assert "goes elsewhere" in elsewhere
    assert "s plays a scenario" in elsewhere
    assert all(len(line) <= 60 for line in (here + elsewhere).split("\n"))


def test_how_many_are_in_force() -> None:
    one = InForce(1, "slow")
    assert count_words(seen()).plain == ""
    assert count_words(seen(in_force=(one,))).plain == "1 fault"
    assert count_words(seen(in_force=(one, one))).plain == "2 faults"
