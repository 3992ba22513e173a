"""What a Session asks of the world that takes its time: done beside the queue, ended with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ablytui.net.network import Watch
from ablytui.net.tasks import spawn
from ablytui.protocol.events import InternetChecked, NetworkChanged

Reachable = Callable[[str, float], Awaitable[bool]]
"""Whether a URL, or Ably's own, answers within so many ms: `worker.reachability`, or a fake."""


class Errands:
    """Tasks of one Session. Each reports by an event; none outlives the session."""

    def __init__(
        self,
        reachable: Reachable,
        network: Watch | None,
        done: Callable[[InternetChecked | NetworkChanged], None],
    ) -> None:
        self._reachable = reachable
        self._network = network
        self._unwatch: Callable[[], None] | None = None
        self._done = done
        self._tasks: set[asyncio.Task[None]] = set()

    def watch(self) -> None:
        """Report from now on what the system says of its network (RTN20)."""
        if self._network is not None and self._unwatch is None:
            self._unwatch = self._network(lambda online: self._done(NetworkChanged(online)))

    def check(self, attempt: int, url: str, limit: float) -> None:
        """Ask whether there is a network, within `limit` ms (RTN17j)."""
        task = spawn(self._check(attempt, url, limit), name="connectivity check")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, attempt: int, url: str, limit: float) -> None:
        self._done(InternetChecked(attempt, await self._reachable(url, limit)))

    async def end(self) -> None:
        """Cancel what is under way and wait for its end."""
        if self._unwatch is not None:
            self._unwatch()
            self._network = self._unwatch = None
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
