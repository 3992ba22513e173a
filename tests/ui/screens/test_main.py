from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.messages import Said, Wanted
from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.widgets.buttons import Buttons
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.pane_tabs import PaneTabs
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import ParamsPane
from tests.support.app import PARAMS, RECOVERY_KEY, connection_in, make_app
from tests.support.entries import flood
from tests.support.pilot import opened, settle

Told = list[Message]


def seen(screen: MainScreen) -> set[Pane]:
    return {pane for pane in Pane if screen.query_one(f"#{pane.value}").display}


def focused(screen: MainScreen) -> Pane | None:
    return next((p for p in Pane if screen.query_one(f"#{p.value}").has_focus_within), None)


def said(pilot: Pilot[Any]) -> list[str]:
    return [notification.message for notification in pilot.app._notifications]


SIZES = [
    ((160, 45), "-wide", set(Pane)),
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
        assert region[Pane.FRAMES].y == 2 + 13
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
        await settle(pilot, lambda: screen.query_one(Buttons).region.y == 2)


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
        assert seen(screen) == set(Pane)


@pytest.mark.parametrize(
    ("state", "action", "why"),
    [
        (S.CONNECTED, "connect", "Connect: already connected"),
        (S.CLOSED, "drop", "Drop: no socket is open"),
        (S.SUSPENDED, "ping", "Ping: the connection is suspended"),
    ],
)
async def test_what_cannot_be_done_says_why_and_is_not_asked(
    state: S, action: str, why: str
) -> None:
    app, rig = make_app(state)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.query_one(Buttons).post_message(Buttons.Pressed(action))
        await settle(pilot, lambda: bool(said(pilot)))
        assert said(pilot) == [why]
    assert rig.session.wishes == []


async def test_a_refusal_is_one_line_and_no_markup() -> None:
    app, rig = make_app(S.CONNECTED)
    rig.refuse("drop", "[red]no[/red] \x1b[2J")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("x")
        await settle(pilot, lambda: bool(said(pilot)))
        assert said(pilot) == [r"drop: 40000 [red]no[/red] \x1b[2J"]


@pytest.mark.parametrize("state", [S.DISCONNECTED, S.SUSPENDED])
async def test_edit_opens_the_form_while_the_connection_is_away(state: S) -> None:
    app, rig = make_app(state)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        form = screen.query_one(ParamsForm)
        assert not form.display, "panes do not change by themselves"
        await pilot.press("e")
        assert form.has_focus_within
        next(f for f in form.fields if f.key == "client_id").editor.focus()
        await pilot.press("end", "x")
        await settle(pilot, lambda: rig.session.connection.params.client_id == "probe-7x")
        await pilot.press("escape")
        assert focused(screen) is Pane.FRAMES
        assert not form.display
        await pilot.press("e", "enter")
        await settle(pilot, lambda: rig.session.wishes == [("connect", {})])
        rig.move(connection_in(S.CONNECTED))
        await settle(pilot, lambda: not form.display)
        rig.move(connection_in(state))
        await pilot.pause()
        assert not form.display


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


async def test_edit_goes_to_the_form_only_while_nothing_is_open() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("e")
        assert said(pilot) == ["Edit: disconnect or close first; the parameters are in use."]
        assert focused(screen) is Pane.FRAMES
    app, rig = make_app(S.CLOSED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("e")
        assert screen.query_one(ParamsForm).has_focus_within
        field = next(f for f in screen.query_one(ParamsForm).fields if f.key == "client_id")
        field.editor.focus()
        await pilot.press("end", "x")
        await settle(pilot, lambda: rig.session.connection.params.client_id == "probe-7x")
        await pilot.press("escape")
        assert focused(screen) is Pane.FRAMES


async def test_connect_waits_for_the_form_to_be_good() -> None:
    app, rig = make_app(S.CLOSED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        form = screen.query_one(ParamsForm)
        field = next(f for f in form.fields if f.key == "port")
        assert isinstance(field.editor, Input)
        field.editor.value = "80x"
        await pilot.pause()
        await pilot.press("c")
        await settle(pilot, lambda: bool(said(pilot)))
        assert said(pilot)[0].startswith("port: it is a whole number")
        assert field.editor.has_focus
        assert rig.session.wishes == []
        field.editor.value = "81"
        await pilot.pause()
        await pilot.press("f2")
        await settle(pilot, lambda: rig.session.wishes == [("connect", {})])
    assert rig.session.connection.params.port == 81


async def test_first_run_begins_in_the_form_and_enter_connects() -> None:
    bare = replace(PARAMS, key=None)
    app, rig = make_app(S.INITIALIZED, params=bare, local=False)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await settle(pilot, lambda: screen.query_one(ParamsForm).has_focus_within)
        assert screen.query_one("#frames").has_class("-first")
        await pilot.press(*"a.b:c", "enter")
        await settle(pilot, lambda: rig.session.wishes == [("connect", {})])
    assert rig.session.connection.params.key == "a.b:c"


async def test_esc_in_the_first_form_frees_the_letters() -> None:
    app, rig = make_app(S.INITIALIZED, params=replace(PARAMS, key=None), local=False)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await settle(pilot, lambda: screen.query_one(ParamsForm).has_focus_within)
        await pilot.press("escape", "q")
        await settle(pilot, lambda: rig.closed == 1)
    assert app.return_code == 0


async def test_what_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    app, rig = make_app(S.CONNECTED)
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_copy_recovery_key()
        screen.action_copy_uri()
        await pilot.press("k", "y")
        await settle(pilot, lambda: len(copied) == 3)
        rig.session.key = None
        screen.action_copy_recovery_key()
        assert len(copied) == 3
    assert copied[0] == RECOVERY_KEY
    assert "key=app.k1:***" in copied[1]


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


async def test_panes_post_and_the_screen_alone_routes() -> None:
    told: Told = []
    record: Callable[[Message], None] = told.append
    app, rig = make_app(S.CLOSED)
    async with app.run_test(size=(120, 36), message_hook=record) as pilot:
        screen = await opened(pilot)
        screen.query_one(ParamsPane).post_message(Wanted("connect"))
        await settle(pilot, lambda: bool(rig.session.wishes))
    assert Wanted("connect") in told
    assert not any(isinstance(message, Said) for message in told)
