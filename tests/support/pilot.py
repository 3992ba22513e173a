"""Waiting for a screen, by condition and never by a number of seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.main import MainScreen


async def settle(pilot: Pilot[Any], condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the app run until `condition` holds; fails after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        assert loop.time() < end, "waited in vain"
        await asyncio.sleep(0.005)
    await pilot.pause()


async def at_rest(pilot: Pilot[Any]) -> None:
    """Every key that was simulated has been taken, with all that came of it."""
    taken = asyncio.Event()
    pilot.app.call_later(taken.set)
    await taken.wait()
    for _ in range(5):
        # What a message brings about is one more message, a dialog's end a few.
        await pilot.pause()


async def opened(pilot: Pilot[Any]) -> MainScreen:
    """Wait for the session to be shown; the main screen."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def seen(screen: MainScreen) -> set[Pane]:
    """The panes in sight."""
    return {pane for pane in Pane if screen.query_one(f"#{pane.value}").display}


def focused(screen: MainScreen) -> Pane | None:
    """The pane with the focus."""
    return next((p for p in Pane if screen.query_one(f"#{p.value}").has_focus_within), None)


def said(pilot: Pilot[Any]) -> list[str]:
    """The lines that the app says at the moment."""
    return [notification.message for notification in pilot.app._notifications]
