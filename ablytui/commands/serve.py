"""`ablytui serve`: the local service alone. May not know Textual.

The one line on stdout says where it listens and with which key; all else goes to stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Final

from ablytui.errors import UsageError
from ablytui.protocol.checks import number
from ablytui.protocol.hosts import is_loopback

if TYPE_CHECKING:
    from ablytui.service.options import ServiceOptions

_UNITS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_DURATION: Final = re.compile(r"([0-9]{1,9})(ms|s|m|h)")
_DAY: Final = 86_400_000
_MOST: Final = 262_144
"""Of any bound: twice a message of so many bytes still fits a frame."""

_NUMBERS: Final = {
    "--state-ttl": ("MS", 1, _DAY, "connectionStateTtl: how long a lost connection is kept"),
    "--max-idle": ("MS", 1, _DAY, "maxIdleInterval: the longest silence of the service"),
    "--max-inbound-rate": ("N", 0, _MOST, "messages a second of one connection; 0: any number (0)"),
    "--max-connections": ("N", 1, _MOST, "connections at the same time (1000)"),
    "--max-channels-per-connection": ("N", 1, _MOST, "channels that one attaches (200)"),
    "--max-message-size": ("BYTES", 1, _MOST, "the messages of a frame or request (65536)"),
}
"""Flags that are a number: its unit, its bounds, what it is. The service calls them the same."""

INTERRUPTED: Final = 130

_OTHER_FILES: Final = 100
"""Open files that are no client's socket."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the service."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    add("--port", default="0", metavar="N", help="the port; 0 takes any that is free (0)")
    add(
        "--key",
        action="append",
        default=[],
        metavar="APP.KEY:SECRET",
        help="a key that is accepted; may be repeated; without one, one is made",
    )
    add("--scenario", metavar="FILE|NAME", help="play this, from the first connection on")
    add(
        "--retention",
        metavar="TIME",
        help="how long messages are kept for replay and history, such as 90s, 2m or 1h (2m)",
    )
    for flag, (unit, _, _, what) in _NUMBERS.items():
        add(flag, metavar=unit, help=what)
    add("-v", "--verbose", action="store_true", help="a line per connection and frame on stderr")


def run(given: argparse.Namespace) -> int:
    """Serve until a signal ends it. Raises UsageError and ServiceError."""
    options = _options(given)
    if not is_loopback(options.host):
        sys.stderr.write(
            f"ablytui: {options.host} is not this machine alone: whoever reaches it can connect, "
            "and keys travel in clear\n"
        )
    return asyncio.run(_serve(options, verbose=given.verbose))


def _options(given: argparse.Namespace) -> ServiceOptions:
    from ablytui.service.options import ServiceOptions
    from ablytui.service.scenario import load

    told = {
        name: _number(flag, getattr(given, name), low, high)
        for flag, (_, low, high, _) in _NUMBERS.items()
        if getattr(given, name := flag.removeprefix("--").replace("-", "_")) is not None
    }
    if given.retention is not None:
        told["retention"] = _duration(given.retention)
    if not given.host:
        raise UsageError("--host: it is an address of this machine, not nothing")
    return ServiceOptions(
        host=given.host,
        port=_number("--port", given.port, 0, 65_535),
        keys=tuple(given.key),
        scenario=None if given.scenario is None else load(given.scenario),
        **told,
    )


def _number(flag: str, value: str, low: int, high: int) -> int:
    try:
        return int(number(low, high)(value))
    except ValueError as bad:
        raise UsageError(f"{flag}: {bad}") from None


def _duration(value: str) -> int:
    """A time such as `2m` in ms."""
    match = _DURATION.fullmatch(value)
    ms = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 0 < ms <= _DAY:
        raise UsageError(f"--retention: it is a time such as 90s, 2m or 1h, not {value!r}")
    return ms


async def _serve(options: ServiceOptions, *, verbose: bool) -> int:
    import random

    from ablytui.commands.collecting import collect_at_rest
    from ablytui.net.clock import SystemClock
    from ablytui.net.tasks import spawn
    from ablytui.service.server import Server

    server = Server(
        options,
        clock=SystemClock(),
        random=random.SystemRandom(),
        log=_log if verbose else None,
    )
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, end, INTERRUPTED)
    loop.add_signal_handler(signal.SIGTERM, end, 0)
    _room_for(2 * options.max_connections)
    await server.start()
    collecting = spawn(collect_at_rest(time.monotonic, time.process_time), name="collecting")
    try:
        address = server.url.replace("ws://", "http://", 1)
        sys.stdout.write(f"listening on {address} key {' '.join(server.keys)}\n")
        sys.stdout.flush()
        return await ended
    finally:
        collecting.cancel()
        await server.stop()


def _room_for(sockets: int) -> None:
    """As many open files as that takes, as far as this process may have them."""
    try:
        import resource
    except ImportError:  # not on every system, and neither is the limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _log(line: str) -> None:
    # Whoever reads the log may go; the service stays.
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
