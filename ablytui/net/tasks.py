"""Tasks that are not lost: referenced while they run, loud when they fail, cancelled at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")
_running: set[asyncio.Task[Any]] = set()


def spawn(coro: Coroutine[Any, Any, _T], *, name: str) -> asyncio.Task[_T]:
    """Run `coro` on the running loop and keep it alive.

    The loop holds only a weak reference to a task, and an exception nobody awaits is reported
    late or never; here it reaches the loop's exception handler as soon as the task is done.

    Raises:
        RuntimeError: No loop is running.
    """
    task = asyncio.get_running_loop().create_task(coro, name=name)
    _running.add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        task.get_loop().call_exception_handler(
            {"message": f"task {task.get_name()} failed", "exception": error, "task": task}
        )


async def cancel_all() -> None:
    """Cancel every spawned task of the running loop but the calling one, and wait for their end."""
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    mine = [t for t in _running if t.get_loop() is loop and t is not me]
    for task in mine:
        task.cancel()
    await asyncio.gather(*mine, return_exceptions=True)
