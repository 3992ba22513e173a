"""Frames of one client, joined."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.net.listener import Ended as WireEnded
from ablytui.net.listener import Handshake
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.service.events import (
    CloseSocket,
    CutSocket,
    Ended,
    Opened,
    Received,
    SendPing,
    TooLarge,
)
from ablytui.service.peer import Peer
from ablytui.service.unsent import Unsent


class Wire:
    """Remembers what was asked of it."""

    unsent = 0

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def send(self, opcode: Opcode, payload: bytes) -> None:
        self.asked.append((opcode, payload))

    def close(self, code: int, reason: str) -> None:
        self.asked.append((code, reason))

    def abort(self) -> None:
        self.asked.append(("abort",))


class Case:
    def __init__(self) -> None:
        self.events: list[Any] = []
        self.gone: list[int] = []
        self.wire = Wire()
        self.dropped: list[int] = []
        self.unsent = Unsent(lambda number, _: self.dropped.append(number), each=100)
        self.peer = Peer(7, self.events.append, self.gone.append, 10, unsent=self.unsent)
        self.peer.wire = self.wire  # type: ignore[assignment]

    def frame(
        self,
        opcode: Opcode,
        payload: bytes,
        fin: bool = True,
        direction: Direction = Direction.IN,
    ) -> None:
        self.peer.frame(WireFrame(direction, opcode, fin, payload, len(payload)))


def test_fragments_with_control_frames_between() -> None:
    case = Case()
    case.frame(Opcode.BINARY, b"ab", fin=False)
    case.frame(Opcode.PING, b"p")
    case.frame(Opcode.TEXT, b"ours", direction=Direction.OUT)
    case.frame(Opcode.CONT, b"", fin=False)
    case.frame(Opcode.CONT, b"cd")
    case.frame(Opcode.TEXT, b"e")
    assert case.events == [Received(7, Opcode.BINARY, b"abcd"), Received(7, Opcode.TEXT, b"e")]


@pytest.mark.parametrize("sizes", [[11], [6, 5], [10, 0, 1]])
def test_the_limit_counts_the_whole_message(sizes: list[int]) -> None:
    case = Case()
    for n, size in enumerate(sizes):
        fin = n == len(sizes) - 1
        case.frame(Opcode.CONT if n else Opcode.TEXT, b"x" * size, fin)
    assert case.events == [TooLarge(7, 11)]


def test_the_limit_itself_is_fine() -> None:
    case = Case()
    case.frame(Opcode.TEXT, b"x" * 10)
    assert case.events == [Received(7, Opcode.TEXT, b"x" * 10)]


def test_begin_and_end() -> None:
    case = Case()
    headers = (("A", "1"), ("a", "2"))
    case.peer.opened(Handshake(101, headers, {}, "/?v=6"))
    case.peer.ended(WireEnded(1006, "", by_us=False, clean=False))
    assert case.events == [Opened(7, "/?v=6", {"a": "1"}), Ended(7)]
    assert case.gone == [7]


def test_effects() -> None:
    case = Case()
    case.peer.perform(SendPing(7))
    case.peer.perform(CloseSocket(7, 1001, "r"))
    case.peer.perform(CutSocket(7))
    assert case.wire.asked == [(Opcode.PING, b""), (1001, "r"), ("abort",)]


@pytest.mark.parametrize("caught_up", ["drained", "ended", ""])
def test_who_falls_behind_is_watched_until_it_has_caught_up_or_is_gone(caught_up: str) -> None:
    case = Case()
    case.wire.unsent = 101
    case.peer.clogged()
    if caught_up == "drained":
        case.peer.drained()
    elif caught_up == "ended":
        case.peer.ended(WireEnded(1006, "", by_us=False, clean=False))
    case.unsent.wrote(1 << 30)
    assert case.dropped == ([] if caught_up else [7])


def test_a_trace_sees_every_frame_both_ways() -> None:
    seen: list[tuple[int, Opcode]] = []
    peer = Peer(
        7,
        lambda _: None,
        lambda _: None,
        10,
        unsent=Unsent(lambda *_: None),
        trace=lambda n, f: seen.append((n, f.opcode)),
    )
    for direction, opcode in ((Direction.IN, Opcode.TEXT), (Direction.OUT, Opcode.CLOSE)):
        peer.frame(WireFrame(direction, opcode, True, b"", 0))
    assert seen == [(7, Opcode.TEXT), (7, Opcode.CLOSE)]
