"""What a tick of the clock and rows that come may cost: only what reads otherwise is painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pytest
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.settings import Settings
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.state_pane import Diagram
from ablytui.ui.widgets.status_bar import StatusBar
from tests.support.app import make_app
from tests.support.entries import flood
from tests.support.pilot import opened

MOVING = Settings(zone=UTC)


class Asked:
    """What widgets ask for: repaints with their regions, and layouts of the screen."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.paints: list[tuple[Widget, Sequence[Region]]] = []
        self.layouts = 0
        refresh, lay_out = Widget.refresh, Screen._refresh_layout

        def refreshed(widget: Widget, *regions: Region, **how: Any) -> Widget:
            if how.get("repaint", True):
                self.paints.append((widget, regions))
            return refresh(widget, *regions, **how)

        def laid_out(screen: Screen[Any], *args: Any, **how: Any) -> None:
            self.layouts += 1
            lay_out(screen, *args, **how)

        patch.setattr(Widget, "refresh", refreshed)
        patch.setattr(Screen, "_refresh_layout", laid_out)

    def forget(self) -> None:
        """From now on."""
        self.paints.clear()
        self.layouts = 0

    @property
    def kinds(self) -> set[type[Widget]]:
        """What was painted."""
        return {type(widget) for widget, _ in self.paints}


@pytest.mark.parametrize(("before", "tick"), [(5_000, 100), (61_000, 1_000), (3_700_000, 60_000)])
async def test_a_tick_paints_the_two_places_that_show_the_time(
    monkeypatch: pytest.MonkeyPatch, before: int, tick: int
) -> None:
    app, rig = make_app(S.CONNECTED, settings=MOVING)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        rig.clock.advance(before)
        await pilot.pause()
        asked = Asked(monkeypatch)
        due = rig.clock.pending[0]
        rig.clock.advance(due - rig.clock.mono())
        await pilot.pause()
        assert asked.layouts == 0
        assert asked.kinds == {StatusBar, Diagram}
        lines = [r for widget, regions in asked.paints if type(widget) is Diagram for r in regions]
        assert 1 <= len(lines) <= 3
        assert {region.height for region in lines} == {1}
        asked.forget()
        assert rig.clock.pending == [pytest.approx(due + tick, abs=2)]
        rig.clock.advance(tick - 3)
        await pilot.pause()
        assert asked.paints == []


async def test_rows_that_come_lay_nothing_out_and_leave_the_buttons_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        rig.grow(flood(100, start=rig.source.last() + 1))
        await pilot.pause()
        asked = Asked(monkeypatch)
        asked_before = rig.source.asked
        rig.grow(flood(2_000, start=rig.source.last() + 1))
        await pilot.pause()
        log = screen.query_one(FrameLog)
        assert log.scroll_offset.y == rig.source.last() - log.size.height
        assert asked.layouts == 0
        # The scroll bar has no width.
        assert {kind.__name__ for kind in asked.kinds} <= {
            "StatusBar", "FrameLog", "SlotTitle", "PaneTabs", "LogHeads", "ScrollBar",
        }  # fmt: skip
        # One question for the lines in sight, whatever came.
        assert rig.source.asked - asked_before <= 2
