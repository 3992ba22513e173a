"""What is to be expected of a recovery key: what a service that keeps to the rules makes of it.

Judged by the key itself, by the key that it was made from, and by what is known of that key's
age; a service may do otherwise, and then the verdict says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem

_NUMBER: Final = re.compile("[0-9]+")


class Outcome(StrEnum):
    """How it will end: with the same connectionId, with a new one, without being sent, or either."""

    RECOVERED = "recovered"
    LOST = "lost"
    NOT_SENT = "not sent"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of the connection of a key. Times in ms.

    `age` is the time since the key was saved, or since its connection was last heard; None where
    that is not known. `open`: the connection is open here and now, so that it cannot be too late.
    `host` is where it was connected, empty where that is not known.
    """

    age: float | None = None
    ttl: float = 120_000.0
    host: str = ""
    open: bool = False

    @property
    def late(self) -> bool:
        """Older than the state is kept (RTN16l)."""
        return not self.open and self.age is not None and self.age > self.ttl


@dataclass(frozen=True, slots=True)
class Prospect:
    """How it will end, the sentences that say why, and the rule."""

    outcome: Outcome
    says: tuple[str, ...]
    point: str


def lost_code(dialect: DialectName) -> int:
    """The code of CONNECTED when the state is gone: 80008 in classic, else 80018 (RTN16l)."""
    return 80008 if dialect is DialectName.CLASSIC else 80018


def prospect(
    found: RecoveryKey | RecoveryProblem,
    *,
    base: RecoveryKey | None = None,
    origin: Origin | None = None,
    host: str = "",
) -> Prospect:
    """What comes of a key that was made from `base` and is sent to `host`."""
    if isinstance(found, RecoveryProblem):
        said = "`drive` answers 40000, an SDK connects clean"
        return Prospect(Outcome.NOT_SENT, (said,), "RTN16f1")
    gone = f"{lost_code(found.dialect)}, a new connectionId"
    if base is not None and found.connection_key != base.connection_key:
        return _lost(f"{gone}; no such connectionKey was given")
    if origin is not None and origin.late:
        return _lost(f"{gone}; too late")
    if origin is not None and origin.host and host and origin.host != host:
        return _lost(f"{gone}; saved at {origin.host}, and this goes to {host}")
    changes = () if base is None else _changes(found, base)
    if origin is None or (origin.age is None and not origin.open):
        unsure = f"the same connectionId if its state is still kept, else {gone}"
        return Prospect(Outcome.UNSURE, (unsure, *changes), "RTN16d")
    whole = "the same connectionId" if changes else "the same connectionId, no error"
    return Prospect(Outcome.RECOVERED, (whole, *changes), "RTN16d")


def _lost(why: str) -> Prospect:
    return Prospect(Outcome.LOST, (why,), "RTN16l")


def _changes(found: RecoveryKey, base: RecoveryKey) -> tuple[str, ...]:
    """What the other parts do, if they are not those of the key it was made from."""
    if found.dialect is DialectName.CLASSIC:
        said = _classic(found, base)
    else:
        said = _channels(dict(found.channel_serials), dict(base.channel_serials))
    mine, theirs = found.msg_serial or 0, base.msg_serial or 0
    if mine < theirs:
        said.append(f"what you send as #{mine} to #{theirs - 1} counts as sent before (RTN7b)")
    return tuple(said)


def _classic(found: RecoveryKey, base: RecoveryKey) -> list[str]:
    mine, theirs = found.connection_serial, base.connection_serial
    if mine == theirs:
        return []
    if not (isinstance(mine, int) and isinstance(theirs, int)):
        what = "not a serial"
    elif -1 <= mine < theirs:
        return [f"every frame after {mine} comes again (RTN15c1)"]
    else:
        what = "never given"
    return [f"80012: connectionSerial {what}, nothing is replayed"]


def _channels(mine: dict[str, str], theirs: dict[str, str]) -> list[str]:
    said: dict[str, list[str]] = {}
    for name in theirs:
        if name not in mine:
            said.setdefault("from now on, nothing is replayed", []).append(name)
    for name, serial in mine.items():
        before = theirs.get(name)
        if before is not None and serial != before:
            said.setdefault(_moved(serial, before), []).append(name)
    return [f"{_named(names)}: {what} (RTL4c1)" for what, names in said.items()]


def _moved(serial: str, before: str) -> str:
    """Serials are opaque; those of one shape can be compared as people do, by their numbers."""
    if _NUMBER.sub("", serial) != _NUMBER.sub("", before):
        return "not RESUMED, no such serial"
    older = _numbers(serial) < _numbers(before)
    return "replayed from earlier" if older else "not RESUMED, no such serial yet"


def _numbers(serial: str) -> list[tuple[int, str]]:
    """Comparable as numbers, however many digits they have."""
    stripped = (number.lstrip("0") for number in _NUMBER.findall(serial))
    return [(len(number), number) for number in stripped]


def _named(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} channels"
