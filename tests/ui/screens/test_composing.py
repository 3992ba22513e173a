"""How the main screen opens the dialog and what it makes of its end; see also `test_compose`."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.compose import ComposeDialog
from ablytui.ui.widgets.channel_field import ChannelField
from ablytui.ui.widgets.channels_pane import ChannelsPane
from tests.support.app import make_app
from tests.support.pilot import opened, said, settle


async def dialog(pilot: Pilot[Any]) -> ComposeDialog:
    await settle(pilot, lambda: isinstance(pilot.app.screen, ComposeDialog))
    found = pilot.app.screen
    assert isinstance(found, ComposeDialog)
    await settle(pilot, lambda: found.query_one("#send").region.height == 1)
    return found


async def test_keys_and_palette_open_it_on_the_channel_that_is_meant() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("a")
        found = await dialog(pilot)
        assert found.query_one("#form-attach").display
        assert found.query_one(ChannelField).text == "orders:eu"
        found.query_one(ChannelField).choose("mine")
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is screen)
        await app.run_action("screen.do('presence')", screen)
        found = await dialog(pilot)
        assert found.query_one("#form-presence").display
        assert found.query_one(ChannelField).text == "mine"
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is screen)
        screen.action_pane(Pane.CHANNELS)
        await pilot.press("down", "delete")
        chosen = screen.query_one(ChannelsPane).chosen
        found = await dialog(pilot)
        assert found.query_one("#form-detach").display
        assert found.query_one(ChannelField).text == chosen != "mine"


@pytest.mark.parametrize("action", ["publish", "attach", "presence", "send"])
async def test_one_reason_keeps_it_shut(action: str) -> None:
    app, _ = make_app(S.CLOSED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_do(action)
        await pilot.pause()
        assert app.screen is screen
        assert len(said(pilot)) == 1
