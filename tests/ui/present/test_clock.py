"""An idle screen sleeps until the next time that it shows would read otherwise."""

from __future__ import annotations

import dataclasses

import pytest

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.clock import next_tick
from ablytui.ui.present.diagram import large
from tests.support import views


@pytest.mark.parametrize(
    ("lasts", "timers", "tick"),
    [
        (10_450, {}, 51),
        (60_250, {}, 751),
        (3_600_000 + 15_000, {}, 45_001),
        (86_400_000 + 600_000, {}, 85_800_001),
        (60_250, {"ttl": 77_100}, 101),
        (10_420, {"retry": 11_430}, 31),
        (10_420, {"retry": 0}, 81),
    ],
)
def test_next_tick(lasts: float, timers: dict[str, float], tick: float) -> None:
    view = views.view(S.DISCONNECTED, lasts=lasts, timers=timers)
    assert next_tick(view) == pytest.approx(tick)


def test_without_animations_once_a_second() -> None:
    view = views.view(S.DISCONNECTED, lasts=10_450, timers={"retry": 11_300})
    assert next_tick(view, animations=False) == pytest.approx(301)


def test_nothing_moves_before_the_first_attempt() -> None:
    assert next_tick(views.initialized()) is None


@pytest.mark.parametrize("state", [s for s in S if s is not S.INITIALIZED])
def test_the_drawing_is_another_one_after_the_tick(state: S) -> None:
    view = views.STATES[state]()
    tick = next_tick(view)
    assert tick is not None
    later = dataclasses.replace(view, now=view.now + tick)
    assert large(later).lines() != large(view).lines()
