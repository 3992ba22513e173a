"""A bench for the machine: play events against it and read what it did.

`Bench` keeps what the world would keep, the sockets that are open and the timers that run, from
effects alone, so a test can hold the machine to them.
"""

from __future__ import annotations

from typing import Any

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.codec import Format, encode, read_head
from ablytui.protocol.connection import Connection
from ablytui.protocol.frame import Opcode
from ablytui.protocol.machine.step import initial, step
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ChannelChange, ConnectionState, StateChange

KEY = "app.key:secret"
ID = "conn1"
DETAILS = {"connectionKey": "conn1!key", "connectionStateTtl": 120_000, "maxIdleInterval": 15_000}


def params(dialect: DialectName = DialectName.CURRENT, **changes: Any) -> ConnectParams:
    return ConnectParams(dialect=dialect, endpoint="localhost", tls=False, key=KEY, **changes)


def message(attempt: int, body: dict[str, Any]) -> e.FrameArrived:
    payload = encode(body, Format.JSON)
    return e.FrameArrived(attempt, Opcode.TEXT, payload, read_head(payload, Opcode.TEXT))


class Bench:
    """One connection under test, its clock, and the world that its effects make."""

    def __init__(self, given: ConnectParams | None = None) -> None:
        self.conn: Connection
        self.conn, first = initial(given or params())
        self.mono = 1_000.0
        self.wall = 1_700_000_000_000.0
        self.roll = 0.5
        self.effects: list[fx.Effect] = list(first)
        self.last: tuple[fx.Effect, ...] = tuple(first)
        self.open: set[int] = set()
        self.fetching: set[int] = set()
        self.timers: dict[str, tuple[int, float]] = {}
        self.checks: list[int] = []
        self.replies: dict[int, list[fx.Reply]] = {}

    def do(self, *events: e.Event) -> tuple[fx.Effect, ...]:
        """Feed events; returns all their effects."""
        done: list[fx.Effect] = []
        for event in events:
            if isinstance(event, (e.DialFailed, e.SocketClosed)):
                self.open.discard(event.attempt)
            if isinstance(event, (e.TokenArrived, e.TokenFailed)):
                self.fetching.discard(event.number)
            if isinstance(event, e.TimerFired):
                running = self.timers.get(event.name)
                if running is not None and running[0] == event.generation:
                    del self.timers[event.name]
            moment = e.Moment(self.mono, self.wall, self.roll)
            self.conn, effects = step(self.conn, event, moment)
            for effect in effects:
                self._world(effect)
            done += effects
        self.effects += done
        self.last = tuple(done)
        return self.last

    def _world(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Dial(attempt, _):
                assert not self.open, f"dialling {attempt} while {self.open} is open"
                self.open.add(attempt)
            case fx.CloseSocket(attempt) | fx.AbortSocket(attempt):
                if isinstance(effect, fx.CloseSocket):
                    self.open.discard(attempt)
            case fx.Send(attempt, _) | fx.SendRaw(attempt, _, _):
                assert attempt in self.open, f"sending on {attempt}, open is {self.open}"
            case fx.FetchToken(number, _):
                assert not self.fetching, f"fetching {number} beside {self.fetching}"
                self.fetching.add(number)
            case fx.CancelFetch(number):
                self.fetching.remove(number)
            case fx.StartTimer(name, generation, delay):
                assert delay >= 0
                self.timers[name] = (generation, self.mono + delay)
            case fx.CancelTimer(name):
                del self.timers[name]
            case fx.CheckInternet(attempt):
                self.checks.append(attempt)
            case fx.Reply(ref):
                self.replies.setdefault(ref, []).append(effect)
            case _:
                pass

    def later(self, ms: float) -> tuple[fx.Effect, ...]:
        """Let time pass, firing what becomes due in its order."""
        end = self.mono + ms
        done: list[fx.Effect] = []
        while True:
            due = sorted((at, name, gen) for name, (gen, at) in self.timers.items() if at <= end)
            if not due:
                break
            at, name, generation = due[0]
            self.wall += max(at - self.mono, 0)
            self.mono = max(at, self.mono)
            done += self.do(e.TimerFired(name, generation))
        self.wall += end - self.mono
        self.mono = end
        self.last = tuple(done)
        return self.last

    # --- words of the service -------------------------------------------------------------------

    @property
    def attempt(self) -> int:
        return self.conn.attempt

    def receive(self, body: dict[str, Any]) -> tuple[fx.Effect, ...]:
        return self.do(message(self.attempt, body))

    def connected(self, new_id: str = ID, **more: Any) -> tuple[fx.Effect, ...]:
        body = {"action": 4, "connectionId": new_id, "connectionDetails": dict(DETAILS), **more}
        if new_id != ID:
            body["connectionDetails"]["connectionKey"] = f"{new_id}!key"
        if self.conn.params.dialect is DialectName.CLASSIC:
            body.setdefault("connectionSerial", -1)
        return self.do(e.SocketOpened(self.attempt), message(self.attempt, body))

    def lost(self, code: int = 1006, *, by_us: bool = False) -> tuple[fx.Effect, ...]:
        return self.do(e.SocketClosed(self.attempt, code, "", by_us, clean=False))

    def refused(self, **more: Any) -> tuple[fx.Effect, ...]:
        return self.do(e.DialFailed(self.attempt, "connection refused", **more))

    def attached(self, name: str, **more: Any) -> tuple[fx.Effect, ...]:
        self.do(e.AttachRequested(name))
        body = {"action": 11, "channel": name, "channelSerial": "s1", "flags": 983_040, **more}
        return self.receive(body)

    # --- reading --------------------------------------------------------------------------------

    @property
    def state(self) -> ConnectionState:
        return self.conn.state

    @property
    def changes(self) -> list[StateChange]:
        """The state changes of the last call."""
        return state_changes(self.last)

    @property
    def story(self) -> list[str]:
        """Every state that was announced so far."""
        return [str(change.event) for change in state_changes(self.effects)]

    @property
    def channel_changes(self) -> list[ChannelChange]:
        return [
            effect.change
            for effect in self.last
            if isinstance(effect, fx.Announce) and isinstance(effect.change, ChannelChange)
        ]

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The messages that the last call sent."""
        return [effect.message for effect in self.last if isinstance(effect, fx.Send)]

    @property
    def dials(self) -> list[dict[str, str]]:
        """The queries that the last call dialled with."""
        return [dict(x.target.query) for x in self.last if isinstance(x, fx.Dial)]

    def reply(self, ref: int) -> fx.Reply | None:
        """The answer to a wish; there is never a second one."""
        answers = self.replies.get(ref, [])
        assert len(answers) <= 1, f"wish {ref} was answered {len(answers)} times"
        return answers[0] if answers else None

    def error(self, ref: int) -> int | None:
        answer = self.reply(ref)
        return answer.error.code if answer and answer.error else None


def state_changes(effects: list[fx.Effect] | tuple[fx.Effect, ...]) -> list[StateChange]:
    return [
        effect.change
        for effect in effects
        if isinstance(effect, fx.Announce) and isinstance(effect.change, StateChange)
    ]


S = ConnectionState


def in_state(state: ConnectionState, given: ConnectParams | None = None) -> Bench:
    """A bench whose connection has really come into that state."""
    bench = Bench(given)
    if state is S.INITIALIZED:
        return bench
    bench.do(e.ConnectRequested())
    if bench.conn.fetching is not None:
        bench.do(e.TokenArrived(bench.conn.fetching, TokenDetails("first")))
    if state is S.CONNECTING:
        return bench
    if state is S.FAILED:
        bench.receive({"action": 9, "error": {"code": 40101, "statusCode": 401, "message": "no"}})
        return bench
    bench.connected()
    bench.attached("chan")
    if state is S.CLOSING:
        bench.do(e.CloseRequested())
    elif state is S.CLOSED:
        bench.do(e.CloseRequested())
        bench.receive({"action": 8})
    elif state in {S.DISCONNECTED, S.SUSPENDED}:
        bench.lost()
        bench.refused()
        while state is S.SUSPENDED and bench.state is not S.SUSPENDED:
            bench.later(1_000)
            if bench.state is S.CONNECTING:
                bench.refused()
    assert bench.state is state
    return bench
