"""The core with a scenario played on it: timed steps, the peer's streams, fault rules. PURE.

The server talks to a Stage only. Without a scenario everything passes through.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from ablytui.errors import ServiceError
from ablytui.protocol.codec import Format, Undecodable, decode, encode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Opcode, Origin
from ablytui.protocol.message import PresenceAction
from ablytui.service.acts import Act
from ablytui.service.auth import ANYBODY
from ablytui.service.core import Core
from ablytui.service.events import (
    AskToken,
    Break,
    CloseSocket,
    Effect,
    Ended,
    EndToken,
    Event,
    Forget,
    Inject,
    Opened,
    PeerPresence,
    PeerPublish,
    Received,
    Send,
    SendMany,
    SendPing,
    SendRaw,
)
from ablytui.service.firings import Answer, Fired, Refusal, frame_name, refusal_of
from ablytui.service.rest import Request, Response, Rest
from ablytui.service.rules import PASS, Rules, closing_code
from ablytui.service.scenario import Rule, Scenario, Step
from ablytui.service.script import Progress, Script
from ablytui.service.streams import Stream
from ablytui.service.wireform import read_query

_PRESENCE: Final = {
    "enter": PresenceAction.ENTER,
    "update": PresenceAction.UPDATE,
    "leave": PresenceAction.LEAVE,
}


class Stage:
    """Core and scenario behind one interface."""

    def __init__(self, core: Core, scenario: Scenario | None = None) -> None:
        self.core = core
        self._base = core.realm.options
        self._rest = Rest(core.realm)
        self._closing: dict[int, int] = {}
        self._held: dict[tuple[int, bool], float] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._mute: set[int] = set()
        self._now = Moment(0.0, 0.0, 0.0)
        self._out: list[Effect | Fired] = []
        self._take_on(scenario, stepwise=False)

    def _take_on(self, scenario: Scenario | None, *, stepwise: bool) -> None:
        self._rules = Rules(scenario.rules if scenario else ())
        self._to_client = self._rules.watches("ws_frame_to_client")
        self._to_server = self._rules.watches("ws_frame_to_server")
        self._script: Script | None = None
        overrides: dict[str, Any] = {}
        if scenario is not None:
            overrides = dict(scenario.service)
            self._script = Script(scenario, self._step, self._flow, stepwise=stepwise)
        self.core.realm.options = replace(self._base, **overrides)
        self._refusing: Act | None = None
        self._slow = 0
        self._mute.clear()

    @property
    def scenario(self) -> Scenario | None:
        """What is played."""
        return None if self._script is None else self._script.scenario

    @property
    def progress(self) -> Progress | None:
        """How far the scenario is, where one is played."""
        return None if self._script is None else self._script.progress

    def play(
        self, scenario: Scenario | None, moment: Moment, *, afresh: bool, stepwise: bool = False
    ) -> list[Effect | Fired]:
        """Play another scenario, or none, from its start.

        `afresh`: what is left of the one before goes, its members and all that was kept. Without,
        the time of the new one starts at once if a client is there.
        """
        self._now, self._out = moment, []
        self._take_on(scenario, stepwise=stepwise)
        if afresh:
            self._core(Forget(members=True))
        elif self._script is not None and self.core.realm.sockets:
            self._script.begin(moment.mono)
        self._run_due()
        return self._out

    def control(self, word: str, moment: Moment) -> list[Effect | Fired]:
        """`pause`, `go` or `skip` (to the next step) the scenario."""
        self._now, self._out = moment, []
        if self._script is not None:
            {"pause": self._script.pause, "go": self._script.go, "skip": self._script.skip}[word](
                moment.mono
            )
            self._run_due()
        return self._out

    def act(self, act: Act, moment: Moment) -> list[Effect | Fired]:
        """Do one thing by hand, to all clients."""
        self._now, self._out = moment, []
        self._do(act)
        return self._out

    def token(self, ttl: int, moment: Moment) -> str:
        """A token of the first key, which lives so many ms. Raises ServiceError without room."""
        realm = self.core.realm
        key = next(iter(realm.apps[realm.home].keys.values()))
        grant = realm.tokens.issue(key, ANYBODY, key.capability, ttl, int(moment.wall))
        if isinstance(grant, ErrorInfo):
            raise ServiceError(str(grant))
        return grant.token

    def next_due(self) -> float | None:
        """When a Tick is wanted, in ms on the mono clock; None for never."""
        mine = self._agenda[0][0] if self._agenda else None
        dues = (self.core.next_due(), mine, self._script.due() if self._script else None)
        return min((due for due in dues if due is not None), default=None)

    def knock(
        self, socket: int, target: str, moment: Moment
    ) -> tuple[Refusal | None, Fired | None]:
        """A WebSocket request has come: whether it is refused before there is a handshake."""
        if self._script is not None:
            self._script.begin(moment.mono)
        rule = self._rules.connect(read_query(target) or {})
        if rule is None and self._refusing is not None:
            return refusal_of(self._refusing), Fired("", self._refusing, socket)
        if rule is None or rule.act.word == PASS:
            return None, None
        fired = Fired(rule.caption, rule.act, socket)
        if rule.act.word == "accept_and_close":
            self._closing[socket] = rule.act.close_code
            return None, fired
        return refusal_of(rule.act), fired

    def request(self, method: str, path: str) -> tuple[Answer | None, Fired | None]:
        """An HTTP request has come: what a fault does to it."""
        rule = self._rules.request(method, path)
        if rule is None or rule.act.word == PASS:
            return None, None
        act, fired = rule.act, Fired(rule.caption, rule.act)
        if act.word == "http_respond":
            return Answer(response=refusal_of(act)), fired
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
        if self._script is not None:
            self._script.run(self._now.mono)
        while self._agenda and self._agenda[0][0] <= self._now.mono:
            heapq.heappop(self._agenda)[2]()

    # --- inwards ------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if isinstance(event, Opened) and self._script is not None:
            self._script.begin(self._now.mono)
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
            self._mute.discard(event.socket)
            self._held.pop((event.socket, True), None)
            self._held.pop((event.socket, False), None)

    def _from_client(self, event: Received) -> None:
        message = decode(event.payload, event.opcode)
        rule = None
        if not isinstance(message, Undecodable):
            rule = self._rules.frame("ws_frame_to_server", event.socket, message)
        if rule is None or rule.act.word == PASS or isinstance(message, Undecodable):
            self._in_order(event.socket, False, lambda: self._core(event))
            return
        self._tell(rule, event.socket, message)
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
        if isinstance(effect, SendMany):
            if not (self._mute or self._slow or self._to_client or self._held):
                self._out.append(effect)
                return
            for send in effect.each():
                self._outwards(send)
            return
        if not isinstance(effect, (Send, SendRaw, SendPing, CloseSocket)):
            self._out.append(effect)
            return
        if effect.socket in self._mute and not isinstance(effect, CloseSocket):
            return
        if self._slow:
            self._hold(effect.socket, True, self._slow)
        if isinstance(effect, Send) and self._to_client and effect.origin is not Origin.INJECTED:
            self._to_client_by_rule(effect)
        elif self._held:
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
        self._tell(rule, send.socket, send.message)
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
            if self._script is not None:
                strike = partial(self._strike_told, rule, socket)
                self._script.later(self._now.mono, rule.match.delay, strike)

    def _step(self, step: Step) -> None:
        self._out.append(Fired(step.caption, step.act))
        self._do(step.act)

    def _do(self, act: Act) -> None:
        match act.word:
            case "publish":
                self._core(PeerPublish(act.channel, (act.item,)))
            case "enter" | "update" | "leave":
                item = {**act.item, "action": int(_PRESENCE[act.word])}
                self._core(PeerPresence(act.channel, item))
            case "say" | "client" | "client_params":
                pass
            case "forget":
                self._core(Forget())
            case "ask_token":
                self._core(AskToken())
            case "expire_token" | "revoke_token":
                self._core(EndToken(revoked=act.word == "revoke_token"))
            case "send_raw":
                for socket in tuple(self.core.realm.sockets):
                    self._outwards(SendRaw(socket, act.opcode, act.payload))
            case "silence":
                self._mute |= set(self.core.realm.sockets)
            case "speak":
                self._mute.clear()
            case "slow":
                self._slow = act.delay
            case "refuse_connections":
                self._refusing = act
            case "accept_connections":
                self._refusing = None
            case _:
                self._strike(act, None)

    def _flow(self, stream: Stream, number: int) -> None:
        for item in stream.at(number):
            self._core(PeerPublish(stream.channel, (item,)))

    def _tell(self, rule: Rule, socket: int, message: Mapping[Any, Any] | None = None) -> None:
        what = "" if message is None else frame_name(message)
        self._out.append(Fired(rule.caption, rule.act, socket, what))

    def _strike_told(self, rule: Rule, socket: int) -> None:
        if socket in self.core.realm.sockets:
            self._tell(rule, socket)
            self._strike(rule.act, socket)

    def _strike(self, act: Act, socket: int | None) -> None:
        if act.word.startswith("inject"):
            self._core(Inject(act.message, socket))
        if act.word != "inject_to_client":
            self._core(Break(closing_code(act), socket))

    def _at(self, due: float, do: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (due, self._count, do))
