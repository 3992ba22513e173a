"""Which rule strikes, and how often."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from ablytui.service.acts import Act
from ablytui.service.matching import Match, Rule
from ablytui.service.rules import Rules, closing_code


def make(*matches: Match, on: str = "ws_frame_to_client", times: int | None = None) -> Rules:
    words = ("delay", "suppress", "replace")
    rules = [Rule(on, m, Act(words[n]), times, str(n)) for n, m in enumerate(matches)]
    return Rules(rules, count(1).__next__)


def strikes(rules: Rules, *messages: dict[str, Any]) -> list[str | None]:
    found = [rules.frame("ws_frame_to_client", 1, m) for m in messages]
    return [None if entry is None else entry.rule.caption for entry in found]


def test_the_first_that_matches_wins() -> None:
    rules = make(Match(action=1), Match())
    assert strikes(rules, {"action": 1}, {"action": 2}, {}) == ["0", "1", "1"]


def test_times_gives_way_to_the_next() -> None:
    rules = make(Match(action=1), Match(), times=1)
    assert strikes(rules, {"action": 1}, {"action": 1}, {"action": 1}) == ["0", "1", None]


def test_count_counts_what_matches_else() -> None:
    rules = make(Match(channel="a", count=2))
    assert strikes(
        rules, {"channel": "b"}, {"channel": "a"}, {"channel": "a"}, {"channel": "a"}
    ) == [
        None,
        None,
        "0",
        None,
    ]


def test_another_place_is_not_watched() -> None:
    rules = make(Match())
    assert rules.watches("ws_frame_to_client")
    assert not rules.watches("ws_frame_to_server")
    assert rules.frame("ws_frame_to_server", 1, {}) is None


@pytest.mark.parametrize(
    ("wanted", "query", "hit"),
    [
        ((("resume", "*"),), {"resume": "k"}, True),
        ((("resume", "*"),), {}, False),
        ((("v", "6"),), {"v": "6"}, True),
        ((("v", "6"),), {"v": "5"}, False),
        ((), {}, True),
    ],
)
def test_query(wanted: tuple[tuple[str, str], ...], query: dict[str, str], hit: bool) -> None:
    rules = make(Match(query=wanted), on="ws_connect")
    assert (rules.connect(query) is not None) == hit


def test_a_socket_that_ended_is_no_longer_mute() -> None:
    once = Rule("ws_frame_to_client", Match(), Act("suppress_onwards"), 1, "c")
    rules = Rules([once], count(1).__next__)
    assert strikes(rules, {}, {}) == ["c", "c"]
    assert [entry.fired for entry in rules] == [1]
    rules.ended(1)
    assert strikes(rules, {}) == [None]
    assert list(rules) == []


def test_by_hand_the_latest_comes_first_and_what_a_step_says_comes_last() -> None:
    rules = make(Match())
    for caption, by_hand in (("step", False), ("old", True), ("new", True)):
        rule = Rule("ws_frame_to_client", Match(), Act("suppress"), 1, caption)
        rules.add(rule, by_hand=by_hand)
    assert strikes(rules, {}, {}, {}) == ["new", "old", "0"]
    assert [entry.rule.caption for entry in rules] == ["0", "step"]
    rules.replace([])
    assert list(rules) == []


def test_what_is_lifted_strikes_no_more() -> None:
    rules = make(Match(action=1), Match(action=2))
    number = rules.add(
        Rule("ws_frame_to_client", Match(), Act("suppress_onwards"), None, "all"), by_hand=True
    )
    assert strikes(rules, {"action": 1}) == ["all"]
    assert rules.lift(lambda entry: entry.number == number)
    assert not rules.lift(lambda entry: entry.number == number)
    assert strikes(rules, {"action": 1}, {"action": 2}) == ["0", "1"]


def test_what_is_spent_is_in_force_no_more() -> None:
    rules = make(Match(count=2), Match(action=7), times=2)
    assert strikes(rules, {}, {}, {}) == [None, "0", None]
    assert [entry.rule.caption for entry in rules] == ["1"]


def test_what_is_swallowed_onwards_is_one_firing_for_each_socket() -> None:
    twice = Rule("ws_frame_to_client", Match(), Act("suppress_onwards"), 2, "")
    rules = Rules([twice], count(1).__next__)
    for _ in range(5):
        assert rules.frame("ws_frame_to_client", 1, {"action": 15}) is not None
    (entry,) = rules
    assert entry.fired == 1
    assert rules.frame("ws_frame_to_client", 2, {"action": 15}) is entry
    assert rules.frame("ws_frame_to_client", 3, {"action": 15}) is None


def test_what_is_spent_is_not_watched_for() -> None:
    rules = make(Match(), times=1)
    assert rules.watches("ws_frame_to_client")
    rules.frame("ws_frame_to_client", 1, {"action": 15})
    assert not rules.watches("ws_frame_to_client")


def test_what_waits_for_its_moment_is_in_force() -> None:
    rules = make(Match(delay=5), on="delay_after_ws_connect")
    (entry,) = rules.after_connect()
    assert (entry.spent, list(rules)) == (True, [entry])
    assert rules.lift(lambda each: each is entry)
    assert entry.lifted


def test_closing_code() -> None:
    assert closing_code(Act("cut")) is None
    assert closing_code(Act("close", close_code=1008)) == 1008
