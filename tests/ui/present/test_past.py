"""The changes before this one."""

from __future__ import annotations

import dataclasses
from datetime import UTC

import pytest

from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.ui.present.past import WIDTH, column, moment, moves, said, stepped
from ablytui.ui.present.view import Past, View
from tests.support import views

HISTORY = (
    views.past(S.INITIALIZED, S.CONNECTING, 100_000, n=1),
    views.past(S.CONNECTING, S.CONNECTED, 99_800, n=5, point="RTN6"),
    Past(8, round((views.NOW - 90_000) * 1000), StateChange(S.CONNECTED, S.CONNECTED, "update")),
    views.past(S.CONNECTED, S.DISCONNECTED, 12_000, n=20, reason=views.LOST),
    views.past(S.DISCONNECTED, S.CONNECTING, 11_900, n=21),
    views.past(S.CONNECTING, S.DISCONNECTED, 10_400, n=25, reason=views.LOST),
)


def lately() -> View:
    view = dataclasses.replace(views.disconnected(), history=HISTORY, zone=UTC)
    visits = {S.INITIALIZED: 1, S.CONNECTING: 2, S.CONNECTED: 1, S.DISCONNECTED: 2}
    return dataclasses.replace(view, wall=1_699_970_840_985.0, visits=visits)


def test_column_is_newest_first_with_code_or_length_and_time() -> None:
    assert [line.plain for line in column(lately(), 17)] == [
        "before this",
        "◐ 1.5 s   07:09",
        "◇ 80003   07:08",
        "● 1:27    05:41",
        "◐ 200 ms  05:40",
        "○",
    ]


def test_column_keeps_to_its_room() -> None:
    lines = column(lately(), 3)
    assert len(lines) == 3
    assert all(line.cell_length <= WIDTH for line in column(lately(), 17))


def test_no_column_without_a_past() -> None:
    assert column(views.disconnected(), 17) == []
    assert column(views.initialized(), 17) == []


def test_moves_leave_updates_out() -> None:
    assert [each.n for each in moves(lately())] == [1, 5, 20, 21, 25]


def test_moments_are_told_from_the_last_change() -> None:
    view = lately()
    assert moment(view, HISTORY[-1]) == view.connection.since
    assert moment(view, HISTORY[0]) == pytest.approx(views.NOW - 100_000)


@pytest.mark.parametrize(
    ("back", "state", "lasted", "edge"),
    [
        (0, S.DISCONNECTED, 10_400, (S.CONNECTING, S.DISCONNECTED)),
        (1, S.CONNECTING, 1_500, (S.DISCONNECTED, S.CONNECTING)),
        (2, S.DISCONNECTED, 100, (S.CONNECTED, S.DISCONNECTED)),
        (3, S.CONNECTED, 87_800, (S.CONNECTING, S.CONNECTED)),
        (4, S.CONNECTING, 200, (S.INITIALIZED, S.CONNECTING)),
        (99, S.CONNECTING, 200, (S.INITIALIZED, S.CONNECTING)),
    ],
)
def test_stepped(back: int, state: S, lasted: float, edge: tuple[S, S]) -> None:
    view = stepped(lately(), back)
    assert view.connection.state is state
    assert view.now - view.connection.since == pytest.approx(lasted)
    assert view.last_edge == edge
    assert view.connection.timers == {} or back == 0


def test_stepping_back_takes_visits_back() -> None:
    visits = stepped(lately(), 4).visits
    assert visits == {S.INITIALIZED: 1, S.CONNECTING: 1, S.CONNECTED: 0, S.DISCONNECTED: 0}
    assert stepped(lately(), 3).connected_after == pytest.approx(200)


def test_said() -> None:
    assert said(lately(), 1).plain == "1 change ago  11.9 s"
    assert said(lately(), 3).plain == "3 changes ago  1:39"
