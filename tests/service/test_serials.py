"""Serials and ids."""

from __future__ import annotations

from ablytui.service.serials import SAFE, Serials


def test_serials_grow_in_string_order_whatever_the_clock_does() -> None:
    serials = Serials("s")
    walls = [1e12, 1e12, 1e12 + 5.7, 9e11, 1e12 + 6, 2e12]
    channel = [serials.channel(w) for w in walls for _ in range(1_100)]
    assert channel == sorted(set(channel))
    message = [serials.message(w) for w in walls]
    assert message == sorted(set(message))


def test_a_message_of_a_frame() -> None:
    assert Serials.nth("0170@s", 7) == "0170@s:007"


def test_ids_hold_nothing_that_ids_are_joined_with() -> None:
    assert not set(SAFE) & set(":!/@.")
    assert len(SAFE) == len(set(SAFE)) == 62
