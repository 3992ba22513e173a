from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from ablytui.ui import collecting


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_young_objects_are_looked_through_seldom_but_are() -> None:
    collecting.begin()
    assert gc.isenabled()
    assert gc.get_threshold()[0] == collecting.YOUNG
    assert all(step < 100 for step in gc.get_threshold()[1:])


def test_what_there_is_at_the_start_is_not_looked_at_again() -> None:
    kept: list[list[int]] = [[] for _ in range(100)]
    gc.collect()
    collecting.settle()
    assert gc.get_freeze_count() > 100
    assert not any(each is kept for each in gc.get_objects())
    later: list[list[int]] = [[]]
    collecting.settle()
    assert any(each is later for each in gc.get_objects()), "another session is no second start"
