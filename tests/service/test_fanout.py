"""Many clients on sockets: everybody gets everything once and in order, whoever else is there."""

from __future__ import annotations

import asyncio
import random
import socket

import pytest

from ablytui.net.clock import SystemClock
from ablytui.service.options import ServiceOptions
from ablytui.service.server import Server
from tests.bench.crowd import Crowd, Plan, framed
from tests.support.wires import PATIENCE, until

PLAN = Plan(connections=40, channels=10, each=4, publishers=5, formats=("json", "msgpack"))


@pytest.mark.parametrize("lazy", [0, 3])
async def test_no_message_is_lost_doubled_or_out_of_order(lazy: int) -> None:
    options = ServiceOptions(keys=("app.kid:secret",))
    server = Server(options, clock=SystemClock(), random=random.Random(7))
    await server.start()
    crowd = Crowd(PLAN)
    unread = [_unread(server.port) for _ in range(lazy)]
    try:
        async with asyncio.timeout(PATIENCE):
            await crowd.gather(server.port)
            await until(lambda: len(server._stage.core.realm.sockets) == 40 + lazy)
            await crowd.publish(300, 0)
        account = crowd.account
        assert account.delivered == crowd.due == 300 * 16
        assert account.disordered == account.refused == account.closed == 0
        assert account.answered == 300
    finally:
        crowd.leave()
        for sock in unread:
            sock.close()
        await server.stop()


def _unread(port: int) -> socket.socket:
    """A client on every channel that never reads."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(
        b"GET /?key=app.kid:secret&v=6&format=json HTTP/1.1\r\nHost: x\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        + b"".join(framed(b'{"action":10,"channel":"c%d"}' % n, 1) for n in range(PLAN.channels))
    )
    return sock
