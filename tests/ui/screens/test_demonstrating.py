"""Every scenario in the real app, to its end; and the keys that hold it, skip and begin again."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ablytui.service.scenario import Scenario, shipped
from ablytui.ui.playbill import Playing
from ablytui.ui.screens.demo import DemoDialog
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.widgets.caption_bar import CaptionBar
from ablytui.ui.widgets.frame_log import FrameLog
from tests.support.app import make_app
from tests.support.demos import Theatre
from tests.support.pilot import opened, settle


def bar(pilot: Pilot[Any]) -> CaptionBar:
    return pilot.app.screen_stack[0].query_one(CaptionBar)


async def to_the_end(pilot: Pilot[Any], theatre: Theatre, scenario: Scenario) -> list[str]:
    """Play, one step after the other; the captions that were seen."""
    seen: list[str] = []
    # Just before each step but the first, when the one before it still stands there.
    starts = [0, *(step.at - 1 for step in scenario.steps[1:] if step.caption)]
    for until, at in zip([*starts[1:], starts[-1] + 3_000], starts, strict=True):
        # A rule may have its say between two steps.
        for ms in (50, until - at - 50) if scenario.rules else (until - at,):
            await theatre.advance(ms)
            await pilot.pause()
            if bar(pilot).playing.caption not in seen[-1:]:
                seen.append(bar(pilot).playing.caption)
    return seen


FLOOD = {"flood": 30}
"""Batches enough to see it flow."""


@pytest.mark.parametrize("scenario", shipped(), ids=lambda s: s.name)
async def test_a_scenario_is_seen_to_its_end(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = Theatre(shorter=FLOOD)
    async with theatre.app(scenario.name).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        monkeypatch.setattr("ablytui.worker.tokens.request", theatre.world.request)
        seen = await to_the_end(pilot, theatre, scenario)
        steps = [step.caption for step in scenario.steps if step.caption]
        told = [caption for caption in seen if caption in steps]
        assert told == steps
        assert bar(pilot).playing.over
        assert theatre.world.session.connection.state == scenario.shows[-1].replace(
            "update", "connected"
        )
        assert screen.query_one(FrameLog).status.total == theatre.world.store.appended
        assert scenario.title in str(bar(pilot).render())


async def test_hold_next_and_again() -> None:
    theatre = Theatre()
    async with theatre.app("drain").run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await theatre.advance(1_000)
        await pilot.press("space")
        await theatre.advance(60_000)
        await pilot.pause()
        assert bar(pilot).playing.paused
        assert (bar(pilot).playing.step, bar(pilot).playing.steps) == (1, 5)
        assert "paused" in str(bar(pilot).render())
        await pilot.press("full_stop")
        await pilot.pause()
        assert bar(pilot).playing.step == 2
        assert not bar(pilot).playing.paused
        await pilot.press("space", "space")
        await theatre.advance(6_100)
        await pilot.pause()
        assert bar(pilot).playing.step == 3
        await again(pilot, theatre, "comma")
        assert bar(pilot).playing.step <= 1
        assert theatre.world.states == ["connecting", "connected"]


async def again(pilot: Pilot[Any], theatre: Theatre, *keys: str) -> None:
    """Press, and wait for the other session."""
    before, worlds = pilot.app.screen_stack[0], len(theatre.worlds)
    await pilot.press(*keys)

    def begun() -> bool:
        theatre.worlds[worlds - 1].pump()
        other = pilot.app.screen_stack[0]
        return len(theatre.worlds) > worlds and other is not before

    await settle(pilot, begun)
    await pilot.app.workers.wait_for_complete()
    await theatre.advance(100)
    await pilot.pause()


async def test_another_is_chosen_and_played_step_by_step() -> None:
    theatre = Theatre()
    async with theatre.app("hello").run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await theatre.advance(100)
        await pilot.press("s")
        assert isinstance(pilot.app.screen, DemoDialog)
        await pilot.press("down", "down")
        await again(pilot, theatre, "space")
        assert theatre.world.scenario.name == "drop-and-resume"
        await theatre.advance(60_000)
        await pilot.pause()
        assert bar(pilot).playing.holds
        assert bar(pilot).playing.step == 1
        assert isinstance(pilot.app.screen, MainScreen)
        await pilot.press("space")
        await pilot.pause()
        assert bar(pilot).playing.step == 2


async def test_without_a_scenario_the_keys_say_what_to_do() -> None:
    app, rig = make_app(bills=tuple)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        for key, said in (
            ("comma", "No scenario is played; s chooses one."),
            ("s", "There is no scenario to play here."),
        ):
            await pilot.press(key)
            assert [n.message for n in app._notifications][-1] == said
        await pilot.press("space", "full_stop")
        assert rig.player.asked == ["pause", "skip"]
        rig.player.show(Playing("Sent", 1, 2, "c", name="posted"))
        await pilot.pause()
        await pilot.press("comma")
        assert "came from outside" in [n.message for n in app._notifications][-1]
