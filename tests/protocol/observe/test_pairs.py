from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.observe.pairs import Pairs


def test_both_sides() -> None:
    pairs = Pairs()
    pairs.add(5, 9, 1500)
    pairs.add(3, 9, 2500)
    assert (pairs.answer_of(5), pairs.answer_of(3), pairs.question_of(9)) == (9, 9, 5)
    assert (pairs.took(3), pairs.took(4), pairs.answer_of(9), pairs.question_of(5)) == (
        2500,
        None,
        None,
        None,
    )


def test_a_time_too_long_is_cut_and_a_negative_one_is_none() -> None:
    pairs = Pairs()
    pairs.add(1, 2, 10**12)
    pairs.add(3, 4, -5)
    assert (pairs.took(1), pairs.took(3)) == (2**32 - 1, 0)


@given(st.permutations(range(30)))
def test_any_order_of_questions(order: list[int]) -> None:
    pairs = Pairs()
    for answer, question in enumerate(order, start=100):
        pairs.add(question, answer, question)
    for answer, question in enumerate(order, start=100):
        assert pairs.answer_of(question) == answer
        assert pairs.question_of(answer) == question
        assert pairs.took(question) == question
    assert len(pairs) == 30


def test_a_pair_costs_36_bytes() -> None:
    pairs = Pairs()
    for i in range(1000):
        pairs.add(2 * i, 2 * i + 1, i)
    arrays = (
        pairs._questions,
        pairs._their,
        pairs._took,
        pairs._answers,
        pairs._first,
    )
    assert sum(a.itemsize * len(a) for a in arrays) == 36_000
