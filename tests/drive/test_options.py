from __future__ import annotations

import argparse
import re

import pytest

from ablytui.drive import options
from ablytui.drive.goal import OUTCOMES, STATES, Goal
from ablytui.drive.lines import EVENTS
from ablytui.drive.orders import NAMES
from ablytui.errors import UsageError
from ablytui.protocol.actions import ACTIONS
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


def test_the_help_names_every_order_event_state_outcome_and_exit_code() -> None:
    parser = argparse.ArgumentParser(prog="x")
    options.add(parser)
    text = parser.format_help()
    words = set(re.findall(r"[A-Za-z_]+|\d+", text))
    assert words >= {*NAMES, *EVENTS, *STATES, *OUTCOMES, "0", "1", "2", "3", "4", "130"}
    for action in ACTIONS:
        assert words >= {action.id, *action.parameters}
    assert "\n\n" in text.partition("Standard input")[2], "laid out as it was written"
