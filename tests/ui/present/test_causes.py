from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.ui.present.causes import cause_of, change_by
from tests.support.entries import ListSource, event, frame, raw, state

LOST = {"code": 80003, "message": "lost"}
Make = tuple[Any, ...]


def log(*rows: Entry) -> ListSource:
    from dataclasses import replace

    return ListSource([replace(row, n=n) for n, row in enumerate(rows, 1)])


def socket() -> Entry:
    return event(EntryKind.SOCKET, {"closeCode": 1006, "by": "peer"})


def move(before: str, now: str, point: str, **more: Any) -> Entry:
    return state(before, now, point=point, **more)


CONNECTED = frame({"action": 4})
CLOSE = raw(b"\x03\xe8", opcode=Opcode.CLOSE)
ANOMALY = event(EntryKind.ANOMALY, {"text": "x"})

CASES: list[tuple[str, Sequence[Entry], int, int | None]] = [
    ("CONNECTED", [CONNECTED, move("connecting", "connected", "RTN6")], 2, 1),
    ("a remark between", [CONNECTED, ANOMALY, move("connecting", "connected", "RTN6")], 3, 1),
    ("a recovery", [CONNECTED, move("connecting", "connected", "RTN16d")], 2, 1),
    ("a drop", [socket(), move("connected", "disconnected", "RTN15a", reason=LOST)], 2, 1),
    (
        "a drop and its dial",
        [
            socket(),
            move("connected", "disconnected", "RTN15a", reason=LOST),
            move("disconnected", "connecting", "RTN15a"),
        ],
        3,
        1,
    ),
    (
        "silence and its dial",
        [
            CONNECTED,
            move("connected", "disconnected", "RTN23a", reason=LOST),
            move("disconnected", "connecting", "RTN15a"),
        ],
        3,
        None,
    ),
    ("a wish", [CONNECTED, move("connected", "closing", "RTN12a")], 2, None),
    (
        "an unasked CLOSED",
        [frame({"action": 8}), move("a", "closing", "RTN12a", reason=LOST)],
        2,
        1,
    ),
    ("a retry", [socket(), move("disconnected", "connecting", "RTN14d")], 2, None),
    ("connect", [socket(), move("closed", "connecting", "RTN11d")], 2, None),
    ("a clock", [CONNECTED, move("disconnected", "suspended", "RTN14e", reason=LOST)], 2, None),
    ("a message is no cause", [frame({"action": 15}), move("a", "failed", "RTN15j")], 2, None),
    ("nothing before", [move("connecting", "connected", "RTN6")], 1, None),
]


@pytest.mark.parametrize(("rows", "n", "cause"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_cause_of_a_change(rows: Sequence[Entry], n: int, cause: int | None) -> None:
    source = log(*rows)
    change = source.row(n)
    assert change is not None
    found = cause_of(change, source.row)
    assert (None if found is None else found.n) == cause


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        ([CONNECTED, move("connecting", "connected", "RTN6")], 2),
        ([CONNECTED, ANOMALY, move("connecting", "connected", "RTN6")], 3),
        ([CLOSE, socket(), move("connected", "disconnected", "RTN15a", reason=LOST)], 3),
        ([CLOSE, CLOSE, socket(), move("connected", "failed", "close 1008", reason=LOST)], 4),
        ([socket(), move("connected", "disconnected", "RTN15a", reason=LOST)], 2),
        ([CONNECTED, move("connected", "closing", "RTN12a")], None),
        ([frame({"action": 15}), move("connected", "disconnected", "RTN15a")], None),
        ([CLOSE, frame({"action": 15})], None),
        ([CONNECTED], None),
    ],
)
def test_the_change_that_a_row_caused(rows: Sequence[Entry], change: int | None) -> None:
    source = log(*rows)
    first = source.row(1)
    assert first is not None
    found = change_by(first, source.row)
    assert (None if found is None else found.n) == change
