"""Statistics of an app: those that were posted, by the minute, and summed up (RSC6, TS). PURE.

Nothing is counted here. Test suites post what they want to read, as they do to Ably's sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.problems import problem

UNITS: Final = {"minute": 16, "hour": 13, "day": 10, "month": 7}
"""How many characters of a minute's id name the interval that it is in (TS12q)."""

MOST: Final = 200
"""Minutes of one app."""

_MOST_ENTRIES: Final = 200
_DEEPEST: Final = 4
_ID: Final = re.compile(r"\d{4}-\d\d(-\d\d(:\d\d(:\d\d)?)?)?")
_WORD: Final = re.compile(r"[A-Za-z]{1,40}")
_LATEST: Final = 253_402_300_799_999
_SCHEMA: Final = "https://schemas.ably.com/json/app-stats-0.0.5.json"

Entries = dict[str, float]


def read_posted(body: object) -> dict[str, Entries] | ErrorInfo:
    """What is posted: an array of minutes, each with numbers at any depth."""
    if not isinstance(body, list) or len(body) > MOST:
        return _bad(f"the body is an array of at most {MOST} intervals")
    found: dict[str, Entries] = {}
    for interval in body:
        name = interval.get("intervalId") if isinstance(interval, Mapping) else None
        if not (isinstance(name, str) and len(name) == UNITS["minute"] and _ID.fullmatch(name)):
            return _bad("each interval has an intervalId such as 2024-02-03:15:03")
        entries: Entries = {}
        for path, number in _numbers({k: v for k, v in interval.items() if k != "intervalId"}, ()):
            for each in _names(path):
                entries[each] = entries.get(each, 0) + number
            if len(entries) > _MOST_ENTRIES:
                return _bad(f"an interval has at most {_MOST_ENTRIES} figures")
        found[name] = entries
    return found


def _numbers(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, Mapping) and len(path) < _DEEPEST:
        for name, inner in value.items():
            if isinstance(name, str) and _WORD.fullmatch(name):
                yield from _numbers(inner, (*path, name))
    elif isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15:
        yield path, value


def _names(path: tuple[str, ...]) -> Iterator[str]:
    """Every entry that a figure counts for: its own, and those of all of a kind (TS12r)."""
    match path:
        case (("inbound" | "outbound") as way, transport, kind, metric):
            for one in (transport, "all"):
                for other in (kind, "all"):
                    yield f"messages.{way}.{one}.{other}.{metric}"
            yield f"messages.all.{kind}.{metric}"
            yield f"messages.all.all.{metric}"
        case ("persisted", kind, metric):
            yield f"messages.persisted.{kind}.{metric}"
            yield f"messages.persisted.all.{metric}"
        case ("connections", kind, metric):
            yield f"connections.{kind}.{metric}"
            yield f"connections.all.{metric}"
        case ("apiRequests", metric):
            yield f"apiRequests.all.{metric}"
        case ("tokenRequests", metric):
            yield f"apiRequests.tokenRequests.{metric}"
        case _:
            yield ".".join(path)


def interval_of(value: str | None, *, default: str) -> str | ErrorInfo:
    """The interval that a bound of a query names: ms since the epoch, or the id of any unit."""
    if value is None:
        return default
    if _ID.fullmatch(value):
        return value
    if value.isascii() and value.isdigit() and len(value) < 16 and int(value) <= _LATEST:
        return _minute(int(value))
    text = f"start and end are ms since the epoch or like 2024-02-03:15:03, not {value[:40]!r}"
    return problem(problems.BAD_VALUE, text)


def _minute(ms: int) -> str:
    """The id of a minute, from ms since the epoch: the Gregorian calendar, in UTC."""
    days, minutes = divmod(ms // 60_000, 1_440)
    # Counted from 1 March of the year 0, so that the day that comes and goes is a year's last.
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    year, month = era * 400 + year + month // 10, (month + 2) % 12 + 1
    return f"{year:04d}-{month:02d}-{day + 1:02d}:{minutes // 60:02d}:{minutes % 60:02d}"


def summed(
    minutes: Mapping[str, Entries], unit: str, start: str, end: str, app: str
) -> list[tuple[str, dict[str, Any]]]:
    """The intervals of a unit, the oldest first, each under its id; both bounds are inside."""
    found: dict[str, Entries] = {}
    for minute in sorted(minutes):
        if not (minute[: len(start)] >= start and minute[: len(end)] <= end):
            continue
        into = found.setdefault(minute[: UNITS[unit]], {})
        for name, number in minutes[minute].items():
            peak = name.endswith(".peak")
            into[name] = max(into.get(name, 0), number) if peak else into.get(name, 0) + number
    return [
        (
            name,
            {"intervalId": name, "unit": unit, "appId": app, "schema": _SCHEMA, "entries": entries},
        )
        for name, entries in found.items()
    ]


def _bad(why: str) -> ErrorInfo:
    return problem(problems.BAD_REQUEST, why)
