"""A service that does nothing but send: `python -m tests.bench.flood COUNT RATE`.

Prints its port. Speaks enough of the current dialect for any Ably client: CONNECTED, ATTACHED for
each ATTACH, then COUNT messages of 277 bytes in JSON on channel `c`, RATE a second (0: as fast
as they are taken), and last one that is called `end`. Sending waits for the reader, so a frame
that is missing was lost by the client.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from ablytui.protocol.frame import Opcode, WireFrame
from tests.support.wires import Accepted, ScriptedServer

CONNECTED = {
    "action": 4,
    "connectionId": "flood",
    "connectionDetails": {
        "connectionKey": "flood!0123456789",
        "connectionStateTtl": 120_000,
        "maxIdleInterval": 0,
        "maxMessageSize": 65_536,
        "clientId": "*",
    },
}
SIZE = 277
CHANNEL = "c"


def message(channel: str, number: int, name: str = "fill") -> bytes:
    """One MESSAGE of exactly `SIZE` bytes."""
    body: dict[str, Any] = {
        "action": 15,
        "id": f"peer:{number:09d}",
        "connectionId": "peer",
        "channel": channel,
        "channelSerial": f"108@{number:012d}",
        "timestamp": 1_700_000_000_000 + number,
        "messages": [{"name": name, "data": "", "id": f"peer:{number:09d}:0"}],
    }
    short = len(json.dumps(body, separators=(",", ":")))
    body["messages"][0]["data"] = "x" * (SIZE - short)
    return json.dumps(body, separators=(",", ":")).encode()


def framed(payload: bytes) -> bytes:
    """As a text frame of a server (RFC 6455 §5.2)."""
    return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload


def prepared(count: int, batch: int) -> list[bytes]:
    """Everything that will be sent, so that making it costs no time later."""
    return [
        b"".join(framed(message(CHANNEL, n)) for n in range(first, min(first + batch, count)))
        for first in range(0, count, batch)
    ]


async def pour(wire: Accepted, batches: list[bytes], count: int, batch: int, rate: int) -> None:
    """Send everything, no faster than it is read, and no faster than asked."""
    begun = time.perf_counter()
    for number, data in enumerate(batches, 1):
        wire.wire.write_raw(data)
        while wire.wire.unsent > 1 << 20:  # noqa: ASYNC110 - a socket tells of no drain here
            await asyncio.sleep(0.0005)
        ahead = number * batch / rate - (time.perf_counter() - begun) if rate else 0.0
        if ahead > 0:
            await asyncio.sleep(ahead)
    wire.wire.write_raw(framed(message(CHANNEL, count, "end")))


async def serve(count: int, rate: int) -> None:
    """Serve until killed."""
    pouring: set[asyncio.Task[None]] = set()
    batch = min(max(rate // 100, 1), 250) if rate else 250
    batches = prepared(count, batch)

    def asked(wire: Accepted, frame: WireFrame) -> None:
        if frame.opcode is not Opcode.TEXT:
            return
        body = json.loads(frame.payload)
        if body["action"] == 10:
            channel = body["channel"]
            answer = {"action": 11, "channel": channel, "channelSerial": "0", "flags": 983_040}
            wire.send(json.dumps(answer))
            pouring.add(asyncio.create_task(pour(wire, batches, count, batch, rate)))
        elif body["action"] == 7:
            wire.send('{"action":8}')
            wire.wire.close(1000)

    greeting = json.dumps(CONNECTED)
    async with ScriptedServer(lambda wire: wire.send(greeting), asked) as server:
        print(server.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
