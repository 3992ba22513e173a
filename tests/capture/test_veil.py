from __future__ import annotations

import pytest

from ablytui.capture.veil import Span, blank, cover, merge, tag, veil

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("raw", "covered"),
    [
        (b"", b""),
        (b"abc", b"***"),
        (b"abcdefghijk", b"***********"),
        (b"abcdefghijkl", b"abcd********"),
        (b"abcdefghijklmno", b"abcd***********"),
        (b"abcdefghijklmnop", b"abcd*******~beef"),
        (b"ab\\u0064efghijk", b"***************"),
        ("äbcdefghijkl".encode(), b"*************"),
        (b"abcdefghijkl\\u006d", b"abcd*********~beef"),
    ],
)
def test_veil(raw: bytes, covered: bytes) -> None:
    assert veil(raw, b"beef") == covered


def test_the_length_that_counts_is_that_of_the_value() -> None:
    assert veil(b"a\\u0062cdefghijk", b"beef", 11) == b"*" * 16
    assert veil(b"abcd%65fghijklmn", b"beef", 14) == b"abcd************"


def test_the_tag_is_that_of_the_value_and_of_the_process() -> None:
    assert tag(b"secret", KEY) == tag(b"secret", KEY)
    assert tag(b"secret", KEY) != tag(b"secreT", KEY)
    assert tag(b"secret", KEY) != tag(b"secret", b"other")
    assert len(tag(b"", KEY)) == 4


def test_spans_come_apart_and_the_widest_wins() -> None:
    spans = [Span(4, 8, b"b"), Span(0, 6, b"a"), Span(1, 2, b"c"), Span(9, 10, b"d")]
    assert [(s.start, s.stop) for s in merge(spans)] == [(0, 6), (6, 8), (9, 10)]


def test_cover_keeps_the_length_and_the_rest() -> None:
    assert cover(b"x secret y 123.5", [Span(2, 8, b"s"), Span(11, 16, b"n", digits=True)], KEY) == (
        b"x ****** y 999.9"
    )
    data = b"nothing"
    assert cover(data, [], KEY) is data
    assert blank(b"abc") == b"***"
