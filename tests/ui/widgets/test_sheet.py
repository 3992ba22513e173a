"""The cursor of the sheet: keys, clicks, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Static

from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.observe.attempts import Granted
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.view import View
from ablytui.ui.widgets.sheet import Sheet
from tests.support.app import connection_in
from tests.support.pilot import settle


def styles(text: Static) -> str:
    content = text.content
    assert isinstance(content, Content)
    return " ".join(str(span.style) for span in content.spans)


VIEW = View(connection_in(S.CONNECTED), connected_n=7)


class Host(App[None]):
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet()
        self.told: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.sheet

    def on_sheet_pointed(self, message: Sheet.Pointed) -> None:
        meaning = message.meaning
        self.told.append((meaning.point, message.was) if meaning is not None else ("", ""))

    def show(self, view: View = VIEW) -> None:
        self.sheet.show(view, self.sheet.size.width - 3)


@pytest.mark.parametrize(
    ("keys", "point"),
    [
        ((), "REC1, TO3d"),
        (("down", "j"), "RTN2e"),
        (("down", "down", "k"), ""),
        (("right",), "RTN8"),
        (("right", "down"), "CD2b"),
        (("right", "down", "left"), ""),
        (("down",) * 30, "RTN2b, RTN23b"),
        (("right", *("down",) * 30), "RTN7b"),
        (("up",), "REC1, TO3d"),
    ],
)
async def test_keys_go_from_fact_to_fact_and_each_says_its_rule(
    keys: tuple[str, ...], point: str
) -> None:
    app = Host()
    async with app.run_test(size=(90, 8)) as pilot:
        await pilot.pause()
        app.show()
        app.sheet.focus()
        await settle(pilot, lambda: app.sheet.place is not None)
        await pilot.press(*keys)
        await settle(pilot, lambda: app.told[-1] == (point, ""))
        place = app.sheet.place
        assert place is not None
        assert 0 <= place.row - app.sheet.scroll_offset.y < app.sheet.size.height


async def test_without_the_focus_there_is_no_cursor_and_nothing_is_said() -> None:
    app = Host()
    async with app.run_test(size=(90, 16)) as pilot:
        await pilot.pause()
        app.show()
        text = app.sheet.query_one(Static)
        assert "on $primary" not in styles(text)
        app.sheet.focus()
        await settle(pilot, lambda: "on $primary" in styles(text))
        app.set_focus(None)
        await settle(pilot, lambda: "on $primary" not in styles(text))
        await settle(pilot, lambda: app.told[-1] == ("", ""))


async def test_a_click_goes_to_a_fact() -> None:
    app = Host()
    async with app.run_test(size=(90, 16)) as pilot:
        await pilot.pause()
        app.show()
        await pilot.pause()
        assert app.sheet.place is None
        await pilot.click(Sheet, offset=(60, 5))
        await settle(pilot, lambda: bool(app.told) and app.told[-1][0] == "CD2f")
        assert app.sheet.place is not None
        assert app.sheet.place.name == "state ttl"


async def test_what_was_before_is_told_with_the_meaning_and_the_cursor_stays() -> None:
    app = Host()
    async with app.run_test(size=(90, 16)) as pilot:
        await pilot.pause()
        app.show()
        app.sheet.focus()
        await settle(pilot, lambda: app.sheet.place is not None)
        await pilot.press("right")
        await settle(pilot, lambda: app.told[-1][0] == "RTN8")
        before = Granted(1, "before", ConnectionDetails())
        given = Granted(2, "gk3Tq9Lx0b", ConnectionDetails())
        app.show(replace(VIEW, granted=given, granted_before=before))
        await settle(pilot, lambda: app.told[-1] == ("RTN8", "was before"))
        assert app.sheet.place is not None
        assert app.sheet.place.name == "connectionId"


async def test_what_says_the_same_is_not_drawn_again() -> None:
    app = Host()
    async with app.run_test(size=(90, 16)) as pilot:
        await pilot.pause()
        app.show()
        await pilot.pause()
        said = len(app.told)
        app.show(replace(VIEW, connection=VIEW.connection.evolve(last_mono=5.0)))
        await pilot.pause()
        assert len(app.told) == said
