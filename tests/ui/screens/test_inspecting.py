from __future__ import annotations

from textual.message import Message

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from tests.support.app import make_app
from tests.support.pilot import focused, opened, seen, settle

Told = list[Message]


async def test_inspect_and_back() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("k", "k", "enter")
        await pilot.pause()
        assert seen(screen) == {Pane.FRAMES, Pane.DETAIL}
        assert focused(screen) is Pane.DETAIL
        assert screen.query_one("#frames").region.width == 64
        first = screen.query_one(FrameDetail).entry
        await pilot.press("J")
        await pilot.pause()
        second = screen.query_one(FrameDetail).entry
        assert first is not None
        assert second is not None
        assert second.n == first.n + 1 == screen.query_one(FrameLog).selected
        await pilot.press("escape")
        await pilot.pause()
        assert focused(screen) is Pane.FRAMES
        assert Pane.DETAIL not in seen(screen)


async def test_a_link_of_the_detail_is_followed_in_both_panes() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.query_one(FrameLog).select(12)
        screen.query_one(FrameDetail).post_message(FrameDetail.Linked(9))
        await settle(pilot, lambda: screen.query_one(FrameLog).selected == 9)
        entry = screen.query_one(FrameDetail).entry
        assert entry is not None
        assert entry.n == 9


async def test_the_frame_of_a_change_is_found_from_the_diagram() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("2", "enter")
        await settle(pilot, lambda: focused(screen) is Pane.FRAMES)
        assert screen.query_one(FrameLog).selected == 8
