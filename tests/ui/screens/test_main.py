from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.message import Message
from textual.widgets import Input

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.messages import Said, Wanted
from ablytui.ui.present.layout import Pane
from ablytui.ui.widgets.buttons import Buttons
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import ParamsPane
from tests.support.app import PARAMS, RECOVERY_KEY, connection_in, make_app
from tests.support.pilot import focused, opened, said, settle

Told = list[Message]


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
