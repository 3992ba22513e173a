"""REST hosts: the order of asking, what counts as a failure of a host, what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from ablytui.net.request import Answer, RequestFailed
from ablytui.protocol.hosts import Host
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.worker.rest import RestHosts, origin
from tests.support.clock import FakeClock

OK = Answer(200, (), b"")
DOWN = Answer(503, (), b"")
THREE: tuple[Host, ...] = (("a.example", None), ("b.example", 81), ("c.example", None))


class World:
    """A service of several hosts; those in `down` fail in the way that is given."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.hosts = RestHosts(self.clock, Random(5))
        self.asked: list[str] = []
        self.down: Callable[[str], Answer | None] | None = None
        self.up: set[str] = set()

    async def request(self, where: str) -> Answer:
        self.asked.append(where.removeprefix("https://"))
        self.clock.advance(self.takes)
        if self.down is None or self.asked[-1] in self.up:
            return OK
        answer = self.down(where)
        if answer is None:
            raise RequestFailed("refused")
        return answer

    takes = 0.0

    async def ask(self, given: ConnectParams, connected: str = "") -> tuple[int, list[str]]:
        """The status and the hosts that were asked."""
        self.asked.clear()
        answer = await self.hosts.ask(given, connected, self.request)
        return answer.status, list(self.asked)


def params(**more: Any) -> ConnectParams:
    return ConnectParams(**{"endpoint": "main.example", "fallback_hosts": THREE} | more)


@pytest.mark.parametrize(
    ("given", "host", "where"),
    [
        (ConnectParams(), None, "https://main.realtime.ably.net"),
        (ConnectParams(dialect=DialectName.CLASSIC), None, "https://rest.ably.io"),
        (ConnectParams(endpoint="::1", tls=False, port=8), None, "http://[::1]:8"),
        (ConnectParams(), ("f.example", 444), "https://f.example:444"),
        (ConnectParams(port=9), ("f.example", None), "https://f.example:9"),
    ],
)
def test_origins(given: ConnectParams, host: Host | None, where: str) -> None:
    assert origin(given, host) == where


async def test_the_primary_alone_where_it_answers() -> None:
    assert await World().ask(params()) == (200, ["main.example"])


@pytest.mark.parametrize(
    "failure",
    [
        None,
        Answer(500, (), b""),
        Answer(504, (), b""),
        Answer(404, (("Server", "CloudFront"),), b""),
    ],
)
async def test_rsc15l_a_host_that_fails(failure: Answer | None) -> None:
    world = World()
    world.down = lambda _: failure
    world.up = {"a.example", "b.example:81", "c.example"}
    status, asked = await world.ask(params())
    assert status == 200
    assert len(asked) == 2
    assert asked[0] == "main.example"
    assert asked[1] in world.up


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 499, 505])
async def test_rsc15l_an_answer_is_one(status: int) -> None:
    world = World()
    world.down = lambda _: Answer(status, (), b"")
    assert await world.ask(params()) == (status, ["main.example"])


async def test_rsc15a_each_once_and_three_at_most() -> None:
    world = World()
    world.down = lambda _: DOWN
    many = tuple((f"{name}.example", None) for name in "abcdef")
    status, asked = await world.ask(params(fallback_hosts=many))
    assert status == 503
    assert len(asked) == len(set(asked)) == 4
    world.down = lambda _: None
    with pytest.raises(RequestFailed, match="refused"):
        await world.ask(params(fallback_hosts=many))


async def test_rsc15a_in_no_order_of_their_own() -> None:
    orders = set()
    world = World()
    world.down = lambda _: DOWN
    for _ in range(60):
        orders.add(tuple((await world.ask(params()))[1][1:]))
    assert len(orders) == 6


async def test_rec2a2_without_fallbacks_there_is_none() -> None:
    world = World()
    world.down = lambda _: DOWN
    assert await world.ask(params(fallback_hosts=())) == (503, ["main.example"])
    assert await world.ask(ConnectParams(endpoint="localhost", tls=True)) == (503, ["localhost"])


async def test_tol3_not_for_longer_than_fifteen_seconds() -> None:
    world = World()
    world.down = lambda _: None
    world.takes = 8_000
    with pytest.raises(RequestFailed):
        await world.ask(params())
    assert len(world.asked) == 2


async def test_rsc15f_a_good_fallback_is_remembered_for_a_while() -> None:
    world = World()
    world.down = lambda _: DOWN
    world.up = {"c.example"}
    assert (await world.ask(params()))[1][-1] == "c.example"
    world.clock.advance(300_000)
    assert await world.ask(params()) == (200, ["c.example"])
    world.clock.advance(299_999)
    assert await world.ask(params()) == (200, ["c.example"])
    world.clock.advance(1)
    world.up.add("main.example")
    assert await world.ask(params()) == (200, ["main.example"])


async def test_rsc15f_one_that_fails_is_forgotten_for_the_primary() -> None:
    world = World()
    world.down = lambda _: DOWN
    world.up = {"c.example"}
    await world.ask(params())
    world.up = {"main.example"}
    assert await world.ask(params()) == (200, ["c.example", "main.example"])
    assert await world.ask(params()) == (200, ["main.example"])


async def test_rtn17e_rest_goes_where_the_connection_went() -> None:
    world = World()
    assert await world.ask(params(), "b.example") == (200, ["b.example:81"])
    assert await world.ask(params(), "main.example") == (200, ["main.example"])
    world.down = lambda _: DOWN
    world.up = {"main.example"}
    assert await world.ask(params(), "b.example") == (200, ["b.example:81", "main.example"])
