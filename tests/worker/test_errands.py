"""Errands report by an event, and end with their session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ablytui.protocol.events import InternetChecked, NetworkChanged
from ablytui.worker.errands import Errands


async def test_a_check_reports() -> None:
    reported: asyncio.Queue[object] = asyncio.Queue()

    async def reachable(url: str, limit: float) -> bool:
        return (url, limit) == ("u", 5.0)

    errands = Errands(reachable, None, reported.put_nowait)
    errands.check(3, "u", 5.0)
    assert await asyncio.wait_for(reported.get(), 5) == InternetChecked(3, ok=True)
    errands.check(4, "v", 5.0)
    assert await asyncio.wait_for(reported.get(), 5) == InternetChecked(4, ok=False)
    await errands.end()


async def test_what_is_under_way_is_cancelled_at_the_end() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def forever(url: str, limit: float) -> bool:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return True

    reported: list[object] = []
    errands = Errands(forever, None, reported.append)
    errands.check(1, "", 5.0)
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(errands.end(), 5)
    assert cancelled.is_set()
    assert reported == []


async def test_rtn20_the_network_is_watched_until_the_end() -> None:
    told: list[Callable[[bool], None]] = []
    ended: list[None] = []

    def watch(tell: Callable[[bool], None]) -> Callable[[], None]:
        told.append(tell)
        return lambda: ended.append(None)

    async def never(url: str, limit: float) -> bool:
        raise AssertionError((url, limit))

    reported: list[object] = []
    errands = Errands(never, watch, reported.append)
    errands.watch()
    errands.watch()
    (tell,) = told
    tell(False)
    tell(True)
    assert reported == [NetworkChanged(online=False), NetworkChanged(online=True)]
    await errands.end()
    await errands.end()
    assert len(ended) == 1
    errands.watch()
    assert len(told) == 1
