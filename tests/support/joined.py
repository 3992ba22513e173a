"""A Session and a local service joined in memory, on one clock that stands still.

Both ends are the real ones; between them lies a wire that carries frames in order, without a
socket, and that a test can cut. `pump` lets everything that is under way arrive.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from ablytui.capture.redact import Redactor
from ablytui.capture.store import SessionInfo, Store
from ablytui.net.listener import Ended, Failure, Handshake, Listener
from ablytui.net.wire import Wire
from ablytui.protocol.burst import Burst
from ablytui.protocol.credentials import secrets_of
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Direction, Opcode, Origin, WireFrame
from ablytui.protocol.log import Entry, EntryKind, Row
from ablytui.protocol.news import Delivered, Logged, News
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.uri import Target
from ablytui.service import events as sv
from ablytui.service.core import Core
from ablytui.service.options import ServiceOptions
from ablytui.worker.session import Session
from tests.support.clock import FakeClock

KEY = "app.key:a-long-secret-value"


class MemoryWire:
    """The client's end. What is sent arrives at the service when the world is pumped."""

    many: Callable[[Burst], None]

    def __init__(self, world: Joined, number: int, target: Target, listener: Listener) -> None:
        self.world = world
        self.number = number
        self.target = target
        self.listener = listener
        self.open = False
        self.paused = False

    def send(
        self,
        opcode: Opcode,
        payload: bytes,
        *,
        fin: bool = True,
        origin: Origin = Origin.ENGINE,
    ) -> None:
        if not self.open:
            return
        frame = WireFrame(Direction.OUT, opcode, fin, payload, len(payload), origin=origin)
        self.listener.frame(frame)
        if opcode < Opcode.CLOSE:
            self.world.to_service(sv.Received(self.number, opcode, payload))

    def close(self, code: int = 1000, reason: str = "") -> None:
        self._end(Ended(code, reason, by_us=True, clean=True))

    def abort(self) -> None:
        self._end(Ended(1006, "", by_us=True, clean=False))

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def _end(self, end: Ended) -> None:
        if self.open:
            self.open = False
            self.world.later(lambda: self.listener.ended(end))
            self.world.to_service(sv.Ended(self.number))
        elif self.number in self.world.dialling:
            self.world.dialling.discard(self.number)
            self.world.later(lambda: self.listener.failed(Failure("given up", refused=True)))

    # --- the service's side ---------------------------------------------------------------------

    def arrive(self, opcode: Opcode, payload: bytes, *, fin: bool = True) -> None:
        if self.open:
            self.listener.frame(WireFrame(Direction.IN, opcode, fin, payload, len(payload)))

    def arrive_together(self, opcode: Opcode, payloads: list[bytes]) -> None:
        """What `Wire` makes of several frames that came in one read."""
        burst = Burst(opcode, payloads)
        while burst.left and self.open:
            self.many(burst)

    def ended_by_peer(self, code: int) -> None:
        if self.open:
            self.open = False
            self.listener.ended(Ended(code, "", by_us=False, clean=code != 1006))
            self.world.to_service(sv.Ended(self.number))


class Joined:
    """The world of a test: clock, service, session, log, and the frames between them."""

    def __init__(
        self,
        params: ConnectParams,
        *,
        capture: Path | None = None,
        folder: Path | None = None,
        other: Joined | None = None,
        rows: bool = True,
        **options: Any,
    ) -> None:
        self.clock: FakeClock = other.clock if other else FakeClock(mono=5_000.0)
        self.dialling: set[int] = set()
        self.wires: dict[int, MemoryWire] = {}
        self._jobs: deque[Callable[[], None]] = other._jobs if other else deque()
        self._everywhere: dict[int, MemoryWire] = other._everywhere if other else {}
        self.reachable = True
        self.mute = False
        """The service hears nothing and says nothing; sockets open all the same."""
        self.network = True
        self.refusal: Failure | None = None
        ids = Random(7)
        self.core: Core = (
            other.core
            if other
            else Core(
                ServiceOptions(**options),
                (KEY,),
                lambda length: "".join(ids.choices("abcdefghijkmnpqrstuvwxyz23456789", k=length)),
            )
        )
        self._base: int = other._base + 1_000 if other else 0
        given = self.given(params)
        self.store = Store(
            capture,
            session=SessionInfo(self.clock.wall(), self.clock.mono(), "test"),
            redactor=Redactor(b"t" * 32, secrets=secrets_of(given)),
            on_grew=lambda _: None,
            call_soon=lambda call: None,
            folder=folder,
        )
        self.session = Session(
            given,
            self.store,
            self.clock,
            Random(1),
            self._dial,
            reachable=self._is_reachable,
            network=self._watch,
        )
        self.news: list[News] = []
        self.session.subscribe(self.news.append, rows=rows)

    def given(self, params: ConnectParams) -> ConnectParams:
        """What the session asks for."""
        return replace(params, endpoint="localhost", tls=False, key=params.key or KEY)

    def _watch(self, tell: Callable[[bool], None]) -> Callable[[], None]:
        self.tell_network = tell
        return lambda: None

    async def _is_reachable(self, url: str, limit: float) -> bool:
        return self.network

    # --- moving ---------------------------------------------------------------------------------

    def later(self, job: Callable[[], None]) -> None:
        self._jobs.append(job)

    def to_service(self, event: sv.Event) -> None:
        if not self.mute:
            self.later(lambda: self.happen(event))

    def happen(self, event: sv.Event) -> None:
        """Something happens at the service, right now."""
        moment = Moment(self.clock.mono(), self.clock.wall(), 0.5)
        for effect in self.core.handle(event, moment):
            self._perform(effect)

    def _perform(self, effect: object) -> None:
        from ablytui.protocol.codec import encode

        match effect:
            case sv.SendMany():
                for send in effect.each():
                    self._perform(send)
            case sv.Send(number, message, fmt):
                payload = encode(message, fmt)
                self._to_client(number, lambda w: w.arrive(fmt.opcode, payload))
            case sv.CloseSocket(number, code):
                self._to_client(number, lambda w: w.ended_by_peer(code))
            case sv.CutSocket(number):
                self._to_client(number, lambda w: w.ended_by_peer(1006))
            case sv.SendPing(number):
                self._to_client(number, lambda w: w.arrive(Opcode.PING, b""))
            case _:
                pass

    def _to_client(self, number: int, job: Callable[[MemoryWire], None]) -> None:
        wires = self._everywhere
        self.later(lambda: job(wires[number]) if number in wires else None)

    def _dial(self, target: Target, listener: Listener) -> Wire:
        number = self._base + len(self.wires) + 1
        wire = MemoryWire(self, number, target, listener)
        self.wires[number] = self._everywhere[number] = wire
        self.dialling.add(number)
        self.later(lambda: self._answer(wire))
        return cast("Wire", wire)

    def _answer(self, wire: MemoryWire) -> None:
        if wire.number not in self.dialling:
            return
        self.dialling.discard(wire.number)
        if self.refusal is not None or not self.reachable:
            wire.listener.failed(self.refusal or Failure("connection refused"))
            return
        wire.open = True
        wire.listener.opened(Handshake(101, (("Upgrade", "websocket"),), {"tcp": 1.0}))
        if not self.mute:
            self.happen(sv.Opened(wire.number, wire.target.resource))

    def pump(self) -> None:
        """Let everything arrive that is under way."""
        while self._jobs:
            self._jobs.popleft()()

    def advance(self, ms: float, step: float = 50) -> None:
        """Let time pass for both ends, a little at a time."""
        self.pump()
        end = self.clock.mono() + ms
        while self.clock.mono() < end:
            self.clock.advance(min(step, end - self.clock.mono()))
            due = self.core.next_due()
            if due is not None and due <= self.clock.mono() and not self.mute:
                self.happen(sv.Tick())
            self.pump()

    def start(self) -> None:
        self.session.start()
        self.pump()

    @property
    def wire(self) -> MemoryWire:
        """The latest wire."""
        return self.wires[max(self.wires)]

    def do(self, _action: str, /, **args: Any) -> Any:
        """Ask for an action and let everything arrive; the Reply, or None while it is open."""
        future = self.session.do(_action, args)
        self.pump()
        return future.result() if future.done() else None

    def publish(self, channel: str, *datas: str) -> None:
        """Somebody else publishes."""
        for data in datas:
            self.happen(sv.PeerPublish(channel, ({"data": data},)))
        self.pump()

    # --- reading --------------------------------------------------------------------------------

    @property
    def rows(self) -> list[tuple[int, Row]]:
        return [(news.n, news.row) for news in self.news if isinstance(news, Logged)]

    @property
    def kinds(self) -> list[str]:
        return [row.kind.name for _, row in self.rows]

    @property
    def delivered(self) -> list[Delivered]:
        return [news for news in self.news if isinstance(news, Delivered)]

    @property
    def datas(self) -> list[Any]:
        """The data of every message that was delivered."""
        return [i["data"] for d in self.delivered if d.kind == "message" for i in d.items]

    def members(self, kind: EntryKind) -> list[dict[str, Any]]:
        """What the rows of a kind say."""
        import json

        return [json.loads(row.payload) for _, row in self.rows if row.kind is kind]

    @property
    def states(self) -> list[str]:
        return [m["event"] for m in self.members(EntryKind.STATE)]

    def entries(self) -> list[Entry]:
        """The log as it is on disk."""
        self.store.flush()
        reader = self.store.reader()
        try:
            return reader.rows(1, self.store.appended + 1)
        finally:
            reader.close()

    async def close(self) -> None:
        self._jobs.append(lambda: None)
        import asyncio

        closing = asyncio.ensure_future(self.session.close())
        while not closing.done():
            await asyncio.sleep(0)
            self.pump()
        await closing
        self.store.close()


Make = Callable[..., Joined]
"""What builds one in a test: parameters in, a world that was started out."""


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Builds a Session and a service joined in memory, started; each is closed at the end."""
    worlds: list[Joined] = []

    def build(other: Joined | None = None, **asked: Any) -> Joined:
        world = Joined(ConnectParams(**asked), folder=tmp_path, other=other)
        worlds.append(world)
        world.start()
        return world

    yield build
    for world in worlds:
        await world.close()
