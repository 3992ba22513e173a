from __future__ import annotations

from ablytui.protocol.observe.rooms import NEVER
from ablytui.protocol.observe.silence import Silence


def test_a_short_promise_may_be_a_second_late() -> None:
    silence = Silence()
    silence.heard = 5
    silence.promise(100)
    assert silence.due == 1_100_005
    assert silence.tick(1_100_004) == []
    assert len(silence.tick(1_100_005)) == 1
    assert silence.told


def test_what_came_in_meanwhile_puts_it_off() -> None:
    silence = Silence()
    silence.promise(10_000)
    silence.heard = 8_000_000
    assert silence.tick(12_000_000) == []
    assert silence.due == 20_000_000


def test_the_end() -> None:
    silence = Silence()
    silence.promise(10_000)
    silence.end()
    assert silence.due == NEVER
    assert silence.tick(99_000_000) == []
