"""The ids of the latest messages of each channel, to notice what comes twice after a resume.

Small payloads are kept as they are and read only when an id is asked for: after nearly all of
them nobody ever asks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Entry, Row
from ablytui.protocol.observe.traffic import read_traffic

CHANNELS: Final = 256
PER_CHANNEL: Final = 32
"""Frames whose payload waits unread, per channel."""
IDS: Final = 128
"""Ids that are remembered per channel once read."""
SMALL: Final = 2048
"""Bytes up to which a payload is kept; of a longer one the ids are read at once."""

_Kept = deque[tuple[bytes, Opcode | None]]


class RecentIds:
    """Bounded: at most CHANNELS x (PER_CHANNEL x SMALL bytes + IDS ids)."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._ids: dict[str, dict[str, None]] = {}

    def add(self, row: Row | Entry) -> None:
        """Remember one inbound frame; those without a channel are nobody's."""
        if row.channel is not None:
            self._add(row.channel, row.payload, row.opcode, row.size)

    def _add(self, channel: str, payload: bytes, opcode: Opcode | None, size: int) -> None:
        kept = self._kept.get(channel)
        if kept is None:
            kept = self._new(channel)
        if size <= SMALL:
            kept.append((payload, opcode))
        else:
            self._digest(channel)
            self._remember(channel, read_traffic(payload, opcode).ids)

    def add_all(
        self, channels: Sequence[str], payloads: Sequence[bytes], opcode: Opcode | None
    ) -> None:
        """Remember inbound frames that came one after another: `add` for each, and cheaper."""
        if len(set(channels)) > 1 or max(map(len, payloads)) > SMALL:
            for channel, payload in zip(channels, payloads, strict=True):
                self._add(channel, payload, opcode, len(payload))
            return
        kept = self._kept.get(channels[0])
        if kept is None:
            kept = self._new(channels[0])
        kept.extend((payload, opcode) for payload in payloads[-PER_CHANNEL:])

    def known(self, channel: str, ids: Iterable[str]) -> int:
        """How many of `ids` came on this channel before."""
        self._digest(channel)
        seen = self._ids.get(channel, {})
        return sum(each in seen for each in ids)

    def _new(self, channel: str) -> _Kept:
        if len(self._kept) >= CHANNELS:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._ids.pop(oldest, None)
        kept: _Kept = deque(maxlen=PER_CHANNEL)
        self._kept[channel] = kept
        return kept

    def _digest(self, channel: str) -> None:
        kept = self._kept.get(channel)
        while kept:
            payload, opcode = kept.popleft()
            self._remember(channel, read_traffic(payload, opcode).ids)

    def _remember(self, channel: str, ids: list[str]) -> None:
        seen = self._ids.setdefault(channel, {})
        for each in ids[-IDS:]:
            seen[each] = None
        while len(seen) > IDS:
            del seen[next(iter(seen))]
