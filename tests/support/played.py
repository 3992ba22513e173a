"""A scenario played in memory: session, service and script on one clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ablytui.net.listener import Failure
from ablytui.net.request import Answer, RequestFailed
from ablytui.playing import Player, with_credential
from ablytui.protocol.codec import encode
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Opcode
from ablytui.protocol.params import ConnectParams, from_text
from ablytui.service import events as sv
from ablytui.service.firings import Fired
from ablytui.service.matching import read_order
from ablytui.service.rest import Request
from ablytui.service.scenario import Scenario
from ablytui.service.script import Progress
from ablytui.service.stage import Stage
from ablytui.service.tables import Table
from tests.support.joined import KEY, Joined, MemoryWire


class Played(Joined):
    """`advance` lets the scenario play; `fired` is what it did, `player` is in its own words."""

    def __init__(self, scenario: Scenario, *, stepwise: bool = False, **more: Any) -> None:
        self.scenario = scenario
        self.fired: list[Fired] = []
        self.watch: Callable[[Fired | None], None] | None = None
        super().__init__(ConnectParams(), **more)
        self.effects(self.stage.play(scenario, self.moment, afresh=True, stepwise=stepwise))
        self.player = Player(self, self.session, KEY)

    def given(self, params: ConnectParams) -> ConnectParams:
        self.stage = Stage(self.core)
        self._told: tuple[Progress | None, int] | None = None
        base = replace(params, endpoint="localhost", tls=False)
        base = from_text(dict(self.scenario.client.params), base)
        return with_credential(self.scenario, KEY, self, base)

    async def request(self, method: str, url: str, **more: Any) -> Answer:
        """In the place of `net.request.request`: the service answers at once."""
        split = urlsplit(url)
        headers = {name.lower(): value for name, value in more["headers"].items()}
        asked = Request(method, split.path, headers, more.get("body") or b"", "127.0.0.1")
        answer, fired = self.stage.request(method, split.path)
        if fired is not None:
            self.effects([fired])
        if answer is not None and answer.drop:
            raise RequestFailed("the connection was closed")
        if answer is not None and answer.response is not None:
            given = answer.response
            return Answer(given.status, (("content-type", "application/json"),), given.body)
        if answer is not None:
            due = asyncio.Event()
            self.clock.call_later(answer.delay, due.set)
            await due.wait()
        response, effects = self.stage.answer(asked, self.moment)
        self.effects(effects)
        return Answer(response.status, response.headers, response.body)

    def token(self, ttl: int) -> str:
        return self.stage.token(ttl, self.moment)

    @property
    def moment(self) -> Moment:
        return Moment(self.clock.mono(), self.clock.wall(), 0.5)

    # --- the service, as the player sees it -----------------------------------------------------

    @property
    def progress(self) -> Progress | None:
        return self.stage.progress

    def control(self, word: str) -> None:
        self.effects(self.stage.control(word, self.moment))
        self.pump()

    def inject(self, asked: Mapping[str, Any]) -> str:
        """A fault by hand, in the words of scenarios; why nothing came of it."""
        table = Table(asked, "asked")
        order = read_order(table)
        table.done()
        effects, why = self.stage.inject(order, self.moment)
        self.effects(effects)
        self.pump()
        return why

    def lift(self, number: int) -> bool:
        effects, lifted = self.stage.lift(number, self.moment)
        self.effects(effects)
        self.pump()
        return lifted

    # --- moving -----------------------------------------------------------------------------------

    def happen(self, event: sv.Event) -> None:
        self.effects(self.stage.handle(event, self.moment))

    def effects(self, effects: list[Any]) -> None:
        for effect in effects:
            match effect:
                case Fired():
                    self.fired.append(effect)
                    if self.watch is not None:
                        self.watch(effect)
                case sv.SendRaw(number, opcode, payload):
                    self._to_client(number, partial(_arrive, opcode, payload))
                case sv.Send(number, message, fmt):
                    raw = encode(message, fmt)
                    self._to_client(number, partial(_arrive, fmt.opcode, raw))
                case _:
                    self._perform(effect)
        told = (self.stage.progress, self.stage.version)
        if told != self._told:
            self._told = told
            if self.watch is not None:
                self.watch(None)

    def _answer(self, wire: MemoryWire) -> None:
        if wire.number not in self.dialling:
            return
        refusal, fired = self.stage.knock(wire.number, wire.target.resource, self.moment)
        if fired is not None:
            self.effects([fired])
        if refusal is not None:
            self.dialling.discard(wire.number)
            head = (("Content-Type", "application/json"),)
            what = f"HTTP {refusal.status}"
            failure = Failure(what, status=refusal.status, headers=head, body=refusal.body)
            wire.listener.failed(failure)
            return
        super()._answer(wire)

    def advance(self, ms: float, step: float = 50) -> None:
        self.pump()
        end = self.clock.mono() + ms
        while self.clock.mono() < end:
            due = self.stage.next_due()
            wait = step if due is None else max(due - self.clock.mono(), 0.001)
            self.clock.advance(min(step, wait, end - self.clock.mono()))
            if due is not None and due <= self.clock.mono():
                self.happen(sv.Tick())
            self.pump()

    def start(self) -> None:
        self.session.start()
        self.player.begin()
        self.pump()

    def play(self, scenario: Scenario | None) -> None:
        """Another one on the same connections, or none."""
        self.effects(self.stage.play(scenario, self.moment, afresh=False))
        self.pump()

    async def to_the_end(self) -> None:
        """To the end of the scenario, and a little on."""
        self.start()
        end = self.clock.mono() + self.scenario.lasts + 2_000
        while self.clock.mono() < end:
            self.advance(500)
            await self.rest()

    async def rest(self) -> None:
        """Let tasks run: a token is fetched in one."""
        for _ in range(4):
            await asyncio.sleep(0)
            self.pump()

    @property
    def captions(self) -> list[str]:
        return [fired.caption for fired in self.fired if fired.caption]


def _arrive(opcode: Opcode, payload: bytes, wire: MemoryWire) -> None:
    wire.arrive(opcode, payload)


class Distant(Played):
    """What is sent takes `LATENCY` ms to arrive, as between two places."""

    LATENCY = 23.0

    ending = False

    def later(self, job: Callable[[], None]) -> None:
        if self.ending:
            super().later(job)
        else:
            self.clock.call_later(self.LATENCY, job)

    async def close(self) -> None:
        # At the end nobody moves the clock any more.
        self.ending = True
        self.clock.advance(self.LATENCY)
        await super().close()
