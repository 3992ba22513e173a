from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ablytui.drive.goal import Goal, Judge
from ablytui.protocol.log import EntryKind
from ablytui.protocol.states import ConnectionState as S
from tests.support.engine import FakeEngine

Act = Callable[[FakeEngine], object]


def state(name: S, **changes: Any) -> Act:
    return lambda engine: engine.become(name, **changes)


def verdict(outcome: str) -> Act:
    return lambda engine: engine.log(EntryKind.VERDICT, {"outcome": outcome, "final": False})


CONNECTED = state(S.CONNECTED)


@pytest.mark.parametrize(
    ("goal", "acts", "decided", "code"),
    [
        (Goal(), [CONNECTED], False, 0),
        (Goal(), [state(S.FAILED)], False, 3),
        (Goal(until=S.CONNECTED), [], False, 1),
        (Goal(until=S.CONNECTED), [CONNECTED], True, 0),
        (Goal(until=S.CONNECTED), [CONNECTED, state(S.DISCONNECTED)], True, 0),
        (Goal(until=S.CONNECTED), [state(S.FAILED)], True, 3),
        (Goal(until=S.FAILED), [state(S.FAILED)], True, 3),
        (Goal(expect="clean"), [CONNECTED], True, 0),
        (Goal(expect="clean"), [state(S.CONNECTED, mode="recover")], False, 1),
        (Goal(expect="clean"), [state(S.CONNECTED, mode="recover"), verdict("lost")], True, 1),
        (Goal(expect="resumed"), [CONNECTED], False, 1),
        (Goal(expect="resumed"), [CONNECTED, verdict("resumed")], True, 0),
        (Goal(expect="resumed"), [verdict("lost"), verdict("resumed")], True, 1),
        (Goal(S.CONNECTED, "resumed"), [CONNECTED], False, 1),
        (Goal(S.CONNECTED, "resumed"), [CONNECTED, verdict("resumed")], True, 0),
        (Goal(S.CLOSED, "resumed"), [CONNECTED, verdict("resumed")], False, 1),
        (Goal(S.CLOSED, "resumed"), [verdict("resumed"), state(S.CLOSED)], True, 0),
        (Goal(S.CLOSED, "resumed"), [state(S.CLOSED), CONNECTED, verdict("resumed")], False, 1),
        (Goal(S.CLOSED, "resumed"), [verdict("partial")], True, 1),
        (Goal(S.CONNECTED, "clean"), [CONNECTED], True, 0),
        (Goal(expect="refused"), [state(S.FAILED), verdict("refused")], True, 0),
        (Goal(expect="refused"), [state(S.FAILED)], True, 3),
        (Goal(expect="resumed"), [state(S.FAILED), verdict("refused")], True, 3),
        (Goal(S.CONNECTED, "refused"), [state(S.FAILED), verdict("refused")], True, 3),
        (Goal(S.FAILED, "refused"), [state(S.FAILED), verdict("refused")], True, 0),
        (Goal(S.FAILED), [state(S.FAILED)], True, 3),
    ],
)
def test_a_goal_is_decided(goal: Goal, acts: list[Act], decided: bool, code: int) -> None:
    engine, judge = FakeEngine(), Judge(goal)
    engine.subscribe(lambda news: judge.feed(news, engine.connection), rows=True)
    for act in acts:
        act(engine)
    assert judge.decided is decided
    assert judge.exit_code(engine.connection, timed_out=False) == code


@pytest.mark.parametrize(
    ("goal", "state_at_end", "code"),
    [
        (Goal(timeout=1), S.CONNECTED, 4),
        (Goal(until=S.CLOSED, timeout=1), S.CONNECTED, 4),
        (Goal(expect="lost", timeout=1), S.CONNECTED, 1),
        (Goal(timeout=1), S.FAILED, 3),
    ],
)
def test_when_time_runs_out(goal: Goal, state_at_end: S, code: int) -> None:
    connection = FakeEngine().connection.evolve(state=state_at_end)
    assert Judge(goal).exit_code(connection, timed_out=True) == code


@pytest.mark.parametrize(
    ("name", "hold", "hopeless"),
    [
        (S.INITIALIZED, False, True),
        (S.CONNECTING, False, False),
        (S.CONNECTED, False, False),
        (S.DISCONNECTED, True, False),
        (S.SUSPENDED, False, False),
        (S.SUSPENDED, True, True),
        (S.CLOSING, False, False),
        (S.CLOSED, False, True),
        (S.FAILED, False, True),
    ],
)
def test_when_nothing_happens_any_more(name: S, hold: bool, hopeless: bool) -> None:
    connection = FakeEngine().connection.evolve(state=name, hold=hold)
    assert Judge(Goal()).hopeless(connection) is hopeless
