"""Deltas, undone by a decoder that somebody else wrote."""

from __future__ import annotations

import pytest
import vcdiff_decoder
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.service.vcdiff import encode

LONG = bytes(range(256)) * 4
pieces = st.lists(st.sampled_from([LONG, LONG[100:300], b"abc", b"x" * 40, b"\x00"]), max_size=5)


@settings(max_examples=200, deadline=None)
@given(pieces | st.lists(st.binary(max_size=60)), pieces | st.lists(st.binary(max_size=60)))
def test_what_it_makes_can_be_undone(source: list[bytes], target: list[bytes]) -> None:
    before, after = b"".join(source) or b"?", b"".join(target)
    assert bytes(vcdiff_decoder.decode(before, encode(before, after))) == after


@pytest.mark.parametrize(
    ("after", "most"),
    [
        (LONG, 30),
        (LONG + b"and more", 40),
        (b"more and " + LONG, 45),
        (LONG[:500] + b"in between" + LONG[500:], 50),
        (LONG[600:] + LONG[:600], 40),
    ],
)
def test_what_is_known_is_not_said_again(after: bytes, most: int) -> None:
    delta = encode(LONG, after)
    assert len(delta) <= most
    assert bytes(vcdiff_decoder.decode(LONG, delta)) == after
