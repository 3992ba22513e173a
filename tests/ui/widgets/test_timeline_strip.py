from __future__ import annotations

import pytest

from ablytui.ui.present.layout import Pane
from ablytui.ui.present.timeline import SPANS
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.timeline_strip import TimelineBar, TimelineMarks
from tests.support.app import make_app
from tests.support.pilot import focused, opened, said, settle


@pytest.mark.parametrize(
    ("size", "marks"), [((160, 45), True), ((120, 36), True), ((80, 24), False), ((60, 20), False)]
)
async def test_the_bar_is_always_there_and_the_marks_where_there_is_room(
    size: tuple[int, int], marks: bool
) -> None:
    app, _ = make_app()
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        bar = screen.query_one(TimelineBar)
        assert bar.region.y == 1
        assert bar.region.width == size[0]
        assert screen.query_one(TimelineMarks).display is marks
        assert "▄" in bar.render_line(0).text


async def test_the_key_changes_the_span_of_both_rows() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        for span in (*SPANS[1:], SPANS[0]):
            await pilot.press("T")
            assert screen.query_one(TimelineBar).span == span
            assert screen.query_one(TimelineMarks).span == span
        await settle(pilot, lambda: bool(said(pilot)))


async def test_a_click_goes_to_the_change_in_the_log() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.query_one(TimelineBar).turn()
        screen.query_one(TimelineMarks).turn()
        moves = [move.n for move in screen._view.moves]
        await pilot.click(TimelineBar, offset=(118, 0))
        await settle(pilot, lambda: screen.query_one(FrameLog).selected in moves)
        assert focused(screen) is Pane.FRAMES
