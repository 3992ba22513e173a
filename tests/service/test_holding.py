from __future__ import annotations

from ablytui.service.holding import Holding


def test_what_comes_behind_waits_too_and_each_way_and_socket_for_itself() -> None:
    holding, done = Holding(), []
    assert not holding
    holding.hold(0.0, 1, 100, out=True)
    assert holding
    holding.in_order(10.0, 1, lambda: done.append("a"), out=True)
    holding.in_order(20.0, 1, lambda: done.append("b"), out=True)
    holding.in_order(20.0, 1, lambda: done.append("other way"), out=False)
    holding.in_order(20.0, 2, lambda: done.append("other"), out=True)
    assert done == ["other way", "other"]
    assert holding.next_due() == 100
    holding.run_due(99.0)
    assert len(done) == 2
    holding.run_due(100.0)
    assert done[2:] == ["a", "b"]
    holding.in_order(101.0, 1, lambda: done.append("c"), out=True)
    assert done[-1] == "c"
    assert not holding


def test_what_is_held_for_a_socket_that_is_gone_is_dropped() -> None:
    holding, done = Holding(), []
    holding.hold(0.0, 1, 100, out=True)
    holding.in_order(0.0, 1, lambda: done.append("a"), out=True)
    holding.ended(1)
    holding.run_due(100.0)
    assert done == []
    assert holding.next_due() is None


def test_what_is_overdue_goes_before_what_comes_then() -> None:
    holding, done = Holding(), []
    holding.hold(0.0, 1, 100, out=True)
    holding.in_order(10.0, 1, lambda: done.append("a"), out=True)
    holding.in_order(150.0, 1, lambda: done.append("b"), out=True)
    assert done == []
    holding.run_due(150.0)
    assert done == ["a", "b"]
    holding.in_order(151.0, 1, lambda: done.append("c"), out=True)
    assert done == ["a", "b", "c"]
    assert not holding
