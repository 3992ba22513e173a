"""The counting fold: from the log's rows to the numbers and the history that a View shows.

Pure: knows rows only, so a live log and a finished one give the same picture.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.coerce import text
from ablytui.protocol.errorinfo import error_from_wire
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.ui.present.view import Past

_KEPT: Final = 200
"""Changes of state that are kept; the diagram and its list show the latest few."""

_PINGS: Final = 64
"""Pings whose answer is still awaited; older ones are forgotten."""


def members(entry: Entry) -> Mapping[str, Any]:
    """The members of a row that is not a frame; empty where they cannot be read."""
    try:
        value = json.loads(entry.payload)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def state_change(entry: Entry) -> StateChange | None:
    """The change that a state row tells; None where the row cannot be read."""
    told = members(entry)
    try:
        previous, current = S(told["previous"]), S(told["current"])
        event = "update" if told.get("event") == "update" else S(told["event"])
    except (KeyError, ValueError):
        return None
    retry = told.get("retryIn")
    return StateChange(
        previous,
        current,
        event,  # type: ignore[arg-type]
        error_from_wire(told.get("reason")),
        float(retry) if isinstance(retry, int | float) else None,
        text(told.get("point")) or "",
    )


class Tally:
    """Feed it every row once, in order; read the fields between."""

    def __init__(self) -> None:
        self.rows = 0
        self.frames_in = self.bytes_in = 0
        self.frames_out = self.bytes_out = 0
        self.visits: dict[S, int] = {S.INITIALIZED: 1}
        self.connected_after: float | None = None
        self.rtt: float | None = None
        self.verdict: str | None = None
        self.url = ""
        self.connected_n: int | None = None
        self._history: deque[Past] = deque(maxlen=_KEPT)
        self._connecting_at: int | None = None
        self._pings: dict[str, int] = {}

    @property
    def history(self) -> tuple[Past, ...]:
        """The latest changes of state, oldest first."""
        return tuple(self._history)

    def add(self, entry: Entry) -> None:
        """Count one row."""
        self.rows = entry.n
        kind = entry.kind
        if kind is EntryKind.FRAME:
            self._frame(entry)
        elif kind is EntryKind.STATE:
            self._state(entry)
        elif kind is EntryKind.VERDICT:
            self.verdict = text(members(entry).get("text"))
        elif kind is EntryKind.UPGRADE:
            self.url = text(members(entry).get("url")) or ""

    def _frame(self, entry: Entry) -> None:
        if entry.direction is Direction.IN:
            self.frames_in += 1
            self.bytes_in += entry.size
            if entry.action == ProtocolAction.CONNECTED:
                self.connected_n = entry.n
        else:
            self.frames_out += 1
            self.bytes_out += entry.size
        if entry.action == ProtocolAction.HEARTBEAT:
            self._heartbeat(entry)

    def _heartbeat(self, entry: Entry) -> None:
        """RTN13e: an answer carries the id of its ping."""
        body = decode(entry.payload, entry.opcode or Opcode.TEXT)
        name = None if isinstance(body, Undecodable) else text(body.get("id"))
        if not name:
            return
        if entry.direction is Direction.OUT:
            self._pings[name] = entry.at
            if len(self._pings) > _PINGS:
                del self._pings[next(iter(self._pings))]
        elif (sent := self._pings.pop(name, None)) is not None:
            self.rtt = (entry.at - sent) / 1000

    def _state(self, entry: Entry) -> None:
        change = state_change(entry)
        if change is None:
            return
        self._history.append(Past(entry.n, entry.at, change))
        if change.event == "update":
            return
        self.visits[change.current] = self.visits.get(change.current, 0) + 1
        if change.current is S.CONNECTING:
            self._connecting_at = entry.at
        elif change.current is S.CONNECTED and self._connecting_at is not None:
            self.connected_after = (entry.at - self._connecting_at) / 1000
        if change.current is not S.CONNECTED:
            self.verdict = None
            self.rtt = None
