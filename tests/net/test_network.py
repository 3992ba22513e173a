"""RTN20: when a change of the network is told, and the route socket itself."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from ablytui.net import network
from ablytui.net.clock import SystemClock
from ablytui.net.netlink import QUESTIONS, question
from ablytui.net.network import Telling, watch
from tests.support.clock import FakeClock
from tests.support.netlink import address, link

DONE = bytes.fromhex("14000000030002000100000000000000") + b"\0\0\0\0"
UP, DOWN = link(2, 0x41), link(2, 0x01)


class Told:
    """A `Telling` on a clock that stands still, with what it told and asked."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.told: list[bool] = []
        self.asked: list[bytes] = []
        self.telling = Telling(self.clock, self.told.append, self.asked.append)
        self.telling.begin()

    def say(self, *datagrams: bytes) -> None:
        for data in datagrams:
            self.telling.datagram(data)

    def settled(self) -> list[bool]:
        """What was told until everything has settled."""
        self.clock.advance(1_000)
        told, self.told[:] = list(self.told), []
        return told


def begun(*first: bytes) -> Told:
    told = Told()
    told.say(*first, DONE, DONE, DONE)
    return told


def test_it_asks_for_one_thing_after_the_other() -> None:
    told = Told()
    assert told.asked == [question(QUESTIONS[0])]
    told.say(UP)
    assert len(told.asked) == 1
    told.say(DONE, DONE)
    assert told.asked == [question(kind) for kind in QUESTIONS]
    told.say(address(2), DONE)
    assert len(told.asked) == 3


@pytest.mark.parametrize("first", [(), (UP, address(2))])
def test_how_it_is_at_first_is_no_news(first: tuple[bytes, ...]) -> None:
    assert begun(*first).settled() == []


def test_gone_is_told_at_once_and_once() -> None:
    told = begun(UP, address(2))
    told.say(DOWN)
    assert told.told == [False]
    told.say(DOWN, link(2, 0))
    assert told.settled() == [False]


def test_back_is_told_once_it_has_settled() -> None:
    told = begun(UP, address(2))
    told.say(DOWN)
    told.told.clear()
    told.say(UP)
    told.clock.advance(199)
    assert told.told == []
    told.say(UP)
    assert told.settled() == [True]


def test_what_does_not_last_is_not_told() -> None:
    told = begun()
    told.say(UP, address(2), DOWN)
    assert told.settled() == []


def test_another_way_out_is_told_again() -> None:
    told = begun(UP, address(2))
    route = bytes.fromhex(
        "34000000180000060666066b9215000002000000fe0300010000000008000f00fe000000080005000a01020108000400"
        "02000000"
    )
    told.say(route)
    assert told.settled() == [True]
    told.say(route)
    assert told.settled() == []


def test_lost_datagrams_begin_anew_without_news() -> None:
    told = begun(UP, address(2))
    told.telling.begin()
    told.say(UP, DONE, address(2), DONE, DONE)
    assert told.settled() == []
    told.telling.begin()
    told.say(DOWN, DONE, DONE, DONE)
    assert told.settled() == [False]


def test_after_the_end_nothing_is_told() -> None:
    told = begun()
    told.say(UP, address(2))
    told.telling.end()
    assert told.settled() == []


# --- the socket -----------------------------------------------------------------------------------


async def test_where_there_is_no_such_socket_nothing_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(socket, "AF_NETLINK", raising=False)
    watch(FakeClock(), lambda _: None)()


async def test_where_it_is_forbidden_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> socket.socket:
        raise PermissionError

    monkeypatch.setattr(socket, "AF_NETLINK", 16, raising=False)
    monkeypatch.setattr(socket, "socket", refuse)
    watch(FakeClock(), lambda _: None)()


@pytest.mark.skipif(not Path("/proc/net/netlink").exists(), reason="no such sockets here")
async def test_a_real_route_socket_is_read_and_closed() -> None:
    assert sys.platform == "linux"
    told: list[bool] = []
    asked: list[bytes] = []

    class Listening(Telling):
        def datagram(self, data: bytes) -> None:
            asked.append(data)
            super().datagram(data)

    before, network.Telling = network.Telling, Listening  # type: ignore[misc]
    try:
        end = watch(SystemClock(), told.append)
    finally:
        network.Telling = before  # type: ignore[misc]
    async with asyncio.timeout(5):
        while sum(data[4] == 3 for data in asked) < len(QUESTIONS):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    end()
    end()
    assert told == []
