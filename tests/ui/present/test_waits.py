"""What is waited for in each state, read from the timers of the machine."""

from __future__ import annotations

import pytest

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.waits import in_state, patience, retry, suspension, waits
from tests.support import views


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("initialized", []),
        ("connecting", [(S.DISCONNECTED, 8_800, 10_000), (S.SUSPENDED, 65_000, 120_000)]),
        ("connected", []),
        ("disconnected", [(S.CONNECTING, 11_400, 21_800), (S.SUSPENDED, 77_000, 120_000)]),
        ("suspended", [(S.CONNECTING, 12_000, 30_000)]),
        ("closing", [(S.CLOSED, 9_812, 10_000)]),
        ("closed", []),
        ("failed", []),
    ],
)
def test_waits_are_the_timers_the_soonest_first(
    name: str, expected: list[tuple[S, float, float]]
) -> None:
    found = [(w.target, w.left, w.whole) for w in waits(views.STATES[name]())]
    assert found == expected


def test_a_timeout_while_suspended_goes_back_to_suspended() -> None:
    view = views.view(S.CONNECTING, timers={"request": 1000}, more={"past_ttl": True})
    wait = patience(view)
    assert wait is not None
    assert wait.target is S.SUSPENDED


def test_what_is_overdue_has_nothing_left_and_is_whole() -> None:
    view = views.view(S.DISCONNECTED, lasts=10_000, timers={"retry": -5, "ttl": -5})
    for wait in (retry(view), suspension(view)):
        assert wait is not None
        assert wait.left == 0
        assert wait.fraction == 1.0


def test_a_wait_longer_than_its_limit_is_not_less_than_nothing() -> None:
    wait = suspension(views.view(S.DISCONNECTED, timers={"ttl": 500_000}))
    assert wait is not None
    assert wait.fraction == 0.0


def test_time_in_state() -> None:
    assert in_state(views.disconnected()) == 10_400
    assert in_state(views.view(S.CLOSED, lasts=-5)) == 0
