"""Errands report by an event, and end with their session."""

from __future__ import annotations

import asyncio

from ablytui.protocol.events import InternetChecked
from ablytui.worker.errands import Errands


async def test_a_check_reports() -> None:
    reported: asyncio.Queue[InternetChecked] = asyncio.Queue()

    async def reachable(url: str, limit: float) -> bool:
        return (url, limit) == ("u", 5.0)

    errands = Errands(reachable, reported.put_nowait)
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

    reported: list[InternetChecked] = []
    errands = Errands(forever, reported.append)
    errands.check(1, "", 5.0)
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(errands.end(), 5)
    assert cancelled.is_set()
    assert reported == []
