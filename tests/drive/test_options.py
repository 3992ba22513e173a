from __future__ import annotations

import argparse

import pytest

from ablytui.drive import options
from ablytui.drive.goal import Goal
from ablytui.errors import UsageError
from ablytui.protocol.states import ConnectionState


def given(*args: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    options.add(parser)
    return parser.parse_args(args)


def test_nothing_is_waited_for_unless_asked() -> None:
    assert options.read(given()) == (Goal(), None)


def test_all_options_are_read() -> None:
    args = [
        "--until",
        "closed",
        "--expect",
        "lost",
        "--timeout",
        "1.5",
        "--events",
        "state, result",
    ]
    goal, events = options.read(given(*args))
    assert goal == Goal(ConnectionState.CLOSED, "lost", 1.5)
    assert events == frozenset({"state", "result"})


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--until", "open"),
        ("--until", "initialized"),
        ("--expect", "luck"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--timeout", "inf"),
        ("--timeout", "soon"),
        ("--events", "state,nothing"),
        ("--events", ""),
    ],
)
def test_a_bad_value_names_the_flag(flag: str, value: str) -> None:
    with pytest.raises(UsageError, match=flag):
        options.read(given(flag, value))
