from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.observe.timeline import Mark, Move, Tone
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import timeline
from ablytui.ui.present.timeline import SPANS, bar, marks_row, nearest, until_next, window
from ablytui.ui.present.view import View
from tests.support.views import view

NOW = 1_000_000.0


def at(ago: float) -> int:
    """Seconds ago, in µs of the log."""
    return round((NOW - ago * 1000) * 1000)


def seen(*moves: tuple[float, S], marks: tuple[tuple[float, str], ...] = ()) -> View:
    return view(
        S.CONNECTED,
        moves=[Move(at(ago), n, state) for n, (ago, state) in enumerate(moves, 1)],
        marks=[Mark(at(ago), 50 + n, words, Tone.QUIET) for n, (ago, words) in enumerate(marks)],
    )


def test_the_height_is_the_state() -> None:
    drawn = bar(
        seen((50, S.CONNECTING), (40, S.CONNECTED), (30, S.DISCONNECTED), (20, S.SUSPENDED)),
        60_000.0,
        60,
    )
    assert drawn.plain == "·" * 9 + "▃" * 10 + "▄" * 10 + "▂" * 10 + "▁" * 21


def test_a_short_gap_shows_in_its_cell() -> None:
    drawn = bar(
        seen((90, S.CONNECTED), (30.2, S.DISCONNECTED), (30.1, S.CONNECTING), (30.05, S.CONNECTED)),
        60_000.0,
        60,
    )
    assert drawn.plain.replace("▄", "") in {"▂", "▃"}
    assert len(drawn.plain) == 60


def test_failed_is_a_cross_and_then_the_floor() -> None:
    drawn = bar(seen((90, S.CONNECTED), (30.5, S.FAILED)), 60_000.0, 60).plain
    assert drawn.count("✕") == 1
    assert drawn[drawn.index("✕") + 1 :] == "▁" * (59 - drawn.index("✕"))


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("cells", [1, 46, 58, 78, 118, 158])
def test_both_rows_are_as_wide_as_asked(span: float | None, cells: int) -> None:
    shown = seen((500, S.CONNECTING), (10, S.CONNECTED), marks=((10, "back in 9 s"), (2, "drop")))
    assert bar(shown, span, cells).cell_length == cells
    assert marks_row(shown, span, cells).cell_length == cells


def test_a_mark_stands_under_its_moment_with_its_words() -> None:
    drawn = marks_row(seen((90, S.CONNECTED), marks=((30.5, "drop"),)), 60_000.0, 118).plain
    place = drawn.index("▴")
    assert drawn[place : place + 6] == "▴ drop"
    assert place == window(seen(), 60_000.0, 118).cell_of(NOW - 30_500)
    assert drawn.startswith("-60 s")
    assert drawn.endswith("now")


@pytest.mark.parametrize(
    ("away", "told"), [(188.0, "188 ms"), (10_400.0, "10.4 s"), (77_000.0, "1:17")]
)
def test_how_long_it_was_away_is_written_as_times_are_elsewhere(away: float, told: str) -> None:
    back = Mark(at(20), 9, "resumed in {}", Tone.KEPT, away)
    drawn = marks_row(view(S.CONNECTED, marks=[back]), 60_000.0, 118).plain
    assert f"▴ resumed in {told} " in drawn


def test_braces_in_other_marks_are_left_alone() -> None:
    drawn = marks_row(seen((90, S.CONNECTED), marks=((20, "{0}"),)), 60_000.0, 118).plain
    assert "▴ {0} " in drawn


def test_words_go_left_where_there_is_no_room() -> None:
    told = (("resumed in 188 ms", 3.2),)
    marks = tuple((ago, words) for words, ago in told)
    drawn = marks_row(seen((90, S.CONNECTED), marks=marks), 60_000.0, 118).plain
    assert "resumed in 188 ms ▴" in drawn


def test_near_marks_are_told_as_one() -> None:
    marks = ((3.4, "drop"), (3.2, "resumed in 188 ms"))
    drawn = marks_row(seen((90, S.CONNECTED), marks=marks), 60_000.0, 118).plain
    assert "drop, resumed in 188 ms ▴" in drawn
    assert drawn.count("▴") == 1


def test_the_latest_marks_have_their_glyph_and_as_many_words_as_fit() -> None:
    marks = ((3.4, "drop"), (3.2, "resumed in 188 ms"), (0.6, "failed 40101"))
    drawn = marks_row(seen((90, S.CONNECTED), marks=marks), 60_000.0, 118).plain
    assert drawn.count("▴") == 2
    assert "drop, resumed in 188 ms ▴" in drawn
    roomy = marks_row(seen((90, S.CONNECTED), marks=marks[2:]), 60_000.0, 118).plain
    assert roomy.rstrip().endswith("failed 40101 ▴")
    assert "now" not in roomy


def test_it_sleeps_while_all_of_it_is_one_state() -> None:
    assert until_next(seen((90, S.CONNECTED)), 60_000.0, 60) is not None  # the first of all moves
    old = seen((900, S.CONNECTING), (890, S.CONNECTED))
    assert until_next(old, 60_000.0, 60) is None
    step = until_next(seen((900, S.CONNECTING), (20, S.CONNECTED)), 60_000.0, 60)
    assert step is not None
    assert 100 <= step <= 1_000


def test_a_click_finds_what_is_nearest() -> None:
    shown = seen((90, S.CONNECTED), (30, S.DISCONNECTED), (10, S.CONNECTED))
    cell = window(shown, 60_000.0, 60).cell_of(NOW - 12_000)
    assert nearest(shown, 60_000.0, 60, cell) == 3
    assert nearest(seen(), 60_000.0, 60, 5) is None


@given(
    st.lists(st.tuples(st.floats(0, 5_000), st.sampled_from(list(S))), max_size=30),
    st.sampled_from(SPANS),
    st.integers(1, 200),
)
def test_any_course_fits(course: list[tuple[float, S]], span: float | None, cells: int) -> None:
    shown = seen(*sorted(course, key=lambda each: -each[0]))
    assert bar(shown, span, cells).cell_length == cells
    step = until_next(shown, span, cells)
    assert step is None or step >= 100
    assert timeline.window(shown, span, cells).slice > 0
