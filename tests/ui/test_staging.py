from __future__ import annotations

from textual.app import App
from textual.screen import ModalScreen, Screen

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
