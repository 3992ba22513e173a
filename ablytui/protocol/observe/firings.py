"""The faults that have struck, each with how often and when last: a fold over the log's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.coerce import text
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.observe.traffic import members_of

KEPT: Final = 200
"""Faults that are told apart; those that struck longest ago are forgotten."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One fault, by name and by what it did. `at` (µs since the log began) and `n` are the last's.

    `adds`: it put something on the wire, and did not hold something back.
    """

    n: int
    at: int
    name: str
    text: str
    adds: bool
    count: int = 1


class Firings:
    """Feed it every committed row once, in order; read `latest` between."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Firing] = {}

    @property
    def latest(self) -> Sequence[Firing]:
        """Those that struck last come first."""
        return tuple(reversed(self._found.values()))

    def feed(self, entry: Entry) -> None:
        """Count one row. Never raises for what stands in it."""
        if entry.kind is not EntryKind.NOTICE:
            return
        told = members_of(entry)
        sign = text(told.get("fault"))
        if not sign:
            return
        said = text(told.get("message")) or ""
        key = (text(told.get("name")) or said.partition(": ")[0], said)
        known = self._found.pop(key, None)
        count = 1 if known is None else known.count + 1
        self._found[key] = Firing(entry.n, entry.at, *key, sign == "added", count)
        if len(self._found) > KEPT:
            self._found.pop(next(iter(self._found)))
