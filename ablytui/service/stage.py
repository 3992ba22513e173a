"""The core with a scenario played on it: timed steps, the peer's streams, fault rules. PURE.

The server talks to a Stage only. Without a scenario everything passes through.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from ablytui.protocol.codec import Format, Undecodable, decode, encode
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Opcode, Origin
from ablytui.protocol.message import PresenceAction
from ablytui.service import problems
from ablytui.service.core import Core
from ablytui.service.events import (
    Break,
    CloseSocket,
    Effect,
    Ended,
    Event,
    Forget,
    Inject,
    Opened,
    PeerPresence,
    PeerPublish,
    Received,
    Send,
    SendPing,
)
from ablytui.service.problems import problem
from ablytui.service.rest import Request, Response, Rest
from ablytui.service.rules import PASS, Rules, closing_code
from ablytui.service.scenario import PEER_WORDS, Act, Rule, Scenario, Stream
from ablytui.service.wireform import read_query

_PRESENCE: Final = {
    "enter": PresenceAction.ENTER,
    "update": PresenceAction.UPDATE,
    "leave": PresenceAction.LEAVE,
}


@dataclass(frozen=True, slots=True)
class Fired:
    """A step was played or a fault struck; for whoever shows it. `socket` None: all or none."""

    caption: str
    word: str
    socket: int | None = None

    @property
    def fault(self) -> bool:
        """Whether it breaks something; the rest is what a service does on any day."""
        return self.word not in {"say", *PEER_WORDS}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer in the place of a 101."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule does to an HTTP request: answer, hold it back (ms), or drop the socket."""

    response: Refusal | None = None
    delay: int = 0
    drop: bool = False


class Stage:
    """Core and scenario behind one interface."""

    def __init__(self, core: Core, scenario: Scenario | None) -> None:
        self.core = core
        self._rest = Rest(core.realm)
        self._scenario = scenario
        self._rules = Rules(scenario.rules if scenario else ())
        self._to_client = self._rules.watches("ws_frame_to_client")
        self._to_server = self._rules.watches("ws_frame_to_server")
        self._closing: dict[int, int] = {}
        self._held: dict[tuple[int, bool], float] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._started = False
        self._now = Moment(0.0, 0.0, 0.0)
        self._out: list[Effect | Fired] = []

    def next_due(self) -> float | None:
        """When a Tick is wanted, in ms on the mono clock; None for never."""
        core = self.core.next_due()
        mine = self._agenda[0][0] if self._agenda else None
        return min((due for due in (core, mine) if due is not None), default=None)

    def knock(self, socket: int, target: str) -> tuple[Refusal | None, Fired | None]:
        """A WebSocket request has come: whether it is refused before there is a handshake."""
        rule = self._rules.connect(read_query(target) or {})
        if rule is None or rule.act.word == PASS:
            return None, None
        fired = Fired(rule.caption, rule.act.word, socket)
        if rule.act.word == "accept_and_close":
            self._closing[socket] = rule.act.close_code
            return None, fired
        return _refusal(rule.act), fired

    def request(self, method: str, path: str) -> tuple[Answer | None, Fired | None]:
        """An HTTP request has come: what a fault does to it."""
        rule = self._rules.request(method, path)
        if rule is None or rule.act.word == PASS:
            return None, None
        act, fired = rule.act, Fired(rule.caption, rule.act.word)
        if act.word == "http_respond":
            return Answer(response=_refusal(act)), fired
        return Answer(delay=act.delay, drop=act.word == "http_drop"), fired

    def answer(self, request: Request, moment: Moment) -> tuple[Response, list[Effect | Fired]]:
        """Answer an HTTP request that no fault took; and what its publishing sends to others."""
        self._now, self._out = moment, []
        response, effects = self._rest.handle(request, moment)
        for effect in effects:
            self._outwards(effect)
        return response, self._out

    def handle(self, event: Event, moment: Moment) -> list[Effect | Fired]:
        """Take in what happened; what to do about it, in order."""
        self._now, self._out = moment, []
        self._run_due()
        self._take(event)
        self._run_due()
        return self._out

    def _run_due(self) -> None:
        while self._agenda and self._agenda[0][0] <= self._now.mono:
            heapq.heappop(self._agenda)[2]()

    # --- inwards ------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if isinstance(event, Opened) and event.socket in self._closing:
            self._out.append(CloseSocket(event.socket, self._closing.pop(event.socket)))
            return
        if isinstance(event, Received) and (self._to_server or self._held):
            self._from_client(event)
            return
        self._core(event)
        if isinstance(event, Opened):
            self._connected(event.socket)
        elif isinstance(event, Ended):
            self._rules.ended(event.socket)
            self._held.pop((event.socket, True), None)
            self._held.pop((event.socket, False), None)

    def _from_client(self, event: Received) -> None:
        message = decode(event.payload, event.opcode)
        rule = None
        if not isinstance(message, Undecodable):
            rule = self._rules.frame("ws_frame_to_server", event.socket, message)
        if rule is None or rule.act.word == PASS:
            self._in_order(event.socket, False, lambda: self._core(event))
            return
        self._tell(rule, event.socket)
        act = rule.act
        if act.word == "delay":
            self._hold(event.socket, False, act.delay)
            self._in_order(event.socket, False, lambda: self._core(event))
        elif act.word == "replace":
            fmt = Format.JSON if event.opcode is Opcode.TEXT else Format.MSGPACK
            swapped = Received(event.socket, event.opcode, encode(act.message, fmt))
            self._in_order(event.socket, False, lambda: self._core(swapped))
        elif not act.word.startswith("suppress"):
            if act.word.startswith("inject"):
                self._in_order(event.socket, False, lambda: self._core(event))
            self._strike(act, event.socket)

    def _core(self, event: Event) -> None:
        for effect in self.core.handle(event, self._now):
            self._outwards(effect)

    # --- outwards -----------------------------------------------------------------------------

    def _outwards(self, effect: Effect) -> None:
        if isinstance(effect, Send) and self._to_client and effect.origin is not Origin.INJECTED:
            self._to_client_by_rule(effect)
        elif isinstance(effect, (Send, SendPing, CloseSocket)) and self._held:
            self._in_order(effect.socket, True, lambda: self._out.append(effect))
        else:
            self._out.append(effect)

    def _to_client_by_rule(self, send: Send) -> None:
        rule = self._rules.frame("ws_frame_to_client", send.socket, send.message)

        def passes() -> None:
            self._out.append(send)

        if rule is None or rule.act.word == PASS:
            self._in_order(send.socket, True, passes)
            return
        self._tell(rule, send.socket)
        act = rule.act
        if act.word == "delay":
            self._hold(send.socket, True, act.delay)
            self._in_order(send.socket, True, passes)
        elif act.word == "replace":
            swapped = Send(send.socket, act.message, send.format, Origin.INJECTED)
            self._in_order(send.socket, True, lambda: self._out.append(swapped))
        elif not act.word.startswith("suppress"):
            if act.word.startswith("inject"):
                self._in_order(send.socket, True, passes)
            self._strike(act, send.socket)

    def _hold(self, socket: int, out: bool, delay: int) -> None:
        until = self._now.mono + delay
        self._held[socket, out] = max(until, self._held.get((socket, out), 0.0))

    def _in_order(self, socket: int, out: bool, do: Callable[[], None]) -> None:
        """Now, or behind what is held back in this direction: a link keeps its order."""
        until = self._held.get((socket, out))
        if until is None or until < self._now.mono:
            self._held.pop((socket, out), None)
            do()
        else:
            self._at(until, lambda: do() if (socket, out) in self._held else None)

    # --- the scenario -------------------------------------------------------------------------

    def _connected(self, socket: int) -> None:
        if socket not in self.core.realm.sockets:
            return
        for rule in self._rules.after_connect():
            self._later(rule.match.delay, partial(self._strike_told, rule, socket))
        if self._started or self._scenario is None:
            return
        self._started = True
        for step in self._scenario.steps:
            self._later(step.at, partial(self._play, step.caption, step.act))
        for stream in self._scenario.streams:
            self._flow_at(stream, 0, self._now.mono + stream.start)

    def _play(self, caption: str, act: Act) -> None:
        self._out.append(Fired(caption, act.word))
        if act.word == "publish":
            self._core(PeerPublish(act.channel, (act.item,)))
        elif act.word in _PRESENCE:
            item = {**act.item, "action": int(_PRESENCE[act.word])}
            self._core(PeerPresence(act.channel, item))
        elif act.word == "forget":
            self._core(Forget())
        elif act.word != "say":
            self._strike(act, None)

    def _flow_at(self, stream: Stream, number: int, due: float) -> None:
        self._at(due, lambda: self._flow(stream, number, due))

    def _flow(self, stream: Stream, number: int, due: float) -> None:
        item = stream.items[number % len(stream.items)]
        self._core(PeerPublish(stream.channel, (_numbered(item, number),)))
        if stream.times is None or number + 1 < stream.times:
            # From the time it was due, so that a late loop does not slow the stream; but what a
            # sleeping machine missed is not made up for.
            behind = due + stream.every <= self._now.mono
            start = self._now.mono if behind else due
            self._flow_at(stream, number + 1, start + stream.every)

    def _tell(self, rule: Rule, socket: int) -> None:
        self._out.append(Fired(rule.caption, rule.act.word, socket))

    def _strike_told(self, rule: Rule, socket: int) -> None:
        if socket in self.core.realm.sockets:
            self._tell(rule, socket)
            self._strike(rule.act, socket)

    def _strike(self, act: Act, socket: int | None) -> None:
        if act.word.startswith("inject"):
            self._core(Inject(act.message, socket))
        if act.word != "inject_to_client":
            self._core(Break(closing_code(act), socket))

    def _later(self, delay: float, do: Callable[[], None]) -> None:
        self._at(self._now.mono + delay, do)

    def _at(self, due: float, do: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (due, self._count, do))


def _numbered(item: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """The item with `{n}` in its data replaced by its number in the stream."""
    data = item.get("data")
    if isinstance(data, str) and "{n}" in data:
        return {**item, "data": data.replace("{n}", str(number))}
    return item


def _refusal(act: Act) -> Refusal:
    """The answer of `refuse_connection` and `http_respond`: an Ably error if none is given."""
    body = act.body
    if body is None:
        codes = {401: problems.NOT_ACCEPTED, 404: problems.NOT_FOUND, 403: 40300}
        code = codes.get(act.status, act.status * 100)
        body = {"error": problem(code, "refused by the scenario", act.status).to_wire()}
    return Refusal(act.status, json.dumps(body, ensure_ascii=False, default=str).encode())
