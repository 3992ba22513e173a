from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from ablytui.net.tasks import cancel_all, spawn
from tests.support.wires import until


@pytest.fixture
def reported() -> list[dict[str, Any]]:
    return []


async def test_a_task_gives_its_result_and_name() -> None:
    async def work() -> int:
        return 7

    task = spawn(work(), name="work")
    assert task.get_name() == "work"
    assert await task == 7


async def test_a_failure_reaches_the_exception_handler(reported: list[dict[str, Any]]) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _, c: reported.append(c))
    error = RuntimeError("broken")

    async def work() -> None:
        raise error

    task = spawn(work(), name="work")
    await until(lambda: reported)
    assert reported[0]["exception"] is error
    assert reported[0]["message"] == "task work failed"
    assert reported[0]["task"] is task


async def test_a_cancelled_task_is_no_failure(reported: list[dict[str, Any]]) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _, c: reported.append(c))
    task = spawn(asyncio.Event().wait(), name="waits")
    await asyncio.sleep(0)
    task.cancel()
    await until(task.done)
    await asyncio.sleep(0)
    assert not reported


async def test_a_task_lives_without_a_reference() -> None:
    done = asyncio.Event()

    async def work() -> None:
        # Nothing but this coroutine knows the future it waits for.
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_soon(gc.collect)
        loop.call_later(0.001, future.set_result, None)
        await future
        done.set()

    spawn(work(), name="work")
    async with asyncio.timeout(5):
        await done.wait()


async def test_cancel_all_waits_for_the_last_words() -> None:
    said: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            said.append("bye")

    tasks = [spawn(work(), name=f"work {n}") for n in range(3)]
    await asyncio.sleep(0)
    await cancel_all()
    assert said == ["bye"] * 3
    assert all(t.cancelled() for t in tasks)
    await cancel_all()


async def test_cancel_all_may_be_called_by_a_spawned_task() -> None:
    other = spawn(asyncio.Event().wait(), name="other")
    await spawn(cancel_all(), name="end")
    assert other.cancelled()


def test_without_a_loop_it_is_refused() -> None:
    coro = asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        spawn(coro, name="x")
    coro.close()
