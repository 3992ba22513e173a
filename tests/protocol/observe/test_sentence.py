from __future__ import annotations

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.observe.outcome import Gap, Seen
from ablytui.protocol.observe.sentence import Facts, duration, sentence


@pytest.mark.parametrize(
    ("us", "words"),
    [
        (0, "0 ms"),
        (188_400, "188 ms"),
        (999_600, "1.0 s"),
        (4_240_000, "4.2 s"),
        (59_960_000, "1 min"),
        (220_000_000, "3 min 40 s"),
    ],
)
def test_duration(us: float, words: str) -> None:
    assert duration(us) == words


def test_recovered_in_the_same_process() -> None:
    facts = Facts("recover", "recovered", "ID1", "ID1", away=2_000_000)
    assert sentence(facts) == (
        "Recovered: same connectionId ID1 after 2.0 s; no channel was attached."
    )


def test_refused_without_a_reason() -> None:
    assert sentence(Facts("recover", "refused", None, None)) == (
        "Refused: the service gave no reason; nothing was recovered."
    )


def test_every_kind_of_channel_has_its_clause() -> None:
    gone = ErrorInfo(80006, 400, "messages are gone.")
    channels = [
        Seen("a", resumed=True, replayed=1, doubled=2),
        Seen("b", resumed=True),
        Seen("c", error=gone),
        Seen("d", refused=True, error=ErrorInfo(40160, 401, "no")),
        Seen("e", waiting=True),
    ]
    text = sentence(Facts("resume", "partial", "I", "I", None, channels))
    assert text == (
        "Resumed in part: same connectionId I; "
        "a and b RESUMED, 1 missed message replayed, 2 came twice; "
        "d did not come back (40160 no); e got no answer; "
        "c came back without RESUMED (80006 messages are gone); "
        "messages in between are lost (how many is unknown)."
    )


def test_one_frame_in_a_gap() -> None:
    stayed = [Seen("a", stayed=True, resumed=True, replayed=2)]
    text = sentence(Facts("resume", "partial", "I", "I", None, stayed, Gap(1, 4, 6)))
    assert "; 1 frame is lost between connectionSerial 4 and 6, 2 missed messages" in text
    assert "stayed attached" not in text


def test_a_service_that_names_no_id() -> None:
    text = sentence(Facts("resume", "lost", "I", None))
    assert text.startswith("Lost: new connectionId (none given)")
