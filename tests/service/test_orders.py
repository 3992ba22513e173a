"""What acts come to; why nothing would is tried in test_faults."""

from __future__ import annotations

import pytest

from ablytui.service import events as sv
from ablytui.service.acts import Act
from ablytui.service.orders import beside, events, undoes
from tests.support.service import Bench


def test_a_channel_is_taken_from_those_who_are_attached() -> None:
    bench = Bench()
    client, other = bench.dial(), bench.dial()
    client.attach("a")
    other.attach("b")
    act = Act("channel_error", channel="a", message={"action": 9, "channel": "a"})
    assert list(events(bench.core.realm, act, None)) == [
        sv.Inject(act.message, 1),
        sv.LetGo("a", 1),
    ]
    assert list(events(bench.core.realm, act, 2)) == []
    effects, why = bench.stage.inject(act, bench.moment)
    for effect in effects:
        bench._perform(effect)
    assert why == ""
    bench.peer("a", "nobody hears")
    assert [m["action"] for m in client.got] == [4, 11, 9]


def test_an_error_ends_the_state_too() -> None:
    bench = Bench()
    client = bench.dial()
    key = client.key
    (inject, end) = events(bench.core.realm, Act("error", message={"action": 9}), None)
    assert inject == sv.Inject({"action": 9}, None)
    assert end == sv.Break(1000, None, ends=True)
    bench.happen(end)
    assert client.closed == 1000
    assert bench.dial(resume=key).connected["error"]["code"] == 80018


def test_a_raw_frame_is_for_all_or_for_one() -> None:
    bench = Bench()
    bench.dial(), bench.dial()
    act = Act("send_raw", payload=b"x")
    assert [e.socket for e in events(bench.core.realm, act, None)] == [1, 2]  # type: ignore[union-attr]
    assert [e.socket for e in events(bench.core.realm, act, 2)] == [2]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("word", "passes"), [("cut", False), ("close", False), ("inject_to_client", True)]
)
def test_what_a_rule_is_about_passes_unless_the_socket_ends(word: str, passes: bool) -> None:
    assert beside(Act(word)) == passes
    assert not undoes(Act(word))
