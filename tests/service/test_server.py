"""The service on real sockets."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import msgpack
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ablytui.errors import ConfigError, ServiceError
from ablytui.net.clock import SystemClock
from ablytui.service.firings import Fired
from ablytui.service.options import ServiceOptions
from ablytui.service.scenario import load, parse
from ablytui.service.server import Server
from tests.support.wires import PATIENCE, until

KEY = "app.kid:secret"


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[Server]:
    watch = options.pop("watch", None)
    log = options.pop("log", None)
    options.setdefault("keys", (KEY,))
    server = Server(
        ServiceOptions(**options),
        clock=SystemClock(),
        random=random.Random(7),
        log=log,
        watch=watch,
    )
    await server.start()
    try:
        yield server
    finally:
        async with asyncio.timeout(PATIENCE):
            await server.stop()


class Client:
    """websockets' own client, speaking one format."""

    def __init__(self, socket: ClientConnection, fmt: str) -> None:
        self.socket, self.fmt = socket, fmt

    async def send(self, message: dict[str, Any]) -> None:
        binary = self.fmt == "msgpack"
        await self.socket.send(msgpack.packb(message) if binary else json.dumps(message))

    async def recv(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            payload = await self.socket.recv()
        assert isinstance(payload, bytes) == (self.fmt == "msgpack")
        value = msgpack.unpackb(payload) if isinstance(payload, bytes) else json.loads(payload)
        assert isinstance(value, dict)
        return value

    async def end(self) -> ConnectionClosed:
        """Read until the connection ends; how it did."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.socket.recv()
                except ConnectionClosed as closed:
                    return closed


@asynccontextmanager
async def client(server: Server, fmt: str = "json", **query: str) -> AsyncIterator[Client]:
    names = {"key": server.keys[0], "v": "6", "format": fmt, **query}
    url = f"{server.url}/?{urlencode(names)}"
    async with connect(url, proxy=None, close_timeout=1) as socket:
        yield Client(socket, fmt)


async def http(
    server: Server, request: str, body: bytes = b"", **headers: str
) -> tuple[str, bytes]:
    """One request written by hand: the status line and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [f"{request} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{n.replace('_', '-')}: {v}" for n, v in headers.items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    return head.decode().split("\r\n")[0], rest


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
@pytest.mark.parametrize("dialect", [{}, {"v": "1.2"}])
async def test_connect_attach_publish_close(fmt: str, dialect: dict[str, str]) -> None:
    async with serving() as server, client(server, fmt, **dialect) as c:
        assert (await c.recv())["action"] == 4
        await c.send({"action": 10, "channel": "news"})
        assert (await c.recv())["action"] == 11
        item = {"data": b"\xff"} if fmt == "msgpack" else {"data": "/w==", "encoding": "base64"}
        await c.send({"action": 15, "channel": "news", "msgSerial": 0, "messages": [item]})
        echo, ack = await c.recv(), await c.recv()
        assert (echo["messages"][0]["data"], ack["action"]) == (item["data"], 1)
        server.publish("news", {"a": 1}, "n")
        assert (await c.recv())["messages"][0]["data"] == '{"a":1}'
        await c.send({"action": 7})
        assert await c.recv() == {"action": 8}
        closed = await c.end()
        assert closed.rcvd is not None
        assert closed.rcvd.code == 1000


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
async def test_cut_resume_replay(fmt: str) -> None:
    async with serving() as server:
        async with client(server, fmt) as c:
            first = await c.recv()
            await c.send({"action": 10, "channel": "news"})
            serial = (await c.recv())["channelSerial"]
            server.fault("cut")
            closed = await c.end()
            assert closed.rcvd is None
        server.publish("news", "missed")
        key = first["connectionDetails"]["connectionKey"]
        async with client(server, fmt, resume=key) as c:
            assert (await c.recv())["connectionId"] == first["connectionId"]
            await c.send({"action": 10, "channel": "news", "channelSerial": serial})
            assert (await c.recv())["flags"] & 6 == 6
            assert (await c.recv())["messages"][0]["data"] == "missed"


FAULTS: list[tuple[str, dict[str, Any], list[tuple[int, int]], int]] = [
    ("close", {"closeCode": 1008}, [], 1008),
    ("close", {}, [], 1000),
    ("disconnected", {}, [(6, 80003)], 1000),
    ("disconnected", {"code": 40142, "statusCode": 401}, [(6, 40142)], 1000),
    ("error", {"code": 40101}, [(9, 40101)], 1000),
]


@pytest.mark.parametrize(("name", "args", "frames", "code"), FAULTS)
async def test_faults(
    name: str, args: dict[str, Any], frames: list[tuple[int, int]], code: int
) -> None:
    async with serving() as server, client(server) as c:
        await c.recv()
        server.fault(name, **args)
        got = [await c.recv() for _ in frames]
        assert [(m["action"], m["error"]["code"]) for m in got] == frames
        closed = await c.end()
        assert closed.rcvd is not None
        assert closed.rcvd.code == code


async def test_forget_and_inject() -> None:
    async with serving() as server:
        async with client(server) as c:
            first = await c.recv()
            server.fault("inject_to_client", message={"action": 99})
            assert await c.recv() == {"action": 99}
            server.fault("forget")
        async with client(server, resume=first["connectionDetails"]["connectionKey"]) as c:
            assert (await c.recv())["error"]["code"] == 80018
        with pytest.raises(ConfigError, match="found 'explode', allowed is one of cut,"):
            server.fault("explode")


async def test_a_key_is_made_where_none_is_given() -> None:
    async with serving(keys=()) as server:
        (key,) = server.keys
        async with client(server, key=key) as c:
            assert (await c.recv())["action"] == 4


async def test_fragments_are_joined() -> None:
    async with serving() as server, client(server) as c:
        await c.recv()
        await c.socket.send(['{"action":', "0,", '"id":"x"}'])
        assert await c.recv() == {"action": 0, "id": "x"}


@pytest.mark.parametrize("pieces", [1, 5])
async def test_a_frame_too_large_is_named(pieces: int) -> None:
    async with serving(max_frame_size=10_000) as server, client(server) as c:
        await c.recv()
        text = "x" * (20_000 // pieces)
        await c.socket.send([text] * pieces if pieces > 1 else text)
        error = await c.recv()
        assert (error["action"], error["error"]["code"]) == (9, 40009)
        assert (await c.end()).rcvd is not None


async def test_a_frame_far_too_large_is_not_even_read() -> None:
    async with serving(max_frame_size=1_000) as server, client(server) as c:
        await c.recv()
        await c.socket.send("x" * 20_000)
        closed = await c.end()
        assert closed.rcvd is not None
        assert closed.rcvd.code == 1009


async def test_who_does_not_read_is_dropped_and_nobody_else() -> None:
    async with serving() as server, client(server) as reader:
        await reader.recv()
        await reader.send({"action": 10, "channel": "flood"})
        await reader.recv()
        names = urlencode({"key": KEY, "v": "6", "format": "json"})
        lazy_reader, lazy = await asyncio.open_connection("127.0.0.1", server.port, limit=1_024)
        lazy.write(
            f"GET /?{names} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        attach = b'{"action":10,"channel":"flood"}'
        lazy.write(bytes([0x81, 0x80 | len(attach), 0, 0, 0, 0]) + attach)
        await lazy_reader.readuntil(b"\r\n\r\n")
        await until(
            lambda: len(server._stage.core.realm.apps["app"].channels["flood"].listeners) == 2
        )
        for _ in range(400):
            server.publish("flood", "x" * 60_000)
            await reader.recv()
        await until(lambda: len(server._sockets) == 1, "the lazy one is dropped")
        assert len(server._stage.core.realm.sockets) == 1
        lazy.close()


async def test_rest_on_the_same_port() -> None:
    async with serving() as server, client(server) as c:
        await c.recv()
        await c.send({"action": 10, "channel": "a"})
        await c.recv()
        status, body = await http(server, "GET /time")
        assert (status, len(json.loads(body))) == ("HTTP/1.1 200 OK", 1)
        item = json.dumps({"data": "x" * 50_000}).encode()
        kind = {"Content_Type": "application/json"}
        status, body = await http(server, f"POST /channels/a/messages?key={KEY}", item, **kind)
        assert status == "HTTP/1.1 201 Created"
        assert (await c.recv())["messages"][0]["data"] == "x" * 50_000
        status, body = await http(server, "GET /nowhere")
        assert (status, json.loads(body)["error"]["code"]) == ("HTTP/1.1 404 Not Found", 40400)
        status, body = await http(server, "POST /channels/a/messages", b"x" * 600_000)
        assert (status.split()[1], json.loads(body)["error"]["code"]) == ("413", 40009)


async def test_many_first_requests_at_once() -> None:
    async with serving() as server:
        answers = await asyncio.gather(*(http(server, "GET /time") for _ in range(8)))
        assert {status for status, _ in answers} == {"HTTP/1.1 200 OK"}


async def test_a_websocket_is_at_the_root_only() -> None:
    async with serving() as server:
        with pytest.raises(InvalidStatus) as caught:
            await connect(f"{server.url}/elsewhere", proxy=None)
        assert caught.value.response.status_code == 404


async def test_a_port_in_use_is_one_plain_line() -> None:
    async with serving() as server:
        other = Server(
            ServiceOptions(port=server.port), clock=SystemClock(), random=random.Random()
        )
        with pytest.raises(ServiceError) as caught:
            await other.start()
        assert str(caught.value) == (
            f"cannot listen on 127.0.0.1 port {server.port}: "
            "it is in use; choose another with --port, or 0 for any"
        )
        await other.stop()


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host.invalid"])
async def test_a_host_that_is_not_ours(host: str) -> None:
    server = Server(ServiceOptions(host=host), clock=SystemClock(), random=random.Random())
    with pytest.raises(ServiceError, match=f"cannot listen on {host} port 0: "):
        await server.start()


async def test_stop_tells_all_and_is_prompt_though_one_does_not_answer() -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        c = await stack.enter_async_context(client(server))
        await c.recv()
        stuck = await asyncio.open_connection("127.0.0.1", server.port)
        stuck[1].write(b"GET /half")
        await until(lambda: len(server._fronts) == 1)
        async with asyncio.timeout(PATIENCE):
            await server.stop()
        message = await c.recv()
        assert (message["action"], message["error"]["code"]) == (6, 80003)
        closed = await c.end()
        assert closed.rcvd is not None
        assert closed.rcvd.code == 1001
        assert (server._sockets, server._fronts) == ({}, set())
        stuck[1].close()
        server.publish("a", "nobody hears")
        server.fault("cut")


async def test_a_scenario_is_played_and_watched() -> None:
    seen: list[Fired | None] = []
    lines: list[str] = []
    text = """
description = "x"
[service]
max_idle = 4000
[[step]]
at = 0
caption = "a caption"
do = "publish"
channel = "a"
data = "hi"
[[rule]]
caption = "refused\\u001b[31m"
on = "ws_connect"
match = { count = 2 }
do = "refuse_connection"
"""
    async with serving(
        scenario=parse(text, "x", "x"), watch=seen.append, log=lines.append
    ) as server:
        async with client(server) as c:
            assert (await c.recv())["connectionDetails"]["maxIdleInterval"] == 4_000
        with pytest.raises(InvalidStatus) as caught:
            async with client(server):
                pass
        assert caught.value.response.status_code == 401
        assert json.loads(caught.value.response.body or b"")["error"]["code"] == 40101
    assert [f.caption for f in seen if f is not None] == ["a caption", "refused\x1b[31m"]
    assert not any("\x1b" in line for line in lines)


async def test_a_handshake_that_fails_leaves_nothing_of_its_fault_behind() -> None:
    text = (
        'description = "x"\n[[rule]]\non = "ws_connect"\ndo = "accept_and_close"\ncloseCode = 1008'
    )
    scenario = parse(text, "x", "x")
    async with serving(scenario=scenario) as server:
        status, _ = await http(server, "GET /", Upgrade="websocket")
        assert "400" in status or "426" in status
        await until(lambda: not server._stage._closing)


async def test_http_faults() -> None:
    text = """
description = "x"
[[rule]]
caption = "slow"
on = "http_request"
match = { count = 1 }
do = "http_delay"
delayMs = 20
[[rule]]
caption = "broken"
on = "http_request"
match = { count = 1 }
do = "http_respond"
status = 500
[[rule]]
caption = "gone"
on = "http_request"
do = "http_drop"
"""
    async with serving(scenario=parse(text, "x", "x")) as server:
        assert (await http(server, "GET /time"))[0] == "HTTP/1.1 200 OK"
        assert (await http(server, "GET /time"))[0].startswith("HTTP/1.1 500")
        reply: tuple[str, bytes] | None = None
        with suppress(ConnectionError):
            reply = await http(server, "GET /time")
        assert reply in {None, ("", b"")}


@pytest.mark.parametrize("name", ["hello", "steady", "drop-and-resume"])
async def test_shipped_scenarios_on_a_socket(name: str) -> None:
    scenario = load(name)
    async with serving(scenario=scenario) as server, client(server, "msgpack") as c:
        await c.recv()
        await c.send({"action": 10, "channel": scenario.client.channels[0]})
        assert (await c.recv())["action"] == 11
        if not scenario.streams:
            server.control("skip")
        assert (await c.recv())["action"] in {14, 15}


async def test_a_scenario_is_changed_over_http_while_a_client_is_connected() -> None:
    seen: list[Fired | None] = []
    async with serving(watch=seen.append) as server, client(server) as c:
        await c.recv()
        assert json.loads((await http(server, "GET /scenario"))[1]) == {"scenario": None}
        body = b'{"scenario": "drain"}'
        status, told = await http(server, "POST /scenario", body, content_type="application/json")
        assert (status, json.loads(told)["steps"]) == ("HTTP/1.1 200 OK", 5)
        await http(server, "POST /scenario", b'{"do": "skip"}')
        message = await c.recv()
        assert (message["action"], message["error"]["code"]) == (6, 80003)
        closed = await c.end()
        assert closed.rcvd is not None
        assert closed.rcvd.code == 1001
        status, _ = await http(server, "POST /scenario", body, origin="http://127.0.0.1")
        assert status == "HTTP/1.1 403 Forbidden"
    assert [f.word for f in seen if f is not None] == ["say", "inject_to_client_and_close"]


async def test_secrets_stay_out_of_the_log() -> None:
    lines: list[str] = []
    async with serving(log=lines.append) as server, client(server) as c:
        key = (await c.recv())["connectionDetails"]["connectionKey"]
        await http(server, f"GET /channels/a/messages?key={KEY}")
        await http(server, "GET /channels/a/messages?key=app.kid:nosecret")
        async with client(server, resume=key) as again:
            await again.recv()
    text = "\n".join(lines)
    assert any("sent CONNECTED" in line for line in lines)
    for secret in (KEY, "nosecret", key, key.partition("!")[2]):
        assert secret not in text


async def test_a_fault_is_asked_for_over_http_and_told_to_who_watches() -> None:
    seen: list[Fired | None] = []
    async with serving(watch=seen.append) as server, client(server) as c:
        await c.recv()
        asked = b'{"do": "suppress", "match": {"action": "HEARTBEAT"}}'
        status, told = await http(server, "POST /scenario", asked)
        assert (status, json.loads(told)["faults"][0]["do"]) == ("HTTP/1.1 200 OK", "suppress")
        assert [each.word for each in server.standing] == ["suppress"]
        assert server.lift(server.standing[0].number)
        closing = b'{"do": "close", "closeCode": 4001, "reason": "by hand"}'
        await http(server, "POST /scenario", closing)
        closed = await c.end()
        assert closed.rcvd is not None
        assert (closed.rcvd.code, closed.rcvd.reason) == (4001, "by hand")
        await until(lambda: server.fault("cut") == "no client is connected")
    words = [(fired.word, fired.by_hand) for fired in seen if fired is not None]
    assert words == [("suppress", True), ("lift", True), ("close", True)]
    assert None in seen
    assert server.fault("forget") == "the service has stopped"
