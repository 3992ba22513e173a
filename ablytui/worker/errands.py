"""What a Session asks of the world that takes its time: done beside the queue, ended with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from ablytui.net.tasks import spawn


class Errands:
    """Tasks of one Session. Each reports by queueing an event; none outlives the session."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, errand: Coroutine[Any, Any, None], *, name: str) -> None:
        """Begin an errand."""
        task = spawn(errand, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Cancel what is under way and wait for its end."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
