"""Message serials of both sides: gaps in ours, and ACKs that answer nothing (RTN7)."""

from __future__ import annotations

from typing import Final

from ablytui.protocol.effects import Anomaly
from ablytui.protocol.log import Entry, Row
from ablytui.protocol.message import ProtocolAction, action_name

NUMBERED: Final = frozenset(
    {
        ProtocolAction.MESSAGE,
        ProtocolAction.PRESENCE,
        ProtocolAction.OBJECT,
        ProtocolAction.ANNOTATION,
    }
)
"""What carries a msgSerial and is answered by ACK or NACK."""

LIMIT: Final = 10_000
"""Unanswered serials that are remembered; the oldest are forgotten."""


class Serials:
    """The serials of one transport. Re-sent frames keep theirs, so each transport starts anew."""

    def __init__(self) -> None:
        self._open: dict[int, None] = {}
        self._last: int | None = None
        self._highest: int | None = None
        self._clean = True

    def dial(self, *, clean: bool) -> None:
        """A new transport. Only a clean one has to begin with 0."""
        self._open.clear()
        self._last = None
        self._highest = None
        self._clean = clean

    def sent(self, row: Row | Entry) -> list[Anomaly]:
        """An outbound frame."""
        if row.action not in NUMBERED:
            return []
        serial = row.msg_serial
        if serial is None:
            return [Anomaly(f"{action_name(row.action)} without a msgSerial", "RTN7b")]
        last, self._last = self._last, serial
        self._highest = serial if self._highest is None else max(self._highest, serial)
        self._open[serial] = None
        if len(self._open) > LIMIT:
            del self._open[next(iter(self._open))]
        if last is None:
            if self._clean and serial != 0:
                return [Anomaly(f"the first msgSerial is {serial}, not 0", "RTN7b")]
            return []
        if serial == last + 1:
            return []
        how = "jumps" if serial > last else "goes back"
        return [Anomaly(f"msgSerial {how} from {last} to {serial}", "RTN7b")]

    def answered(self, row: Row | Entry) -> list[Anomaly]:
        """An inbound ACK or NACK: `msgSerial … msgSerial+count-1`."""
        name, low = action_name(row.action), row.msg_serial
        if low is None:
            return [Anomaly(f"{name} without a msgSerial", "RTN7a")]
        count = 1 if row.count is None else row.count
        if count < 1:
            return [Anomaly(f"{name} for a count of {count}", "RTN7a")]
        hits = self._close(low, count)
        if self._highest is None or low + count - 1 > self._highest:
            return [Anomaly(f"{name} for {_span(low, count)}, never sent here", "RTN7a")]
        if hits < count:
            return [Anomaly(f"{name} for {_span(low, count)}, not waiting", "RTN7a")]
        first = next(iter(self._open), None)
        if first is not None and first < low:
            return [Anomaly(f"{name} for {_span(low, count)} passes over {first}", "RTN7a")]
        return []

    def _close(self, low: int, count: int) -> int:
        # A hostile count must not cost more than what is really waiting.
        if count <= len(self._open):
            found = [s for s in range(low, low + count) if s in self._open]
        else:
            found = [s for s in self._open if low <= s < low + count]
        for serial in found:
            del self._open[serial]
        return len(found)


def _span(low: int, count: int) -> str:
    return f"msgSerial {low}" if count == 1 else f"msgSerial {low} to {low + count - 1}"
