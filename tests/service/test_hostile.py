"""What no client should send, in memory and on sockets: answered or ignored, and nobody else hurt."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ablytui.net.clock import SystemClock
from ablytui.protocol.codec import Format, encode
from ablytui.protocol.frame import Opcode
from ablytui.service.options import ServiceOptions
from ablytui.service.server import Server
from tests.bench.crowd import framed
from tests.support.service import FORMS, KEY, Bench, data_of
from tests.support.wires import PATIENCE

ITEM = {
    "id": "a:0",
    "name": "n",
    "clientId": "bob",
    "encoding": "json",
    "data": "{}",
    "extras": {"headers": {"a": "b"}},
    "action": 0,
    "serial": "s",
    "version": {"serial": "v", "clientId": "bob", "description": "d", "metadata": {"a": "b"}},
    "type": "a:flag.v1",
    "messageSerial": "s",
    "count": 1,
}
FRAMES: list[dict[str, Any]] = [
    {"action": 0, "id": "ping"},
    {"action": 5},
    {"action": 7},
    {
        "action": 10,
        "channel": "c",
        "flags": 1 << 18,
        "channelSerial": "x",
        "params": {"rewind": "1"},
    },
    {"action": 12, "channel": "c"},
    {"action": 14, "channel": "c", "msgSerial": 0, "presence": [{**ITEM, "action": 2}]},
    {"action": 15, "channel": "c", "msgSerial": 0, "messages": [ITEM]},
    {"action": 15, "channel": "c", "msgSerial": 0, "messages": [{**ITEM, "action": 1}]},
    {"action": 16, "channel": "c", "channelSerial": "x"},
    {"action": 17, "auth": {"accessToken": "x.y"}},
    {"action": 19, "channel": "c", "msgSerial": 0, "state": [{}]},
    {"action": 21, "channel": "c", "msgSerial": 0, "annotations": [ITEM]},
    *({"action": n, "error": {"code": 1}} for n in (1, 2, 3, 4, 6, 8, 9, 11, 13, 18, 20, 22, 99)),
]
"""Every action that there is, with every member that a client gives."""

WRONG: list[Any] = [
    *(None, True, -1, 0, 1.5, 1 << 53, 1 << 63, 1e300, "", "x", "\x00\n\x1b[2J", "*", "x" * 5_000),
    *(
        [],
        [None],
        [[]],
        {},
        {"x": None},
        {"": {"": []}},
        "\u2028\u202e",
        "7",
        [{}] * 3,
        "json/x/base64",
    ),
]


def broken(value: Any) -> Iterator[Any]:
    """The value with one member at a time wrong, at every depth, or left out."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield {k: v for k, v in value.items() if k != name}
            for wrong in WRONG:
                yield {**value, name: wrong}
            for inner in broken(member):
                yield {**value, name: inner}
    elif isinstance(value, list):
        for inner in broken(value[0]):
            yield [inner]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: str(frame["action"]))
@pytest.mark.parametrize("form", FORMS, ids="-".join)
def test_a_wrong_type_in_any_member_of_any_action(
    frame: dict[str, Any], form: tuple[str, str]
) -> None:
    bench = Bench()
    witness, hostile = bench.dial(clientId="witness"), bench.dial(*form)
    witness.attach("w")
    witness.presence("w", 0, action=2)
    for each in broken(frame):
        if hostile.closed is not None or hostile.number not in bench.core.realm.sockets:
            hostile = bench.dial(*form)
        hostile.send(each)
        assert hostile.closed in {None, 1000}, each
    witness.take()
    assert data_of(witness.publish("w", 1, {"data": "mine"})) == ["mine"]
    assert witness.closed is None
    assert len(bench.core.realm.apps["app"].channels["w"].members) == 1


@pytest.mark.parametrize("form", [("current", "json"), ("classic", "msgpack")], ids="-".join)
def test_ten_thousand_damaged_frames(form: tuple[str, str]) -> None:
    """In two forms, five thousand in each: bytes changed, cut off, doubled and put between, as chance has it."""
    dice, bench, fmt = random.Random(1), Bench(), Format(form[1])
    witness, hostile = bench.dial(clientId="witness"), bench.dial(*form)
    witness.attach("w")
    whole = [encode(frame, fmt) for frame in FRAMES]
    for number in range(5_000):
        if hostile.number not in bench.core.realm.sockets:
            hostile = bench.dial(*form)
        hostile.raw(_damaged(dice, dice.choice(whole)), dice.choice((Opcode.TEXT, Opcode.BINARY)))
        hostile.got.clear()
        bench.notes.clear()
        if number % 1_000 == 0:
            bench.advance(5_000)
    witness.take()
    assert data_of(witness.publish("w", 1, {"data": "mine"})) == ["mine"]


def _damaged(dice: random.Random, payload: bytes) -> bytes:
    at = dice.randrange(len(payload))
    piece = dice.randbytes(dice.randrange(4))
    match dice.randrange(5):
        case 0:
            return payload[:at]
        case 1:
            return payload[:at] + piece + payload[at:]
        case 2:
            return payload[:at] + piece + payload[at + len(piece) :]
        case 3:
            return payload + payload[at:]
        case _:
            return dice.randbytes(at)


# --- on sockets -------------------------------------------------------------------------------


class Raw:
    """A TCP connection on which anything can be written."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    async def end(self) -> bytes:
        """All that comes until the service ends it."""
        found = b""
        async with asyncio.timeout(PATIENCE):
            while piece := await self._read():
                found += piece
        return found

    async def _read(self) -> bytes:
        try:
            return await self.reader.read(65_536)
        except ConnectionError:
            return b""

    async def until(self, text: bytes) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.readuntil(text)


HEAD = (
    "GET /?key={key}&v=6&format=json HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


@asynccontextmanager
async def raw(server: Server, *, head: str = HEAD) -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(head.format(key=KEY).encode())
        yield Raw(reader, writer)
    finally:
        writer.transport.abort()


@asynccontextmanager
async def serving_a_witness() -> AsyncIterator[Server]:
    """A service; a client that was there before is still served when all is over."""
    options = ServiceOptions(keys=(KEY,))
    server = Server(options, clock=SystemClock(), random=random.Random(7))
    await server.start()
    try:
        async with raw(server) as witness:
            await witness.until(b'"maxIdleInterval":15000}}')
            yield server
            witness.write(framed(b'{"action":0,"id":"still"}', 1))
            await witness.until(b'{"action":0,"id":"still"}')
    finally:
        async with asyncio.timeout(PATIENCE):
            await server.stop()


def masked(first: int, payload: bytes = b"", size: int | None = None) -> bytes:
    """A frame with any first byte, which may say another size than it has."""
    size = len(payload) if size is None else size
    if size < 126:
        return bytes((first, 0x80 | size)) + b"\0\0\0\0" + payload
    return bytes((first, 0x80 | 127)) + size.to_bytes(8, "big") + b"\0\0\0\0" + payload


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (b"\x81\x02{}", 1002),
        (masked(0x83, b"{}"), 1002),
        (masked(0x8B, b""), 1002),
        (masked(0xC1, b"{}"), 1002),
        (masked(0x80, b"{}"), 1002),
        (masked(0x09, b""), 1002),
        (masked(0x89, b"x" * 126), 1002),
        (masked(0x88, b"\x03"), 1002),
        (masked(0x88, b"\x03\xed"), 1002),
        (masked(0x88, b"\x03\xe8\xff"), 1007),
        (masked(0x01, b"{") + masked(0x81, b"}"), 1002),
        (masked(0x81, b"", (1 << 63) - 1), 1009),
        (masked(0x81, b"", 1 << 63), 1009),
        (masked(0x82, b"", 5_000_000), 1009),
    ],
    ids=str,
)
async def test_what_breaks_the_websocket_protocol_ends_that_connection(
    frames: bytes, code: int
) -> None:
    async with serving_a_witness() as server, raw(server) as hostile:
        await hostile.until(b"\r\n\r\n")
        hostile.write(frames)
        found = await hostile.end()
        assert found[found.rindex(b"\x88") + 2 :][:2] == code.to_bytes(2, "big")


@pytest.mark.parametrize(
    "text",
    [b"\xff\xfe", b"{" * 100_000, b"[" * 400_000, b'{"a":' * 50_000, b"1" * 6_000, b""],
    ids=range(6),
)
async def test_what_is_no_message_is_ignored(text: bytes) -> None:
    async with serving_a_witness() as server, raw(server) as hostile:
        await hostile.until(b"\r\n\r\n")
        size = len(text).to_bytes(8, "big")
        hostile.write(b"\x82\xff" + size + b"\0\0\0\0" + text)
        hostile.write(framed(b'{"action":0,"id":"alive"}', 1))
        await hostile.until(b'{"action":0,"id":"alive"}')


@pytest.mark.parametrize(
    "sent", [b"", b"\x81", b"\x81\xfe\xff", masked(0x81, b"{", 100), masked(1)]
)
async def test_half_of_anything_holds_nobody_up(sent: bytes) -> None:
    async with serving_a_witness() as server, raw(server) as hostile:
        await hostile.until(b"\r\n\r\n")
        hostile.write(sent)
        hostile.writer.write_eof()
        await hostile.end()


@pytest.mark.parametrize(
    "head",
    ["", "G", "GET / HTTP/1.1\r\nHost", "GET /time HTTP/1.1\r\n", "POST /apps HTTP/1.1\r\n"],
)
async def test_half_of_a_head_holds_no_stop_up(head: str) -> None:
    async with serving_a_witness() as server, raw(server, head=head):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "target",
    [
        "/?key=%zz%&v=6",
        "/?%ff%fe=%00&key=%ed%a0%80",
        "/channels/%/messages",
        "/channels/%ff%fe/messages",
        "/channels/%00/messages",
        "/channels/a%2Fb%3Fc/messages?limit=%",
        "/channels/x/messages?start=99999999999999999999999&limit=-1",
        "/keys/%2e%2e/requestToken",
        "/apps/%ff",
        "//channels/x",
        "/" + "x" * 8_000,
        "/?" + "&".join(f"a{n}=b" for n in range(900)),
        "*",
        "http://x/time",
    ],
    ids=lambda target: target[:30],
)
@pytest.mark.parametrize("upgrade", [False, True])
async def test_no_target_is_an_error_of_ours(target: str, upgrade: bool) -> None:
    more = HEAD.partition("Host: x\r\n")[2].strip() + "\r\n" if upgrade else ""
    head = f"GET {target} HTTP/1.1\r\nHost: x\r\n{more}\r\n".replace("{", "{{")
    async with serving_a_witness() as server, raw(server, head=head) as hostile:
        line = await hostile.until(b"\r\n")
        status = int(line.split()[1])
        assert status == 101 or 200 <= status < 500
        if status == 101:
            await hostile.until(b"\r\n\r\n")
            await hostile.until(b'"action":9')


@pytest.mark.parametrize(
    "body",
    ["[" * 200_000, '{"data":' * 50_000, "\x00", "1" * 5_000, '"', "{}"],
    ids=range(6),
)
async def test_no_body_is_an_error_of_ours(body: str) -> None:
    head = (
        f"POST /channels/x/messages?key={{key}} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    async with serving_a_witness() as server, raw(server, head=head) as hostile:
        hostile.write(body.encode())
        answer = await hostile.end()
        status = int(answer.split()[1])
        assert 200 <= status < 500
        if status >= 400:
            error = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
            assert error["statusCode"] == status
