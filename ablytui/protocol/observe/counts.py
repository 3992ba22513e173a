"""The counting fold: totals, visits, the history of states, and the latest figures worth showing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ablytui.protocol.coerce import integer, text
from ablytui.protocol.errorinfo import error_from_wire
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind, Sum
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.observe.traffic import body_of, members_of
from ablytui.protocol.states import ConnectionState, StateChange

KEPT: Final = 200
"""Changes of state that are kept."""

PINGS: Final = 64
"""Pings whose answer is awaited; older ones are forgotten."""

_S = ConnectionState
_NAMES: Final = frozenset(each.value for each in ConnectionState)
_IN = Direction.IN
_FRAME = EntryKind.FRAME


@dataclass(frozen=True, slots=True)
class Past:
    """One change of state as the log holds it; `at` in µs since the session began."""

    n: int
    at: int
    change: StateChange


def _state(value: object) -> ConnectionState | None:
    return ConnectionState(value) if isinstance(value, str) and value in _NAMES else None


def state_change_from(members: Mapping[str, Any]) -> StateChange | None:
    """Read a state row's members back into the change they were made of; None if they are not."""
    states = [_state(members.get(name)) for name in ("previous", "current", "event")]
    previous, current, told = states
    event: ConnectionState | Literal["update"] | None = (
        "update" if members.get("event") == "update" else told
    )
    if previous is None or current is None or event is None:
        return None
    retry = integer(members.get("retryIn"))
    return StateChange(
        previous,
        current,
        event,
        reason=error_from_wire(members.get("reason")),
        retry_in=None if retry is None else float(retry),
        point=text(members.get("point")) or "",
    )


class Counts:
    """Feed it every committed row once, in order; read the fields between.

    Sizes in bytes (payloads, inflated), times in ms. `verdict` is the last verdict's sentence
    while it is the news: until that connection is left, or the next dial; `verdict_n` its row. `rtt` and `connected_after` (from
    connecting to connected) are the latest; `url` the last dial's; `connected_n` the row of the
    last CONNECTED.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.frames_in = self.bytes_in = 0
        self.frames_out = self.bytes_out = 0
        self.visits: dict[ConnectionState, int] = {_S.INITIALIZED: 1}
        self.connected_after: float | None = None
        self.rtt: float | None = None
        self.verdict: str | None = None
        self.verdict_n: int | None = None
        self.url = ""
        self.connected_n: int | None = None
        self._history: deque[Past] = deque(maxlen=KEPT)
        self._connecting_at: int | None = None
        self._pings: dict[str | None, tuple[int, int]] = {}

    @property
    def history(self) -> tuple[Past, ...]:
        """The latest changes of state, oldest first, updates among them."""
        return tuple(self._history)

    def messages(self, sums: Iterable[Sum]) -> None:
        """Count inbound MESSAGE frames that are not fed one by one."""
        for each in sums:
            self.frames_in += each.count
            self.bytes_in += each.size

    def feed(self, entry: Entry) -> None:
        """Count one row. Never raises for what a peer sent."""
        self.rows = entry.n
        if entry.kind is _FRAME:
            if entry.direction is _IN:
                self.frames_in += 1
                self.bytes_in += entry.size
            else:
                self.frames_out += 1
                self.bytes_out += entry.size
            action = entry.action
            if action == 0:
                self._heartbeat(entry)
            elif action == ProtocolAction.CONNECTED and entry.direction is _IN:
                self.connected_n = entry.n
        elif entry.kind is EntryKind.STATE:
            self._state(entry)
        elif entry.kind is EntryKind.VERDICT:
            self.verdict = text(members_of(entry).get("text"))
            self.verdict_n = entry.n
        elif entry.kind is EntryKind.UPGRADE:
            self.url = text(members_of(entry).get("url")) or ""
            self.verdict = None

    def _heartbeat(self, entry: Entry) -> None:
        """RTN13e: the answer has the ping's id; the oldest services give none."""
        name = text(body_of(entry.payload, entry.opcode).get("id"))
        if entry.direction is not _IN:
            self._pings[name] = (entry.attempt, entry.at)
            if len(self._pings) > PINGS:
                del self._pings[next(iter(self._pings))]
            return
        sent = self._pings.pop(name, None)
        if sent is not None and sent[0] == entry.attempt:
            self.rtt = (entry.at - sent[1]) / 1000

    def _state(self, entry: Entry) -> None:
        change = state_change_from(members_of(entry))
        if change is None:
            return
        self._history.append(Past(entry.n, entry.at, change))
        if change.event == "update":
            return
        self.visits[change.current] = self.visits.get(change.current, 0) + 1
        if change.current is _S.CONNECTING:
            self._connecting_at = entry.at
        elif change.current is _S.CONNECTED and self._connecting_at is not None:
            self.connected_after = (entry.at - self._connecting_at) / 1000
        if change.previous is _S.CONNECTED:
            self.verdict = None
            self.rtt = None
