"""The options that only `drive` has."""

from __future__ import annotations

import argparse
from typing import Final

from ablytui.drive.goal import OUTCOMES, STATES, Goal
from ablytui.drive.lines import EVENTS
from ablytui.errors import UsageError
from ablytui.protocol.states import ConnectionState

_ABOUT: Final = """Standard input: {"do": NAME, "ref": ANY, ...} a line. Standard output: one JSON
object a line, in true order; bytes are written as base64. It ends at the end of input once all
answers are in, or when --until, --expect or --timeout is decided."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options, and what drive reads and writes."""
    parser.epilog = _ABOUT
    group = parser.add_argument_group("for scripts")
    group.add_argument("--events", metavar="EV,…", help=f"print only these: {', '.join(EVENTS)}")
    group.add_argument(
        "--until", metavar="STATE", help="end when this state is reached, after --expect if given"
    )
    group.add_argument(
        "--expect", metavar="OUTCOME", help=f"the first verdict has to be: {', '.join(OUTCOMES)}"
    )
    group.add_argument("--timeout", metavar="S", help="end after so many seconds, with exit code 4")


def read(given: argparse.Namespace) -> tuple[Goal, frozenset[str] | None]:
    """The goal, and the events to print (None: all). Raises UsageError."""
    until = _one_of("--until", given.until, STATES)
    goal = Goal(
        until=None if until is None else ConnectionState(until),
        expect=_one_of("--expect", given.expect, OUTCOMES),
        timeout=_seconds(given.timeout),
    )
    return goal, _events(given.events)


def _one_of(flag: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is not None and value not in allowed:
        raise UsageError(f"{flag}: it is one of {', '.join(allowed)}, not {value!r}")
    return value


def _seconds(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    # A comparison that NaN fails too.
    if not 0 < seconds <= 86_400:
        raise UsageError(f"--timeout: it is seconds, more than 0, at most a day, not {value!r}")
    return seconds


def _events(value: str | None) -> frozenset[str] | None:
    if value is None:
        return None
    names = [name.strip() for name in value.split(",")]
    for name in names:
        _one_of("--events", name, EVENTS)
    return frozenset(names)
