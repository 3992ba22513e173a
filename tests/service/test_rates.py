"""The bucket that a connection publishes from."""

from __future__ import annotations

from ablytui.service.rates import Bucket, Verdict

TAKEN, REFUSED, CLOSED = Verdict.TAKEN, Verdict.REFUSED, Verdict.CLOSED


def test_a_second_at_once_then_the_rate() -> None:
    bucket = Bucket()
    assert [bucket.take(1, 3, 1_000) for _ in range(4)] == [TAKEN] * 3 + [REFUSED]
    assert bucket.take(1, 3, 1_300) is REFUSED
    assert bucket.take(1, 3, 1_334) is TAKEN
    assert bucket.take(1, 3, 1_335) is REFUSED
    assert bucket.take(3, 3, 60_000) is TAKEN


def test_no_limit() -> None:
    assert {Bucket().take(1_000_000, 0, 0) for _ in range(3)} == {TAKEN}


def test_a_frame_of_more_than_a_second_comes_alone() -> None:
    bucket = Bucket()
    assert bucket.take(9, 3, 0) is TAKEN
    assert bucket.take(1, 3, 2_000) is REFUSED
    assert bucket.take(1, 3, 2_400) is TAKEN


def test_too_much_too_long() -> None:
    bucket = Bucket()
    verdicts = [bucket.take(1, 2, 0) for _ in range(11)]
    assert verdicts == [TAKEN] * 2 + [REFUSED] * 8 + [CLOSED]
    assert bucket.take(1, 2, 1_000) is TAKEN
    assert bucket.excess == 0
