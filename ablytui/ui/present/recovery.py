"""What the recover dialog says about a key while it is typed.

Pure. The key itself is judged by `protocol.recovery.parse`; this reads what is already there of
an unfinished one, so that each part is seen as soon as it is complete.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem, parse
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.uri import Continuity, mask, target
from ablytui.protocol.visible import elide, visible
from ablytui.ui.present.clockwords import span
from ablytui.ui.present.params import uri
from ablytui.ui.theme import MUTED

_STRING: Final = r'"((?:[^"\\]|\\.)*)"'
_KEY: Final = re.compile(r'"connectionKey"\s*:\s*"((?:[^"\\]|\\.)*)("?)')
_SERIAL: Final = re.compile(r'"msgSerial"\s*:\s*(-?\d+)\s*(?=[,}])')
_CHANNELS: Final = re.compile(r'"channelSerials"\s*:\s*\{')
_CHANNEL: Final = re.compile(rf"\s*,?\s*{_STRING}\s*:\s*{_STRING}", re.DOTALL)
_NAMED: Final = re.compile(rf"\s*,?\s*{_STRING}")

SHOWN_CHANNELS: Final = 6
"""Channels listed; a key may carry hundreds."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the dialog: a part of the key, what it holds, and a word about it."""

    name: str
    value: str
    note: str = ""
    wrong: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is known of a typed key. `problem` None: it can be used."""

    key: RecoveryKey | None
    problem: RecoveryProblem | None
    parts: tuple[Part, ...]
    length: int

    @property
    def why_not(self) -> str:
        """Why Recover is grey; empty when it is not."""
        if self.problem is None:
            return ""
        return "key not complete" if not self.problem.complete else "key not readable"


def secret_span(text: str) -> tuple[int, int]:
    """Where the connectionKey stands in a typed key, finished or not; (0, 0) for nowhere."""
    match = _KEY.search(text)
    if match:
        return match.span(1)
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "{":
        return 0, 0
    colon = text.find(":", start)
    return start, max(start, len(text.rstrip())) if colon < 0 else colon


def read(text: str, dialect: DialectName, *, revealed: bool = False) -> Reading:
    """Read a key as far as it goes."""
    found = parse(text, dialect)
    key = found if isinstance(found, RecoveryKey) else None
    problem = found if isinstance(found, RecoveryProblem) else None
    scan = _scan_current if text.lstrip().startswith("{") else _scan_classic
    parts = scan(text.strip(), key is not None, revealed)
    return Reading(key, problem, tuple(parts), len(text.strip()))


def _shown(secret: str, revealed: bool) -> str:
    return secret if revealed else mask(secret)


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def _scan_current(text: str, whole: bool, revealed: bool) -> list[Part]:
    parts = []
    key = _KEY.search(text)
    if key:
        value = _unescaped(key[1])
        size = f"{len(value)} characters"
        note = (size if revealed else f"{size}, ctrl+r shows it") if whole else "read"
        parts.append(
            Part("connectionKey", _shown(value, revealed), note)
            if key[2]
            else Part(
                "connectionKey", _shown(value, revealed), "its closing quote is missing", True
            )
        )
    serial = _SERIAL.search(text)
    if serial:
        note = f"your next message is sent as #{serial[1]}" if whole else "read"
        parts.append(Part("msgSerial", serial[1], note))
    channels = _CHANNELS.search(text)
    if channels:
        parts += _channels(text, channels.end(), whole)
    return parts


def _channels(text: str, at: int, whole: bool) -> list[Part]:
    found: list[Part] = []
    note = "attached after recovery" if whole else "read"
    while match := _CHANNEL.match(text, at):
        found.append(Part(_unescaped(match[1]), _unescaped(match[2]), note, indent=2))
        at = match.end()
    dangling = None if whole else _NAMED.match(text, at)
    missing = f"{_unescaped(dangling[1])} is missing its serial" if dangling else ""
    head = Part("channelSerials", str(len(found)), missing, wrong=bool(missing))
    more = len(found) - SHOWN_CHANNELS
    shown = found if more <= 0 else [*found[:SHOWN_CHANNELS], Part(f"{more} more", "", indent=2)]
    return [head, *shown]


def _scan_classic(text: str, whole: bool, revealed: bool) -> list[Part]:
    names = ("connectionKey", "connectionSerial", "msgSerial")
    values = text.split(":")
    if len(values) > 3:
        values = [":".join(values[:-2]), *values[-2:]]
    parts = []
    for name, value in zip(names, values, strict=False):
        if not value:
            continue
        if name == "connectionKey":
            parts.append(
                Part(name, _shown(value, revealed), f"{len(value)} characters" if whole else "read")
            )
        else:
            parts.append(Part(name, value, "" if whole else "read"))
    return parts


# --- what the dialog shows ----------------------------------------------------------------------


def verdict(reading: Reading) -> Content:
    """`✓ valid` or `✕ not yet`, and why."""
    if reading.problem is None:
        dialect = reading.key.dialect if reading.key else ""
        return Content.assemble(
            ("✓ valid".ljust(14), "bold $text-success"),
            (f"{dialect} dialect, {reading.length} characters", MUTED),
        )
    word = "✕ not yet" if not reading.problem.complete else "✕ wrong"
    style = "bold $text-error"
    why = visible(reading.problem.why)
    return Content.assemble((word.ljust(14), style), why if why.endswith(".") else why + ".")


def table(reading: Reading, width: int) -> Content:
    """The parts, one a line: name, value, note."""
    lines = []
    for part in reading.parts:
        name = " " * part.indent + visible(part.name)
        # A narrow dialog has room for what is wrong, and for no other remark.
        note = part.note if part.wrong or width >= 64 else ""
        room = max(width - 19 - len(note), 22)
        value = elide(visible(part.value), room, middle=True)
        lines.append(
            Content.assemble(
                (elide(name, 16, middle=True).ljust(17), MUTED),
                value.ljust(22) + "  ",
                (visible(note), "$text-error" if part.wrong else MUTED),
            ).truncate(width, ellipsis=True)
        )
    return Content("\n").join(lines)


def away(connection: Connection, now: float) -> float | None:
    """How long this connection has been off, in ms; None while it is on or was never there."""
    if connection.state is S.CONNECTED or not connection.last_mono or connection.id is None:
        return None
    return max(0.0, now - connection.last_mono)


def warning(own: bool, connection: Connection, now: float) -> Content | None:
    """That the server has probably forgotten this connection; only its own age is known."""
    gone = away(connection, now) if own else None
    if gone is None or gone <= connection.state_ttl:
        return None
    code = "80008" if connection.params.dialect is DialectName.CLASSIC else "80018"
    return Content.assemble(
        ("! late".ljust(14), "bold $text-warning"),
        f"Saved {_since(gone)} ago; the server keeps a connection for "
        f"{span(connection.state_ttl)}. Expect {code} and a new connectionId.",
    )


def _since(ms: float) -> str:
    seconds = round(ms / 1000)
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min {rest} s" if rest and minutes < 60 else f"{minutes} min"


def opens(
    reading: Reading, connection: Connection, width: int, *, revealed: bool
) -> Content | None:
    """The URI that Recover dials; None while there is no key to dial it with."""
    key = reading.key
    if key is None:
        return None
    where = target(
        connection.params, Continuity("recover", key.connection_key, key.connection_serial)
    )
    return uri(where, width=width, revealed=revealed, missing=not connection.params.has_credential)
