from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.ui.present.repeating import MOST_EVERY, MOST_TIMES, Progress, Times, read_times


@pytest.mark.parametrize(
    ("times", "every", "found"),
    [
        ("", "", Times(1, 0)),
        ("3", "", Times(3, 0)),
        (" 100 ", "50", Times(100, 50)),
        (str(MOST_TIMES), str(MOST_EVERY), Times(MOST_TIMES, MOST_EVERY)),
    ],
)
def test_numbers_are_read(times: str, every: str, found: Times) -> None:
    assert read_times(times, every) == found


@pytest.mark.parametrize(
    ("times", "every", "problem"),
    [
        ("0", "", "repeat is a number of times from 1 to 10,000"),
        ("10001", "", "repeat is a number of times from 1 to 10,000"),
        ("x", "", "repeat is a number of times from 1 to 10,000"),
        ("²", "", "repeat is a number of times from 1 to 10,000"),
        ("2", "-1", "every is a number of ms from 0 to 3,600,000"),
        ("2", "1.5", "every is a number of ms from 0 to 3,600,000"),
        ("2", "9" * 5000, "every is a number of ms from 0 to 3,600,000"),
    ],
)
def test_what_is_no_number_is_one_line(times: str, every: str, problem: str) -> None:
    assert read_times(times, every).problem == problem


def test_how_often_in_words() -> None:
    assert not Times().many
    assert Times(100, 50).words(414) == "100 times, #414 to #513, in 4.9 s"
    assert Times(100, 0).words(None) == "100 times"


def test_how_far_in_words() -> None:
    some = Progress("a", 100, sent=12, answered=10, refused=1)
    assert some.waiting == 1
    assert some.words == "12 of 100 sent, 10 acknowledged, 1 refused"
    ended = Progress("a", 100, sent=12, answered=12, running=False, why="stopped")
    assert ended.words == "12 of 100 sent, 12 acknowledged; stopped"


@given(st.text(), st.text())
def test_no_text_breaks_it(times: str, every: str) -> None:
    found = read_times(times, every)
    assert 1 <= found.times <= MOST_TIMES
    assert 0 <= found.every <= MOST_EVERY
