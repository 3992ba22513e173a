"""Waiting for a screen, by condition and never by a number of seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from ablytui.ui.screens.main import MainScreen


async def settle(pilot: Pilot[Any], condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Let the app run until `condition` holds; fails after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        assert loop.time() < end, "waited in vain"
        await asyncio.sleep(0.005)
    await pilot.pause()


async def opened(pilot: Pilot[Any]) -> MainScreen:
    """Wait for the session to be shown; the main screen."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen
