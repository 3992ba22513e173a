from __future__ import annotations

from collections import deque

import pytest

from ablytui.protocol.connection import Channel
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import Flag
from ablytui.protocol.observe.tallies import Tally
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import channels
from ablytui.ui.present.channels import SORTS, attached, heads, lines, plan_for, row
from ablytui.ui.present.view import View
from tests.support.views import NOW, view

ORDERS = Channel("orders:eu", C.ATTACHED, modes=Flag.PUBLISH | Flag.SUBSCRIBE, channel_serial="s@1")
ADMIN = Channel("admin", C.FAILED, reason=ErrorInfo(40160, 401, "not permitted\x1b[2J"))
LATE = Channel("late", C.ATTACHING)
WIDTHS = (48, 60, 80, 98, 120)


def seen() -> View:
    at = round(NOW * 1000)
    tallies = {
        "orders:eu": Tally(
            41_902,
            12,
            at - 200_000,
            7,
            46_180,
            at - 3_400_000,
            resumed=True,
            history=deque([(at - 5_000_000, C.ATTACHING), (at - 3_400_000, C.ATTACHED)]),
        ),
        "admin": Tally(),
        "late": Tally(history=deque([(at - 2_100_000, C.ATTACHING)])),
        "wire:only": Tally(3, 0, at, 1),
    }
    known = {each.name: each for each in (ORDERS, ADMIN, LATE)}
    return view(S.CONNECTED, more={"channels": known}, tallies=tallies)


def by_name(name: str) -> channels.Line:
    return next(each for each in lines(seen()) if each.name == name)


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_fit_and_stand_under_their_heads(width: int) -> None:
    head = heads(width)
    assert head.cell_length <= width
    for each in lines(seen()):
        drawn = row(each, seen(), width)
        assert drawn.cell_length <= width
        assert "\x1b" not in drawn.plain
        assert drawn.plain.index(str(each.state)) == head.plain.index("state") + 2


@pytest.mark.parametrize("width", [48, 56, 73, 74, 79, 80, 99, 100, 120])
def test_figures_are_never_cut(width: int) -> None:
    for name in ("orders:eu", "wire:only"):
        assert "…" not in row(by_name(name), seen(), width).plain
    plan = plan_for(width)
    words = [each for each in heads(width).plain.split() if each in {"last", "members"}]
    assert words == ["last"] * bool(plan.last) + ["members"] * bool(plan.members)


def test_figures_stand_in_their_columns() -> None:
    drawn, head = row(by_name("orders:eu"), seen(), 120).plain, heads(120).plain
    assert drawn[head.index("pub") + 2] == "✓"
    assert drawn[head.index("pres") + 3] == "·"
    assert drawn[: head.index("↓") + 1].endswith("41,902")
    assert drawn[: head.index("↑") + 1].endswith("12")
    assert drawn[: head.index("last") + 4].endswith("200 ms")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("admin", "40160 not permitted"),
        ("late", "asked for 2.1 s, fails at 10 s"),
        ("wire:only", "3"),
    ],
)
def test_what_is_wrong_stands_in_place_of_figures(name: str, said: str) -> None:
    assert said in row(by_name(name), seen(), 120).plain


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("first seen", "orders:eu"),
        ("name", "admin"),
        ("state", "admin"),
        ("traffic", "orders:eu"),
        ("last", "wire:only"),
    ],
)
def test_the_orders(sort: str, first: str) -> None:
    assert sort in SORTS
    assert lines(seen(), sort)[0].name == first


def test_the_title_counts() -> None:
    assert attached(seen()) == (1, 4)


def test_the_chosen_one_is_told_of() -> None:
    told = [each.plain for each in channels.about(by_name("orders:eu"), seen(), 100)]
    assert told[0].split() == [
        "orders:eu",
        "attached",
        "3.4",
        "s",
        "ago",
        "by",
        "↓",
        "46180",
        "ATTACHED",
        "RESUMED",
    ]
    assert told[-1].split()[0] == "history"
    assert "attaching 1.6 s → attached 3.4 s" in told[-1]
