"""What came of a recovery key is said, beside what was expected, and the log goes there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.pilot import Pilot

from ablytui.protocol.effects import Reply
from ablytui.protocol.log import EntryKind
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.screens.recover import RecoverDialog
from ablytui.ui.widgets.frame_log import FrameLog
from tests.support.app import Rig, connection_in, make_app
from tests.support.entries import event, frame
from tests.support.pilot import opened, said, settle

LOST = "Lost: 80018 invalid connection key; new connectionId x."


async def recovered(pilot: Pilot[Any], *keys: str) -> MainScreen:
    screen = await opened(pilot)
    await pilot.press("r")
    await settle(pilot, lambda: isinstance(pilot.app.screen, RecoverDialog))
    await pilot.press(*keys, "enter")
    await settle(pilot, lambda: pilot.app.screen is screen)
    return screen


def judge(rig: Rig, outcome: str, text: str) -> int:
    n = rig.source.last() + 1
    members = {"asked": "recover", "outcome": outcome, "text": text, "final": True}
    rig.grow([event(EntryKind.VERDICT, members, n=n, at=9_000_000)])
    return n


@pytest.mark.parametrize(
    ("keys", "outcome", "words"),
    [
        (("ctrl+b", "1"), "lost", "As expected."),
        ((), "lost", "Expected was: recovered."),
    ],
)
async def test_the_verdict_is_said_beside_what_was_expected(
    keys: tuple[str, ...], outcome: str, words: str
) -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await recovered(pilot, *keys)
        assert not any("Lost" in line for line in said(pilot))
        n = judge(rig, outcome, LOST)
        await settle(pilot, lambda: f"{LOST} {words}" in said(pilot))
        assert screen.query_one(FrameLog).selected == n


async def test_a_further_verdict_is_said_until_the_connection_is_left() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await recovered(pilot)
        n = judge(rig, "recovered", "Recovered.")
        await settle(pilot, lambda: "Recovered. As expected." in said(pilot))
        judge(rig, "recovered", "Recovered: audit came twice.")
        await settle(pilot, lambda: "Recovered: audit came twice." in said(pilot))
        assert screen.query_one(FrameLog).selected == n
        rig.move(connection_in(S.DISCONNECTED))
        await settle(pilot, lambda: screen._used is None)


async def test_the_log_does_not_jump_once_the_person_is_elsewhere() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await recovered(pilot)
        screen.action_pane(Pane.STATE)
        await pilot.pause()
        judge(rig, "lost", LOST)
        await settle(pilot, lambda: bool(said(pilot)))
        assert screen.query_one(FrameLog).selected is None


async def test_after_a_failure_no_verdict_is_waited_for() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await recovered(pilot)
        rig.move(connection_in(S.FAILED))
        await settle(pilot, lambda: screen._used is None)


async def test_a_recovery_from_a_closed_connection_is_waited_for_while_it_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, rig = make_app(S.CLOSED)
    async with app.run_test(size=(120, 36)) as pilot:
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        monkeypatch.setattr(rig.session, "do", lambda _action, _args: answer)
        screen = await recovered(pilot)
        rig.move(connection_in(S.CLOSED))
        await pilot.pause()
        assert screen._used is not None
        answer.set_result(Reply(0))
        await settle(pilot, lambda: screen._used is None)


async def test_a_serial_of_the_past_is_one_that_the_log_has_seen() -> None:
    body = {"action": 15, "channel": "audit", "channelSerial": "seen@1"}
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        n = rig.source.last()
        later = {**body, "channelSerial": "seen@2"}
        rig.grow([frame(body, n=n + 1, at=9_000_000), frame(later, n=n + 2, at=9_000_001)])
        await pilot.pause()
        assert screen._earlier(["audit"]) == {"audit": "seen@1"}
