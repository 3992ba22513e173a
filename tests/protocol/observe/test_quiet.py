"""The local service and this client keep the protocol: nothing between them is an anomaly."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.format import Format
from ablytui.protocol.log import EntryKind
from ablytui.protocol.params import ConnectParams, DialectName
from tests.support.joined import Joined


def anomalies(world: Joined) -> list[dict[str, Any]]:
    return world.members(EntryKind.ANOMALY)


@pytest.mark.parametrize("dialect", list(DialectName))
@pytest.mark.parametrize("fmt", list(Format))
async def test_a_long_life(fmt: Format, dialect: DialectName) -> None:
    params = ConnectParams(dialect=dialect, format=fmt, client_id="me")
    world = Joined(params)
    try:
        world.start()
        for channel in ("a", "b"):
            assert world.do("attach", channel=channel).error is None
        assert world.do("publish", channel="a", data="x").error is None
        assert world.do("presence", channel="b", action="enter", data="here").error is None
        world.publish("a", "1", "2")
        assert world.do("ping").error is None
        for _ in range(3):
            world.do("drop")
            world.publish("a", "missed")
            world.advance(1_500)
        assert world.states[-1] == "connected"
        assert "resumed" in {v["outcome"] for v in world.members(EntryKind.VERDICT)}
        world.do("attach", channel="b")
        world.do("detach", channel="a")
        world.do("publish", channel="a", data="without attaching")
        world.advance(100_000, step=500)
        world.do("disconnect")
        world.advance(200_000, step=500)
        assert world.states[-1] == "suspended"
        world.do("connect")
        world.advance(2_000)
        assert world.states[-1] == "connected"
        world.do("publish", channel="a", data="late")
        world.do("close")
        world.pump()
        world.do("connect")
        world.advance(1_000)
        world.do("attach", channel="a")
        assert anomalies(world) == []
    finally:
        await world.close()


@pytest.mark.parametrize("dialect", list(DialectName))
async def test_a_recovery(dialect: DialectName) -> None:
    first = Joined(ConnectParams(dialect=dialect))
    first.start()
    first.do("attach", channel="a")
    key = first.session.recovery_key()
    second = Joined(ConnectParams(dialect=dialect), other=first)
    try:
        first.do("drop")
        first.publish("a", "missed")
        second.start()
        assert second.do("recover", key=key).error is None
        second.do("attach", channel="a")
        second.publish("a", "live")
        second.advance(1_000)
        assert anomalies(second) == []
        assert {v["outcome"] for v in second.members(EntryKind.VERDICT)} == {"recovered"}
    finally:
        await second.close()
        await first.close()


async def test_a_service_that_falls_silent_is_told() -> None:
    world = Joined(ConnectParams())
    try:
        world.start()
        world.advance(1_000)
        world.core.next_due = lambda: None  # type: ignore[method-assign]
        world.advance(24_000, step=500)
        (told,) = anomalies(world)
        assert told["point"] == "RTN23a"
        assert told["by"] == "peer"
        assert world.states[-1] == "connected"
    finally:
        await world.close()
