"""Errands end with their session."""

from __future__ import annotations

import asyncio

from ablytui.worker.errands import Errands


async def test_what_is_under_way_is_cancelled_at_the_end() -> None:
    errands, begun, cancelled = Errands(), asyncio.Event(), asyncio.Event()

    async def forever() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    errands.run(forever(), name="forever")
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(errands.end(), 5)
    assert cancelled.is_set()
    await errands.end()
