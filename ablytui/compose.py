"""What the commands are made of: log, session, local service and screen, put together.

The one place that knows all parts. Each is imported when it is needed, so that a command loads
no more than it uses.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ablytui import __version__
from ablytui.errors import AblytuiError, CaptureError
from ablytui.protocol.credentials import fetches_over_http, secrets_of
from ablytui.protocol.params import PARAMS, ConnectParams, from_text, to_text

if TYPE_CHECKING:
    from ablytui.capture.grown import Grown
    from ablytui.capture.store import Store
    from ablytui.drive.goal import Goal
    from ablytui.drive.run import Run
    from ablytui.net.clock import SystemClock
    from ablytui.playing import Player
    from ablytui.service.scenario import Scenario
    from ablytui.service.server import Server
    from ablytui.ui.app import AblytuiApp
    from ablytui.ui.playbill import Bill
    from ablytui.ui.settings import Launch, Runtime, Settings
    from ablytui.worker.session import Session

TERMINATED: Final = 128 + signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for, before any part exists. `capture` is a path as typed.

    `theme` and `ascii` stand over the settings file.
    """

    params: ConnectParams
    named_service: bool = False
    capture: str | None = None
    reveal: bool = False
    theme: str | None = None
    ascii: bool = False


class House:
    """The local service of one run, made when it is first needed and kept between sessions."""

    def __init__(self) -> None:
        self._server: Server | None = None

    async def open(self, clock: SystemClock) -> Server:
        """The service, which listens. Raises ServiceError."""
        if self._server is None:
            from ablytui.service.options import ServiceOptions
            from ablytui.service.server import Server

            server = Server(ServiceOptions(), clock=clock, random=random.SystemRandom())
            await server.start()
            self._server = server
        return self._server

    async def close(self) -> None:
        """Stop it."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop()


@dataclass(frozen=True, slots=True)
class Parts:
    """A session that has not begun, with what it stands on. `zero` is ms on the mono clock.

    `house` is closed with it; where it is kept for others, only the `server` is known here.
    """

    session: Session
    store: Store
    clock: SystemClock
    grown: Grown
    zero: float
    wall0: float
    server: Server | None = None
    house: House | None = None

    async def close(self) -> None:
        """End the session, then the log it wrote, then the service."""
        try:
            await self.session.close()
            self.store.close()
        finally:
            if self.house is not None:
                await self.house.close()


async def assemble(wanted: Wanted, *, local: bool = False, house: House | None = None) -> Parts:
    """Make the parts, with the local service first where its address is needed.

    Raises:
        CaptureError: The capture file cannot be made or continued.
        ServiceError: The local service cannot listen.
    """
    from ablytui.net.clock import SystemClock

    clock = SystemClock()
    own = House() if house is None else None
    if not local:
        return _session(wanted, wanted.params, clock)
    server = await (house or own or House()).open(clock)
    try:
        parts = _session(wanted, _to(server, wanted.params), clock)
    except BaseException:
        if own is not None:
            await own.close()
        raise
    return replace(parts, server=server, house=own)


def _to(server: Server, params: ConnectParams) -> ConnectParams:
    """The parameters with the address of the local service, and its key where there is none."""
    there = replace(params, endpoint="127.0.0.1", port=server.port, tls=False)
    return there if params.has_credential else replace(there, key=server.keys[0])


def _session(
    wanted: Wanted,
    params: ConnectParams,
    clock: SystemClock,
) -> Parts:
    from ablytui.capture.grown import Grown
    from ablytui.capture.redact import Redactor
    from ablytui.capture.store import SessionInfo, Store
    from ablytui.net.network import watch
    from ablytui.net.wire import dial
    from ablytui.worker.session import Session

    grown = Grown(asyncio.get_running_loop().call_soon)
    wall0, zero = clock.wall(), clock.mono()
    redactor = Redactor(os.urandom(32), reveal=wanted.reveal, secrets=secrets_of(params))
    shown = {spec.name: to_text(params, spec.name) for spec in PARAMS}
    store = Store(
        None if wanted.capture is None else Path(wanted.capture),
        session=SessionInfo(wall0, zero, __version__, shown),
        redactor=redactor,
        on_grew=grown,
        call_soon=asyncio.get_running_loop().call_soon_threadsafe,
    )
    network = partial(watch, clock)
    session = Session(params, store, clock, random.SystemRandom(), dial, network=network)
    return Parts(session, store, clock, grown, zero, wall0)


# --- without a screen ---------------------------------------------------------------------------


def drive(wanted: Wanted, goal: Goal, events: frozenset[str] | None) -> int:
    """Run `drive` on standard input and output; the exit code."""
    return asyncio.run(_drive(wanted, goal, events))


async def _drive(wanted: Wanted, goal: Goal, events: frozenset[str] | None) -> int:
    from ablytui.drive.printer import Printer
    from ablytui.drive.run import Run
    from ablytui.protocol.frame import Opcode

    if fetches_over_http(wanted.params) or wanted.params.fallback_hosts:
        from ablytui.net.request import load_client

        await load_client()
    parts = await assemble(wanted)
    try:
        printer = Printer(
            sys.stdout.buffer,
            lambda: parts.clock.mono() - parts.zero,
            lambda line: parts.store.redactor.frame(line, Opcode.TEXT),
            events,
        )
        run = Run(parts.session, printer, goal, sys.stdin.fileno())
        code = await _until_terminated(run)
    finally:
        await parts.close()
    if wanted.capture is not None and parts.store.error is not None:
        incomplete = AblytuiError(f"the capture is not whole: {parts.store.error}")
        incomplete.exit_code = code or 1
        raise incomplete
    return code


async def _until_terminated(run: Run) -> int:
    """Run; SIGTERM ends it as Ctrl-C does, with the log closed and no file left behind."""
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        if me is not None:
            me.cancel()

    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await run.run()
    except asyncio.CancelledError:
        if terminated:
            return TERMINATED
        raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


# --- with a screen ------------------------------------------------------------------------------


def inspect(wanted: Wanted, *, local: bool, scenario: Scenario | None = None) -> int:
    """Run the inspector until the person leaves; the exit code.

    Raises:
        AblytuiError: The log or the local service could not be opened; after the screen is gone.
    """
    from ablytui.ui import collecting

    collecting.begin()
    from ablytui.ui.app import make_app

    if wanted.capture is not None:
        from ablytui.capture.files import named_path

        named_path(Path(wanted.capture))
    app = make_app(launch(wanted, local=local, scenario=scenario), _settings(wanted))
    code = asyncio.run(_until_left(app))
    if app.failure:
        failed = AblytuiError(app.failure)
        failed.exit_code = code or 1
        raise failed
    return code or 0


def _settings(wanted: Wanted) -> Settings:
    from ablytui import folders
    from ablytui.ui import background, preferences
    from ablytui.ui.settings import Settings
    from ablytui.ui.theme import DARK, LIGHT

    loaded = preferences.load(os.environ, theme=wanted.theme, ascii_only=wanted.ascii)
    chosen = loaded.preferences
    theme = preferences.THEMES[chosen.theme]
    if theme == "auto":
        theme = LIGHT.name if background.is_light(os.environ) else DARK.name
    poor = preferences.cannot_draw(os.environ)
    return Settings(
        theme=theme,
        animations=chosen.motion,
        revealed=wanted.reveal,
        ascii=poor if chosen.ascii is None else chosen.ascii,
        columns=chosen.columns,
        keymap=chosen.keymap,
        problems=loaded.problems,
        copied=folders.copied_file(),
        recovery_keys=folders.recovery_keys_file(),
    )


async def _until_left(app: AblytuiApp) -> int | None:
    """Run the screen; a signal to end leaves terminal and capture as tidy as `q` does.

    So does a terminal that goes away, with a signal or without.
    """
    from ablytui.ui.outlet import Outlet

    def lost() -> None:
        # From the thread that writes, perhaps when all is over.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(app.end_by_signal, signal.SIGHUP)

    loop = asyncio.get_running_loop()
    terminal = sys.__stderr__
    if terminal is not None:
        # The stream that Textual's driver writes to.
        setattr(sys, "__stderr__", Outlet(terminal, lost))  # noqa: B010 - mypy thinks it is final
    ending = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    for number in ending:
        loop.add_signal_handler(number, app.end_by_signal, number)
    try:
        await app.run_async()
    finally:
        for number in ending:
            loop.remove_signal_handler(number)
        setattr(sys, "__stderr__", terminal)  # noqa: B010
    return app.return_code


def launch(
    wanted: Wanted,
    *,
    local: bool,
    scenario: Scenario | None = None,
    stepwise: bool = False,
    house: House | None = None,
) -> Launch:
    """What the screen is given: how to come by a session that runs, and by another one."""
    from ablytui.ui.settings import Launch

    kept = house or House()

    async def open_runtime() -> Runtime:
        if scenario is not None:
            return await _stage(wanted, kept, scenario, stepwise=stepwise)
        parts = await assemble(wanted, local=local, house=kept)
        return await _runtime(wanted, parts, _player(parts))

    def play(name: str, stepwise: bool) -> Launch:
        from ablytui.service.scenario import load

        if scenario is not None and scenario.name == name:
            return launch(wanted, local=True, scenario=scenario, stepwise=stepwise, house=kept)
        # What was asked of another service is none of this one's business.
        other = load(name)
        params = from_text(dict(other.client.params))
        asked = replace(wanted, params=params, named_service=False)
        return launch(asked, local=True, scenario=other, stepwise=stepwise, house=kept)

    return Launch(
        open_runtime,
        wanted.params,
        local=local,
        scenario="" if scenario is None else scenario.name,
        bills=_bills,
        play=play,
        close=kept.close,
    )


def _bills() -> tuple[Bill, ...]:
    from ablytui.playing import bill
    from ablytui.service.scenario import shipped

    return tuple(bill(scenario) for scenario in shipped())


def _player(parts: Parts) -> Player | None:
    """Who plays along when the service is told to play something."""
    from ablytui.playing import Player

    server = parts.server
    return None if server is None else Player(server, parts.session, server.keys[0])


async def _stage(wanted: Wanted, house: House, scenario: Scenario, *, stepwise: bool) -> Runtime:
    """A session beside a scenario that plays from its start."""
    from ablytui.net.clock import SystemClock
    from ablytui.playing import Player, with_credential

    server = await house.open(SystemClock())
    params = with_credential(scenario, server.keys[0], server, wanted.params)
    server.play(scenario, afresh=True, stepwise=stepwise)
    parts = await assemble(replace(wanted, params=params), local=True, house=house)
    player = Player(server, parts.session, server.keys[0])
    runtime = await _runtime(wanted, parts, player)
    player.begin()
    return runtime


async def _runtime(wanted: Wanted, parts: Parts, player: Player | None = None) -> Runtime:
    """The parts as the screen knows them, with the session begun; closed if that cannot be."""
    from ablytui.faulting import Desk
    from ablytui.ui import collecting
    from ablytui.ui.settings import Runtime

    try:
        reader = parts.store.reader()
    except CaptureError:
        await parts.close()
        raise
    collecting.settle()
    parts.session.start()
    return Runtime(
        parts.session,
        reader,
        parts.clock,
        parts.grown.subscribe,
        parts.close,
        wall0=parts.wall0,
        mono0=parts.zero,
        recording=None if wanted.capture is None else parts.store.path.name,
        mark=parts.store.mark,
        player=player,
        faults=Desk(parts.server, parts.clock) if parts.server is not None else None,
    )
