"""The course of the connection: which state it was in when, and what is worth a mark.

A fold over the log's rows, beside `counts`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ablytui.protocol.coerce import text
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.observe.counts import state_change_from
from ablytui.protocol.observe.traffic import members_of
from ablytui.protocol.states import ConnectionState, StateChange

KEPT: Final = 4_000
"""Changes, and marks, that are kept; older ones are forgotten."""

_S = ConnectionState
_AWAY: Final = frozenset({_S.DISCONNECTED, _S.SUSPENDED})


class Tone(StrEnum):
    """What a mark is about; the screen has a colour for each."""

    OURS = "ours"
    HEALS = "heals"
    QUIET = "quiet"
    KEPT = "kept"
    WRONG = "wrong"


_RETURNED: Final = {
    "resumed": ("resumed in {}", Tone.KEPT),
    "recovered": ("recovered in {}", Tone.KEPT),
    "partial": ("partly resumed in {}", Tone.HEALS),
    "lost": ("back in {}, state lost", Tone.HEALS),
}
"""By the outcome of the verdict."""


@dataclass(frozen=True, slots=True)
class Move:
    """From `at` (µs since the log began) the state was this one; `n` is its row."""

    at: int
    n: int
    state: ConnectionState


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at `at` µs, told in one to five words; `n` is its row.

    `away`: the ms that the connection was away, when it came back; their place in `words` is `{}`.
    """

    at: int
    n: int
    words: str
    tone: Tone
    away: float | None = None


class Timeline:
    """Feed it every committed row once, in order; read `moves` and `marks`, oldest first."""

    def __init__(self) -> None:
        self._moves: deque[Move] = deque(maxlen=KEPT)
        self._marks: deque[Mark] = deque(maxlen=KEPT)
        self._left_at: int | None = None
        self._dropped = False
        self._retries = 0
        self._timed = False

    @property
    def moves(self) -> Sequence[Move]:
        """The states."""
        return self._moves

    @property
    def marks(self) -> Sequence[Mark]:
        """What is worth a mark."""
        return self._marks

    def feed(self, entry: Entry) -> None:
        """Take one row. Never raises for what a peer sent."""
        if entry.kind is EntryKind.STATE:
            change = state_change_from(members_of(entry))
            if change is not None and change.event != "update":
                self._moves.append(Move(entry.at, entry.n, change.current))
                self._moved(entry, change)
        elif entry.kind is EntryKind.SOCKET:
            told = members_of(entry)
            if told.get("by") == "us" and told.get("clean") is False and not told.get("error"):
                self._dropped = True
                self._mark(entry, "drop", Tone.OURS)
        elif entry.kind is EntryKind.VERDICT:
            self._verdict(text(members_of(entry).get("outcome")) or "")

    def _moved(self, entry: Entry, change: StateChange) -> None:
        if change.current is _S.CONNECTED:
            self._back(entry)
        elif change.current is _S.CONNECTING:
            self._tried(entry, change)
        elif change.previous is _S.CONNECTED and change.current is _S.DISCONNECTED:
            self._left(entry, change)
        elif change.current is _S.FAILED:
            code = change.reason.code if change.reason else 0
            self._mark(entry, f"failed {code}" if code else "failed", Tone.WRONG)
        elif change.current is _S.SUSPENDED and change.previous is not _S.CONNECTING:
            self._mark(entry, "suspended", Tone.HEALS)
        elif change.current is _S.CLOSED:
            self._mark(entry, "closed", Tone.QUIET)
            self._left_at = None
        self._timed = change.current in _AWAY and change.retry_in is not None

    def _left(self, entry: Entry, change: StateChange) -> None:
        self._left_at, self._retries = entry.at, 0
        if not self._dropped:
            code = change.reason.code if change.reason else 0
            self._mark(entry, f"lost {code}" if code else "lost", Tone.HEALS)
        self._dropped = False

    def _tried(self, entry: Entry, change: StateChange) -> None:
        """A dial that a timer brought is a retry; the immediate one after a loss is not."""
        if change.previous in _AWAY and self._timed:
            self._retries += 1
            self._mark(entry, f"retry {self._retries}", Tone.QUIET)

    def _back(self, entry: Entry) -> None:
        self._retries = 0
        if self._left_at is not None:
            away = (entry.at - self._left_at) / 1000
            self._marks.append(Mark(entry.at, entry.n, "back in {}", Tone.QUIET, away))

    def _verdict(self, outcome: str) -> None:
        """What came of it takes the place of the mark that only said it was back."""
        last = self._marks[-1] if self._marks else None
        if last is None or last.away is None:
            return
        if outcome in _RETURNED:
            words, tone = _RETURNED[outcome]
            self._marks[-1] = replace(last, words=words, tone=tone)

    def _mark(self, entry: Entry, words: str, tone: Tone) -> None:
        self._marks.append(Mark(entry.at, entry.n, words, tone))
