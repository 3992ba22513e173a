"""The core with a scenario played on it: timed steps, the peer's streams, fault rules. PURE.

The server talks to a Stage only. Without a scenario everything passes through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ablytui.errors import ServiceError
from ablytui.protocol.codec import Format, Undecodable, decode, encode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Opcode, Origin
from ablytui.service import orders
from ablytui.service.acts import Act
from ablytui.service.auth import ANYBODY
from ablytui.service.core import Core
from ablytui.service.events import (
    CloseSocket,
    Effect,
    Ended,
    Event,
    Forget,
    Opened,
    PeerPublish,
    Received,
    Send,
    SendMany,
    SendPing,
    SendRaw,
)
from ablytui.service.firings import Answer, Fired, Refusal, frame_name, refusal_of
from ablytui.service.holding import Holding
from ablytui.service.lasting import Lasting, Standing
from ablytui.service.matching import Order, Rule
from ablytui.service.rest import Request, Response, Rest
from ablytui.service.rules import PASS, Entry
from ablytui.service.scenario import Scenario, Step
from ablytui.service.script import Progress, Script
from ablytui.service.streams import Stream
from ablytui.service.wireform import read_query


class Stage:
    """Core and scenario behind one interface."""

    def __init__(self, core: Core, scenario: Scenario | None = None) -> None:
        self.core = core
        self._base = core.realm.options
        self._rest = Rest(core.realm)
        self._closing: dict[int, int] = {}
        self._holding = Holding()
        self._lasting = Lasting(self._changed)
        self.version = 0
        """Another number whenever `standing` is another."""
        self._to_client = self._to_server = False
        self._now = Moment(0.0, 0.0, 0.0)
        self._out: list[Effect | Fired] = []
        self._take_on(scenario, stepwise=False, afresh=True)

    def _take_on(self, scenario: Scenario | None, *, stepwise: bool, afresh: bool) -> None:
        self._script: Script | None = None
        overrides: dict[str, Any] = {}
        if scenario is not None:
            overrides = dict(scenario.service)
            self._script = Script(scenario, self._step, self._flow, stepwise=stepwise)
        self.core.realm.options = replace(self._base, **overrides)
        self._lasting.scenario(scenario.rules if scenario else (), afresh=afresh)

    def _changed(self) -> None:
        """Other faults are in force, or one of them has fired."""
        self.version += 1
        rules = self._lasting.rules
        self._to_client = rules.watches("ws_frame_to_client")
        self._to_server = rules.watches("ws_frame_to_server")

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

        `afresh`: what is left of the one before goes, its members and all that was kept, and
        every fault that was made by hand. Without, the time of the new one starts at once if a
        client is there.
        """
        self._now, self._out = moment, []
        self._take_on(scenario, stepwise=stepwise, afresh=afresh)
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

    # --- by hand --------------------------------------------------------------------------------

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The faults that are in force."""
        return tuple(self._lasting)

    def reason_not_now(self, order: Order) -> str:
        """Why nothing would come of an order; the empty text where something would."""
        return orders.reason_not_now(self.core.realm, self.standing, order)

    def inject(self, order: Order, moment: Moment) -> tuple[list[Effect | Fired], str]:
        """Do one thing by hand, to all clients, or put a rule in force.

        With it comes why nothing was done; the empty text where something was.
        """
        self._now, self._out = moment, []
        why = self.reason_not_now(order)
        if not why:
            act = order.act if isinstance(order, Rule) else order
            self._out.append(Fired("", act, by_hand=True, sets=isinstance(order, Rule)))
            self._obey(order, by_hand=True)
        self._run_due()
        return self._out, why

    def lift(self, number: int, moment: Moment) -> tuple[list[Effect | Fired], bool]:
        """Take a fault out of force; whether it was."""
        self._now, self._out = moment, []
        lifted = self._lift(number)
        return self._out, lifted

    def _lift(self, number: int) -> bool:
        found = self._in_force(number)
        if found is not None:
            self._lasting.lift(number)
            self._out.append(Fired("", Act("lift", what=found.word), by_hand=True))
        return found is not None

    def _end(self, number: int) -> None:
        """The time of a fault is over, if it was not lifted before."""
        found = self._in_force(number)
        if found is not None:
            self._lasting.lift(number)
            act = Act("lift", what=found.word)
            self._out.append(Fired("", act, what="its time is over", by_hand=found.by_hand))

    def _in_force(self, number: int) -> Standing | None:
        return next((each for each in self._lasting if each.number == number), None)

    def _obey(self, order: Order, *, by_hand: bool, socket: int | None = None) -> None:
        number = None
        if isinstance(order, Rule):
            number = self._lasting.add_rule(order, self._now, by_hand=by_hand)
        elif order.word in {"silence", "slow"}:
            there = set(self.core.realm.sockets) if socket is None else {socket}
            number = self._lasting.add(order, there, self._now, by_hand=by_hand)
        else:
            self._do(order, socket)
        lasts = order.lasts
        if number is not None and lasts is not None:
            self._holding.at(self._now.mono + lasts, partial(self._end, number))

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
        held = self._holding.next_due()
        dues = (self.core.next_due(), held, self._script.due() if self._script else None)
        return min((due for due in dues if due is not None), default=None)

    def knock(
        self, socket: int, target: str, moment: Moment
    ) -> tuple[Refusal | None, Fired | None]:
        """A WebSocket request has come: whether it is refused before there is a handshake."""
        if self._script is not None:
            self._script.begin(moment.mono)
        entry = self._lasting.rules.connect(read_query(target) or {})
        if entry is None or entry.rule.act.word == PASS:
            return None, None
        act, fired = entry.rule.act, self._fired(entry, socket)
        if act.word == "accept_and_close":
            self._closing[socket] = act.close_code
            return None, fired
        return refusal_of(act), fired

    def request(self, method: str, path: str) -> tuple[Answer | None, Fired | None]:
        """An HTTP request has come: what a fault does to it."""
        entry = self._lasting.rules.request(method, path)
        if entry is None or entry.rule.act.word == PASS:
            return None, None
        act, fired = entry.rule.act, self._fired(entry, None, f"{method} {path.partition('?')[0]}")
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
        self._holding.run_due(self._now.mono)

    # --- inwards ------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if isinstance(event, Opened) and self._script is not None:
            self._script.begin(self._now.mono)
        if isinstance(event, Opened) and event.socket in self._closing:
            self._out.append(CloseSocket(event.socket, self._closing.pop(event.socket)))
            return
        if isinstance(event, Received) and (self._to_server or self._holding):
            self._from_client(event)
            return
        self._core(event)
        if isinstance(event, Opened):
            self._connected(event.socket)
        elif isinstance(event, Ended):
            self._lasting.ended(event.socket)
            self._holding.ended(event.socket)
            self._closing.pop(event.socket, None)

    def _from_client(self, event: Received) -> None:
        message = decode(event.payload, event.opcode)
        entry = None
        if not isinstance(message, Undecodable):
            entry = self._lasting.rules.frame("ws_frame_to_server", event.socket, message)
        if entry is None or entry.rule.act.word == PASS or isinstance(message, Undecodable):
            self._inwards(event)
            return
        act = entry.rule.act
        self._tell(entry, event.socket, message)
        if act.word == "delay":
            self._holding.hold(self._now.mono, event.socket, act.delay, out=False)
            self._inwards(event)
        elif act.word == "replace":
            fmt = Format.JSON if event.opcode is Opcode.TEXT else Format.MSGPACK
            self._inwards(Received(event.socket, event.opcode, encode(act.message, fmt)))
        elif not act.word.startswith("suppress"):
            if orders.beside(act):
                self._inwards(event)
            self._obey(act, by_hand=entry.by_hand, socket=event.socket)

    def _inwards(self, event: Received) -> None:
        """To the core, behind what is held back."""
        self._holding.in_order(self._now.mono, event.socket, lambda: self._core(event), out=False)

    def _core(self, event: Event) -> None:
        for effect in self.core.handle(event, self._now):
            self._outwards(effect)

    # --- outwards -----------------------------------------------------------------------------

    def _outwards(self, effect: Effect) -> None:
        if isinstance(effect, SendMany):
            if not (self._to_client or self._holding or self._lasting.holds):
                self._out.append(effect)
                return
            for send in effect.each():
                self._outwards(send)
            return
        if not isinstance(effect, (Send, SendRaw, SendPing, CloseSocket)):
            self._out.append(effect)
            return
        if self._lasting.mute(effect.socket) and not isinstance(effect, CloseSocket):
            return
        if self._lasting.slow:
            self._holding.hold(self._now.mono, effect.socket, self._lasting.slow, out=True)
        if isinstance(effect, Send) and self._to_client and effect.origin is not Origin.INJECTED:
            self._to_client_by_rule(effect)
        elif isinstance(effect, SendPing) and self._lasting.rules.swallows(
            "ws_frame_to_client", effect.socket
        ):
            return
        elif self._holding:
            self._passes(effect)
        else:
            self._out.append(effect)

    def _to_client_by_rule(self, send: Send) -> None:
        entry = self._lasting.rules.frame("ws_frame_to_client", send.socket, send.message)
        if entry is None or entry.rule.act.word == PASS:
            self._passes(send)
            return
        self._tell(entry, send.socket, send.message)
        act = entry.rule.act
        if act.word == "delay":
            self._holding.hold(self._now.mono, send.socket, act.delay, out=True)
            self._passes(send)
        elif act.word == "replace":
            self._passes(Send(send.socket, act.message, send.format, Origin.INJECTED))
        elif not act.word.startswith("suppress"):
            if orders.beside(act):
                self._passes(send)
            self._obey(act, by_hand=entry.by_hand, socket=send.socket)

    def _passes(self, effect: Send | SendRaw | SendPing | CloseSocket) -> None:
        """To the socket, behind what is held back."""
        self._holding.in_order(
            self._now.mono, effect.socket, lambda: self._out.append(effect), out=True
        )

    # --- the scenario -------------------------------------------------------------------------

    def _connected(self, socket: int) -> None:
        if socket not in self.core.realm.sockets:
            return
        for entry in self._lasting.rules.after_connect():
            strike = partial(self._strike_told, entry, socket)
            wait = entry.rule.match.delay
            if self._script is not None and not entry.by_hand:
                self._script.later(self._now.mono, wait, strike)
            else:
                self._holding.at(self._now.mono + wait, strike)

    def _step(self, step: Step) -> None:
        self._out.append(Fired(step.caption, step.act, sets=step.rule is not None))
        self._obey(step.rule or step.act, by_hand=False)

    def _do(self, act: Act, socket: int | None) -> None:
        if orders.undoes(act):
            self._lasting.undo(act)
        for each in orders.events(self.core.realm, act, socket):
            if isinstance(each, SendRaw):
                self._outwards(each)
            else:
                self._core(each)

    def _flow(self, stream: Stream, number: int) -> None:
        for item in stream.at(number):
            self._core(PeerPublish(stream.channel, (item,)))

    def _fired(self, entry: Entry, socket: int | None, what: str = "") -> Fired:
        self._changed()
        return Fired(entry.rule.caption, entry.rule.act, socket, what, by_hand=entry.by_hand)

    def _tell(self, entry: Entry, socket: int, message: Mapping[Any, Any] | None = None) -> None:
        what = "" if message is None else frame_name(message)
        self._out.append(self._fired(entry, socket, what))

    def _strike_told(self, entry: Entry, socket: int) -> None:
        entry.waiting -= 1
        self._changed()
        if socket in self.core.realm.sockets and not entry.lifted:
            self._tell(entry, socket)
            self._obey(entry.rule.act, by_hand=entry.by_hand, socket=socket)
