from __future__ import annotations

from ablytui.protocol.observe.clock import BACKLOG, EVERY, ServiceClock


def test_clocks_count_as_equal_until_a_message_says_otherwise() -> None:
    clock = ServiceClock(1_000_000)
    assert clock.sent(2_000_000) == 1_002_000
    clock.sample(3_000_000, 1_003_000 + 700)  # the service is ahead by at least 700 ms
    assert clock.sent(4_000_000) == 1_004_700


def test_the_least_difference_is_the_truest() -> None:
    clock = ServiceClock(0)
    for late in (90, 20, 50):
        clock.sample(1_000_000, 1000 - late)
    assert clock.sent(2_000_000) == 1980


def test_samples_are_rare_and_wait_for_a_backlog_to_pass() -> None:
    clock = ServiceClock(0)
    clock.sample(5_000_000, None)
    assert clock.next_at == 5_000_000 + EVERY
    clock.pause(5_500_000)
    assert clock.next_at == 5_500_000 + BACKLOG
    assert clock.sent(1_000) == 1  # no time was told, nothing was learnt
