"""ably-python's subscribe on the same flood. Runs in a venv of its own: `ably` pins websockets."""

import asyncio
import json
import sys
import time
from typing import Any

from ably import AblyRealtime


async def main(port: str) -> None:
    client = AblyRealtime(
        key="a.b:c", endpoint=f"127.0.0.1:{port}", tls=False, use_binary_protocol=False
    )
    done = asyncio.Event()
    first = 0.0
    count = 0

    def heard(message: Any) -> None:
        nonlocal first, count
        if count == 0:
            first = time.perf_counter()
        count += 1
        if message.name == "end":
            done.set()

    channel = client.channels.get("c")
    await channel.subscribe(heard)
    await done.wait()
    print(json.dumps({"count": count, "seconds": time.perf_counter() - first}))
    await client.close()


asyncio.run(main(sys.argv[1]))
