from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ablytui.capture.filter import parse
from ablytui.ui.widgets.folded import HEARTBEATS, Folded, Run


def test_runs_are_one_row_each_and_a_lone_heartbeat_stays() -> None:
    folded = Folded(range(1, 11), [2, 4, 5, 6, 10])
    assert list(folded.view) == [1, 2, 3, 4, 7, 8, 9, 10]
    assert folded.runs == {4: Run(3, 6)}
    assert folded.hidden == 2


def test_rows_that_a_filter_hides_do_not_part_a_run() -> None:
    folded = Folded([1, 4, 7, 9], [4, 5, 7, 8])
    assert list(folded.view) == [1, 4, 9]
    assert folded.runs == {4: Run(2, 7)}


def test_what_comes_later_goes_on_with_the_last_run() -> None:
    folded = Folded(range(1, 4), [3])
    assert list(folded.add([4, 5, 6, 7], [4, 5, 7])) == [6, 7]
    assert list(folded.view) == [1, 2, 3, 6, 7]
    assert folded.runs == {3: Run(3, 5)}
    assert list(folded.add([8], [8])) == []
    assert folded.runs[7] == Run(2, 8)


def test_it_is_a_filter_that_takes_no_states_along() -> None:
    condition = parse(HEARTBEATS)
    assert condition is not None
    assert condition.hides_states


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 40))
def test_told_at_once_or_bit_by_bit_it_is_the_same(kinds: list[bool], cut: int) -> None:
    beats = [n for n, beat in enumerate(kinds, 1) if beat]
    whole = Folded(range(1, len(kinds) + 1), beats)
    cut = min(cut, len(kinds))
    parts = Folded(range(1, cut + 1), [n for n in beats if n <= cut])
    parts.add(range(cut + 1, len(kinds) + 1), [n for n in beats if n > cut])
    assert (list(parts.view), parts.runs, parts.hidden) == (
        list(whole.view),
        whole.runs,
        whole.hidden,
    )
    counted = sum(whole.runs[n].rows if n in whole.runs else 1 for n in whole.view)
    assert counted == len(kinds) == len(whole.view) + whole.hidden
