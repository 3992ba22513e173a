"""Reading a request head, bounded in size and time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ablytui.service.front import HEAD_LIMIT, HEAD_TIME, Front, Head, read_head
from tests.support.clock import FakeClock

UPGRADE = b"GET /?v=6 HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n\r\n"
PLAIN = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"


class Transport(asyncio.Transport):
    """A transport that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.state = "open"

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.state = "closed"

    def abort(self) -> None:
        self.state = "aborted"


class Case:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fronts: set[Front] = set()
        self.handed: list[tuple[str, Head, bytes]] = []
        self.transport = Transport()
        self.front = Front(
            self.clock,
            to_wire=lambda _t, head, raw: self.handed.append(("wire", head, raw)),
            to_web=lambda _t, head, raw: self.handed.append(("web", head, raw)),
            fronts=self.fronts,
            most=1,
        )
        self.front.connection_made(self.transport)


@pytest.mark.parametrize(("raw", "where"), [(UPGRADE, "wire"), (PLAIN, "web")])
@pytest.mark.parametrize("piece", [1, 7, 1_000])
def test_a_head_in_any_pieces(raw: bytes, where: str, piece: int) -> None:
    case = Case()
    assert case.fronts == {case.front}
    for at in range(0, len(raw), piece):
        if not case.handed:
            case.front.data_received(raw[at : at + piece])
    ((to, head, read),) = case.handed
    assert (to, raw.startswith(read)) == (where, True)
    assert head.headers["host"] == "x"
    assert case.fronts == set()
    assert case.clock.pending == []


def test_what_follows_the_head_is_handed_over_too() -> None:
    case = Case()
    case.front.data_received(UPGRADE + b"\x81\x80")
    assert case.handed[0][2] == UPGRADE + b"\x81\x80"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_LIMIT, b"431"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_LIMIT + b"\r\n\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"\x16\x03\x01\r\n\r\n", b"400"),
        (b"GET / FTP\r\n\r\n", b"400"),
    ],
)
def test_refused(raw: bytes, status: bytes) -> None:
    case = Case()
    case.front.data_received(raw)
    assert case.transport.written.split(b" ")[1] == status
    assert case.transport.state == "closed"
    assert (case.handed, case.fronts) == ([], set())


def test_a_head_that_takes_too_long() -> None:
    case = Case()
    case.front.data_received(b"GET /")
    case.clock.advance(HEAD_TIME - 1)
    assert case.transport.state == "open"
    case.clock.advance(1)
    assert (case.transport.state, case.fronts) == ("aborted", set())
    case.front.data_received(b" HTTP/1.1\r\n\r\n")
    assert case.handed == []


def test_a_peer_that_goes() -> None:
    case = Case()
    case.front.connection_lost(None)
    assert (case.fronts, case.clock.pending) == (set(), [])


def test_read_head() -> None:
    head = read_head(
        b"GET /\xff HTTP/1.1\r\nA: 1\r\na: 2\r\nbad\r\nUPGRADE: h2c, websocket\r\n\r\n"
    )
    assert head is not None
    assert (head.method, head.target, head.headers["a"]) == ("GET", "/\udcff", "1")
    assert head.upgrade


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"a b c d\r\n\r\n"])
def test_what_is_no_head(raw: Any) -> None:
    assert read_head(raw) is None


def test_those_that_say_nothing_are_bounded() -> None:
    case = Case()
    second = Transport()
    late = Front(
        case.clock,
        to_wire=lambda *_: None,
        to_web=lambda *_: None,
        fronts=case.fronts,
        most=1,
    )
    late.connection_made(second)
    assert (second.state, case.fronts) == ("aborted", {case.front})
    late.data_received(UPGRADE)
    late.connection_lost(None)
    assert case.fronts == {case.front}
