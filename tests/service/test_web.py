"""The HTTP side: imported late, and given connections with what was read of them."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect

from ablytui.net.clock import SystemClock
from ablytui.service import web
from ablytui.service.options import ServiceOptions
from ablytui.service.server import Server
from tests.support.granting import SUITE, basic
from tests.support.wires import PATIENCE

PROGRAM = """
import asyncio, random, sys
from ablytui.net.clock import SystemClock
from ablytui.service.options import ServiceOptions
from ablytui.service.server import Server

async def main():
    server = Server(ServiceOptions(), clock=SystemClock(), random=random.SystemRandom())
    await server.start()
    before = "aiohttp" in sys.modules, "textual" in sys.modules
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for _ in range(2):  # twice on one connection
        writer.write(b"GET /time HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
        line = await reader.readline()
        rest = await reader.readuntil(b"]")
    writer.close()
    await server.stop()
    print(before, "aiohttp" in sys.modules, line)

asyncio.run(main())
"""


def test_aiohttp_comes_with_the_first_request_and_textual_never() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "(False, False) True b'HTTP/1.1 200 OK\\r\\n'"


async def http(server: Server, line: str, body: Any = None, auth: str = "") -> tuple[int, Any]:
    """One request written by hand: the status and what the body says."""
    raw = b"" if body is None else json.dumps(body).encode()
    head = [f"{line} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(raw)}"]
    head += ["Content-Type: application/json"] + ([f"Authorization: {auth}"] if auth else [])
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + raw)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    said, _, rest = answer.partition(b"\r\n\r\n")
    return int(said.split()[1]), json.loads(rest) if rest else None


async def test_an_app_and_a_token_over_http_and_a_connection_by_them() -> None:
    server = Server(ServiceOptions(), clock=SystemClock(), random=random.Random(3))
    await server.start()
    try:
        status, app = await http(server, "POST /apps", SUITE)
        assert status == 201
        key = app["keys"][0]
        auth = basic(key["keyStr"])
        path = f"POST /keys/{key['keyName']}/requestToken"
        status, details = await http(server, path, {"clientId": "bob"}, auth)
        assert status == 201
        url = f"{server.url}/?v=6&accessToken={details['token']}"
        async with connect(url, proxy=None, close_timeout=1) as socket, asyncio.timeout(PATIENCE):
            connected = json.loads(await socket.recv())
            assert connected["connectionDetails"]["clientId"] == "bob"
            assert await http(server, f"DELETE /apps/{app['appId']}", auth=auth) == (204, None)
            assert json.loads(await socket.recv())["error"]["code"] == 40101
    finally:
        await server.stop()


async def test_a_body_that_does_not_come_is_waited_for_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web, "BODY_TIME", 0.05)
    server = Server(ServiceOptions(), clock=SystemClock(), random=random.Random(3))
    await server.start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /apps HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        async with asyncio.timeout(PATIENCE):
            assert await _all(reader) == b""
        writer.close()
    finally:
        await server.stop()


async def test_connections_are_bounded() -> None:
    options = ServiceOptions(max_connections=1)
    server = Server(options, clock=SystemClock(), random=random.Random(3))
    await server.start()
    idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(2)]
    try:
        async with asyncio.timeout(PATIENCE):
            for reader, writer in idle:
                writer.write(b"GET /time HTTP/1.1\r\nHost: x\r\n\r\n")
                assert await reader.readuntil(b"]")
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"GET /time HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await _all(reader) == b""
            writer.close()
            idle.pop()[1].close()
            while True:
                with suppress(OSError, ValueError, IndexError):
                    assert (await http(server, "GET /time"))[0] == 200
                    break
    finally:
        for _, writer in idle:
            writer.close()
        await server.stop()


async def _all(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""
