"""The dialog of faults."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from ablytui.protocol.states import ConnectionState as S
from ablytui.service.faults import NAMES
from ablytui.ui.screens.fault import FaultDialog, FaultNames
from ablytui.ui.widgets.field import Field
from tests.support.app import make_app
from tests.support.pilot import opened, settle


async def dialog_of(pilot: Pilot[Any], *keys: str) -> FaultDialog:
    await pilot.press(*(keys or ("F",)))
    await settle(pilot, lambda: isinstance(pilot.app.screen, FaultDialog))
    dialog = pilot.app.screen
    assert isinstance(dialog, FaultDialog)
    await settle(pilot, lambda: dialog.query_one(FaultNames).has_focus)
    return dialog


def shown(dialog: FaultDialog) -> list[str]:
    return [field.key for field in dialog._fields]


def text(dialog: FaultDialog, where: str) -> str:
    return str(dialog.query_one(where, Static).content)


async def choose(pilot: Pilot[Any], dialog: FaultDialog, word: str) -> None:
    dialog.query_one(FaultNames).highlighted = NAMES.index(word)
    await settle(pilot, lambda: dialog._word == word)


async def test_every_fault_is_listed_and_one_without_fields_is_made_by_enter() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        dialog = await dialog_of(pilot)
        names = dialog.query_one(FaultNames)
        assert [names.get_option_at_index(n).id for n in range(names.option_count)] == list(NAMES)
        assert shown(dialog) == []
        assert "TCP ends without a close frame" in text(dialog, "#meaning")
        assert "━▶ ◇ disconnected 80003" in text(dialog, "#outcome")
        await pilot.press("enter")
        await settle(pilot, lambda: bool(rig.faults.asked))
    assert rig.faults.asked == [{"do": "cut"}]


async def test_what_was_typed_is_made_kept_and_offered_again() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        dialog = await dialog_of(pilot)
        await pilot.press("down")
        await settle(pilot, lambda: shown(dialog) == ["closeCode", "reason"])
        await pilot.press("enter", "end", "backspace", "9")
        assert text(dialog, "#help") == "1000-1003, 1007-1014, 3000-4999"
        await pilot.press("tab", *"bye", "ctrl+s")
        await settle(pilot, lambda: bool(rig.faults.asked))
        assert rig.faults.asked == [{"do": "close", "closeCode": 1009, "reason": "bye"}]
        dialog = await dialog_of(pilot)
        assert dialog._word == "close"
        assert dialog._typed == {"closeCode": "1009", "reason": "bye"}
        await pilot.press("down", "up", "ctrl+s")
        await settle(pilot, lambda: len(rig.faults.asked) == 2)
    assert rig.faults.asked[0] == rig.faults.asked[1]


async def test_what_is_wrong_stands_at_its_field_and_is_not_made() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        dialog = await dialog_of(pilot)
        await choose(pilot, dialog, "close")
        await pilot.press("enter", "end", "backspace", "6")
        field = next(f for f in dialog.query(Field) if f.key == "closeCode")
        await settle(pilot, lambda: field.problem == "allowed: 1000-1003, 1007-1014, 3000-4999")
        assert text(dialog, "#dialog-why") == "Make it: see closeCode"
        await pilot.press("ctrl+s", "enter")
        assert app.screen is dialog
        await choose(pilot, dialog, "inject_to_client")
        area = dialog.query_one(TextArea)
        area.text = '{"action": 99'
        await settle(pilot, lambda: "see frame" in text(dialog, "#dialog-why"))
        wrong = next(w for w in dialog.query(".wrong") if "not JSON" in str(w.render()))
        assert "not JSON at character 14" in str(wrong.render())
        area.text = '{"action": 99}'
        await settle(pilot, lambda: text(dialog, "#dialog-why") == "")
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: bool(rig.faults.asked))
    assert rig.faults.asked == [{"do": "inject_to_client", "message": {"action": 99}}]


@pytest.mark.parametrize("size", [(60, 20), (160, 45)])
async def test_a_fault_of_a_channel_knows_the_first_and_why_not_is_said(
    size: tuple[int, int],
) -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        dialog = await dialog_of(pilot)
        await choose(pilot, dialog, "channel_error")
        assert dialog._typed["channel"] == "orders:eu"
        assert "orders:eu ● attached ━▶ ✕ failed 40160" in " ".join(
            text(dialog, "#outcome").split()
        )
        rig.faults.why = "no client is connected"
        await choose(pilot, dialog, "detached")
        assert text(dialog, "#dialog-why") == "Make it: no client is connected"
        await pilot.press("ctrl+s")
        assert app.screen is dialog
        rig.faults.why = ""
        await choose(pilot, dialog, "suppress")
        assert text(dialog, "#dialog-why") == "in force from now on"
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is not dialog)
    assert rig.faults.asked == []
