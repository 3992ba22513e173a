"""The row on the main screen, where it is at home."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ablytui.protocol.effects import Reply
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.compose import ComposeDialog
from ablytui.ui.widgets.compose_row import ComposeRow
from tests.support.app import connection_in, make_app
from tests.support.pilot import focused, opened, said, settle

WIDE = (160, 45)


async def row_of(pilot: Pilot[Any]) -> ComposeRow:
    screen = await opened(pilot)
    return screen.query_one(ComposeRow)


def words(row: ComposeRow) -> str:
    return str(row.query_one(".said", Static).content)


async def test_letters_are_text_and_enter_publishes() -> None:
    app, rig = make_app(S.CONNECTED)
    rig.session.answers["publish"] = Reply(0, {"msgSerial": 414})
    async with app.run_test(size=WIDE) as pilot:
        row = await row_of(pilot)
        assert words(row) == "M to type"
        await pilot.press("M")
        assert row.channel.text == "orders:eu"
        assert row.data.has_focus
        await pilot.press("q", "c", "1")
        assert row.data.value == "qc1"
        assert words(row).startswith("#414, ")
        await pilot.press("enter")
        await settle(pilot, lambda: words(row) == "✓ #414 acknowledged")
        assert row.data.value == ""
        await pilot.press("up")
        assert row.data.value == "qc1"
        await pilot.press("down", "shift+tab", "n", "enter")
        await settle(pilot, lambda: len(rig.session.wishes) == 2)
        await pilot.press("escape")
        await settle(pilot, lambda: focused(app.screen_stack[0]) is Pane.FRAMES)  # type: ignore[arg-type]
    assert rig.session.wishes == [
        ("publish", {"channel": "orders:eu", "data": "qc1"}),
        ("publish", {"channel": "orders:eu", "name": "n"}),
    ]


async def test_a_refused_one_comes_back() -> None:
    app, rig = make_app(S.CONNECTED)
    rig.refuse("publish", "no more")
    async with app.run_test(size=WIDE) as pilot:
        row = await row_of(pilot)
        await pilot.press("M", "x", "enter")
        await settle(pilot, lambda: words(row) == "✕ 40000 no more")
        assert row.data.value == "x"
        assert said(pilot) == []


async def test_what_cannot_be_sent_says_why_and_stays() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=WIDE) as pilot:
        row = await row_of(pilot)
        await pilot.press("M", "x")
        row.channel.choose("")
        await settle(pilot, lambda: words(row).startswith("needs a channel"))
        await pilot.press("enter")
        row.channel.choose("a")
        rig.move(connection_in(S.CLOSED))
        await settle(pilot, lambda: words(row).startswith("the connection is closed"))
        assert row.data.display
        await pilot.press("enter", "escape")
        await settle(pilot, lambda: row.has_class("-shut"))
        assert words(row) == "the connection is closed"
        await pilot.press("M")
        await settle(pilot, lambda: said(pilot) == ["Message: the connection is closed"])
        rig.move(connection_in(S.CONNECTED))
        await settle(pilot, lambda: not row.has_class("-shut"))
        assert row.data.value == "x"
    assert rig.session.wishes == []


@pytest.mark.parametrize("size", [(149, 45), (160, 41), (80, 24)])
async def test_where_there_is_no_row_the_dialog_opens(size: tuple[int, int]) -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        row = await row_of(pilot)
        assert not row.display or not row.size
        await pilot.press("M")
        await settle(pilot, lambda: isinstance(app.screen, ComposeDialog))
