"""What passed on each channel: a fold over the log's rows, beside `counts`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ablytui.protocol.coerce import text
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind, Sum
from ablytui.protocol.message import Flag, ProtocolAction
from ablytui.protocol.observe.traffic import members_of
from ablytui.protocol.states import ChannelState

KEPT: Final = 32
"""Changes of state that are kept of each channel."""

MOST: Final = 1_000
"""Channels that are told apart; what passes on others is not counted."""

_STATES: Final = frozenset(each.value for each in ChannelState)
_ITEMS: Final = frozenset({ProtocolAction.MESSAGE, ProtocolAction.PRESENCE})


@dataclass(slots=True)
class Tally:
    """One channel. Times in µs since the log began; `history` is (when, the state then)."""

    frames_in: int = 0
    """MESSAGE and PRESENCE frames; what keeps the channel itself is not counted."""
    frames_out: int = 0
    last_at: int | None = None
    last_n: int = 0
    """The row of the last frame of any kind; 0 before there is one."""
    attached_n: int | None = None
    """The row of the last ATTACHED."""
    attached_at: int | None = None
    resumed: bool = False
    history: deque[tuple[int, ChannelState]] = field(default_factory=lambda: deque(maxlen=KEPT))


class Tallies:
    """Feed it every committed row once, in order; read `of` between."""

    def __init__(self) -> None:
        self._of: dict[str, Tally] = {}

    @property
    def of(self) -> Mapping[str, Tally]:
        """The channels, in the order of first sight."""
        return self._of

    def messages(self, sums: Iterable[Sum]) -> None:
        """Count inbound MESSAGE frames that are not fed one by one."""
        for each in sums:
            tally = self._tally(each.channel)
            if tally is not None:
                tally.frames_in += each.count
                tally.last_at = max(each.at, tally.last_at or 0)
                tally.last_n = max(each.n, tally.last_n)

    def feed(self, entry: Entry) -> None:
        """Count one row. Never raises for what a peer sent."""
        if entry.channel is None:
            return
        if entry.kind is EntryKind.FRAME:
            self._frame(entry)
        elif entry.kind is EntryKind.CHANNEL:
            state = text(members_of(entry).get("current"))
            tally = self._tally(entry.channel)
            if tally is not None and state in _STATES:
                self._moved(tally, entry.at, ChannelState(state))

    def _frame(self, entry: Entry) -> None:
        tally = self._tally(entry.channel)
        if tally is None:
            return
        tally.last_n = entry.n
        if entry.action in _ITEMS:
            if entry.direction is Direction.IN:
                tally.frames_in += 1
            else:
                tally.frames_out += 1
            tally.last_at = entry.at
        elif entry.action == ProtocolAction.ATTACHED and entry.direction is Direction.IN:
            tally.attached_n, tally.attached_at = entry.n, entry.at
            tally.resumed = bool((entry.flags or 0) & Flag.RESUMED)

    @staticmethod
    def _moved(tally: Tally, at: int, state: ChannelState) -> None:
        if not tally.history or tally.history[-1][1] is not state:
            tally.history.append((at, state))

    def _tally(self, channel: str | None) -> Tally | None:
        if channel is None:
            return None
        tally = self._of.get(channel)
        if tally is None and len(self._of) < MOST:
            tally = self._of[channel] = Tally()
        return tally
