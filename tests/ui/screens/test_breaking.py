from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Static

from ablytui.protocol.keybreaks import Breaking, breaks_of
from ablytui.protocol.params import DialectName
from ablytui.ui.screens.breaking import BreakDialog
from ablytui.ui.widgets.choice_list import ChoiceList
from tests.support.app import RECOVERY_KEY
from tests.support.pilot import settle

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


class Host(App[None]):
    def __init__(self, text: str, dialect: DialectName = CURRENT, whole: str | None = None) -> None:
        super().__init__()
        self.dialog = BreakDialog(Breaking(text), dialect, whole)
        self.results: list[str | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.results.append)


@pytest.mark.parametrize(
    ("dialect", "text"), [(CURRENT, RECOVERY_KEY), (CLASSIC, "abcd!efgh:12:3")]
)
async def test_a_digit_breaks_it_in_its_way(dialect: DialectName, text: str) -> None:
    for number in (2, 5, len(breaks_of(dialect))):
        each = breaks_of(dialect)[number - 1]
        app = Host(text, dialect)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press(str(number))
            await pilot.pause()
            assert app.results == [each.make(Breaking(text))]


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20), (48, 14)])
async def test_enter_takes_the_one_under_the_cursor(size: tuple[int, int]) -> None:
    app = Host(RECOVERY_KEY)
    async with app.run_test(size=size) as pilot:
        assert app.screen.query_one("#dialog-row").region.bottom <= size[1]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.results == [RECOVERY_KEY.replace("414", "0")]


async def test_what_cannot_be_broken_is_not_chosen() -> None:
    app = Host("{")
    async with app.run_test(size=(120, 36)) as pilot:
        rows = app.screen.query_one(ChoiceList)
        assert {option.id for option in rows.options if option.disabled} >= {"1", "2", "9"}
        await pilot.press("1", "0")
        await pilot.pause()
        assert app.results == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


async def test_the_way_back_is_first_where_there_is_one() -> None:
    app = Host("{", whole=RECOVERY_KEY)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == [RECOVERY_KEY]


async def test_what_a_way_leads_to_is_told_of_the_line_under_the_cursor() -> None:
    app = Host(RECOVERY_KEY)
    async with app.run_test(size=(60, 20)) as pilot:
        intro = app.screen.query_one("#intro", Static)
        await settle(pilot, lambda: str(intro.content) == breaks_of(CURRENT)[0].expect)
        await pilot.press("down")
        await settle(pilot, lambda: str(intro.content) == breaks_of(CURRENT)[1].expect)
