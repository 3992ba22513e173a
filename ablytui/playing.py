"""A scenario played in the inspector: the local service acts, and the session does its part.

The one place that knows both. A fault becomes a row of the log, a caption goes to the screen, and
what the scenario has the client do goes the way of every wish.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ablytui.errors import ServiceError
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Notice
from ablytui.protocol.params import ConnectParams, from_text
from ablytui.service.acts import Act
from ablytui.service.faults import FAULT, LIFT
from ablytui.service.firings import Fired
from ablytui.service.scenario import Scenario, by_name
from ablytui.service.script import Progress
from ablytui.ui.playbill import Bill, Playing


class Service(Protocol):
    """What is needed of the local service."""

    watch: Callable[[Fired | None], None] | None

    @property
    def scenario(self) -> Scenario | None:
        """What it plays."""

    @property
    def progress(self) -> Progress | None:
        """How far its scenario is."""

    def control(self, word: str) -> None:
        """Pause, go on, or skip."""

    def play(self, scenario: Scenario | None) -> None:
        """Play another one, or none."""

    def token(self, ttl: int) -> str:
        """A token of its first key, which lives so many ms."""


class Client(Protocol):
    """What is needed of a Session."""

    @property
    def connection(self) -> Connection:
        """The model."""

    def do(self, action_id: str, args: Mapping[str, Any] | None = None) -> asyncio.Future[Any]:
        """Ask for an action."""

    def set_params(self, params: ConnectParams) -> asyncio.Future[Any]:
        """Change what the next attempt asks for."""

    def notice(self, notice: Notice) -> None:
        """A row of the log."""


class Player:
    """Plays what the service plays with one session. `key` is that of the service."""

    def __init__(self, service: Service, client: Client, key: str) -> None:
        self._service, self._client, self._key = service, client, key
        self._scenario = service.scenario
        self._caption, self._fault = "", False
        self._listener: Callable[[Playing], None] | None = None
        self._told = False
        service.watch = self._fired

    def begin(self) -> None:
        """Attach the channels of the scenario; behind the first connect."""
        for channel in self._scenario.client.channels if self._scenario else ():
            self._client.do("attach", {"channel": channel})

    def subscribe(self, fn: Callable[[Playing], None]) -> None:
        """Call `fn` with how far it is, now and whenever that changes; not without a scenario."""
        self._listener = fn
        self._tell()

    def control(self, word: str) -> None:
        """`pause`, `go` (on), or `skip` to the next step."""
        self._service.control(word)
        self._tell()

    def play(self, name: str) -> None:
        """Another scenario while the connection goes on; the empty text for none."""
        self._service.play(by_name(name) if name else None)
        self._tell()

    @property
    def playing(self) -> Playing | None:
        """How far it is; None when nothing is played."""
        scenario, progress = self._scenario, self._service.progress
        if scenario is None or progress is None:
            return None
        return Playing(
            title=scenario.title or scenario.name,
            step=progress.step,
            steps=progress.steps,
            caption=self._caption or scenario.description,
            fault=self._fault,
            paused=progress.paused,
            holds=progress.holds,
            name=scenario.name,
        )

    def _tell(self) -> None:
        playing = self.playing
        if self._listener is not None and (playing is not None or self._told):
            self._told = True
            self._listener(playing or Playing(""))

    def _fired(self, fired: Fired | None) -> None:
        """What the service did; None when its scenario stands still, goes on or is another one."""
        if self._service.scenario is not self._scenario:
            self._scenario = self._service.scenario
            self._caption, self._fault = "", False
            self.begin()
        if fired is not None:
            if fired.caption:
                self._caption, self._fault = fired.caption, fired.fault
            if fired.fault or fired.by_hand:
                self._client.notice(_notice(fired))
            self._act(fired.act)
        self._tell()

    def _act(self, act: Act) -> None:
        if act.word == "client":
            self._client.do(act.action, act.args)
        elif act.word == "client_params":
            base = self._client.connection.params
            typed = dict(act.params)
            if act.credential:
                try:
                    typed |= credential(act.credential, self._key, self._service, act.token_ttl)
                except ServiceError as bad:
                    self._client.notice(Notice("error", f"no token for the scenario: {bad}"))
                    return
            self._client.set_params(from_text(typed, base))


def _notice(fired: Fired) -> Notice:
    """`ATTACHED demo:x held back: the caption`, or who asked for it."""
    fault = FAULT.get(fired.word)
    if fault is None:
        done = f"{fired.act.what or 'fault'} lifted" if fired.word == LIFT else fired.word
        return Notice("info", f"{done}: {fired.what or 'by you'}")
    done = f"{fault.word}, from now on" if fired.sets else fault.done
    words = f"{fired.what} {done}".strip()
    why = fired.caption or ("by you" if fired.by_hand else "")
    text = f"{words}: {why}" if why else words
    if fired.sets:
        return Notice("info", text)
    return Notice("info", text, fault="added" if fault.adds else "withheld", name=fault.word)


def credential(word: str, key: str, service: Service, ttl: int) -> dict[str, str]:
    """The parameters of a credential of `acts.CREDENTIALS`, made from the service's key."""
    name, _, secret = key.partition(":")
    if word in {"token", "token only"}:
        return {"token": service.token(ttl), "key": key if word == "token" else ""}
    if word == "wrong secret":
        key = f"{name}:{secret[::-1]}x"
    elif word == "unknown key":
        key = f"{name.partition('.')[0]}.nobody:{secret}"
    return {"key": key, "token": ""}


def with_credential(
    scenario: Scenario, key: str, service: Service, params: ConnectParams
) -> ConnectParams:
    """What the inspector connects with when it plays a scenario."""
    client = scenario.client
    return from_text(credential(client.credential, key, service, client.token_ttl), params)


def _own(scenario: Scenario) -> bool:
    """Whether it tells its story only to a connection that was made for it."""
    client, params = scenario.client, dict(scenario.client.params)
    # Other parameters change its pace, and not its story.
    named = any(step.act.action == "presence" for step in scenario.steps)
    return client.credential != "key" or "dialect" in params or (named and "client_id" in params)


def bill(scenario: Scenario) -> Bill:
    """A scenario as it is offered."""
    return Bill(
        name=scenario.name,
        title=scenario.title,
        description=scenario.description,
        shows=scenario.shows,
        outcome=scenario.outcome,
        seconds=None if scenario.endless else round(scenario.lasts / 1000),
        own=_own(scenario),
    )
