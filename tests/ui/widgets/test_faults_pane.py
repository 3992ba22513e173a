"""Pane 5 in the app."""

from __future__ import annotations

import dataclasses

from ablytui.protocol.log import EntryKind
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.faultbook import InForce
from ablytui.ui.present.layout import Pane
from ablytui.ui.widgets.faults_pane import FaultList, FaultsPane
from ablytui.ui.widgets.slot_title import SlotTitle
from tests.support.app import connection_in, make_app, rows_to
from tests.support.entries import WALL0, event
from tests.support.pilot import focused, opened, said, settle

TWO = (
    InForce(3, "suppress", "ACK, to the client", WALL0, True, 2),
    InForce(1, "accept_and_close", "close 1008", 0.0, False, 0, 2),
)


async def test_what_is_in_force_is_listed_counted_and_lifted() -> None:
    app, rig = make_app(S.CONNECTED)
    rig.faults.in_force = TWO
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        assert "2 faults" in str(screen.query_one("#status").render())
        await pilot.press("5")
        await settle(pilot, lambda: focused(screen) is Pane.FAULTS)
        pane, lists = screen.query_one(FaultsPane), screen.query_one(FaultList)
        assert "5 Faults 2" in pane.query_one(SlotTitle).lead.plain
        drawn = lists.render().plain
        assert "suppress" in drawn
        assert "0 of 2" in drawn
        await pilot.press("u")
        await pilot.press("j", "u")
        await pilot.press("j", "U")
        await pilot.pause()
        assert rig.faults.lifted == [3, 1, 3, 1]
        # The cursor keeps to its fault when those before it go.
        rig.faults.in_force = TWO[1:]
        rig.move(connection_in(S.CONNECTED))
        await settle(pilot, lambda: "suppress" not in lists.render().plain)
        assert lists.chosen == TWO[1]


async def test_what_has_struck_leads_to_its_row_of_the_log() -> None:
    told = {"level": "info", "message": "TCP cut: by you", "fault": "withheld", "name": "cut"}
    rows = rows_to(S.CONNECTED)
    rows.append(event(EntryKind.NOTICE, told, n=len(rows) + 1, at=3_900))
    app, rig = make_app(S.CONNECTED, rows=rows)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("5")
        lists = screen.query_one(FaultList)
        await settle(pilot, lambda: "TCP cut: by you" in lists.render().plain)
        await pilot.press("enter")
        await settle(pilot, lambda: focused(screen) is Pane.FRAMES)
        assert screen.query_one("#log").selected == len(rows)  # type: ignore[attr-defined]
        assert rig.faults.lifted == []


async def test_where_no_local_service_is_used_it_says_what_to_do() -> None:
    app, rig = make_app(S.CONNECTED, local=False)
    rig.faults.used = False
    rig.faults.in_force = TWO
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("5")
        await settle(pilot, lambda: focused(screen) is Pane.FAULTS)
        drawn = screen.query_one(FaultList).render().plain
        assert "this connection goes elsewhere" in drawn
        assert "faults" not in str(screen.query_one("#status").render())
        await pilot.press("F")
        await settle(pilot, lambda: bool(said(pilot)))
        assert said(pilot) == ["Faults: the local service is not in use; s plays a scenario on it."]


async def test_a_long_list_scrolls_with_its_cursor() -> None:
    app, rig = make_app(S.CONNECTED)
    rig.faults.in_force = tuple(
        dataclasses.replace(TWO[0], number=n, what=f"channel-{n}") for n in range(40)
    )
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(pilot)
        await pilot.press("5", *"j" * 39)
        lists = screen.query_one(FaultList)
        await settle(pilot, lambda: "channel-39" in lists.render().plain)
        assert "in force" not in lists.render().plain
        await pilot.click(FaultList, offset=(5, 0))
        assert lists.chosen != rig.faults.in_force[39]
        await pilot.press(*"k" * 39)
        await settle(pilot, lambda: "in force" in lists.render().plain)
