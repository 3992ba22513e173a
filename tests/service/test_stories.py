"""Each scenario played to its end against the engine: its story is the one that it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from ablytui.protocol.log import EntryKind
from ablytui.protocol.states import ChannelState
from ablytui.service.scenario import Scenario, by_name, shipped
from tests.support.played import Played


def shorter(scenario: Scenario) -> Scenario:
    """A flood that passes sooner, at the same rate."""
    brief = tuple(replace(s, times=40) if s.times else s for s in scenario.streams)
    return replace(scenario, streams=brief)


@asynccontextmanager
async def played(scenario: Scenario, patch: pytest.MonkeyPatch) -> AsyncIterator[Played]:
    world = Played(shorter(scenario))
    patch.setattr("ablytui.worker.tokens.request", world.request)
    try:
        await world.to_the_end()
        yield world
    finally:
        await world.close()


def verdicts(world: Played) -> list[tuple[str, str]]:
    told = world.members(EntryKind.VERDICT)
    return [(m["outcome"], m["error"]["code"] if m["error"] else "") for m in told]


def codes(world: Played, state: str) -> list[int]:
    told = world.members(EntryKind.STATE)
    return [m["reason"]["code"] for m in told if m["event"] == state and m["reason"]]


@pytest.mark.parametrize("scenario", shipped(), ids=lambda s: s.name)
async def test_the_story_is_the_one_it_tells(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with played(scenario, monkeypatch) as world:
        assert tuple(world.states) == scenario.shows
        steps = [step.caption for step in scenario.steps if step.caption]
        assert [caption for caption in world.captions if caption in steps] == steps
        assert {rule.caption for rule in scenario.rules if rule.caption} <= set(world.captions)
        assert world.player.playing is not None
        assert world.player.playing.over
        check = CHECKS.get(scenario.name)
        if check is not None:
            check(world)


def hello(world: Played) -> None:
    kinds = {type(data) for data in world.datas}
    assert kinds == {str, bytes, dict}
    assert {i["clientId"] for d in world.delivered if d.kind == "presence" for i in d.items} == {
        "ada",
        "grace",
    }


def drop(world: Played) -> None:
    assert verdicts(world) == [("resumed", ""), ("resumed", "")]
    ticks = [data["n"] for data in world.datas if isinstance(data, dict)]
    assert ticks == [str(n) for n in range(int(ticks[0]), int(ticks[0]) + len(ticks))]
    assert [data for data in world.datas if isinstance(data, str)] == [
        "published in the gap",
        "published in the second gap",
    ]


def lost(world: Played) -> None:
    assert verdicts(world) == [("lost", 80018)]
    assert "you will not see this one" not in world.datas


def suspended(world: Played) -> None:
    assert verdicts(world) == [("lost", 80018)]
    assert codes(world, "suspended")[0] == 80002


def drain(world: Played) -> None:
    assert verdicts(world) == [("resumed", ""), ("resumed", "")]
    assert codes(world, "disconnected") == [80003, 80003]


def expiry(world: Played) -> None:
    assert verdicts(world) == [("resumed", "")]
    assert codes(world, "disconnected") == [40142]


def revoked(world: Played) -> None:
    assert codes(world, "disconnected") == [40141]
    assert codes(world, "failed") == [40171]


def limits(world: Played) -> None:
    errors = [m["reason"]["code"] for m in world.members(EntryKind.CHANNEL) if m["reason"]]
    assert errors == [40114, 40010]
    assert [row.error for _, row in world.rows if row.action == 2] == [40009]


def flood(world: Played) -> None:
    assert [data["n"] for data in world.datas] == [str(n) for n in range(800)]


def strange(world: Played) -> None:
    assert len(world.members(EntryKind.ANOMALY)) >= 8
    assert world.datas[-1].startswith("\x1b[31m")
    faults = [m["fault"] for m in world.members(EntryKind.NOTICE) if "fault" in m]
    assert faults == ["added"] * 9


def room(world: Played) -> None:
    channel = world.session.connection.channels["demo:room"]
    assert channel.state is ChannelState.ATTACHED
    items = [i for d in world.delivered if d.kind == "presence" for i in d.items]
    told = [(i["clientId"], i["action"]) for i in items]
    assert ("you", "leave") not in told
    assert told[-1] == ("grace", "leave")


def classic(world: Played) -> None:
    assert verdicts(world) == [("resumed", "")]
    ticks = [data["n"] for data in world.datas if isinstance(data, dict)]
    assert ticks == [str(n) for n in range(int(ticks[0]), int(ticks[0]) + len(ticks))]
    assert "published in the gap" in world.datas


def closing(world: Played) -> None:
    assert codes(world, "failed") == [80000, 40100, 40000]


CHECKS: dict[str, Any] = {
    "hello": hello,
    "drop-and-resume": drop,
    "lost-state": lost,
    "suspended": suspended,
    "drain": drain,
    "token-expiry": expiry,
    "token-revoked": revoked,
    "bad-key": lambda world: codes(world, "failed") == [40101] or pytest.fail("no 40101"),
    "limits": limits,
    "flood": flood,
    "strange-frames": strange,
    "presence-room": room,
    "classic-resume": classic,
    "classic-close-codes": closing,
}


# --- the person's hand --------------------------------------------------------------------------


async def test_paused_nothing_happens_but_the_connection_lives() -> None:
    world = Played(by_name("drop-and-resume"))
    world.start()
    world.advance(3_000)
    got = len(world.datas)
    world.player.control("pause")
    world.advance(60_000)
    assert len(world.datas) == got
    assert world.player.playing is not None
    assert world.player.playing.paused
    assert world.states == ["connecting", "connected"]
    world.player.control("go")
    world.advance(3_900)
    assert len(world.captions) == 1
    assert len(world.datas) == got + 7
    world.advance(200)
    assert len(world.captions) == 2
    await world.close()


async def test_next_jumps_and_step_by_step_waits() -> None:
    scenario = by_name("drain")
    world = Played(scenario, stepwise=True)
    world.start()
    captions = [step.caption for step in scenario.steps]
    for number in range(1, len(captions) + 1):
        world.advance(60_000, step=500)
        assert world.captions == captions[:number]
        assert world.player.playing is not None
        assert world.player.playing.holds == (number < len(captions))
        world.player.control("skip")
    assert world.player.playing is not None
    assert world.player.playing.over
    assert tuple(world.states) == scenario.shows
    await world.close()
