"""What may come on which channel: attached or not, presence that was promised, the pages of SYNC.

One transport at a time. In classic a resumed or recovered connection still has its channels,
also those that this log never saw attached: there nothing is said against what comes on any.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from ablytui.protocol.coerce import text
from ablytui.protocol.effects import Anomaly
from ablytui.protocol.log import Entry, Row
from ablytui.protocol.message import Flag, ProtocolAction, action_name
from ablytui.protocol.observe.traffic import body_of

NEVER: Final = 1 << 62
"""An `at` that no row reaches."""

_A = ProtocolAction
TRAFFIC: Final = frozenset(
    {_A.MESSAGE, _A.PRESENCE, _A.SYNC, _A.ANNOTATION, _A.OBJECT, _A.OBJECT_SYNC}
)
"""What a service sends on attached channels only."""

MOST: Final = 10_000
"""Channels that are told apart; of what comes on more than these nothing is said."""

_SEQUENCE: Final = re.compile(r"[A-Za-z0-9_-]+")


class Rooms:
    """Fed the frames of one transport. `patience`: µs until a promised SYNC is missed."""

    def __init__(self, patience: int) -> None:
        self.attached: set[str] = set()
        """The channels on which messages may come; whoever reads it may not change it."""
        self.due = NEVER
        """When `tick` wants to be called, in µs."""
        self._patience = patience
        self._lenient = False
        self._asked: Counter[str] = Counter()
        self._leaving: Counter[str] = Counter()
        self._promised: dict[str, int] = {}
        self._over: dict[str, str] = {}
        self._told: set[str] = set()

    def clear(self, *, lenient: bool = False) -> None:
        """A new transport begins, or says what it is; nothing is attached on it yet."""
        for each in (self._asked, self._leaving, self._promised, self._over):
            each.clear()
        self.attached.clear()
        self._told.clear()
        self._lenient = lenient
        self.due = NEVER

    def sent(self, row: Row | Entry, name: str) -> None:
        """An outbound frame on the channel `name`."""
        if row.action == _A.ATTACH:
            self._asked[name] += 1
        elif row.action == _A.DETACH:
            self._leaving[name] += 1
        elif row.action == _A.SYNC:
            self._over.pop(name, None)

    def received(self, row: Row | Entry, name: str) -> list[Anomaly]:
        """An inbound frame on the channel `name`."""
        if row.action == _A.ATTACHED:
            return self._attached(row, name)
        if row.action == _A.DETACHED:
            return self._detached(name)
        if row.action == _A.ERROR:
            self._left(name)
            return []
        if row.action in TRAFFIC:
            found = self._traffic(row, name)
            return found + self._sync(row, name) if row.action == _A.SYNC else found
        return []

    def tick(self, at: int) -> list[Anomaly]:
        """Time has come to `at` µs: what was promised, and did not come."""
        missed = [name for name, due in self._promised.items() if due <= at]
        for name in missed:
            del self._promised[name]
        self._rearm()
        seconds = round(self._patience / 1_000_000, 1)
        return [
            Anomaly(
                f"ATTACHED of {_short(name)} promised presence, and no SYNC came in {seconds:g} s",
                "RTP1",
            )
            for name in missed
        ]

    # --- by action ------------------------------------------------------------------------------

    def _attached(self, row: Row | Entry, name: str) -> list[Anomaly]:
        wanted = self._asked[name] or self._leaving[name] or name in self.attached
        self._asked[name] = max(self._asked[name] - 1, 0)
        self._told.discard(name)
        self._over.pop(name, None)
        if not self._full:
            self.attached.add(name)
        if (row.flags or 0) & Flag.HAS_PRESENCE and not self._full:
            self._promised[name] = row.at + self._patience
        else:
            self._promised.pop(name, None)
        self._rearm()
        if wanted or self._lenient or self._full:
            return []
        return [Anomaly(f"ATTACHED for {_short(name)}, which was not asked for", "RTL5k")]

    def _detached(self, name: str) -> list[Anomaly]:
        known = self._asked[name] or self._leaving[name] or name in self.attached
        self._left(name)
        if known or self._lenient:
            return []
        return [Anomaly(f"DETACHED for {_short(name)}, which was not attached", "RTL13")]

    def _left(self, name: str) -> None:
        """DETACHED and ERROR answer a DETACH, or else an ATTACH; or they come unasked."""
        if self._leaving[name]:
            self._leaving[name] -= 1
        elif self._asked[name]:
            self._asked[name] -= 1
        self.attached.discard(name)
        self._promised.pop(name, None)
        self._rearm()

    def _traffic(self, row: Row | Entry, name: str) -> list[Anomaly]:
        if name in self.attached:
            return []
        if self._full or name in self._told:
            return []
        if self._lenient:
            self.attached.add(name)
            return []
        self._told.add(name)
        action = action_name(row.action)
        return [Anomaly(f"{action} on {_short(name)}, which is not attached", "RTL17")]

    def _sync(self, row: Row | Entry, name: str) -> list[Anomaly]:
        self._promised.pop(name, None)
        self._rearm()
        serial = text(body_of(row.payload, row.opcode).get("channelSerial"))
        if not serial:
            return []
        sequence, colon, cursor = serial.partition(":")
        over = self._over.pop(name, None)
        if not colon:
            return [Anomaly("SYNC with a channelSerial that has no cursor", "RTP18")]
        if not cursor:
            self._over[name] = sequence
        if not _SEQUENCE.fullmatch(sequence):
            words = "SYNC with a sequence id that some clients cannot read"
            return [Anomaly(f"{words}: {_short(sequence)}", "RTP18")]
        if over == sequence:
            return [Anomaly(f"SYNC {_short(sequence)} goes on after its end", "RTP18")]
        return []

    @property
    def _full(self) -> bool:
        return len(self.attached) + len(self._told) >= MOST

    def _rearm(self) -> None:
        self.due = min(self._promised.values(), default=NEVER)


def _short(name: str) -> str:
    return repr(name if len(name) <= 60 else f"{name[:57]}…")
