"""What is in force, and how it is listed."""

from __future__ import annotations

import pytest

from ablytui.protocol.events import Moment
from ablytui.service.acts import Act
from ablytui.service.lasting import Lasting, about
from ablytui.service.matching import Match, Rule

NOW = Moment(0.0, 1_000.0, 0.5)


class Changes:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def test_silence_is_for_the_sockets_there_were_and_over_when_they_are_gone() -> None:
    changed = Changes()
    lasting = Lasting(changed)
    number = lasting.add(Act("silence", lasts=500), {1, 2}, NOW, by_hand=True)
    assert [lasting.mute(socket) for socket in (1, 2, 3)] == [True, True, False]
    (standing,) = lasting
    assert (standing.number, standing.what, standing.until) == (number, "2 connections", 1_500)
    lasting.ended(1)
    assert next(iter(lasting)).what == "1 connection"
    lasting.ended(2)
    assert list(lasting) == []
    assert changed.count == 3
    assert not lasting.lift(number)


def test_the_same_silence_again_is_the_same_fault() -> None:
    lasting = Lasting(Changes())
    for _ in range(3):
        number = lasting.add(Act("silence"), {1}, NOW, by_hand=True)
    assert [each.number for each in lasting] == [number]


def test_a_socket_that_swallowed_and_went_is_a_change() -> None:
    changed = Changes()
    lasting = Lasting(changed)
    rule = Rule("ws_frame_to_client", Match(), Act("suppress_onwards"), 1, "")
    lasting.add_rule(rule, NOW, by_hand=True)
    lasting.rules.frame("ws_frame_to_client", 7, {"action": 15})
    assert [each.word for each in lasting] == ["suppress_onwards"]
    before = changed.count
    lasting.ended(7)
    assert (list(lasting), changed.count) == ([], before + 1)


def test_the_last_slowness_counts_and_none_ends_it() -> None:
    lasting = Lasting(Changes())
    lasting.add(Act("slow", delay=50), (), NOW, by_hand=False)
    lasting.add(Act("slow", delay=80), (), NOW, by_hand=True)
    assert (lasting.slow, lasting.holds, [s.what for s in lasting]) == (80, True, ["80 ms"])
    lasting.add(Act("slow"), (), NOW, by_hand=True)
    assert (lasting.slow, lasting.holds, list(lasting)) == (0, False, [])


def test_words_that_undo() -> None:
    lasting = Lasting(Changes())
    refuse = Rule("ws_connect", Match(), Act("refuse_connection"), None, "")
    lasting.add_rule(refuse, NOW, by_hand=False)
    lasting.add(Act("slow", delay=5), (), NOW, by_hand=False)
    assert not lasting.undo(Act("speak"))
    assert lasting.undo(Act("accept_connections"))
    assert [s.word for s in lasting] == ["slow"]
    lasting.add_rule(refuse, NOW, by_hand=True)
    assert lasting.undo(Act("lift", what="slow"))
    assert [s.word for s in lasting] == ["refuse_connection"]
    assert lasting.undo(Act("lift"))
    assert list(lasting) == []


def test_those_by_hand_come_first_and_passing_is_none() -> None:
    lasting = Lasting(Changes())
    passing = Rule("ws_connect", Match(), Act("passthrough"), None, "")
    other = Rule("ws_connect", Match(count=2), Act("accept_and_close", close_code=1001), None, "")
    lasting.scenario([passing, other], afresh=True)
    lasting.add(Act("slow", delay=5), (), NOW, by_hand=True)
    assert [(s.word, s.by_hand, s.since) for s in lasting] == [
        ("slow", True, 1_000),
        ("accept_and_close", False, 0),
    ]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            Rule("ws_frame_to_client", Match(), Act("suppress"), None, ""),
            "any frame, to the client",
        ),
        (
            Rule("ws_frame_to_server", Match(2, 15, "a"), Act("delay", delay=70), 1, ""),
            "MESSAGE a, to the service, number 2, 70 ms",
        ),
        (
            Rule("ws_connect", Match(query=(("resume", "*"),)), Act("refuse_connection"), 1, ""),
            "resume=*, HTTP 401",
        ),
        (
            Rule("http_request", Match(method="GET", path="/time"), Act("http_drop"), 1, ""),
            "GET /time",
        ),
        (Rule("http_request", Match(), Act("http_drop"), 1, ""), "any request"),
        (
            Rule("delay_after_ws_connect", Match(delay=9), Act("close", close_code=4000), 1, ""),
            "9 ms after a handshake, close 4000",
        ),
    ],
)
def test_what_a_rule_is_about(rule: Rule, text: str) -> None:
    assert about(rule) == text
