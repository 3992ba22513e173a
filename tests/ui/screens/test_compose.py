from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.screens.compose import ComposeDialog
from ablytui.ui.widgets.field import Field
from tests.support.app import connection_in, make_app
from tests.support.pilot import opened, settle


async def dialog_of(pilot: Pilot[Any], action: str) -> ComposeDialog:
    screen = await opened(pilot)
    screen.action_do(action)
    await settle(pilot, lambda: isinstance(pilot.app.screen, ComposeDialog))
    dialog = pilot.app.screen
    assert isinstance(dialog, ComposeDialog)
    return dialog


def shown(dialog: ComposeDialog) -> list[str]:
    return [field.key for field in dialog.query(Field) if field.display]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("publish", ["channel", "name", "id"]),
        ("attach", ["channel"]),
        ("detach", ["channel"]),
        ("presence", ["channel", "action", "clientId"]),
        ("send", ["as"]),
    ],
)
async def test_each_kind_has_its_fields(action: str, fields: list[str]) -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, action)
        assert shown(dialog) == fields
        assert dialog.query_one(TextArea).parent.display is (action not in {"attach", "detach"})  # type: ignore[union-attr]


async def test_a_message_is_published_with_what_was_typed() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        assert "attached" in str(dialog.query_one("#channel-state", Static).content)
        await pilot.press(*'{"a":1}')
        await pilot.pause()
        assert "valid JSON" in str(dialog.query_one("#data-note", Static).content)
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert rig.session.wishes == [("publish", {"channel": "orders:eu", "data": {"a": 1}})]


async def test_presence_and_raw_frames() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "presence")
        next(f for f in dialog.query(Field) if f.key == "action").editor.focus()
        await pilot.press("space", "ctrl+s")
        await pilot.pause()
        dialog = await dialog_of(pilot, "send")
        next(f for f in dialog.query(Field) if f.key == "as").editor.focus()
        await pilot.press("space")
        dialog.query_one(TextArea).text = "00 fg"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.screen is dialog
        dialog.query_one(TextArea).text = "00 ff"
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert rig.session.wishes == [
        ("presence", {"channel": "orders:eu", "action": "update"}),
        ("send", {"hex": "00 ff"}),
    ]


async def test_another_kind_keeps_what_was_typed() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        await pilot.press("a", "b")
        for _ in range(5):
            await pilot.press("ctrl+n")
        assert shown(dialog) == ["channel", "name", "id"]
        assert dialog.query_one(TextArea).text == "ab"
        dialog.action_kind("attach")
        assert shown(dialog) == ["channel"]


async def test_what_cannot_be_sent_says_why() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "attach")
        why = dialog.query_one("#dialog-why", Static)
        next(f for f in dialog.query(Field) if f.key == "channel").editor.focus()
        for _ in range(len("orders:eu")):
            await pilot.press("end", "backspace")
        assert str(why.content) == "Send: needs a channel"
        await pilot.press("ctrl+s")
        assert app.screen is dialog
        await pilot.press("x")
        rig.move(connection_in(S.SUSPENDED))
        await settle(pilot, lambda: str(why.content) == "Send: the connection is suspended")
    assert rig.session.wishes == []
