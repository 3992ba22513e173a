"""A machine that slept, and a wall clock that somebody set, met by a whole session.

Sleeping moves both clocks and calls nothing; on waking every call that is late comes at once, in
the order of its time. A clock that is set moves the wall alone: no wait knows of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ablytui.protocol.log import EntryKind
from ablytui.protocol.params import DialectName
from tests.support.joined import Joined, Make

CLASSIC = DialectName.CLASSIC
HOUR = 3_600_000
DIALECTS = pytest.mark.parametrize("dialect", list(DialectName))


def reason(world: Joined, event: str) -> tuple[int, int, str]:
    """Code, status and rule of the last change of that name."""
    found = [m for m in world.members(EntryKind.STATE) if m["event"] == event][-1]
    return found["reason"]["code"], found["reason"]["statusCode"], found["point"]


def _wake(world: Joined, slept: float) -> None:
    world.clock.sleep(slept)
    world.advance(1)


def _connected(_world: Joined) -> None:
    """It is already."""


def _waiting(world: Joined) -> None:
    world.reachable = False
    world.wire.ended_by_peer(1006)
    world.pump()


def _held(world: Joined) -> None:
    world.do("disconnect")


def _suspended(world: Joined) -> None:
    _waiting(world)
    world.advance(121_000, 1_000)


def _dialling(world: Joined) -> None:
    world.mute = True
    world.do("drop")


def _closing(world: Joined) -> None:
    world.mute = True
    world.do("close")


@DIALECTS
@pytest.mark.parametrize(
    ("reach", "slept", "states"),
    [
        # Shorter than the service's promise and our patience: nothing has happened.
        (_connected, 20_000, []),
        # The idle limit has passed, the state is still kept (RTN23a).
        (_connected, 60_000, ["disconnected", "connecting", "connected"]),
        # The retry that was due is made (RTN14d).
        (_waiting, 20_000, ["connecting", "disconnected"]),
        # The retry was due first, but the state is not kept any more (RTN14e).
        (_waiting, HOUR, ["connecting", "suspended"]),
        # A hold dials nothing, whatever has passed.
        (_held, 60_000, []),
        (_held, HOUR, ["suspended"]),
        # Suspended goes on for ever (RTN14f).
        (_suspended, HOUR, ["connecting", "suspended"]),
        # Nobody answered in time (RTN14c, RTN12b).
        (_dialling, 20_000, ["disconnected"]),
        (_closing, 20_000, ["closed"]),
    ],
)
async def test_what_waking_up_does(
    make: Make,
    dialect: DialectName,
    reach: Callable[[Joined], None],
    slept: float,
    states: list[str],
) -> None:
    world = make(dialect=dialect)
    reach(world)
    told = len(world.states)
    _wake(world, slept)
    assert world.states[told:] == states


@DIALECTS
async def test_what_it_is_told_by(make: Make, dialect: DialectName) -> None:
    world = make(dialect=dialect)
    _wake(world, 60_000)
    assert reason(world, "disconnected") == (80003, 408, "RTN23a")
    assert "resume=" in world.wire.target.resource
    world.advance(300)
    assert world.members(EntryKind.VERDICT)[-1]["outcome"] == "resumed"
    world.reachable = False
    world.wire.ended_by_peer(1006)
    world.pump()
    _wake(world, HOUR)
    assert reason(world, "suspended") == (80002, 400, "RTN14e")
    assert world.members(EntryKind.STATE)[-1]["retryIn"] == 30_000


@DIALECTS
async def test_who_waits_for_an_answer_has_one_on_waking(make: Make, dialect: DialectName) -> None:
    world = make(dialect=dialect)
    world.mute = True
    asked = [world.session.do(*order) for order in (("ping", {}), ("attach", {"channel": "a"}))]
    sent = world.session.do("publish", {"channel": "a"})
    world.pump()
    world.mute = False
    _wake(world, 60_000)
    errors = [future.result().error for future in asked]
    assert [error and error.code for error in errors] == [50003, 90007]
    # It was never acknowledged: it went again with the new transport (RTN19a).
    assert sent.result().error is None
    assert sent.result().value["msgSerial"] == 0


@DIALECTS
@pytest.mark.parametrize("hours", [-24, 24])
async def test_a_wall_clock_that_is_set_is_no_sleep(
    make: Make, dialect: DialectName, hours: int
) -> None:
    world = make(dialect=dialect)
    world.clock.set_wall(world.clock.wall() + hours * HOUR)
    world.advance(20_000, 1_000)
    assert world.states == ["connecting", "connected"]
    world.clock.set_wall(world.clock.wall() + hours * HOUR)
    world.wire.ended_by_peer(1006)
    world.pump()
    # Classic asks the wall clock too whether it slept past its state (RTN15g2), and errs on the
    # side of a clean connection.
    clean = dialect is CLASSIC and hours > 0
    assert ("resume=" not in world.wire.target.resource) is clean
    world.reachable = False
    world.wire.ended_by_peer(1006)
    world.pump()
    retry: dict[str, Any] = world.members(EntryKind.STATE)[-1]
    world.clock.set_wall(world.clock.wall() - hours * HOUR)
    count = len(world.wires)
    world.clock.advance(retry["retryIn"] - 1)
    assert len(world.wires) == count
    world.clock.advance(2)
    assert len(world.wires) == count + 1
