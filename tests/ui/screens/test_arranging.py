from __future__ import annotations

import pytest
from textual.message import Message
from textual.widgets import Static

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.widgets.buttons import Buttons
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.pane_tabs import PaneTabs
from tests.support.app import make_app
from tests.support.entries import flood
from tests.support.pilot import at_rest, focused, opened, seen, settle

Told = list[Message]


SIZES = [
    ((160, 45), "-wide", set(Pane) - {Pane.CHANNELS, Pane.FAULTS}),
    ((120, 36), "-std", {Pane.FRAMES, Pane.STATE, Pane.CONNECTION}),
    ((80, 24), "-small", {Pane.FRAMES}),
    ((120, 24), "-small", {Pane.FRAMES}),
    ((60, 20), "-tiny", {Pane.FRAMES}),
    ((47, 13), "-none", set()),
]


@pytest.mark.parametrize(("size", "name", "panes"), SIZES)
async def test_each_size_has_its_shape(size: tuple[int, int], name: str, panes: set[Pane]) -> None:
    app, _ = make_app()
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        assert screen.has_class(name)
        assert seen(screen) == panes
        assert screen.query_one("#too-small").display is (name == "-none")
        assert screen.query_one("#tabs").display is (name in {"-small", "-tiny"})


async def test_where_things_stand() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        region = {pane: screen.query_one(f"#{pane.value}").region for pane in Pane}
        assert region[Pane.STATE].width == 46
        assert region[Pane.CONNECTION].height == region[Pane.STATE].height == 13
        assert region[Pane.STATE].x == region[Pane.CONNECTION].right + 1
        assert region[Pane.FRAMES].y == 4 + 13
        assert region[Pane.FRAMES].width == 120
        await pilot.resize_terminal(160, 45)
        await settle(pilot, lambda: screen.has_class("-wide"))
        region = {pane: screen.query_one(f"#{pane.value}").region for pane in Pane}
        assert region[Pane.STATE].size == (61, 18)
        assert region[Pane.DETAIL].y == region[Pane.STATE].bottom
        assert region[Pane.FRAMES].y == region[Pane.CONNECTION].bottom


async def test_the_tiny_buttons_stand_above_the_keys() -> None:
    app, _ = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(pilot)
        await settle(pilot, lambda: screen.query_one(Buttons).region.y == 18)
        await pilot.resize_terminal(80, 24)
        await settle(pilot, lambda: screen.query_one(Buttons).region.y == 3)


@pytest.mark.parametrize("size", [(160, 45), (120, 36), (80, 24), (60, 20)])
async def test_numbers_go_to_panes_and_letters_act(size: tuple[int, int]) -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        for key, pane in (("2", Pane.STATE), ("3", Pane.CONNECTION), ("1", Pane.FRAMES)):
            await pilot.press(key)
            assert focused(screen) is pane
            assert pane in seen(screen)
        await pilot.press("x", "p", "f6")
    assert [name for name, _ in rig.session.wishes] == ["drop", "ping", "close"]


async def test_zoom_takes_the_whole_body_and_gives_it_back() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("2", "z")
        await pilot.pause()
        assert seen(screen) == {Pane.STATE}
        assert screen.query_one("#state").region.width == 120
        await pilot.press("z")
        await pilot.pause()
        assert len(seen(screen)) == 3


async def test_resizing_under_load_loses_no_state_and_no_row() -> None:
    app, rig = make_app()
    async with app.run_test(size=(160, 45)) as pilot:
        screen = await opened(pilot)
        await pilot.press("k", "k", "enter")
        chosen = screen.query_one(FrameLog).selected
        width, height = 160, 45
        while (width, height) != (48, 14):
            width, height = max(width - 8, 48), max(height - 3, 14)
            rig.grow(flood(500, start=rig.source.last() + 1))
            await pilot.resize_terminal(width, height)
        await settle(pilot, lambda: screen.has_class("-tiny"))
        assert seen(screen) == {Pane.DETAIL}
        await pilot.resize_terminal(20, 5)
        await settle(pilot, lambda: screen.has_class("-none"))
        rig.grow(flood(500, start=rig.source.last() + 1))
        await pilot.resize_terminal(160, 45)
        await settle(pilot, lambda: screen.has_class("-wide"))
        rig.clock.advance(0)
        await settle(pilot, lambda: screen.query_one(FrameLog).count == rig.source.last())
        assert screen.query_one(FrameLog).selected == chosen
        assert seen(screen) == set(Pane) - {Pane.CHANNELS, Pane.FAULTS}


async def test_the_focus_comes_back_after_a_terminal_that_is_too_small() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("3")
        await pilot.resize_terminal(40, 10)
        await settle(pilot, lambda: focused(screen) is None)
        await pilot.resize_terminal(80, 24)
        await settle(pilot, lambda: focused(screen) is Pane.CONNECTION)


async def test_where_one_pane_fits_it_is_the_focused_one() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("3")
        await pilot.resize_terminal(80, 24)
        await settle(pilot, lambda: seen(screen) == {Pane.CONNECTION})
        assert focused(screen) is Pane.CONNECTION


async def test_the_tabs_follow_the_pane() -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        tabs = screen.query_one(PaneTabs)
        await settle(pilot, lambda: tabs.frames == 25)
        assert (tabs.active, tabs.note.plain) == (Pane.FRAMES, "▼ follow")
        await pilot.press("2")
        assert (tabs.active, tabs.note.plain) == (Pane.STATE, "")
        await pilot.click(PaneTabs, offset=(3, 0))
        await settle(pilot, lambda: tabs.active is Pane.FRAMES)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_the_form_is_left_for_the_log_and_its_hint_has_the_width(
    size: tuple[int, int],
) -> None:
    app, _ = make_app(S.CLOSED)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        await pilot.press("e")
        hint = screen.query_one("#params-hint", Static)
        await settle(pilot, lambda: len(str(hint.content)) > min(size[0] - 12, 70))
        await pilot.press("escape")
        await at_rest(pilot)
        assert focused(screen) is Pane.FRAMES
