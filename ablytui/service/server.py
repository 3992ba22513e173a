"""The local service on sockets: one port for WebSocket and REST.

Moves bytes between the sockets and a `Stage`, which decides everything; knows no Ably rule.
"""

from __future__ import annotations

import asyncio
import errno
import random
from collections.abc import Callable
from typing import Any, Final

from ablytui.errors import ServiceError
from ablytui.net import wire as wires
from ablytui.net.clock import Clock, Timer
from ablytui.net.stream import framed
from ablytui.protocol.codec import Format, encode
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Origin, WireFrame
from ablytui.protocol.visible import visible
from ablytui.service import control, problems, stage
from ablytui.service.core import Core
from ablytui.service.events import (
    CloseSocket,
    CutSocket,
    Ended,
    Event,
    Note,
    PeerPublish,
    Send,
    SendMany,
    SendPing,
    SendRaw,
    Stop,
    Tick,
)
from ablytui.service.firings import Fired
from ablytui.service.front import Front, Head
from ablytui.service.lasting import Standing
from ablytui.service.matching import Order, read_order
from ablytui.service.options import ServiceOptions, make_key
from ablytui.service.peer import Peer
from ablytui.service.problems import problem
from ablytui.service.rest import Request, Response, error_response
from ablytui.service.scenario import Scenario
from ablytui.service.script import Progress
from ablytui.service.serials import SAFE
from ablytui.service.tables import Table
from ablytui.service.trace import frame_line
from ablytui.service.unsent import CLOGGED, Unsent, give_up_in_time
from ablytui.service.web import Web

_OVERSIZE: Final = 8
"""How many times the frame limit is read at most, so that the limit can be named in an ERROR."""

_CLOSE_TIME: Final = 1.0
"""Seconds that a client has to answer our CLOSE."""

JSON_TYPE: Final = ("Content-Type", "application/json")


class Server:
    """The local service. `start` it inside a running loop, and `stop` it.

    Args:
        options: What it is told; its scenario may override some of the times.
        clock: The time.
        random: Where ids and secrets come from; `random.SystemRandom()` outside tests.
        log: Gets a line for each frame and whatever else is worth one. Safe for a terminal.
        watch: Gets each step and fault as it happens; None when the scenario stands still, goes on
            or is another one, and when other faults are in force.
    """

    def __init__(
        self,
        options: ServiceOptions,
        *,
        clock: Clock,
        random: random.Random,
        log: Callable[[str], None] | None = None,
        watch: Callable[[Fired | None], None] | None = None,
    ) -> None:
        self._clock, self._random, self._log, self.watch = clock, random, log, watch
        self.keys = options.keys or (make_key(self._ids),)
        self.port = options.port
        core = Core(options, self.keys, self._ids)
        self._stage = stage.Stage(core, options.scenario)
        self._told = (self._stage.progress, self._stage.version)
        self._web = Web(self._request, options.max_frame_size, 2 * options.max_connections)
        self._sockets: dict[int, Peer] = {}
        self._unsent = Unsent(self._too_slow)
        self._cork = wires.Cork()
        self._fronts: set[Front] = set()
        self._number = 0
        self._listening: asyncio.Server | None = None
        self._timer: Timer | None = None
        self._timer_due = 0.0
        self._gone = asyncio.Event()
        self._stopped = False

    @property
    def options(self) -> ServiceOptions:
        """What it was told, and what its scenario says instead."""
        return self._stage.core.realm.options

    @property
    def url(self) -> str:
        """Where to connect to."""
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"ws://{host}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises ServiceError, in one plain line, if that cannot be."""
        host, port = self.options.host, self.options.port
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(self._front, host, port)
        except (OSError, OverflowError) as bad:
            raise ServiceError(_cannot_listen(host, port, bad)) from None
        self.port = self._listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """DISCONNECTED and close 1001 to every client; then everything is gone, promptly."""
        if self._listening is None or self._stopped:
            return
        self._listening.close()
        self._happen(Stop())
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        for front in list(self._fronts):
            front.abort()
        await self._web.stop()
        try:
            await asyncio.wait_for(self._all_gone(), _CLOSE_TIME)
        except TimeoutError:
            for socket in list(self._sockets.values()):
                socket.wire.abort()
            await self._all_gone()

    async def _all_gone(self) -> None:
        while self._sockets:
            self._gone.clear()
            await self._gone.wait()

    # --- for the owner ------------------------------------------------------------------------

    def publish(self, channel: str, data: Any, name: str | None = None) -> None:
        """The service's own peer publishes. Data that is neither str nor bytes goes as JSON."""
        item: dict[str, Any] = {} if name is None else {"name": name}
        if isinstance(data, (str, bytes)):
            item["data"] = data
        elif data is not None:
            item |= {"data": encode(data, Format.JSON).decode(), "encoding": "json"}
        self._happen(PeerPublish(channel, (item,)))

    def inject(self, order: Order) -> str:
        """Make a fault happen now to all clients, or put a rule in force.

        Why nothing was done; the empty text where something was.
        """
        if self._stopped:
            return "the service has stopped"
        effects, why = self._stage.inject(order, self._moment())
        self._follow(effects)
        return why

    def reason_not_now(self, order: Order) -> str:
        """Why nothing would come of an order; the empty text where something would."""
        return self._stage.reason_not_now(order)

    def fault(self, word: str, **more: Any) -> str:
        """`inject` in the words of scenarios. Raises ConfigError for what cannot be asked."""
        table = Table({"do": word, **more}, "fault")
        order = read_order(table)
        table.done()
        return self.inject(order)

    def lift(self, number: int) -> bool:
        """Take a fault out of force; whether it was."""
        effects, lifted = self._stage.lift(number, self._moment())
        self._follow(effects)
        return lifted

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The faults that are in force."""
        return self._stage.standing

    # --- the scenario -------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario | None:
        """What is played."""
        return self._stage.scenario

    @property
    def progress(self) -> Progress | None:
        """How far the scenario is, where one is played."""
        return self._stage.progress

    def play(
        self, scenario: Scenario | None, *, afresh: bool = False, stepwise: bool = False
    ) -> None:
        """Play another scenario, or none. See `Stage.play`."""
        moment = self._moment()
        self._follow(self._stage.play(scenario, moment, afresh=afresh, stepwise=stepwise))

    def control(self, word: str) -> None:
        """`pause` the scenario, `go` on, or `skip` to its next step."""
        self._follow(self._stage.control(word, self._moment()))

    def token(self, ttl: int) -> str:
        """A token of the first key, which lives so many ms. Raises ServiceError without room."""
        return self._stage.token(ttl, self._moment())

    def _follow(self, effects: list[Any]) -> None:
        self._perform(effects)
        self._arm()
        now = (self._stage.progress, self._stage.version)
        if now != self._told:
            self._told = now
            if self.watch is not None:
                self.watch(None)

    # --- events and effects ---------------------------------------------------------------------

    def _moment(self) -> Moment:
        return Moment(self._clock.mono(), self._clock.wall(), 0.0)  # nothing here throws dice

    def _happen(self, event: Event) -> None:
        if self._stopped and not isinstance(event, Ended):
            return
        self._follow(self._stage.handle(event, self._moment()))

    def _perform(self, effects: list[Any]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._write((effect.socket,), effect, effect.origin)
                case SendMany():
                    self._write(effect.sockets, effect, Origin.ENGINE)
                case Note(text):
                    self._say(text)
                case Fired():
                    self._fired(effect)
                case SendRaw(number, opcode, payload):
                    socket = self._sockets.get(number)
                    if socket is not None:
                        socket.wire.send(opcode, payload, origin=Origin.INJECTED)
                case SendPing(number) | CloseSocket(number) | CutSocket(number):
                    socket = self._sockets.get(number)
                    if socket is not None:
                        socket.perform(effect)

    def _write(self, sockets: tuple[int, ...], send: Send | SendMany, origin: Origin) -> None:
        """Write one message to one client or many, encoded and framed once."""
        opcode = send.format.opcode
        payload = encode(send.message, send.format)
        frame = framed(opcode, payload)
        peers, traced = self._sockets, self._log is not None
        for number in sockets:
            peer = peers.get(number)
            # A frame that somebody looks at, or that is compressed, goes the long way.
            if peer is not None and (traced or not peer.wire.send_ready(frame)):
                peer.wire.send(opcode, payload, origin=origin)
        self._unsent.wrote(len(payload) * len(sockets))

    def _arm(self) -> None:
        due = self._stage.next_due()
        if due is None or self._stopped or (self._timer is not None and self._timer_due <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_due = due
        self._timer = self._clock.call_later(max(due - self._clock.mono(), 0), self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._happen(Tick())

    def _say(self, text: str) -> None:
        if self._log is not None:
            self._log(visible(text))

    def _fired(self, fired: Fired | None) -> None:
        if fired is not None:
            who = "by hand" if fired.by_hand else "scenario"
            self._say(f"{who}: {fired.caption or fired.word}")
            if self.watch is not None:
                self.watch(fired)

    def _ids(self, length: int) -> str:
        return "".join(self._random.choices(SAFE, k=length))

    # --- sockets --------------------------------------------------------------------------------

    def _front(self) -> Front:
        return Front(
            self._clock,
            to_wire=self._to_wire,
            to_web=self._to_web,
            fronts=self._fronts,
            most=2 * self.options.max_connections,
        )

    def _to_web(self, transport: asyncio.Transport, _head: Head, raw: bytes) -> None:
        self._web.take(transport, raw)

    def _to_wire(self, transport: asyncio.Transport, head: Head, raw: bytes) -> None:
        # Twice the limit: those above it are told so in an ERROR, the rest not even that.
        if len(self._sockets) >= 2 * self.options.max_connections:
            transport.abort()
            return
        if head.target.partition("?")[0] not in {"", "/"}:
            error = problem(problems.NOT_FOUND, "a WebSocket is at / only")
            answer = error_response(error)
            wires.refuse(transport, raw, answer.status, answer.headers, answer.body)
            return
        self._number += 1
        refusal, fired = self._stage.knock(self._number, head.target, self._moment())
        self._fired(fired)
        self._follow([])
        if refusal is not None:
            wires.refuse(transport, raw, refusal.status, (JSON_TYPE,), refusal.body)
            return
        trace = None if self._log is None else self._trace
        limit = self.options.max_frame_size
        socket = Peer(
            self._number, self._happen, self._forget, limit, unsent=self._unsent, trace=trace
        )
        socket.wire = wires.accept(
            transport,
            raw,
            socket,
            max_size=self.options.max_frame_size * _OVERSIZE,
            close_timeout=_CLOSE_TIME,
            clogged_at=CLOGGED,
            cork=self._cork,
        )
        socket.wire.drained = socket.drained
        give_up_in_time(transport)
        if socket.wire.is_open:
            self._sockets[self._number] = socket
        else:
            self._happen(Ended(self._number))

    def _trace(self, number: int, frame: WireFrame) -> None:
        self._say(frame_line(number, frame))

    def _too_slow(self, number: int, size: int) -> None:
        self._say(f"#{number} dropped: {size} bytes wait for it, and it does not read")

    def _forget(self, number: int) -> None:
        self._sockets.pop(number, None)
        self._gone.set()

    # --- HTTP -----------------------------------------------------------------------------------

    async def _request(self, request: Request) -> Response | None:
        if request.target.partition("?")[0] == control.PATH:
            return control.answer(request, self)
        answer, fired = self._stage.request(request.method, request.target)
        self._fired(fired)
        self._follow([])
        if answer is not None and answer.drop:
            return None
        if answer is not None and answer.response is not None:
            given = answer.response
            return Response(given.status, (JSON_TYPE,), given.body)
        if answer is not None:
            due = asyncio.Event()
            self._clock.call_later(answer.delay, due.set)
            await due.wait()
        response, effects = self._stage.answer(request, self._moment())
        self._perform(effects)
        self._arm()
        self._say(f"{request.method} {request.target.partition('?')[0]} {response.status}")
        return response


def _cannot_listen(host: str, port: int, bad: OSError | OverflowError) -> str:
    number = bad.errno if isinstance(bad, OSError) else None
    where = f"{host} port {port}"
    if number == errno.EADDRINUSE:
        return f"cannot listen on {where}: it is in use; choose another with --port, or 0 for any"
    if number == errno.EACCES:
        return f"cannot listen on {where}: not allowed; choose a port above 1023 with --port"
    if number == errno.EADDRNOTAVAIL:
        return f"cannot listen on {where}: this machine has no such address; see --host"
    return f"cannot listen on {where}: {getattr(bad, 'strerror', None) or bad}"
