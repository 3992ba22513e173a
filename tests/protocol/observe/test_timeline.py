from __future__ import annotations

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.observe.timeline import KEPT, Mark, Timeline, Tone
from tests.support.rows import entry, other, socket, state

LOST = ErrorInfo(80003, 400, "gone")
UP = [state(0, "initialized", "connecting"), state(40, "connecting", "connected")]
LEFT = state(1_000, "connected", "disconnected", reason=LOST)
AGAIN = state(1_001, "disconnected", "connecting")
BACK = state(1_188, "connecting", "connected")


def fed(*rows: Row) -> Timeline:
    timeline = Timeline()
    for n, row in enumerate(rows, start=1):
        timeline.feed(entry(n, row))
    return timeline


def words(*rows: Row) -> list[tuple[str, Tone]]:
    return [
        (mark.words if mark.away is None else mark.words.format(f"{mark.away:g} ms"), mark.tone)
        for mark in fed(*rows).marks
    ]


def waiting(at: float) -> Row:
    return state(at, "connecting", "disconnected", reason=LOST, retry_in=15_000.0)


def verdict(outcome: str) -> Row:
    return other(1_500, EntryKind.VERDICT, outcome=outcome, text="")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (UP, []),
        ([*UP, LEFT], [("lost 80003", Tone.HEALS)]),
        ([*UP, socket(999, by="us"), LEFT], [("drop", Tone.OURS)]),
        ([*UP, LEFT, AGAIN, BACK], [("lost 80003", Tone.HEALS), ("back in 188 ms", Tone.QUIET)]),
        (
            [*UP, LEFT, AGAIN, waiting(1_100), state(9_000, "disconnected", "connecting")],
            [("lost 80003", Tone.HEALS), ("retry 1", Tone.QUIET)],
        ),
        (
            [*UP, state(9, "connected", "failed", reason=ErrorInfo(40101, 401, "no"))],
            [
                ("failed 40101", Tone.WRONG),
            ],
        ),
        (
            [*UP, state(9, "connected", "closing"), state(10, "closing", "closed")],
            [
                ("closed", Tone.QUIET),
            ],
        ),
    ],
)
def test_what_is_worth_a_mark(rows: list[Row], told: list[tuple[str, Tone]]) -> None:
    assert words(*rows) == told


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("resumed", ("resumed in 188 ms", Tone.KEPT)),
        ("recovered", ("recovered in 188 ms", Tone.KEPT)),
        ("partial", ("partly resumed in 188 ms", Tone.HEALS)),
        ("lost", ("back in 188 ms, state lost", Tone.HEALS)),
        ("something else", ("back in 188 ms", Tone.QUIET)),
    ],
)
def test_the_verdict_says_how_it_came_back(outcome: str, told: tuple[str, Tone]) -> None:
    assert words(*UP, LEFT, AGAIN, BACK, verdict(outcome))[-1] == told


def test_a_clean_close_by_us_is_no_drop() -> None:
    assert words(*UP, socket(999, code=1000, by="us"), LEFT)[0] == ("lost 80003", Tone.HEALS)


def test_moves_have_their_rows_and_updates_are_none() -> None:
    timeline = fed(*UP, state(60, "connected", "connected", event="update"), LEFT)
    assert [(move.n, move.at) for move in timeline.moves] == [(1, 0), (2, 40_000), (4, 1_000_000)]
    assert list(timeline.marks) == [Mark(1_000_000, 4, "lost 80003", Tone.HEALS)]


def test_it_is_bounded() -> None:
    rows = (UP[i % 2] for i in range(KEPT + 9))
    assert len(fed(*rows).moves) == KEPT
