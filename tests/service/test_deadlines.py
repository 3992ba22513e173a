"""One moment for each socket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ablytui.service.deadlines import Deadlines


def test_the_next_one_is_known_and_taken_when_it_has_come() -> None:
    due = Deadlines()
    assert due.next() is None
    due.set(1, 50.0)
    due.set(2, 40.0)
    assert due.next() == 40.0
    due.set(2, 60.0)
    assert due.next() == 50.0
    assert due.take(49.0) == []
    assert due.take(50.0) == [1]
    assert (due.next(), len(due)) == (60.0, 1)
    due.drop(2)
    due.drop(2)
    assert due.next() is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20) | st.none()), max_size=30))
def test_it_is_the_smallest_of_a_plain_table(steps: list[tuple[int, int | None]]) -> None:
    due = Deadlines()
    plain: dict[int, int] = {}
    for socket, at in steps:
        if at is None:
            due.drop(socket)
            plain.pop(socket, None)
        else:
            due.set(socket, at)
            plain[socket] = at
        assert due.next() == min(plain.values(), default=None)
    assert sorted(due.take(10)) == sorted(s for s, at in plain.items() if at <= 10)
