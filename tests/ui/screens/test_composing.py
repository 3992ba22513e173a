"""How the main screen opens the dialog and what it makes of its end; see also `test_compose`."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.compose import ComposeDialog
from ablytui.ui.settings import Settings
from ablytui.ui.widgets.channel_field import ChannelField
from ablytui.ui.widgets.channels_pane import ChannelsPane
from ablytui.ui.widgets.compose_forms import Form
from ablytui.ui.widgets.data_area import DataArea
from tests.support.app import PARAMS, Rig, make_app
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


async def publishing(pilot: Pilot[Any], **fields: str) -> ComposeDialog:
    """The dialog, with these texts in its fields."""
    screen = await opened(pilot)
    screen.action_do("publish")
    found = await dialog(pilot)
    for key, text in fields.items():
        found.query_one("#form-publish", Form).field(key).editor.value = text
    await pilot.pause()
    return found


def text(found: ComposeDialog, name: str) -> str:
    return str(found.query_one(f"#{name}", Static).content)


def publishes(rig: Rig) -> int:
    return sum(name == "publish" for name, _ in rig.session.wishes)


async def test_a_message_is_repeated_on_the_clock_and_stopped() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        found = await publishing(pilot, times="50", every="100")
        assert text(found, "then") == (
            "sent as #414; an ACK or NACK is expected  50 times, #414 to #463, in 4.9 s"
        )
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: publishes(rig) == 1)
        assert said(pilot) == ["Publishing 50 times on orders:eu; ^x stops it."]
        rig.clock.advance(250)
        assert publishes(rig) == 3
        await pilot.press("ctrl+x")
        await settle(pilot, lambda: "stopped" in " ".join(said(pilot)))
        rig.clock.advance(5_000)
        assert publishes(rig) == 3
        assert said(pilot) == ["orders:eu: 3 of 50 sent, 3 acknowledged; stopped"]


async def test_a_repeat_is_told_in_the_dialog_and_stopped_there() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        found = await publishing(pilot, times="9", every="100")
        assert not found.query_one("#stop").display
        await pilot.press("a", "ctrl+x")
        assert found.query_one(DataArea).text == "", "it is the key that cuts"
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: publishes(rig) == 1)
        found = await publishing(pilot)
        assert found.query_one("#stop").display
        rig.clock.advance(100)
        await settle(pilot, lambda: text(found, "dialog-why") == "2 of 9 sent, 2 acknowledged")
        await pilot.press("ctrl+x")
        await settle(pilot, lambda: not found.query_one("#stop").display)
        rig.clock.advance(5_000)
        assert publishes(rig) == 2


async def test_a_repeat_ends_at_a_refusal_and_says_it_once() -> None:
    app, rig = make_app(S.CONNECTED)
    rig.refuse("publish", "no more")
    async with app.run_test(size=(120, 36)) as pilot:
        await publishing(pilot, times="9", every="100")
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: publishes(rig) == 1 and "no more" in " ".join(said(pilot)))
        rig.clock.advance(5_000)
        assert publishes(rig) == 1


async def test_without_a_repeat_there_is_nothing_to_stop() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        assert screen.check_action("repeat_stop", ()) is False
        screen.action_repeat_stop()
        await pilot.pause()
        assert said(pilot) == ["Nothing is repeated."]


async def composed_raw(pilot: Pilot[Any]) -> dict[str, Any]:
    """A message, taken on as a raw frame."""
    found = await publishing(pilot, name="x")
    found.query_one("#form-publish", Form).query_one(DataArea).text = "secret"
    await pilot.pause()
    await found.action_raw()
    await settle(pilot, lambda: bool(found.query("#form-send DataArea").nodes))
    area = found.query_one("#form-send", Form).query_one(DataArea)
    await settle(pilot, lambda: area.text != "")
    raw = json.loads(area.text)
    assert isinstance(raw, dict)
    return raw


async def test_an_encrypted_frame_has_an_iv_of_its_own_each_time_it_is_composed() -> None:
    """RSL5: what goes on as a raw frame is sent as it is."""
    drawn: list[int] = []

    def draw(size: int) -> bytes:
        drawn.append(size)
        return bytes([len(drawn)]) * size

    params = replace(PARAMS, cipher=(("orders:eu", "AAECAwQFBgcICQoLDA0ODw"),))
    settings = replace(Settings.for_tests(), draw=draw)
    app, _ = make_app(S.CONNECTED, params=params, settings=settings)
    async with app.run_test(size=(120, 36)) as pilot:
        for turn in (1, 2):
            raw = await composed_raw(pilot)
            sealed = base64.b64decode(raw["messages"][0]["data"])
            assert sealed[:16] == bytes([turn]) * 16
            assert b"secret" not in sealed
            await pilot.press("escape")
            await settle(pilot, lambda: len(app.screen_stack) == 1)
