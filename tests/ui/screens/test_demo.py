"""The picker of scenarios."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.screens.demo import Choice, DemoDialog
from ablytui.ui.widgets.choice_list import ChoiceList
from tests.support.app import make_app
from tests.support.demos import bills
from tests.support.pilot import opened

SIZES = [(120, 36), (80, 24), (48, 14)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_and_every_story_can_be_read(size: tuple[int, int]) -> None:
    app, _ = make_app()
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        chosen: list[Choice | None] = []
        app.push_screen(DemoDialog(bills(), screen._view, playing="flood"), chosen.append)
        await pilot.pause()
        rows = app.screen.query_one(ChoiceList)
        assert rows.highlighted == [bill.name for bill in bills()].index("flood")
        assert rows.size.height >= 3
        assert app.screen.query_one("#play").region.bottom <= size[1]
        for bill in bills():
            await pilot.press("home" if bill is bills()[0] else "down")
        assert rows.virtual_size.height == len(bills())
        await pilot.press("end", "k", "enter")
        assert chosen == [Choice(bills()[-2].name)]


async def test_step_by_step_by_key_and_by_click() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        chosen: list[Choice | None] = []
        for press in ("space", "#step", "escape"):
            app.push_screen(DemoDialog(bills(), screen._view), chosen.append)
            await pilot.pause()
            await (pilot.click(press) if press[0] == "#" else pilot.press(press))
            await pilot.pause()
        assert chosen == [Choice("hello", True), Choice("hello", True), None]


@pytest.mark.parametrize(("local", "said"), [(True, ""), (False, "ends the connection")])
async def test_it_says_that_an_open_connection_ends(local: bool, said: str) -> None:
    app, _ = make_app(S.CONNECTED, local=local)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        app.push_screen(DemoDialog(bills(), screen._view))
        await pilot.pause()
        why = str(app.screen.query_one("#dialog-why", Static).render())
        assert said in why
        assert bool(why) is not local
