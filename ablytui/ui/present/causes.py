"""Which row caused a change of state, and which change a row caused.

A state row directly follows what caused it, where a row did: a frame, the end of a socket, the
answer to the upgrade. A wish and a clock leave none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.protocol.coerce import text
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import ProtocolAction as A
from ablytui.ui.present.happenings import members

Peek = Callable[[int], Entry | None]

_FRAMES: Final = frozenset({A.CONNECTED, A.DISCONNECTED, A.ERROR, A.CLOSED})
_ROWS: Final = frozenset({EntryKind.SOCKET, EntryKind.HANDSHAKE})
_REMARKS: Final = frozenset({EntryKind.NOTICE, EntryKind.ANOMALY, EntryKind.VERDICT})
_ITSELF: Final = (
    "RTN11",
    "RTN12b",
    "RTN12d",
    "RTN14c",
    "RTN14e",
    "RTN16",
    "RTN20",
    "RTN23a",
    "disconnect",
)
"""Beginnings of the points of changes that a wish, a clock or the system made: no row did."""

_REACH: Final = 4
"""Rows between a cause and its change: remarks, and the other half of a double change."""


def cause_of(change: Entry, peek: Peek) -> Entry | None:
    """The row that caused the state row `change`; None where it was a wish or a clock."""
    if _by_itself(members(change)):
        return None
    for n in range(change.n - 1, max(change.n - 1 - _REACH, 0), -1):
        row = peek(n)
        if row is None:
            return None
        if row.kind is EntryKind.STATE:
            # The other half of a double change: what caused that one, caused this one.
            return cause_of(row, peek)
        if _may_cause(row):
            return row
        if row.kind not in _REMARKS:
            return None
    return None


def _by_itself(told: Mapping[str, Any]) -> bool:
    """Whether the change was made by a wish, a clock or the system."""
    point = text(told.get("point")) or ""
    current = told.get("current")
    if current == "connecting" and point != "RTN15a":
        return True
    if current == "closing" and told.get("reason") is None:
        return True
    return point.startswith(_ITSELF) and point not in {"RTN16d", "RTN16l"}


def change_by(row: Entry, peek: Peek) -> Entry | None:
    """The first state row that `row` caused; of a CLOSE frame, by way of the socket's end."""
    closing = row.kind is EntryKind.FRAME and row.action is None
    for n in range(row.n + 1, row.n + 1 + _REACH):
        then = peek(n)
        if then is None:
            return None
        if then.kind is EntryKind.STATE:
            cause = cause_of(then, peek)
            mine = cause is not None and (cause.n == row.n or closing)
            return then if mine else None
        passed = then.kind in _REMARKS or (closing and then.kind is EntryKind.SOCKET)
        if not passed and not (closing and then.kind is EntryKind.FRAME and then.action is None):
            return None
    return None


def _may_cause(row: Entry) -> bool:
    if row.kind is EntryKind.FRAME:
        return row.direction is Direction.IN and row.action in _FRAMES
    return row.kind in _ROWS
