"""What the commands are made of: log, session, local service and screen, put together.

The one place that knows all parts. Each is imported when it is needed, so that a command loads
no more than it uses.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ablytui import __version__
from ablytui.errors import AblytuiError
from ablytui.protocol.credentials import secrets_of
from ablytui.protocol.params import PARAMS, ConnectParams, to_text

if TYPE_CHECKING:
    from ablytui.capture.store import Store
    from ablytui.drive.goal import Goal
    from ablytui.drive.run import Run
    from ablytui.net.clock import SystemClock
    from ablytui.service.scenario import Scenario
    from ablytui.service.server import Server
    from ablytui.service.firings import Fired
    from ablytui.ui.app import AblytuiApp
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


class Grown:
    """Tells who wants to know how many rows are on disk; who comes late is told at once."""

    def __init__(self) -> None:
        self._last = 0
        self._fns: list[Callable[[int], None]] = []

    def subscribe(self, fn: Callable[[int], None]) -> None:
        """Call `fn` with the highest row on disk, now and whenever it grows."""
        self._fns.append(fn)
        if self._last:
            asyncio.get_running_loop().call_soon(fn, self._last)

    def __call__(self, upto: int) -> None:
        """Rows up to this one are on disk."""
        self._last = upto
        for fn in self._fns:
            fn(upto)


class Captions:
    """Tells the screen what the scenario does; who comes late is told the last step at once."""

    def __init__(self, server: Server) -> None:
        self._last: Fired | None = None
        self._fn: Callable[[str, bool], None] | None = None
        server.watch = self._fired

    def subscribe(self, fn: Callable[[str, bool], None]) -> None:
        """Call `fn` with each caption, and whether it is that of a fault."""
        self._fn = fn
        if self._last is not None:
            asyncio.get_running_loop().call_soon(self._fired, self._last)

    def _fired(self, fired: Fired) -> None:
        self._last = fired
        if self._fn is not None:
            self._fn(fired.caption, fired.fault)


@dataclass(frozen=True, slots=True)
class Parts:
    """A session that has not begun, with what it stands on. `zero` is ms on the mono clock."""

    session: Session
    store: Store
    clock: SystemClock
    grown: Grown
    zero: float
    wall0: float
    server: Server | None = None

    async def close(self) -> None:
        """End the session, then the log it wrote, then the service."""
        try:
            await self.session.close()
            self.store.close()
        finally:
            if self.server is not None:
                await self.server.stop()


async def assemble(
    wanted: Wanted,
    *,
    local: bool = False,
    scenario: Scenario | None = None,
) -> Parts:
    """Make the parts, with the local service first where its address is needed.

    Raises:
        CaptureError: The capture file cannot be made or continued.
        ServiceError: The local service cannot listen.
    """
    from ablytui.net.clock import SystemClock

    clock = SystemClock()
    params, server = wanted.params, None
    if local:
        server = await _serve(clock, scenario)
        params = replace(
            params, endpoint="127.0.0.1", port=server.port, tls=False, key=server.keys[0]
        )
    try:
        return _session(wanted, params, clock, server)
    except BaseException:
        if server is not None:
            await server.stop()
        raise


async def _serve(clock: SystemClock, scenario: Scenario | None) -> Server:
    from ablytui.service.options import ServiceOptions
    from ablytui.service.server import Server

    options = ServiceOptions(scenario=scenario)
    server = Server(options, clock=clock, random=random.SystemRandom())
    await server.start()
    return server


def _session(
    wanted: Wanted,
    params: ConnectParams,
    clock: SystemClock,
    server: Server | None,
) -> Parts:
    from ablytui.capture.redact import Redactor
    from ablytui.capture.store import SessionInfo, Store
    from ablytui.net.wire import dial
    from ablytui.worker.session import Session

    grown = Grown()
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
    session = Session(params, store, clock, random.SystemRandom(), dial)
    return Parts(session, store, clock, grown, zero, wall0, server)


# --- without a screen ---------------------------------------------------------------------------


def drive(wanted: Wanted, goal: Goal, events: frozenset[str] | None) -> int:
    """Run `drive` on standard input and output; the exit code."""
    return asyncio.run(_drive(wanted, goal, events))


async def _drive(wanted: Wanted, goal: Goal, events: frozenset[str] | None) -> int:
    from ablytui.drive.printer import Printer
    from ablytui.drive.run import Run
    from ablytui.protocol.frame import Opcode

    parts = await assemble(wanted)
    try:
        printer = Printer(
            sys.stdout.buffer,
            lambda: parts.clock.mono() - parts.zero,
            lambda line: parts.store.redactor.frame(line, Opcode.TEXT),
            events,
        )
        run = Run(parts.session, printer, goal, sys.stdin.fileno())
        return await _until_terminated(run)
    finally:
        await parts.close()


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
    )


async def _until_left(app: AblytuiApp) -> int | None:
    """Run the screen; a signal to end leaves terminal and capture as tidy as `q` does."""
    loop = asyncio.get_running_loop()
    ending = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    for number in ending:
        loop.add_signal_handler(number, app.end_by_signal, number)
    try:
        await app.run_async()
    finally:
        for number in ending:
            loop.remove_signal_handler(number)
    return app.return_code


def launch(wanted: Wanted, *, local: bool, scenario: Scenario | None = None) -> Launch:
    """What the screen is given: how to come by a session that runs."""
    from ablytui.ui.settings import Launch

    async def open_runtime() -> Runtime:
        return await _open(wanted, local=local, scenario=scenario)

    return Launch(
        open_runtime,
        wanted.params,
        local=local,
        scenario="" if scenario is None else scenario.name,
        caption="" if scenario is None else scenario.description,
    )


async def _open(wanted: Wanted, *, local: bool, scenario: Scenario | None) -> Runtime:
    from ablytui.ui.settings import Runtime

    parts = await assemble(wanted, local=local, scenario=scenario)
    session, server = parts.session, parts.server
    captions = None if scenario is None or server is None else Captions(server)
    session.start()
    for channel in () if scenario is None else scenario.client.channels:
        session.do("attach", {"channel": channel})
    return Runtime(
        session,
        parts.store.reader(),
        parts.clock,
        parts.grown.subscribe,
        parts.close,
        wall0=parts.wall0,
        mono0=parts.zero,
        recording=None if wanted.capture is None else parts.store.path.name,
        captions=None if captions is None else captions.subscribe,
    )
