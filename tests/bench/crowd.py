"""Many clients in one process, as lean as can be, and an account of all that they are sent.

Each message says in its data who sent it, on which channel, as which one and when, so that every
subscriber can be held to have each of them once and in order. Speaks to the local service and to
the bare server that it is held against alike.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgpack

_MARK = b"~at~"
WINDOW = 20
"""Messages that a publisher leaves unanswered, where no rate is given."""

PATIENCE = 120.0
"""Seconds after which what has not come is lost."""


def framed(payload: bytes, opcode: int) -> bytes:
    """As a frame of a client (RFC 6455 §5.2), with the mask that changes nothing."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + b"\0\0\0\0" + payload
    return bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big") + b"\0\0\0\0" + payload


@dataclass
class Account:
    """What was sent, and how it came. Times in ns."""

    sent: Counter[bytes] = field(default_factory=Counter)
    delivered: int = 0
    disordered: int = 0
    answered: int = 0
    refused: int = 0
    closed: int = 0
    delays: list[int] = field(default_factory=list)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def delay(self, share: float) -> float:
        """A quantile of the delays, in ms."""
        found = sorted(self.delays)
        return found[min(int(len(found) * share), len(found) - 1)] / 1e6 if found else float("nan")

    async def until(self, reached: Callable[[], bool], what: str) -> None:
        """Wait until `reached()` holds."""
        async with asyncio.timeout(PATIENCE):
            while not reached():
                self.stirred.clear()
                try:
                    await asyncio.wait_for(self.stirred.wait(), 1)
                except TimeoutError:
                    print(f"    … {what}: {self.delivered:,} delivered", flush=True)


class Member(asyncio.Protocol):
    """One client."""

    def __init__(self, account: Account, fmt: str, size: int) -> None:
        self.account, self.fmt = account, fmt
        self.filling = "x" * size
        self.binary = fmt == "msgpack"
        self.attached: set[str] = set()
        self.connected = False
        self.open = True
        self.unanswered = 0
        self.serial = 0
        self._head = True
        self._stub = b""
        self._next: Counter[bytes] = Counter()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(
            f"GET /?key=app.kid:secret&v=6&format={self.fmt} HTTP/1.1\r\nHost: x\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )

    def send(self, message: dict[str, object]) -> None:
        """Send anything."""
        self.write(msgpack.packb(message) if self.binary else json.dumps(message).encode())

    def write(self, payload: bytes) -> None:
        assert self._transport is not None
        self._transport.write(framed(payload, 2 if self.binary else 1))

    def publish(self, channel: str, who: int) -> None:
        """Publish the next message of this one on a channel."""
        sender = f"{channel} {who}".encode()
        number = self.account.sent[sender]
        self.account.sent[sender] += 1
        mark = _MARK.decode()
        data = f"{mark}{channel} {who} {number} {time.perf_counter_ns()}{mark}{self.filling}"
        self.unanswered += 1
        messages = [{"name": "n", "data": data}]
        self.send(
            {"action": 15, "channel": channel, "msgSerial": self.serial, "messages": messages}
        )
        self.serial += 1

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter_ns()
        data = self._stub + data if self._stub else data
        at = 0
        if self._head:
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self._stub = data
                return
            self._head = False
        while len(data) - at >= 4:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if start + size > len(data):
                break
            self._frame(data[start : start + size], now)
            at = start + size
        self._stub = data[at:]

    def _frame(self, payload: bytes, now: int) -> None:
        start = payload.find(_MARK)
        account = self.account
        if start < 0:
            self._control(payload)
            return
        start += len(_MARK)
        channel, who, number, sent = payload[start : payload.index(_MARK, start)].split()
        sender = channel + b" " + who
        if int(number) != self._next[sender]:
            account.disordered += 1
        self._next[sender] = int(number) + 1
        account.delivered += 1
        account.delays.append(now - int(sent))
        account.stirred.set()

    def _control(self, payload: bytes) -> None:
        message = msgpack.unpackb(payload) if self.binary else json.loads(payload)
        match message["action"]:
            case 4:
                self.connected = True
            case 11:
                self.attached.add(message["channel"])
            case 1:
                self.unanswered -= message["count"]
                self.account.answered += message["count"]
            case 2:
                self.account.refused += 1
            case 0:
                return
            case other:
                print(f"    … action {other}: {message}", flush=True)
        self.account.stirred.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self.account.closed += 1
        self.account.stirred.set()

    def leave(self) -> None:
        """Go."""
        if self._transport is not None:
            self._transport.abort()


@dataclass(frozen=True)
class Plan:
    """A crowd: so many connections, each on `each` of the channels; publishers on all of them.

    `size` is how many bytes fill a message up.
    """

    connections: int = 1_000
    channels: int = 200
    each: int = 5
    publishers: int = 20
    formats: tuple[str, ...] = ("json",)
    size: int = 60

    def names(self, member: int) -> list[str]:
        """The channels of one connection: all of them get as many."""
        step = max(self.channels // self.each, 1)
        return [f"c{(member + n * step) % self.channels}" for n in range(self.each)]


class Crowd:
    """All of them; make it within `gathered`."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.account = plan, Account()
        self.members: list[Member] = []
        self.per_channel: Counter[str] = Counter()

    async def gather(self, port: int) -> float:
        """Connect and attach everybody; the seconds it took."""
        begun = time.perf_counter()
        for first in range(0, self.plan.connections, 50):
            await self._connect(port, range(first, min(first + 50, self.plan.connections)))
        for number, member in enumerate(self.members):
            for name in self.plan.names(number):
                self.per_channel[name] += 1
                member.send({"action": 10, "channel": name})
        each = min(self.plan.each, self.plan.channels)
        await self.account.until(
            lambda: all(len(m.attached) == each for m in self.members), "attaching"
        )
        return time.perf_counter() - begun

    async def _connect(self, port: int, numbers: range) -> None:
        loop, formats = asyncio.get_running_loop(), self.plan.formats
        members = [Member(self.account, formats[n % len(formats)], self.plan.size) for n in numbers]
        self.members += members
        # `iter(…).__next__` gives them out, one a call.
        each = iter(members).__next__
        await asyncio.gather(*(loop.create_connection(each, "127.0.0.1", port) for _ in members))
        await self.account.until(lambda: all(m.connected for m in members), "connecting")

    async def publish(self, count: int, rate: int) -> float:
        """Publish so many, so many a second (0: as they are answered); the seconds it took."""
        begun = time.perf_counter()
        who = self.members[: self.plan.publishers]
        for number in range(count):
            if rate:
                ahead = number / rate - (time.perf_counter() - begun)
                if ahead > 0:
                    await asyncio.sleep(ahead)
                elif number % 20 == 0:
                    await asyncio.sleep(0)
            else:
                member = who[number % len(who)]
                while member.unanswered >= WINDOW:
                    self.account.stirred.clear()
                    await asyncio.wait_for(self.account.stirred.wait(), PATIENCE)
            sender = number % len(who)
            who[sender].publish(
                f"c{(number // len(who) * 7 + sender) % self.plan.channels}", sender
            )
        await self.account.until(lambda: self.account.delivered >= self.due, "delivering")
        return time.perf_counter() - begun

    @property
    def due(self) -> int:
        """How many deliveries all that was sent makes."""
        return sum(
            number * self.per_channel[sender.split()[0].decode()]
            for sender, number in self.account.sent.items()
        )

    def leave(self) -> None:
        """All go."""
        for member in self.members:
            member.leave()
