"""Faults and scenarios from the main screen, its keys and its palette."""

from __future__ import annotations

from ablytui.protocol.states import ConnectionState as S
from ablytui.service.faults import FAULTS
from ablytui.ui.commands import items
from ablytui.ui.faultbook import InForce
from ablytui.ui.playbill import Bill
from ablytui.ui.screens.fault import FaultDialog
from ablytui.ui.settings import Launch
from tests.support.app import make_app
from tests.support.pilot import opened, said, settle

BILLS = (Bill("drain", "Drain", "away"), Bill("bad-key", "Bad key", "refused", own=True))


async def test_the_palette_has_every_fault_and_every_scenario() -> None:
    app, rig = make_app(S.CONNECTED, bills=lambda: BILLS)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        found = {item.name: item for item in items(screen.connection, screen.palette())}
        for fault in FAULTS:
            name = f"fault: {fault.word}" + ("…" if fault.params else "")
            assert found[name].action == f"screen.fault('{fault.word}')"
            assert found[name].reason == ""
        assert found["scenario: drain"].reason == ""
        assert "a connection of its own" in found["scenario: bad-key"].help
        rig.faults.used = False
        found = {item.name: item for item in items(screen.connection, screen.palette())}
        assert found["fault: cut"].reason == "the local service is not in use"
        assert found["scenario: drain"].reason == "the local service is not in use"
        assert found["scenario: bad-key"].reason == ""


async def test_an_entry_makes_the_fault_or_opens_the_dialog_at_it() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_fault("cut")
        assert rig.faults.asked == [{"do": "cut"}]
        rig.faults.why = "no client is connected"
        screen.action_fault("cut")
        await settle(pilot, lambda: said(pilot) == ["cut: no client is connected"])
        rig.faults.why = ""
        screen.action_fault("slow")
        await settle(pilot, lambda: isinstance(app.screen, FaultDialog))
        assert isinstance(app.screen, FaultDialog)
        assert app.screen._word == "slow"
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: app.screen is screen)
        assert rig.faults.asked[-1] == {"do": "slow", "delayMs": 500}
        screen.action_fault("suppress")
        await settle(pilot, lambda: isinstance(app.screen, FaultDialog))
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: "suppress is in force" in " ".join(said(pilot)))


async def test_all_are_lifted_at_once() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_faults_lift()
        await settle(pilot, lambda: said(pilot) == ["No fault is in force."])
        rig.faults.in_force = (InForce(2, "slow"), InForce(5, "silence"))
        screen.action_faults_lift()
        assert rig.faults.lifted == [2, 5]


async def test_another_scenario_plays_while_the_connection_goes_on() -> None:
    app, rig = make_app(S.CONNECTED, bills=lambda: BILLS)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_scenario("drain")
        screen.action_scenario("")
        assert rig.player.asked == ["play drain", "play "]
        rig.faults.used = False
        screen.action_scenario("drain")
        await settle(pilot, lambda: said(pilot) == ["Scenario: the local service is not in use."])
    assert rig.player.asked == ["play drain", "play "]


async def test_one_that_wants_its_own_connection_begins_with_it() -> None:
    wanted: list[str] = []
    other, _ = make_app(S.CONNECTED)

    def play(name: str, stepwise: bool) -> Launch:
        wanted.append(name)
        return other.launch

    app, rig = make_app(S.CLOSED, bills=lambda: BILLS, play=play)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_scenario("bad-key")
        await settle(pilot, lambda: wanted == ["bad-key"])
    assert rig.player.asked == []
