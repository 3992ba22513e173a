from __future__ import annotations

import asyncio
import gc

import pytest

from ablytui.commands import collecting
from ablytui.commands.collecting import LONGEST, Collecting, collect_at_rest


@pytest.mark.parametrize(
    ("used", "collected"),
    [
        ([0.0, 0.0, 0.0, 0.0], [0]),
        ([4.0, 8.0, 12.0], []),
        ([4.0, 8.0, 8.01, 8.02, 8.03], [2]),
        ([4.0, 4.0, 8.0, 8.0, 12.0, 12.0], [1, 3, 5]),
    ],
)
def test_it_is_done_once_in_each_rest(used: list[float], collected: list[int]) -> None:
    done: list[int] = []
    number = 0
    made = Collecting(lambda: done.append(number))
    for number, seconds in enumerate(used):
        made.look(5.0 * (number + 1), seconds)
    assert done == collected


def test_it_is_done_now_and_then_where_there_is_no_rest() -> None:
    done: list[float] = []
    made = Collecting(lambda: done.append(now))
    for now in range(5, 2_000, 5):
        made.look(now, now * 0.9)
    assert done == [LONGEST, 2 * LONGEST, 3 * LONGEST]


async def test_the_process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "EVERY", 0.0)
    before = gc.get_threshold()
    looked = asyncio.Event()
    times = iter(range(10**9))

    def used() -> float:
        looked.set()
        return 0.0

    task = asyncio.create_task(collect_at_rest(lambda: float(next(times)), used))
    await looked.wait()
    looked.clear()
    await looked.wait()
    assert gc.get_threshold() != before
    assert gc.get_freeze_count() > 0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
