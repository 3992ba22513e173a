from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Static

from ablytui.errors import ServiceError
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.app import AblytuiApp
from ablytui.ui.screens.quit import QuitDialog
from ablytui.ui.settings import Launch, Runtime, Settings
from ablytui.ui.widgets.buttons import ActionButton, Buttons
from ablytui.ui.widgets.params_pane import ParamsPane
from ablytui.ui.widgets.sheet import Sheet
from tests.support.app import make_app
from tests.support.pilot import opened, settle
from tests.support.views import view


async def test_a_session_is_opened_and_ended_once() -> None:
    app, rig = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert rig.session.subscribers
    assert rig.closed == 1


async def test_what_cannot_be_opened_ends_the_app_with_its_line() -> None:
    async def refuse() -> Any:
        raise ServiceError("the port is taken")

    app = AblytuiApp(Launch(refuse), Settings.for_tests())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.return_code is not None)
    assert (app.return_code, app.failure) == (1, "the port is taken")


@pytest.mark.parametrize(
    ("local", "words"), [(True, "the local service is starting"), (False, "starting")]
)
async def test_until_there_is_a_session_it_says_what_is_waited_for(local: bool, words: str) -> None:
    """Without it the form of another service would stand there, and ask for a key."""
    begin = asyncio.Event()

    async def slow() -> Runtime:
        await begin.wait()
        return await rig.open()

    _, rig = make_app(S.CONNECTED)
    launch = Launch(slow, ConnectParams(), local=local)
    app = AblytuiApp(launch, Settings.for_tests())
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen_stack[0]
        why = screen.query_exactly_one(Buttons).query_exactly_one(Static)
        await settle(pilot, lambda: str(why.content) == words)
        assert all(button.off for button in screen.query(ActionButton))
        pane = screen.query_exactly_one(ParamsPane)
        assert pane.editing is not local
        if local:
            sheet = pane.query_exactly_one(Sheet).query_exactly_one(Static)
            assert str(sheet.content) == "The local service is starting."
        begin.set()
        await settle(pilot, lambda: str(why.content) == "Connect: already connected")
        assert not pane.editing


async def test_themes_change_by_name() -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert app.theme == "ably-dark"
        app.action_other_theme()
        assert app.theme == "ably-light"
        app.theme = "nord"
        app.action_other_theme()
        assert app.theme == "ably-dark"


async def test_clocks_step_once_a_second_under_a_dialog() -> None:
    moving = replace(Settings.for_tests(), animations=True)
    app, _ = make_app(S.CONNECTED, settings=moving)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        now = view(S.CONNECTED)
        alone = app._tick(now)
        assert alone is not None
        assert alone <= 101
        await pilot.press("question_mark")
        await settle(pilot, lambda: len(app.screen_stack) > 1)
        assert app._tick(now) == 1_000


async def test_q_asks_while_the_connection_is_open() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("q")
        assert isinstance(app.screen, QuitDialog)
        await pilot.press("escape")
        assert not isinstance(app.screen, QuitDialog)
        assert rig.session.wishes == []
        await pilot.press("q", "enter")
        await settle(pilot, lambda: rig.closed == 1)
    assert rig.session.wishes == [("close", {})]


async def test_ctrl_q_twice_leaves_also_from_a_field() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("r", "ctrl+q", "ctrl+q")
        await settle(pilot, lambda: rig.closed == 1)
    assert rig.session.wishes == [("close", {})]


async def test_k_leaves_without_close_so_that_another_process_can_recover() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("q", "k")
        await settle(pilot, lambda: rig.closed == 1)
    assert rig.session.wishes == []


@pytest.mark.parametrize("state", [S.INITIALIZED, S.DISCONNECTED, S.CLOSED, S.FAILED])
async def test_q_leaves_at_once_when_nothing_is_open(state: S) -> None:
    app, rig = make_app(state)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("q")
        await settle(pilot, lambda: rig.closed == 1)
    assert app.return_code == 0


async def test_the_palette_keeps_no_entry_that_ours_replace() -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        titles = {command.title for command in app.get_system_commands(app.screen)}
    assert titles <= {"Theme", "Keys", "Screenshot"}
