"""The options that only `drive` has."""

from __future__ import annotations

import argparse
from typing import Final

from ablytui.drive.goal import OUTCOMES, STATES, Goal
from ablytui.drive.lines import EVENTS
from ablytui.drive.orders import OWN
from ablytui.errors import UsageError
from ablytui.protocol.actions import ACTIONS
from ablytui.protocol.states import ConnectionState

_ABOUT: Final = """\
Standard input is one JSON object a line, {"do": NAME, "ref": ANY, ...}:

%(orders)s

`ref` comes back in the answer, which is printed when the thing is done or has failed:
{"ev": "result", "ref": ..., "ok": true, "value": ...}, or "ok": false and "error".

Standard output is one JSON object a line, in true order: `ev` says what it is, `at` when, in ms
since the start. Bytes are written as base64. Secrets are masked, but for what recovery_key gives.

It ends at the end of the input once all answers are in; with --until, --expect or --timeout when
these are decided.

Exit codes: 0 all was met, also a refusal that --expect asked for; 1 an expectation was not met;
2 usage; 3 the connection has failed; 4 time ran out; 130 interrupted. If several are true, 3 goes
before 1, and 1 before 4."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options, and what drive reads and writes."""
    parser.usage = "%(prog)s [URL] [options]"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (_ABOUT % {"orders": _orders()}).replace("%", "%%")
    group = parser.add_argument_group("for scripts")
    group.add_argument("--events", metavar="EV,…", help=f"print only these: {', '.join(EVENTS)}")
    group.add_argument(
        "--until",
        metavar="STATE",
        help=f"end when this state is reached, after --expect if given: {', '.join(STATES)}",
    )
    group.add_argument(
        "--expect",
        metavar="OUTCOME",
        help=f"how the first verdict on a resume or recover has to turn out, or clean for a first "
        f"connection without one: {', '.join(OUTCOMES)}",
    )
    group.add_argument("--timeout", metavar="S", help="end after so many seconds, with exit code 4")


def _orders() -> str:
    """Each order with its further members and what it is for."""
    told = [(action.id, action.parameters, action.help) for action in ACTIONS]
    told += [(name, (), text) for name, text in OWN.items()]
    width = max(len(name) for name, _, _ in told)
    lines = []
    for name, members, text in told:
        lines.append(f"  {name:{width}}  {text}")
        if members:
            lines.append(f"  {'':{width}}  members: {', '.join(members)}")
    return "\n".join(lines)


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
