"""A bare server on `websockets`: what comes on a channel goes to all who attached, as it came.

The peer of the local service: the same clients speak to it, but there are no rights, ids,
serials, history or resume, nothing is decoded twice, and nothing is kept.
"""

import asyncio
import json
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

listeners: defaultdict[str, set[ServerConnection]] = defaultdict(set)


async def talk(socket: ServerConnection) -> None:
    """One client."""
    await socket.send('{"action":4,"connectionId":"x"}')
    mine: set[str] = set()
    try:
        async for text in socket:
            message = json.loads(text)
            channel = message.get("channel")
            if message["action"] == 10:
                listeners[channel].add(socket)
                mine.add(channel)
                await socket.send(json.dumps({"action": 11, "channel": channel}))
            elif message["action"] == 15:
                broadcast(listeners[channel], text)
                await socket.send(
                    json.dumps({"action": 1, "msgSerial": message["msgSerial"], "count": 1})
                )
    except ConnectionClosed:
        pass
    finally:
        for channel in mine:
            listeners[channel].discard(socket)


async def main() -> None:
    async with serve(talk, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
