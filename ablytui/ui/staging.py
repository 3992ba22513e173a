"""One screen in the place of all that are open. Knows Textual's stack, and nothing of ours."""

from __future__ import annotations

import asyncio

from textual.app import App
from textual.screen import Screen

from ablytui.net.tasks import spawn


async def begin_anew(app: App[None], screen: Screen[None]) -> None:
    """Show `screen` alone: dialogs that are still open are about what is gone.

    Who is cancelled while waiting, by a second wish for another screen, does not break it off:
    the loop of the app waits for the same thing, and would end with it.
    """
    await asyncio.shield(spawn(_begin(app, screen), name="another screen"))


async def _begin(app: App[None], screen: Screen[None]) -> None:
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    if not app.screen._result_callbacks:  # noqa: SLF001
        # The screen an app begins with has none, which `switch_screen` takes for granted.
        app.screen._push_result_callback(app.screen, None)  # noqa: SLF001
    await app.switch_screen(screen)
