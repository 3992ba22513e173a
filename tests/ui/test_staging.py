from __future__ import annotations

import asyncio

from textual.app import App
from textual.screen import ModalScreen, Screen

from ablytui.net.tasks import spawn
from ablytui.ui.staging import begin_anew


class Staged(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return Screen(id="first")


async def test_dialogs_go_with_the_screen_they_are_over() -> None:
    app = Staged()
    async with app.run_test():
        await app.push_screen(ModalScreen[None](id="dialog"))
        await app.push_screen(ModalScreen[None](id="upon"))
        await begin_anew(app, Screen(id="second"))
        assert [screen.id for screen in app.screen_stack] == ["second"]


async def test_it_can_be_done_again() -> None:
    app = Staged()
    async with app.run_test():
        for name in ("second", "third"):
            await begin_anew(app, Screen(id=name))
        assert [screen.id for screen in app.screen_stack] == ["third"]


async def test_a_second_wish_breaks_nothing_off() -> None:
    app = Staged()
    async with app.run_test() as pilot:
        for turns in range(6):
            first = spawn(begin_anew(app, Screen(id=f"old-{turns}")), name="first")
            for _ in range(turns):
                await asyncio.sleep(0)
            first.cancel()
            await begin_anew(app, Screen(id=f"new-{turns}"))
            await pilot.pause()
            assert app.screen.id == f"new-{turns}"
            assert app.is_running
