"""The HTTP side: imported late, and given connections with what was read of them."""

from __future__ import annotations

import subprocess
import sys

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
