from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.net.stream import close_payload
from ablytui.net.wire import Ended
from ablytui.protocol.frame import Opcode
from tests.support.wires import RawServer, ScriptedServer, answer_101, dialled


@pytest.mark.parametrize(
    ("code", "reason", "payload"),
    [
        (1000, "", b"\x03\xe8"),
        (4001, "bye", b"\x0f\xa1bye"),
        (1014, "", b"\x03\xf6"),
        (3000, "", b"\x0b\xb8"),
        (1005, "x", b"\x03\xe8x"),
        (1006, "", b"\x03\xe8"),
        (1015, "", b"\x03\xe8"),
        (-1, "", b"\x03\xe8"),
        (5000, "", b"\x03\xe8"),
        (1000, "x" * 200, b"\x03\xe8" + b"x" * 123),
        (1000, "€" * 50, b"\x03\xe8" + "€".encode() * 41),
        (1000, "\ud800", b"\x03\xe8?"),
    ],
)
def test_close_payload(code: int, reason: str, payload: bytes) -> None:
    assert close_payload(code, reason) == payload


@given(st.integers(), st.text())
def test_any_close_payload_fits_and_is_text(code: int, reason: str) -> None:
    payload = close_payload(code, reason)
    assert len(payload) <= 125
    payload[2:].decode()


async def from_server(data: bytes) -> tuple[list[str], Ended, list[Any]]:
    """What a client tells of these bytes after the 101, up to the server's FIN."""
    reported: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, c: reported.append(c))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer_101(head) + data)
        writer.write_eof()
        await reader.read()

    async with RawServer(talk) as server:
        heard = dialled(server.target, close_timeout=1.0)
        end = await heard.gone()
        for _ in range(5):
            await asyncio.sleep(0)
        return [s for s in heard.story if isinstance(s, str)], end, reported


async def from_client(data: bytes) -> tuple[list[str], list[Any]]:
    """What a server tells of these bytes after the upgrade, up to the client's reset."""
    reported: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, c: reported.append(c))
    async with ScriptedServer(max_size=100_000, close_timeout=1.0) as server:
        client = dialled(server.target, close_timeout=0.02)  # a torn frame swallows CLOSE
        peer = await server.connection()
        await client.settled()
        client.wire.write_raw(data)
        client.wire.send(Opcode.PING, b"")
        client.wire.close()
        await client.gone()
        await peer.gone()
        return [s for s in peer.story if isinstance(s, str)], reported


hostile = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                b"\x81\x01a",
                b"\x89\x00",
                b"\x01\x00",
                b"\x80\x00",
                b"\x88\x00",
                b"\x88\x02\x03\xe8",
                b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff",
                b"\x81\x7e",
                b"\xff\xff",
                b"\x81\x81\0\0\0\0a",
            ]
        ),
        max_size=6,
    ).map(b"".join),
)


@settings(deadline=None, max_examples=60)
@given(hostile)
def test_whatever_a_server_sends_there_is_one_end_and_no_error(data: bytes) -> None:
    story, end, reported = asyncio.run(from_server(data))
    assert story == ["opened", "ended"]
    assert end.code in {1002, 1005, 1006, 1007} or end.clean
    assert reported == []


@settings(deadline=None, max_examples=40)
@given(hostile)
def test_whatever_a_client_sends_there_is_one_end_and_no_error(data: bytes) -> None:
    story, reported = asyncio.run(from_client(data))
    assert story == ["opened", "ended"]
    assert reported == []
