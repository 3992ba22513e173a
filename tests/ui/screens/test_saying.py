from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.playbill import Playing
from ablytui.ui.widgets.caption_bar import CaptionBar
from tests.support.app import make_app
from tests.support.pilot import opened, settle


def said(pilot: Pilot[Any]) -> list[str]:
    return [notification.message for notification in pilot.app._notifications]


async def test_a_thing_is_said_once_however_often_the_key_comes() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("c", "c", "c")
        await settle(pilot, lambda: bool(said(pilot)))
        assert said(pilot) == ["Connect: already connected"]


async def test_a_caption_stands_in_its_bar() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        bar = screen.query_one(CaptionBar)
        assert not bar.display
        rig.player.show(Playing("Hello", 1, 3, "a peer \x1b publishes", fault=True))
        await pilot.pause()
        assert bar.display
        assert r"a peer \x1b publishes" in str(bar.render())
        assert said(pilot) == []
