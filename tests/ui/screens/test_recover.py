from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.screens.recover import RecoverDialog
from ablytui.ui.widgets.key_area import KeyArea
from ablytui.ui.widgets.key_button import KeyButton
from tests.support.app import KEY, RECOVERY_KEY, connection_in, make_app
from tests.support.pilot import opened, settle


async def dialog_of(pilot: Pilot[Any]) -> RecoverDialog:
    await opened(pilot)
    await pilot.press("r")
    await settle(pilot, lambda: isinstance(pilot.app.screen, RecoverDialog))
    dialog = pilot.app.screen
    assert isinstance(dialog, RecoverDialog)
    return dialog


def text(dialog: RecoverDialog, where: str) -> str:
    return str(dialog.query_one(where, Static).content)


async def test_it_begins_with_the_key_of_this_connection_and_recovers_with_it() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        assert dialog.query_one(KeyArea).text == RECOVERY_KEY
        assert "✓ valid" in text(dialog, "#read")
        assert "recover=gk3T•••" in text(dialog, "#opens")
        assert text(dialog, "#dialog-why") == "replaces the open connection"
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert rig.session.wishes == [("recover", {"key": RECOVERY_KEY})]


async def test_a_key_typed_by_hand_is_read_at_each_letter() -> None:
    app, rig = make_app(S.CLOSED)
    rig.session.key = None
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        assert text(dialog, "#dialog-why") == "Recover: key not complete"
        assert dialog.query_one("#recover", KeyButton).off
        await pilot.press("ctrl+s", "enter")
        assert rig.session.wishes == []
        area = dialog.query_one(KeyArea)
        area.insert(RECOVERY_KEY[:-1])
        await pilot.pause()
        assert "✕ not yet" in text(dialog, "#read")
        await pilot.press("}")
        await pilot.pause()
        assert "✓ valid" in text(dialog, "#read")
        assert not dialog.query_one("#recover", KeyButton).off
        await pilot.press("enter")
        await pilot.pause()
    assert rig.session.wishes == [("recover", {"key": RECOVERY_KEY})]


async def test_a_key_that_breaks_is_marked_and_nothing_is_lost() -> None:
    app, rig = make_app(S.CLOSED)
    rig.session.key = RECOVERY_KEY[: RECOVERY_KEY.index('"audit":') + 8]
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        assert "audit is missing its serial" in text(dialog, "#parts")
        assert not dialog.query_one("#also-row").has_class("gone")
        area = dialog.query_one(KeyArea)
        marks = [y for y in range(area.size.height) if "▴" in area.render_line(y).text]
        assert marks == [2]
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not dialog
    assert rig.session.wishes == []


async def test_what_is_pasted_takes_the_place_of_ones_own_key() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert dialog.query_one(KeyArea).text == "x"


async def test_ctrl_r_shows_the_secret_and_hides_it_again() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        assert KEY not in text(dialog, "#parts")
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert KEY in text(dialog, "#parts")
        assert KEY in text(dialog, "#opens")
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert KEY not in text(dialog, "#parts") + text(dialog, "#opens")


async def test_a_late_key_is_warned_of() -> None:
    app, rig = make_app(S.SUSPENDED)
    rig.session.connection = rig.session.connection.evolve(last_mono=rig.clock.mono() - 220_000)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        assert "! late" in text(dialog, "#late")
        dialog.query_one(KeyArea).clear()
        await pilot.pause()
        assert text(dialog, "#late") == ""


async def test_it_follows_the_connection_below() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        rig.move(connection_in(S.SUSPENDED))
        await settle(pilot, lambda: text(dialog, "#dialog-why") == "")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (48, 14)])
async def test_it_can_be_used_in_a_small_terminal(size: tuple[int, int]) -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        dialog = await dialog_of(pilot)
        assert dialog.query_one("#dialog-row").region.bottom <= size[1]
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert [name for name, _ in rig.session.wishes] == ["recover"]


async def test_without_a_credential_it_is_grey_and_says_so() -> None:
    app, _ = make_app(S.INITIALIZED, params=ConnectParams(), local=False)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_do("recover")
        await pilot.pause()
        assert not isinstance(app.screen, RecoverDialog)
