from __future__ import annotations

import json

import pytest

from ablytui.service.acts import Act
from ablytui.service.firings import Fired, frame_name, refusal_of


@pytest.mark.parametrize(
    ("word", "fault", "adds"),
    [
        ("say", False, False),
        ("publish", False, False),
        ("suppress", True, False),
        ("inject_to_client", True, True),
        ("close", True, True),
        ("cut", True, False),
    ],
)
def test_what_a_firing_is(word: str, fault: bool, adds: bool) -> None:
    fired = Fired("c", Act(word))
    assert (fired.word, fired.fault, fired.adds) == (word, fault, adds)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ({"action": 11, "channel": "a"}, "ATTACHED a"),
        ({"action": 4}, "CONNECTED"),
        ({"action": 99, "channel": 3}, "ACTION 99"),
        ({}, "-"),
    ],
)
def test_a_frame_in_two_words(message: dict[str, object], name: str) -> None:
    assert frame_name(message) == name


@pytest.mark.parametrize(("status", "code"), [(401, 40101), (403, 40300), (503, 50300)])
def test_a_refusal_without_a_body_is_an_ably_error(status: int, code: int) -> None:
    refusal = refusal_of(Act("refuse_connection", status=status))
    error = json.loads(refusal.body)["error"]
    assert (refusal.status, error["code"], error["statusCode"]) == (status, code, status)
