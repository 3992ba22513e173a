"""The app with a session that does nothing by itself, a finished log, and a clock that stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ablytui.faulting import OFFERS, Desk, asked_for
from ablytui.protocol.connection import Channel, Connection
from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.format import Format
from ablytui.protocol.log import Entry
from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.news import News
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.recovery import RecoveryKey, build
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.service.faults import FAULT
from ablytui.ui.app import AblytuiApp
from ablytui.ui.faultbook import Forecast, InForce
from ablytui.ui.playbill import Playing
from ablytui.ui.settings import Launch, Runtime, Settings
from tests.support import views
from tests.support.clock import FakeClock
from tests.support.entries import WALL0, ListSource, state, story

SECRET = "s3cr3tS3cr3tS3cr3t"
KEY = "gk3Tq9Lx0bFakeKeyOf24chr"
PARAMS = ConnectParams(
    key=f"app.k1:{SECRET}",
    endpoint="127.0.0.1",
    port=8080,
    tls=False,
    client_id="probe-7",
    format=Format.JSON,
)
SERIALS = (("orders:eu", "0172658597@a:44"), ("audit", "0172658597@c:09"))
RECOVERY_KEY = build(RecoveryKey(PARAMS.dialect, KEY, 414, SERIALS))

_WAYS: Mapping[S, tuple[S, ...]] = {
    S.CONNECTED: (),
    S.CONNECTING: (S.DISCONNECTED, S.CONNECTING),
    S.DISCONNECTED: (S.DISCONNECTED, S.CONNECTING, S.DISCONNECTED),
    S.SUSPENDED: (S.DISCONNECTED, S.SUSPENDED),
    S.CLOSING: (S.CLOSING,),
    S.CLOSED: (S.CLOSING, S.CLOSED),
    S.FAILED: (S.FAILED,),
}


def connection_in(wanted: S, *, params: ConnectParams = PARAMS) -> Connection:
    """A connection in this state, with what it was granted before."""
    drawn = views.STATES[wanted.value]().connection.evolve(params=params)
    if wanted is S.INITIALIZED:
        return drawn
    return drawn.evolve(
        id="gk3Tq9Lx0b",
        key=KEY if wanted not in {S.CLOSED, S.FAILED} else None,
        client_id="probe-7",
        msg_serial=414,
        last_mono=views.NOW - 900,
        details=ConnectionDetails(
            connection_state_ttl=120_000,
            max_idle_interval=15_000,
            max_message_size=65_536,
        ),
        channels={
            name: Channel(name, ChannelState.ATTACHED, channel_serial=serial)
            for name, serial in SERIALS
        },
    )


def rows_to(wanted: S) -> list[Entry]:
    """A log that ends in this state."""
    if wanted is S.INITIALIZED:
        return []
    rows, _ = story()
    rows = rows[:-1]
    before = S.CONNECTED
    for step in _WAYS[wanted]:
        rows.append(state(before.value, step.value, n=len(rows) + 1, at=3_000 + len(rows) * 10))
        before = step
    return rows


class FakeSession:
    """A session that writes down what it is asked, and answers what it was told to answer."""

    def __init__(self, connection: Connection, key: str | None = RECOVERY_KEY) -> None:
        self.connection = connection
        self.key = key
        self.wishes: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Reply] = {}
        self.subscribers: list[Callable[[News], None]] = []

    def do(self, action_id: str, args: Mapping[str, Any] | None = None) -> asyncio.Future[Reply]:
        self.wishes.append((action_id, dict(args or {})))
        return self._done(self.answers.get(action_id, Reply(0)))

    def set_params(self, params: ConnectParams) -> asyncio.Future[Reply]:
        self.connection = self.connection.evolve(params=params)
        return self._done(Reply(0))

    def recovery_key(self) -> str | None:
        return self.key

    def subscribe(self, fn: Callable[[News], None], *, rows: bool = False) -> object:
        assert not rows
        self.subscribers.append(fn)
        return None

    def _done(self, reply: Reply) -> asyncio.Future[Reply]:
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        future.set_result(reply)
        return future


class FakePlayer:
    """Tells what it is told to tell, and writes down what it is asked."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Playing], None]] = []
        self.asked: list[str] = []

    def subscribe(self, fn: Callable[[Playing], None]) -> None:
        self.listeners.append(fn)

    def control(self, word: str) -> None:
        self.asked.append(word)

    def play(self, name: str) -> None:
        self.asked.append(f"play {name}")

    def show(self, playing: Playing) -> None:
        for listener in self.listeners:
            listener(playing)


class FakeFaults:
    """Offers the real faults, and writes down what it is asked; `why` is why nothing is done."""

    def __init__(self) -> None:
        self.offers = OFFERS
        self.in_force: tuple[InForce, ...] = ()
        self.asked: list[dict[str, Any]] = []
        self.lifted: list[int] = []
        self.why = ""
        self.used = True
        self.clock = FakeClock(mono=views.NOW, wall=WALL0)

    def forecast(self, word: str, typed: Mapping[str, str], connection: Connection) -> Forecast:
        found = Desk(self, self.clock).forecast(word, typed, connection)  # type: ignore[arg-type]
        return replace(found, why_not=self.why)

    def reason_not_now(self, order: object) -> str:
        return self.why

    def inject(self, word: str, typed: Mapping[str, str]) -> str:
        self.asked.append(asked_for(FAULT[word], typed)[0])
        return self.why

    def lift(self, number: int) -> bool:
        self.lifted.append(number)
        return True

    def serves(self, connection: Connection) -> bool:
        return self.used


class Rig:
    """Session, log and clock behind an app, and how to move them."""

    def __init__(self, connection: Connection, rows: Sequence[Entry]) -> None:
        self.session = FakeSession(connection)
        self.source = ListSource(rows)
        self.clock = FakeClock(mono=views.NOW, wall=WALL0 + 4_000)
        self.listeners: list[Callable[[int], None]] = []
        self.player = FakePlayer()
        self.faults = FakeFaults()
        self.closed = 0

    async def open(self) -> Runtime:
        return Runtime(
            self.session,
            self.source,  # type: ignore[arg-type]
            self.clock,
            self.listeners.append,
            self.close,
            wall0=WALL0,
            mono0=views.NOW - 4_000,
            player=self.player,
            faults=self.faults,
        )

    async def close(self) -> None:
        self.closed += 1

    def grow(self, rows: Sequence[Entry]) -> None:
        """More rows are committed."""
        self.source.entries.extend(rows)
        for listener in self.listeners:
            listener(self.source.last())

    def move(self, connection: Connection) -> None:
        """The session has another model, and says so."""
        from ablytui.protocol.news import Changed
        from ablytui.protocol.states import StateChange

        before, self.session.connection = self.session.connection.state, connection
        change = StateChange(before, connection.state, connection.state)
        for subscriber in self.session.subscribers:
            subscriber(Changed(connection, change))

    def refuse(self, action_id: str, why: str) -> None:
        """Answer this action with a refusal."""
        self.session.answers[action_id] = Reply(0, error=ErrorInfo(40000, 400, why))


def make_app(
    wanted: S = S.CONNECTED,
    *,
    rows: Sequence[Entry] | None = None,
    params: ConnectParams = PARAMS,
    local: bool = True,
    settings: Settings | None = None,
    **more: Any,
) -> tuple[AblytuiApp, Rig]:
    """An app whose connection is in this state, its log finished, and its rig.

    `more` goes to its Launch.
    """
    rig = Rig(connection_in(wanted, params=params), rows_to(wanted) if rows is None else rows)
    launch = Launch(rig.open, params, local=local, **more)
    return AblytuiApp(launch, settings or Settings.for_tests()), rig
