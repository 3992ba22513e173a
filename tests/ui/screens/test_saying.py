from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.widgets.pane_title import PaneTitle
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


@pytest.mark.parametrize(("size", "aloud"), [((120, 36), False), ((80, 24), True)])
async def test_a_caption_stands_in_the_title_and_a_fault_is_said_too(
    size: tuple[int, int], aloud: bool
) -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        rig.caption("a peer \x1b publishes", False)
        await pilot.pause()
        title = str(screen.query_one("#frames").query_one(PaneTitle).render())
        assert (r"a peer \x1b publishes" in title) is not aloud
        assert (said(pilot) == [r"a peer \x1b publishes"]) is aloud
        rig.caption("the service cuts the connection", True)
        await settle(pilot, lambda: "the service cuts the connection" in said(pilot))
