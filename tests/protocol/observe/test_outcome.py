from __future__ import annotations

from typing import get_args

from ablytui.protocol.observe.outcome import ChannelVerdict, Outcome, Verdict


def test_the_words_are_those_of_expect() -> None:
    words = {"clean", "resumed", "recovered", "partial", "lost", "refused"}
    assert set(get_args(Outcome)) == words


def test_nothing_is_claimed_that_was_not_seen() -> None:
    assert ChannelVerdict(False) == ChannelVerdict(False, 0, 0, None)
    assert Verdict("resume", "resumed", None, None).channels == {}
