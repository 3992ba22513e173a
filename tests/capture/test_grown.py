from __future__ import annotations

import asyncio

from ablytui.capture.grown import Grown


async def test_who_comes_late_is_told_too() -> None:
    early: list[int] = []
    late: list[int] = []
    grown = Grown(asyncio.get_running_loop().call_soon)
    grown.subscribe(early.append)
    await asyncio.sleep(0)
    assert early == []
    grown(3)
    grown.subscribe(late.append)
    assert late == []
    await asyncio.sleep(0)
    grown(5)
    assert (early, late) == ([3, 5], [3, 5])
