"""Open wishes get one answer each."""

from __future__ import annotations

from ablytui.protocol.effects import Reply
from ablytui.worker.refs import Refs


async def test_each_wish_gets_its_own_answer_once() -> None:
    refs = Refs()
    (one, first), (two, second) = refs.new(), refs.new()
    assert one != two
    refs.answer(Reply(two, "b"))
    refs.answer(Reply(two, "again"))
    refs.answer(Reply(99, "nobody's"))
    assert second.result() == Reply(two, "b")
    assert not first.done()
    refs.refuse_all("the end")
    error = first.result().error
    assert error is not None
    assert (error.code, error.message) == (40000, "the end")


async def test_a_wish_that_was_given_up_is_left_alone() -> None:
    refs = Refs()
    ref, future = refs.new()
    future.cancel()
    refs.answer(Reply(ref))
    assert future.cancelled()
