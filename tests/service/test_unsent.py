"""Clients that do not read are dropped, the furthest behind first, and nobody else."""

from __future__ import annotations

import asyncio
import socket

import pytest

from ablytui.service.unsent import GONE, Unsent, give_up_in_time

MANY = 1 << 30


class Wire:
    """One that has so many bytes waiting."""

    def __init__(self, unsent: int) -> None:
        self.unsent = unsent
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize(
    ("waiting", "dropped"),
    [
        ((), []),
        ((100,), []),
        ((101,), [0]),
        ((50, 101, 60, 300), [3, 1]),
        ((100, 100), []),
        ((100, 100, 1), [0]),
        ((90, 95, 30, 100), [3, 1]),
    ],
)
def test_each_and_all_are_bounded(waiting: tuple[int, ...], dropped: list[int]) -> None:
    told: list[tuple[int, int]] = []
    unsent = Unsent(lambda number, size: told.append((number, size)), each=100, whole=200)
    wires = [Wire(size) for size in waiting]
    for number, wire in enumerate(wires):
        unsent.clogged(number, wire)
    unsent.wrote(MANY)
    assert told == [(number, waiting[number]) for number in dropped]
    assert [n for n, wire in enumerate(wires) if wire.aborted] == sorted(dropped)


def test_it_is_looked_at_now_and_then_and_not_once_it_has_caught_up() -> None:
    told: list[int] = []
    unsent = Unsent(lambda number, _: told.append(number), each=100)
    slow, caught_up = Wire(101), Wire(101)
    unsent.clogged(1, slow)
    unsent.clogged(2, caught_up)
    unsent.drained(2)
    unsent.wrote(1)
    assert told == []
    unsent.wrote(MANY)
    unsent.wrote(MANY)
    assert told == [1]
    assert not caught_up.aborted


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the system has no such bound")
def test_a_peer_that_vanished_is_given_up_in_time() -> None:
    with socket.socket() as sock:
        transport = asyncio.Transport({"socket": sock})
        give_up_in_time(transport)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == GONE
    give_up_in_time(transport)
    give_up_in_time(asyncio.Transport())
