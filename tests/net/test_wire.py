from __future__ import annotations

import asyncio
import socket
import ssl
import struct

import pytest

from ablytui.net.wire import CLOGGED, Ended, Wire, accept, dial
from ablytui.protocol.frame import Direction, Opcode, Origin, WireFrame
from tests.support.certificates import client_context, server_context
from tests.support.wires import (
    Accepted,
    Heard,
    RawServer,
    ScriptedServer,
    answer_101,
    dialled,
    free_port,
    target,
    until,
)

IN, OUT = "in", "out"


async def opened(server: ScriptedServer, **options: object) -> tuple[Heard, Accepted]:
    """A client and the server's end of the same socket."""
    number = len(server.accepted)
    client = dialled(server.target, **options)
    await client.settled()
    assert client.failure is None, client.failure
    return client, await server.connection(number)


def transport(wire: Wire) -> asyncio.Transport:
    """What is beneath a wire."""
    assert wire._transport is not None
    return wire._transport


# --- frames -------------------------------------------------------------------------------------


async def test_frames_go_both_ways_and_both_ends_see_the_same() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.send(Opcode.TEXT, b"to you")
        await until(lambda: peer.received)
        peer.wire.send(Opcode.BINARY, b"\x00\xff")
        await until(lambda: client.received)
        assert client.brief == [(OUT, "TEXT", b"to you"), (IN, "BINARY", b"\x00\xff")]
        assert peer.brief == [(IN, "TEXT", b"to you"), (OUT, "BINARY", b"\x00\xff")]
        assert [f.origin for f in client.frames] == [Origin.ENGINE, Origin.PEER]


async def test_origin_of_a_sent_frame_is_kept() -> None:
    async with ScriptedServer() as server:
        client, _ = await opened(server)
        client.wire.send(Opcode.TEXT, b"{}", origin=Origin.USER)
        assert client.frames[-1].origin is Origin.USER


async def test_fragments_and_a_ping_between_are_seen_as_they_came() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.send(Opcode.TEXT, b'{"a":', fin=False)
        peer.wire.send(Opcode.PING, b"hi")
        peer.wire.send(Opcode.CONT, b"1}")
        await until(lambda: len(client.frames) == 4)
        assert [(f.direction.value, f.opcode.name, f.fin, f.payload) for f in client.frames] == [
            (IN, "TEXT", False, b'{"a":'),
            (IN, "PING", True, b"hi"),
            (OUT, "PONG", True, b"hi"),
            (IN, "CONT", True, b"1}"),
        ]


async def test_a_pong_stands_right_behind_its_ping_also_within_one_packet() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.write_raw(b"\x81\x01a\x89\x011\x81\x01b\x89\x012\x81\x01c")
        await until(lambda: len(client.frames) == 7)
        assert [(d, o) for d, o, _ in client.brief] == [
            (IN, "TEXT"),
            (IN, "PING"),
            (OUT, "PONG"),
            (IN, "TEXT"),
            (IN, "PING"),
            (OUT, "PONG"),
            (IN, "TEXT"),
        ]


async def test_a_frame_sent_while_one_is_told_stands_in_true_order() -> None:
    """What the listener answers goes out before the next frame of the same packet is told."""
    async with ScriptedServer() as server:
        client, peer = await opened(server)

        def answer(frame: WireFrame) -> None:
            if frame.direction is Direction.IN:
                client.wire.send(Opcode.TEXT, b"re:" + frame.payload)

        client.on_frame = answer
        peer.wire.write_raw(b"\x81\x011\x81\x012")
        await until(lambda: len(peer.received) == 2)
        assert [p for _, _, p in client.brief] == [b"1", b"re:1", b"2", b"re:2"]
        assert peer.received == [b"re:1", b"re:2"]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 1_000_000])
async def test_every_length_of_payload(size: int) -> None:
    async with ScriptedServer(echo=True) as server:
        client, peer = await opened(server, compression=False)
        payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
        client.wire.send(Opcode.BINARY, payload)
        await until(lambda: client.received)
        assert peer.received == [payload]
        assert client.received == [payload]
        assert {f.wire for f in client.frames} == {size}


async def test_text_that_is_not_utf8_is_shown_and_the_wire_goes_on() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.send(Opcode.TEXT, b"\xff\xfe")
        peer.wire.send(Opcode.TEXT, b"next")
        await until(lambda: len(client.received) == 2)
        assert client.received == [b"\xff\xfe", b"next"]
        assert client.wire.is_open


async def test_sizes_under_compression() -> None:
    text = b"x" * 1000
    async with ScriptedServer(compression=True, echo=True) as server:
        client, _ = await opened(server)
        client.wire.send(Opcode.TEXT, text)
        client.wire.send(Opcode.PING, b"p" * 20)
        await until(lambda: len(client.frames) == 4)
        for frame in client.frames:
            if frame.opcode is Opcode.TEXT:
                assert frame.payload == text
                assert frame.compressed
                assert frame.wire < 40
            else:
                assert (frame.wire, frame.compressed) == (20, False)


async def test_sizes_of_compressed_fragments() -> None:
    async with ScriptedServer(compression=True) as server:
        client, peer = await opened(server)
        peer.wire.send(Opcode.TEXT, b"y" * 500, fin=False)
        peer.wire.send(Opcode.CONT, b"y" * 500)
        await until(lambda: len(client.frames) == 2)
        assert [len(f.payload) for f in client.frames] == [500, 500]
        assert all(f.compressed and f.wire < 40 for f in client.frames)
        assert [f.wire for f in client.frames] == [f.wire for f in peer.frames]


async def test_an_uncompressed_message_where_compression_was_agreed() -> None:
    async with ScriptedServer(compression=True) as server:
        client, peer = await opened(server)
        peer.wire.write_raw(b"\x81\x05plain")
        await until(lambda: client.frames)
        assert (client.frames[0].wire, client.frames[0].compressed) == (5, False)


async def test_no_compression_is_offered_if_not_wanted() -> None:
    async with ScriptedServer(compression=True) as server:
        _, peer = await opened(server, compression=False)
        assert b"permessage-deflate" not in server.heads[0]
        peer.send("x")
        assert not peer.frames[0].compressed


@pytest.mark.parametrize(
    ("opcode", "payload", "fin"),
    [(Opcode.PING, b"x" * 126, True), (Opcode.PONG, b"", False), (Opcode.CLOSE, b"", False)],
)
async def test_impossible_control_frames_are_the_callers_mistake(
    opcode: Opcode, payload: bytes, fin: bool
) -> None:
    async with ScriptedServer() as server:
        client, _ = await opened(server)
        with pytest.raises(ValueError, match="control frame"):
            client.wire.send(opcode, payload, fin=fin)
        assert not client.frames


async def test_totals_count_the_handshake_and_agree_on_both_ends() -> None:
    async with ScriptedServer(echo=True) as server:
        client, peer = await opened(server)
        client.wire.send(Opcode.TEXT, b"12345")
        await until(lambda: client.received)
        assert client.wire.bytes_out == peer.wire.bytes_in == len(server.heads[0]) + 6 + 5
        assert client.wire.bytes_in == peer.wire.bytes_out
        assert client.wire.bytes_in > 100


async def test_a_listener_that_fails_is_reported_and_the_wire_goes_on() -> None:
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: reported.append(context.get("exception"))
    )
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        error = RuntimeError("listener")

        def fail(frame: WireFrame) -> None:
            if frame.payload == b"1":
                raise error

        client.on_frame = fail
        peer.send("1", "2")
        await until(lambda: len(client.received) == 2)
        assert reported == [error]
        assert client.wire.is_open


async def test_tcp_nodelay_is_on() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        for wire in (client.wire, peer.wire):
            sock = transport(wire).get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


# --- the end ------------------------------------------------------------------------------------


async def test_closing_by_us() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.close(4001, "bye")
        assert not client.wire.is_open
        client.wire.send(Opcode.TEXT, b"too late")
        assert await client.gone() == Ended(4001, "bye", by_us=True, clean=True)
        assert await peer.gone() == Ended(4001, "bye", by_us=False, clean=True)
        payload = (4001).to_bytes(2, "big") + b"bye"
        assert client.brief == [(OUT, "CLOSE", payload), (IN, "CLOSE", payload)]
        assert peer.brief == [(IN, "CLOSE", payload), (OUT, "CLOSE", payload)]


async def test_closing_by_the_peer() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.close(1001, "drain")
        assert await client.gone() == Ended(1001, "drain", by_us=False, clean=True)
        assert await peer.gone() == Ended(1001, "drain", by_us=True, clean=True)


async def test_an_empty_close() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.send(Opcode.CLOSE, b"")
        assert await client.gone() == Ended(1005, "", by_us=False, clean=True)
        assert client.brief == [(IN, "CLOSE", b""), (OUT, "CLOSE", b"")]


async def test_closing_within_the_call_that_tells_of_the_peers_close() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)

        def close(frame: WireFrame) -> None:
            if frame.direction is Direction.IN:
                client.wire.close(1000)

        client.on_frame = close
        peer.wire.close(4000)
        assert await client.gone() == Ended(4000, "", by_us=False, clean=True)
        assert [(d, o) for d, o, _ in client.brief] == [(IN, "CLOSE"), (OUT, "CLOSE")]


async def test_a_close_between_fragments_is_no_fault() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.send(Opcode.TEXT, b"begun", fin=False)
        peer.wire.close(1001)
        assert await client.gone() == Ended(1001, "", by_us=False, clean=True)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 70_000])
async def test_a_code_that_may_not_be_sent_becomes_1000(code: int) -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.close(code, "é" * 200)
        end = await peer.gone()
        assert (end.code, end.reason) == (1000, "é" * 61)


async def test_fin_without_close() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        transport(peer.wire).close()
        error = "the connection ended without a CLOSE frame"
        assert await client.gone() == Ended(1006, "", by_us=False, clean=False, error=error)


async def test_fin_within_a_frame() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.write_raw(b"\x81\x05ab")
        transport(peer.wire).close()
        error = "the connection ended within a frame"
        assert await client.gone() == Ended(1006, "", by_us=False, clean=False, error=error)
        assert not client.frames


async def test_abort_is_a_reset_for_the_peer_and_ours_here() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.abort()
        assert not client.wire.is_open
        client.wire.abort()
        client.wire.close()
        assert await client.gone() == Ended(1006, "", by_us=True, clean=False)
        error = "connection reset by peer"
        assert await peer.gone() == Ended(1006, "", by_us=False, clean=False, error=error)
        assert not client.frames


async def test_nothing_is_told_after_an_abort_within_a_packet() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.on_frame = lambda _: client.wire.abort()
        peer.wire.write_raw(b"\x81\x011\x81\x012\x89\x013")
        await client.gone()
        assert client.brief == [(IN, "TEXT", b"1")]


async def test_a_close_that_is_not_answered_is_bounded() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server, close_timeout=0.05)
        peer.wire.pause_reading()
        client.wire.close()
        error = "no answer to our CLOSE within 0.05 s"
        assert await client.gone() == Ended(1006, "", by_us=True, clean=False, error=error)


async def test_frames_that_come_before_the_answer_to_our_close_are_seen() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.write_raw(b"\x81\x04late")
        client.wire.close()
        end = await client.gone()
        assert (end.code, end.clean) == (1000, True)
        assert client.received == [b"late"]


async def test_a_peer_that_closes_but_leaves_tcp_open_is_bounded_and_clean() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server, close_timeout=0.05)
        peer.wire.write_raw(b"\x88\x02\x03\xe8")
        peer.wire.pause_reading()
        assert await client.gone() == Ended(1000, "", by_us=False, clean=True)


# --- what a peer must not do --------------------------------------------------------------------

ILLEGAL = [
    ("reserved opcode", b"\x83\x01A", 1002, "reserved opcode 0x3"),
    ("reserved control opcode", b"\x81\x01x\x8b\x00", 1002, "reserved opcode 0xb"),
    ("masked by a server", b"\x81\x81\0\0\0\0A", 1002, "masked frame from a server"),
    ("continuation of nothing", b"\x80\x01x", 1002, "unexpected continuation frame"),
    ("message within a message", b"\x01\x01a\x81\x01b", 1002, "expected a continuation frame"),
    ("RSV1 without compression", b"\xc1\x01x", 1002, "reserved bits must be 0"),
    ("fragmented ping", b"\x09\x00", 1002, "fragmented control frame"),
    ("long ping", b"\x89\x7e\x00\x7e" + bytes(126), 1002, "control frame too long"),
    ("close of one byte", b"\x88\x01x", 1002, "close frame too short"),
    ("close code 999", b"\x88\x02\x03\xe7", 1002, "illegal close code 999"),
    ("close code 1005", b"\x88\x02\x03\xed", 1002, "illegal close code 1005"),
    ("close code 1006", b"\x88\x02\x03\xee", 1002, "illegal close code 1006"),
    ("close code 1015", b"\x88\x02\x03\xf7", 1002, "illegal close code 1015"),
    ("close reason", b"\x88\x03\x03\xe8\xff", 1007, "the reason of a CLOSE is not UTF-8"),
]


@pytest.mark.parametrize(
    ("raw", "code", "error"), [row[1:] for row in ILLEGAL], ids=[row[0] for row in ILLEGAL]
)
async def test_illegal_frames_fail_the_connection(raw: bytes, code: int, error: str) -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server, compression=False)
        peer.wire.write_raw(raw)
        assert await client.gone() == Ended(code, "", by_us=True, clean=False, error=error)
        direction, opcode, payload = client.brief[-1]
        assert (direction, opcode) == (OUT, "CLOSE")
        assert int.from_bytes(payload[:2], "big") == code
        assert (await peer.gone()).code == code


async def test_a_message_above_the_servers_limit() -> None:
    async with ScriptedServer(max_size=100) as server:
        client, peer = await opened(server)
        client.wire.send(Opcode.TEXT, b"x" * 101)
        end = await peer.gone()
        assert (end.code, end.by_us, end.clean) == (1009, True, False)
        assert "101 bytes" in (end.error or "")
        assert (await client.gone()).code == 1009


async def test_fragments_above_the_servers_limit() -> None:
    async with ScriptedServer(max_size=100) as server:
        client, peer = await opened(server)
        client.wire.send(Opcode.TEXT, b"x" * 60, fin=False)
        client.wire.send(Opcode.CONT, b"x" * 60)
        assert (await peer.gone()).code == 1009
        assert len(peer.received) == 1


async def test_broken_compression() -> None:
    async with ScriptedServer(compression=True) as server:
        client, peer = await opened(server)
        peer.wire.write_raw(b"\xc1\x04\xff\xff\xff\xff")
        end = await client.gone()
        assert (end.code, end.error) == (1002, "decompression failed")


async def test_an_unmasked_frame_from_a_client() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.write_raw(b"\x81\x01x")
        end = await peer.gone()
        assert (end.code, end.error) == (1002, "unmasked frame from a client")


# --- pressure -----------------------------------------------------------------------------------


async def test_a_slow_peer_clogs_the_wire_once_until_it_has_drained() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server, compression=False)
        drained: list[bool] = []
        client.wire.drained = lambda: drained.append(True)
        peer.wire.pause_reading()
        while client.wire.unsent <= CLOGGED:
            assert client.clogs == 0
            client.wire.send(Opcode.BINARY, bytes(1_000_000))
        client.wire.send(Opcode.BINARY, b"more")
        assert client.clogs == 1
        sent = len(client.frames)
        peer.wire.resume_reading()
        await until(lambda: len(peer.frames) == sent)
        await until(lambda: drained)
        assert drained == [True]
        assert client.wire.unsent == 0


async def test_the_limit_of_the_backlog_is_a_parameter() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server, compression=False, clogged_at=1000)
        peer.wire.pause_reading()
        for _ in range(80):  # 8 MB: the system's own buffers are smaller
            client.wire.send(Opcode.BINARY, bytes(100_000))
        assert client.clogs == 1


async def test_a_clogged_wire_can_be_aborted() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server, compression=False, clogged_at=1000)
        client.clogged = client.wire.abort  # type: ignore[method-assign]
        peer.wire.pause_reading()
        for _ in range(200):
            client.wire.send(Opcode.BINARY, bytes(100_000))
        end = await client.gone()
        assert (end.code, end.by_us) == (1006, True)


async def test_reading_can_be_paused() -> None:
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.pause_reading()
        peer.send("held")
        peer.wire.close()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not client.frames
        client.wire.resume_reading()
        await client.gone()
        assert client.received == [b"held"]


# --- handshake, our side ------------------------------------------------------------------------


async def test_the_upgrade_names_the_resource_and_the_further_headers() -> None:
    async with ScriptedServer() as server:
        where = target(server.port, key="app.k:s", v="6")
        client = dialled(where, headers=[("X-Ably-Clientid", "me"), ("Host", "other:1")])
        await client.settled()
        peer = await server.connection()
        assert peer.handshake is not None
        assert peer.handshake.resource == where.resource == "/?key=app.k%3As&v=6"
        sent = {name.lower(): value for name, value in peer.handshake.headers}
        assert sent["x-ably-clientid"] == "me"
        assert sent["host"] == "other:1"
        assert [n.lower() for n, _ in peer.handshake.headers].count("host") == 1


async def test_phases_and_headers_of_an_open_socket() -> None:
    async with ScriptedServer() as server:
        where = target(server.port, host="localhost")
        client = dialled(where)
        await client.settled()
        assert client.handshake is not None
        assert client.handshake.status == 101
        assert list(client.handshake.phases) == ["dns", "tcp", "http"]
        assert all(0 <= ms < 5000 for ms in client.handshake.phases.values())
        assert ("Upgrade", "websocket") in client.handshake.headers


async def test_an_address_takes_no_lookup() -> None:
    async with ScriptedServer() as server:
        client, _ = await opened(server)
        assert client.handshake is not None
        assert list(client.handshake.phases) == ["tcp", "http"]


async def test_a_dial_is_never_decided_within_the_call() -> None:
    async with ScriptedServer() as server:
        client = dialled(server.target)
        assert client.story == []
        assert not client.wire.is_open
        client.wire.send(Opcode.TEXT, b"too early")
        client.wire.write_raw(b"too early")
        await client.settled()
        peer = await server.connection()
        client.wire.send(Opcode.TEXT, b"now")
        await until(lambda: peer.received)
        assert peer.received == [b"now"]


async def test_a_listener_may_send_and_close_within_opened() -> None:
    async with ScriptedServer() as server:
        client = Heard()

        def talk() -> None:
            client.wire.send(Opcode.TEXT, b"at once")
            client.wire.close(4000)

        client.on_opened = talk
        client.wire = dial(server.target, client)
        assert (await client.gone()).code == 4000
        assert server.accepted[0].received == [b"at once"]


async def test_frames_in_the_packet_of_the_101_come_after_opened() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer_101(head) + b"\x81\x02hi\x89\x01p\x88\x02\x0f\xa0")
        await reader.read()

    async with RawServer(talk) as server:
        client = dialled(server.target, close_timeout=0.05)
        end = await client.gone()
        assert client.story[0] == "opened"
        assert client.received == [b"hi"]
        assert (end.code, end.by_us) == (4000, False)
        assert [(d, o) for d, o, _ in client.brief] == [
            (IN, "TEXT"),
            (IN, "PING"),
            (OUT, "PONG"),
            (IN, "CLOSE"),
            (OUT, "CLOSE"),
        ]


async def test_a_101_byte_by_byte() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        for byte in answer_101(head) + b"\x81\x02hi":
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        await reader.read()

    async with RawServer(talk) as server:
        client = dialled(server.target)
        await until(lambda: client.frames)
        assert client.story[0] == "opened"
        assert client.received == [b"hi"]
        client.wire.abort()
        await client.gone()


async def test_nobody_listens() -> None:
    client = dialled(target(free_port()))
    await client.settled()
    assert client.failure is not None
    assert client.failure.what == "connection refused"
    assert not client.failure.refused
    assert not client.failure.tls
    assert not client.wire.is_open


async def test_a_refusal_with_json_and_headers() -> None:
    body = b'{"error":{"code":40140,"statusCode":401}}'
    async with ScriptedServer(refuse=(401, [("X-Ably-Errorcode", "40140")], body)) as server:
        client = dialled(server.target)
        await client.settled()
        failure = client.failure
        assert failure is not None
        assert (failure.what, failure.status, failure.refused) == ("HTTP 401", 401, True)
        assert failure.body == body
        assert ("X-Ably-Errorcode", "40140") in failure.headers
        assert list(failure.phases) == ["tcp", "http"]


ANSWERS = [
    ("garbage", b"NOPE\r\n\r\n", "garbage instead of HTTP", 0),
    ("binary", b"\x15\x03\x01\x00\x02\x02", "garbage instead of HTTP", 0),
    ("nothing", b"", "the connection ended during the handshake", 0),
    ("half a head", b"HTTP/1.1 101 Swi", "the connection ended during the handshake", 0),
    ("half a body", b"HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nhalf", "HTTP 503", 503),
    ("old HTTP", b"HTTP/1.0 403 Forbidden\r\nServer: x\r\n\r\nno", "HTTP 403", 403),
    ("no length", b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", "HTTP 502", 502),
    ("redirect", b"HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "HTTP 302", 302),
    ("no upgrade", b"HTTP/1.1 101 OK\r\nServer: x\r\n\r\n", "not a valid 101: missing", 101),
    ("broken header", b"HTTP/1.1 101 OK\r\nserver\r\n\r\n", "not a valid 101: invalid", 101),
]


@pytest.mark.parametrize(
    ("answer", "what", "status"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
async def test_an_answer_that_opens_no_socket(answer: bytes, what: str, status: int) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async with RawServer(talk) as server:
        client = dialled(server.target)
        await client.settled()
        failure = client.failure
        assert failure is not None
        assert failure.what.startswith(what)
        assert failure.status == status
        assert failure.refused
        assert not failure.tls


async def test_a_wrong_accept_key_is_refused() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer_101(head).replace(b"Accept: ", b"Accept: x"))
        await reader.read()

    async with RawServer(talk) as server:
        client = dialled(server.target)
        await client.settled()
        assert client.failure is not None
        assert client.failure.status == 101
        assert "Sec-WebSocket-Accept" in client.failure.what


async def test_a_reset_during_the_handshake() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async with RawServer(talk) as server:
        client = dialled(server.target)
        await client.settled()
        assert client.failure is not None
        assert client.failure.what == "connection reset by peer during the handshake"
        assert client.failure.refused


async def test_the_body_of_a_refusal_is_bounded() -> None:
    async with ScriptedServer(refuse=(500, [], b"x" * 200_000)) as server:
        client = dialled(server.target)
        await client.settled()
        assert client.failure is not None
        assert len(client.failure.body) == 65_536


@pytest.mark.parametrize("name", ["bad\r\nname", "x y"])
async def test_a_header_that_cannot_be_sent_fails_the_dial(name: str) -> None:
    client = dialled(target(free_port()), headers=[(name, "v")])
    await client.settled()
    assert client.failure is not None
    assert not client.failure.refused


# --- abandoning ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["close", "abort"])
async def test_abandoned_at_once(way: str) -> None:
    async with ScriptedServer() as server:
        client = dialled(server.target)
        getattr(client.wire, way)()
        assert client.failure is None, "told within the call"
        await client.settled()
        assert client.failure is not None
        assert client.failure.what == "abandoned"
        assert not client.failure.refused
        assert client.story == ["failed"]


@pytest.mark.parametrize("tls", [False, True])
async def test_abandoned_at_every_turn_of_the_loop(tls: bool) -> None:
    """Whatever the dial is doing: one `failed`, or one `opened` and one `ended`."""
    outcomes: list[list[str]] = []
    async with ScriptedServer(tls=server_context() if tls else None) as server:
        for turns in range(120 if tls else 30):
            client = dialled(server.target, ssl=client_context(), close_timeout=1.0)
            for _ in range(turns):
                await asyncio.sleep(0)
            client.wire.abort()
            await client.settled()
            if client.handshake:
                await client.gone()
            for _ in range(10):
                await asyncio.sleep(0)
            outcomes.append([s for s in client.story if isinstance(s, str)])
    assert all(o in (["failed"], ["opened", "ended"]) for o in outcomes)
    assert ["failed"] in outcomes


async def test_abandoned_while_the_peer_is_silent() -> None:
    met = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.set()
        assert len(await reader.read(100_000)) > 0
        assert await reader.read() == b""

    async with RawServer(talk) as server:
        client = dialled(server.target)
        await met.wait()
        client.wire.close()
        await client.settled()
        assert client.failure is not None
        assert client.failure.what == "abandoned"


async def test_abandoned_while_a_refusals_body_never_ends() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\n\r\n{")
        await reader.read()

    async with RawServer(talk) as server:
        client = dialled(server.target)
        await until(lambda: client.wire.bytes_in)
        client.wire.close()
        await client.settled()
        assert client.failure is not None
        assert (client.failure.status, client.failure.body) == (401, b"{")


# --- TLS ----------------------------------------------------------------------------------------


async def test_tls_is_a_phase_of_its_own_and_closes_cleanly() -> None:
    async with ScriptedServer(tls=server_context(), echo=True) as server:
        client = dialled(server.target, ssl=client_context())
        await client.settled()
        assert client.handshake is not None, client.failure
        assert list(client.handshake.phases) == ["tcp", "tls", "http"]
        client.wire.send(Opcode.TEXT, b"secret")
        await until(lambda: client.received)
        client.wire.close(4001)
        assert await client.gone() == Ended(4001, "", by_us=True, clean=True)
        assert (await server.accepted[0].gone()).clean


async def test_tls_closed_by_the_peer() -> None:
    async with ScriptedServer(tls=server_context()) as server:
        client = dialled(server.target, ssl=client_context())
        await client.settled()
        (await server.connection()).wire.close(1001)
        assert await client.gone() == Ended(1001, "", by_us=False, clean=True)


async def test_tls_aborted_by_either_side() -> None:
    async with ScriptedServer(tls=server_context()) as server:
        for number in range(2):
            client = dialled(server.target, ssl=client_context())
            await client.settled()
            peer = await server.connection(number)
            (client, peer)[number].wire.abort()
            ends = [await client.gone(), await peer.gone()]
            assert [e.code for e in ends] == [1006, 1006]
            assert [e.by_us for e in ends] == [number == 0, number == 1]


async def test_a_certificate_that_is_not_trusted() -> None:
    async with ScriptedServer(tls=server_context()) as server:
        client = dialled(server.target, ssl=ssl.create_default_context())
        await client.settled()
        assert client.failure is not None
        assert client.failure.tls
        assert client.failure.what.startswith("TLS: certificate not accepted: self")
        assert not client.failure.refused


async def test_tls_to_a_plain_server() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with RawServer(talk) as server:
        client = dialled(target(server.port, tls=True), ssl=client_context())
        await client.settled()
        assert client.failure is not None
        assert client.failure.tls
        assert client.failure.what.startswith("TLS: ")
        assert list(client.failure.phases) == ["tcp"]


async def test_tls_that_the_peer_breaks_off() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)

    async with RawServer(talk) as server:
        client = dialled(target(server.port, tls=True), ssl=client_context())
        await client.settled()
        assert client.failure is not None
        assert client.failure.tls
        assert client.story == ["failed"]


async def test_tls_abandoned_during_its_handshake() -> None:
    met = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        met.set()
        await reader.read()

    async with RawServer(talk) as server:
        client = dialled(target(server.port, tls=True), ssl=client_context())
        await met.wait()
        client.wire.close()
        await client.settled()
        assert client.failure is not None
        assert client.failure.what == "abandoned"


# --- the accepting side -------------------------------------------------------------------------


class Front(asyncio.Protocol):
    """A protocol in front that hands over what it has read when a test says so."""

    transport: asyncio.Transport

    def __init__(self, fronts: list[Front]) -> None:
        self.data = b""
        fronts.append(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.data += data


HEAD = (
    b"GET /?x=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def fronted(sent: bytes) -> tuple[asyncio.Server, Front, asyncio.StreamReader, object]:
    fronts: list[Front] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Front(fronts), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await until(lambda: fronts and len(fronts[0].data) == len(sent))
    return server, fronts[0], reader, writer


async def test_a_frame_in_the_packet_of_the_request_is_not_lost() -> None:
    early = b"\x81\x82\0\0\0\0hi"
    server, front, reader, writer = await fronted(HEAD + early)
    heard = Heard()
    heard.wire = accept(front.transport, front.data, heard)
    assert heard.wire.is_open
    assert heard.story == [], "told before the wire is known"
    await until(lambda: heard.frames)
    assert heard.story[0] == "opened"
    assert heard.handshake is not None
    assert heard.handshake.resource == "/?x=1"
    assert ("Host", "x") in heard.handshake.headers
    assert heard.received == [b"hi"]
    heard.wire.abort()
    await heard.gone()
    writer.transport.abort()  # type: ignore[attr-defined]
    with pytest.raises(ConnectionResetError):
        await reader.read()
    server.close()
    await server.wait_closed()


async def test_sending_right_after_accept_tells_of_the_open_wire_first() -> None:
    server, front, reader, writer = await fronted(HEAD)
    heard = Heard()
    heard.wire = accept(front.transport, front.data, heard)
    heard.wire.send(Opcode.TEXT, b"first")
    assert heard.story[0] == "opened"
    assert heard.brief == [(OUT, "TEXT", b"first")]
    answer = await reader.readuntil(b"first")
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert answer.endswith(b"\r\n\r\n\x81\x05first")
    heard.wire.abort()
    await heard.gone()
    assert heard.story.count("opened") == 1
    writer.transport.abort()  # type: ignore[attr-defined]
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD.replace(b"Version: 13", b"Version: 7"), b"400"),
        (HEAD.replace(b"Upgrade: websocket\r\n", b""), b"426"),
        (HEAD.replace(b"GET", b"PUT"), b"405"),
        (b"nonsense\r\n\r\n", b"400"),
        (HEAD[:40], b"400"),
    ],
)
async def test_what_is_no_upgrade_is_answered_and_not_told(sent: bytes, status: bytes) -> None:
    server, front, reader, writer = await fronted(sent)
    heard = Heard()
    heard.wire = accept(front.transport, front.data, heard)
    assert not heard.wire.is_open
    answer = await reader.read()
    assert answer.split(b" ", 2)[:2] == [b"HTTP/1.1", status]
    heard.wire.send(Opcode.TEXT, b"x")
    heard.wire.close()
    heard.wire.abort()
    assert heard.story == []
    writer.transport.abort()  # type: ignore[attr-defined]
    server.close()
    await server.wait_closed()
