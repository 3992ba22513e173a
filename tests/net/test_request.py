"""One HTTP request: what is sent, what is read of the answer, and why there is none."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys

import pytest
from aiohttp import web

from ablytui.net.request import Answer, RequestFailed, request
from tests.support.http import answering, never
from tests.support.wires import RawServer, free_port


async def test_what_is_sent_and_what_comes_back() -> None:
    seen: list[tuple[str, str, str | None, bytes]] = []

    async def echo(asked: web.Request) -> web.Response:
        seen.append((asked.method, asked.path_qs, asked.headers.get("X-One"), await asked.read()))
        return web.Response(status=201, text="here", content_type="Text/Plain", charset="utf-8")

    async with answering(echo) as origin:
        answer = await request(
            "POST", f"{origin}/a?b=c%20d", headers={"X-One": "1"}, body=b"body", limit=99
        )
    assert seen == [("POST", "/a?b=c%20d", "1", b"body")]
    assert (answer.status, answer.body, answer.content_type) == (201, b"here", "text/plain")


@pytest.mark.parametrize(("length", "read"), [(10, 10), (11, 11), (100_000, 11)])
async def test_no_more_is_read_than_allowed(length: int, read: int) -> None:
    async def much(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * length)

    async with answering(much) as origin:
        assert len((await request("GET", origin, headers={}, limit=10)).body) == read


def test_the_loop_turns_while_the_client_is_loaded() -> None:
    code = (
        "import asyncio, sys\n"
        "from ablytui.net.request import load_client\n"
        "async def main():\n"
        "    assert 'aiohttp' not in sys.modules\n"
        "    loading, turns = asyncio.ensure_future(load_client()), 0\n"
        "    while not loading.done():\n"
        "        await asyncio.sleep(0)\n"
        "        turns += 1\n"
        "    print(turns, hasattr(sys.modules['aiohttp'], 'ClientSession'))\n"
        "asyncio.run(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    turns, loaded = done.stdout.split()
    assert int(turns) > 3
    assert loaded == "True"


def test_without_a_content_type_there_is_none() -> None:
    assert Answer(200, (), b"").content_type == ""


async def test_nobody_is_there() -> None:
    with pytest.raises(RequestFailed) as caught:
        await request("GET", f"http://127.0.0.1:{free_port()}/", headers={}, limit=1)
    assert "\n" not in str(caught.value)
    assert str(caught.value)


@pytest.mark.parametrize("said", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"])  # fmt: skip
async def test_what_is_no_http_is_a_failure(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    async with RawServer(talk) as server:
        with pytest.raises(RequestFailed):
            await request("GET", f"http://127.0.0.1:{server.port}/", headers={}, limit=99)


async def test_it_can_be_given_up() -> None:
    async with answering(never) as origin:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await request("GET", origin, headers={}, limit=1)


async def test_tol3_a_host_that_does_not_take_the_connection_in_time() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            # The queue is full now, so that a further connection is never answered.
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        with pytest.raises(RequestFailed, match="no connection in time"):
            await request("GET", url, headers={}, limit=10, opens_within=30)
