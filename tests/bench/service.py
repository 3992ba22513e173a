"""The local service before a crowd: `python -m tests.bench service`.

1,000 connections on 200 channels: every subscriber has to get every message once and in order.
How fast that goes, how long a message takes at a given rate, and what a client that does not
read costs the others; each beside a bare server on `websockets` that does the same without any
of Ably's semantics, in the same run and with the same clients.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.common import ROOT, say
from tests.bench.crowd import Crowd, Plan, framed

OURS = (sys.executable, "-m", "ablytui", "serve", "--key", "app.kid:secret")
BARE = (sys.executable, "tests/bench/peers/bare_fanout.py")

COUNT = 4_000
RATE = 2_000


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    pid: int
    port: int

    @property
    def resident(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        parts = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: tuple[str, ...]) -> Iterator[Served]:
    """A server by its command, which says first where it listens."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[2]
            yield Served(process.pid, int(url.rpartition(":")[2]))
        finally:
            process.terminate()


def _crowd(name: str, crowd: Crowd) -> None:
    account, due = crowd.account, crowd.due
    say(
        f"{name}: delivered / missing / out of order",
        f"{account.delivered:,} / {due - account.delivered} / {account.disordered}",
    )
    said = f"{account.delay(0.5):.1f} / {account.delay(0.95):.1f} / {account.delay(0.99):.1f}"
    say(f"{name}: publish → delivery p50 / p95 / p99, ms", said)


async def _through(server: Served, plan: Plan, name: str) -> float:
    """As fast as it is answered; deliveries a second."""
    crowd = Crowd(plan)
    try:
        empty = server.resident
        took = await crowd.gather(server.port)
        say(f"{name}: connect and attach all, s", f"{took:.1f}")
        per = (server.resident - empty) * 1024 / plan.connections
        say(f"{name}: memory a connection, kB", f"{per:.0f}")
        used = server.cpu
        seconds = await crowd.publish(COUNT, 0)
        _crowd(name, crowd)
        rate = crowd.account.delivered / seconds
        cost = (server.cpu - used) / crowd.account.delivered * 1e6
        say(f"{name}: deliveries a second", f"{rate:,.0f}")
        say(f"{name}: processor time a delivery, µs", f"{cost:.1f}")
        say(f"{name}: memory then, MB", f"{server.resident:.0f}")
        return rate
    finally:
        crowd.leave()


async def _paced(server: Served, plan: Plan, name: str, lazy: bool) -> float:
    """At a rate, perhaps beside one that does not read; the p99 in ms."""
    crowd = Crowd(plan)
    idle: list[socket.socket] = []
    try:
        await crowd.gather(server.port)
        before = server.resident
        if lazy:
            idle.append(_unread(server.port, plan))
        used, begun = server.cpu, time.perf_counter()
        await crowd.publish(COUNT, RATE)
        _crowd(name, crowd)
        busy = (server.cpu - used) / (time.perf_counter() - begun)
        say(f"{name}: of one core", f"{busy:.0%}")
        say(f"{name}: memory grown by, MB", f"{server.resident - before:.0f}")
        if lazy:
            say(f"{name}: the one that does not read is", _how(idle[0]))
        return crowd.account.delay(0.99)
    finally:
        crowd.leave()
        for sock in idle:
            sock.close()


def _unread(port: int, plan: Plan) -> socket.socket:
    """A client on all channels that never reads."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    sock.connect(("127.0.0.1", port))
    sock.sendall(
        b"GET /?key=app.kid:secret&v=6&format=json HTTP/1.1\r\nHost: x\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    for number in range(plan.channels):
        sock.sendall(framed(b'{"action":10,"channel":"c%d"}' % number, 1))
    return sock


def _how(sock: socket.socket) -> str:
    sock.settimeout(1)
    try:
        while sock.recv(1 << 20):
            pass
    except ConnectionError:
        return "disconnected"
    except TimeoutError:
        return "still there"
    return "closed"


def main() -> None:
    """Print figures and ratios."""
    whole = Plan()
    paced = Plan(each=1)
    large = Plan(each=1, connections=999, size=6_000)
    print(f"service: {whole.connections:,} connections, {whole.channels} channels, JSON")
    rates: dict[str, float] = {}
    tails: dict[str, float] = {}
    for name, command in (("ours", OURS), ("bare", BARE)):
        with served(command) as server:
            rates[name] = asyncio.run(_through(server, whole, f"{name} ×{whole.each}"))
        with served(command) as server:
            tails[name] = asyncio.run(_paced(server, paced, f"{name} {RATE:,}/s", lazy=False))
        with served(command) as server:
            what = f"{name}, one unread"
            asyncio.run(_paced(server, large, what, lazy=True))
    with served(OURS) as server:
        mixed = Plan(formats=("json", "msgpack"))
        asyncio.run(_through(server, mixed, "ours, half msgpack"))
    say("ratio of deliveries a second, ours / bare", f"{rates['ours'] / rates['bare']:.2f}")
    say("ratio of p99, ours / bare", f"{tails['ours'] / tails['bare']:.2f}")


if __name__ == "__main__":
    main()
