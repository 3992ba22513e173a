from __future__ import annotations

import itertools
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.extensions.base import Extension
from websockets.http11 import Request
from websockets.uri import WebSocketURI

from ablytui.net.tap import ClientTap, ServerTap, Tap
from ablytui.protocol.burst import Burst
from ablytui.protocol.frame import Direction, Opcode, Origin, WireFrame
from tests.support.wires import answer_101


class Recorder:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.ended = 0
        self.bursts = 0
        self.tap: Tap | None = None
        self.frames: list[WireFrame] = []

    def put(self, data: bytes) -> None:
        self.written += data

    def end_output(self) -> None:
        self.ended += 1

    def seen(self, frame: WireFrame) -> None:
        self.frames.append(frame)

    def came(self, burst: Burst) -> None:
        self.bursts += 1
        while burst.left and not (self.tap and self.tap.gone):
            self.seen(burst.take())

    @property
    def brief(self) -> list[tuple[str, str, bool, bytes]]:
        return [(f.direction.value, f.opcode.name, f.fin, f.payload) for f in self.frames]


def client(kind: type[ClientTap] = ClientTap, *further: str) -> tuple[ClientTap, Recorder]:
    """A client's core after its handshake."""
    tap = kind(WebSocketURI(False, "host", 80, "", ""), compression=bool(further))
    tap.sink = sink = Recorder()
    sink.tap = tap
    tap.send_request(tap.connect())
    tap.receive_data(answer_101(tap.take_writes(), *further))
    assert len(tap.events_received()) == 1
    tap.agree()
    return tap, sink


def server(max_size: int | None = None) -> tuple[ServerTap, Recorder]:
    """A server's core after its handshake."""
    tap = ServerTap(compression=False, max_size=max_size)
    tap.sink = sink = Recorder()
    asking = ClientTap(WebSocketURI(False, "host", 80, "", ""), compression=False)
    asking.send_request(asking.connect())
    tap.receive_data(asking.take_writes())
    (request,) = tap.events_received()
    assert isinstance(request, Request)
    tap.send_response(tap.accept(request))
    tap.take_writes()
    tap.agree()
    return tap, sink


def frame(opcode: int, payload: bytes, *, fin: bool = True, rsv1: bool = False) -> bytes:
    """A server's frame, legal or not."""
    head = bytes([(0x80 if fin else 0) | (0x40 if rsv1 else 0) | opcode])
    size = len(payload)
    if size < 126:
        return head + bytes([size]) + payload
    if size < 65536:
        return head + b"\x7e" + struct.pack("!H", size) + payload
    return head + b"\x7f" + struct.pack("!Q", size) + payload


class Slow(ClientTap):
    """The same core without the shortcut."""

    def receive(self, data: bytes) -> None:
        self._pass(data)


frames = st.one_of(
    st.builds(
        frame,
        st.sampled_from([1, 1, 1, 2, 2, 0, 8, 9, 10, 3, 11]),
        st.one_of(
            st.binary(max_size=8),
            st.binary(min_size=124, max_size=130),
            st.sampled_from([b"\x03\xe8", b"\x03\xe8bye", b"\x03\xee", bytes(70_000)]),
        ),
        fin=st.sampled_from([True, True, True, False]),
        rsv1=st.sampled_from([False, False, False, False, True]),
    ),
    st.binary(max_size=20),
)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    """`data` as it may come from a socket."""
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


@settings(deadline=None, max_examples=300)
@given(st.lists(frames, max_size=12), st.lists(st.integers(0, 200_000), max_size=12), st.booleans())
def test_the_shortcut_sees_and_says_what_the_core_does(
    parts: list[bytes], cuts: list[int], eof: bool
) -> None:
    data = b"".join(parts)
    fast, fast_sink = client()
    slow, slow_sink = client(Slow)
    for chunk in chunks(data, cuts):
        fast.receive(chunk)
    slow.receive(data)
    if eof:
        fast.receive_eof()
        slow.receive_eof()
    assert fast_sink.frames == slow_sink.frames
    assert fast.closed == slow.closed
    assert (fast.fault or (0, ""))[0] == (slow.fault or (0, ""))[0]
    assert (fast.state, fast.began, fast.close_sent) == (slow.state, slow.began, slow.close_sent)
    assert len(fast_sink.written) == len(slow_sink.written)
    if eof:
        assert str(fast.parser_exc)[:12] == str(slow.parser_exc)[:12]


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_a_server_survives_any_bytes(data: bytes, cuts: list[int]) -> None:
    tap, sink = server(max_size=1000)
    for chunk in chunks(data, cuts):
        tap.receive(chunk)
    tap.receive_eof()
    assert sink.ended == 1


def test_a_message_in_many_chunks_is_one_frame() -> None:
    tap, sink = client()
    data = frame(2, bytes(range(256)) * 1000) + frame(1, b"next")
    for at in range(0, len(data), 1000):
        tap.receive(data[at : at + 1000])
    assert [len(f.payload) for f in sink.frames] == [256_000, 4]
    assert isinstance(sink.frames[0].payload, bytes)


def test_a_reserved_opcode_is_named_even_if_its_header_comes_in_halves() -> None:
    tap, _ = client()
    tap.receive(b"\x8f")
    tap.receive(b"\x00")
    assert tap.fault == (1002, "reserved opcode 0xf")


def test_nothing_is_seen_after_a_close() -> None:
    tap, sink = client()
    tap.receive(frame(8, b"\x03\xe8") + frame(1, b"late"))
    assert [(d, o) for d, o, _, _ in sink.brief] == [("in", "CLOSE"), ("out", "CLOSE")]
    assert tap.closed == (1000, "")


def test_messages_are_still_seen_after_our_own_close() -> None:
    tap, sink = client()
    tap.send(Opcode.CLOSE, b"\x03\xe8", True, Origin.ENGINE)
    tap.receive(frame(1, b"late") + frame(9, b"?"))
    assert [(d, o) for d, o, _, _ in sink.brief] == [
        ("out", "CLOSE"),
        ("in", "TEXT"),
        ("in", "PING"),
        ("out", "PONG"),
    ]
    assert tap.began is Direction.OUT


def test_a_gone_core_neither_shows_nor_writes() -> None:
    tap, sink = client()
    tap.gone = True
    tap.receive(frame(1, b"x"))
    tap.send(Opcode.TEXT, b"y", True, Origin.ENGINE)
    assert not sink.frames
    assert not sink.written


def test_messages_that_came_in_one_read_are_shown_together() -> None:
    tap, sink = client()
    tap.receive(frame(1, b"1") + frame(1, b"2") + frame(9, b"") + frame(2, b"3") + frame(2, b"4"))
    tap.receive(frame(1, b"5") + frame(1, b"6")[:2])
    tap.receive(b"6")
    assert sink.bursts == 2
    shown = [f.payload for f in sink.frames if f.direction is Direction.IN]
    assert shown == [b"1", b"2", b"", b"3", b"4", b"5", b"6"]


def test_a_gone_core_stops_within_a_chunk() -> None:
    tap, sink = client()

    def leave(frame: WireFrame) -> None:
        sink.frames.append(frame)
        tap.gone = True

    sink.seen = leave  # type: ignore[method-assign]
    tap.receive(frame(1, b"1") + frame(1, b"2") + frame(9, b"3"))
    assert [f.payload for f in sink.frames] == [b"1"]


def test_origin_is_the_engines_for_what_the_core_sends() -> None:
    tap, sink = client()
    tap.receive(frame(9, b"?"))
    assert [f.origin for f in sink.frames] == [Origin.PEER, Origin.ENGINE]


def test_what_is_written_is_masked_by_a_client_only() -> None:
    for make, masked in ((client, 0x80), (server, 0)):
        tap, sink = make()
        tap.send(Opcode.TEXT, b"abc", True, Origin.ENGINE)
        assert sink.written[:2] == bytes([0x81, masked | 3])


@pytest.mark.parametrize("takeover", ["", "; server_no_context_takeover"])
def test_sizes_on_the_wire_under_compression(takeover: str) -> None:
    tap, sink = client(ClientTap, f"Sec-WebSocket-Extensions: permessage-deflate{takeover}")
    assert tap.deflate is not None
    extensions: list[Extension] = tap.extensions
    assert extensions == [tap.deflate]
    tap.send(Opcode.TEXT, b"z" * 1000, True, Origin.USER)
    sent = sink.frames[0]
    assert sent.compressed
    assert sent.wire == len(sink.written) - 6
    tap.receive(frame(1, b"plain"))
    assert (sink.frames[1].wire, sink.frames[1].compressed) == (5, False)


def test_the_core_says_nothing_on_standard_error(capfd: Any) -> None:
    tap, sink = client()

    def broken(frame: WireFrame) -> None:
        if frame.direction is Direction.IN:
            raise RuntimeError("a sink must not, but the core takes it for its own mistake")

    sink.seen = broken  # type: ignore[method-assign]
    tap.receive(frame(9, b"") + frame(0, b"x"))
    assert tap.fault == (1011, "internal error")
    assert capfd.readouterr() == ("", "")


def test_both_kinds_of_core_are_taps() -> None:
    for tap in (client()[0], server()[0]):
        assert isinstance(tap, Tap)
        assert tap.deflate is None
