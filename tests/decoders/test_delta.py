"""PC3: applying deltas."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.decoders.delta import MOST, DeltaError, apply
from tests.support.vcdiff import bomb, delta


@pytest.mark.parametrize(
    ("base", "target"),
    [
        ("hello world", b"hello there"),
        (b"\x00\x01", b"\x00\x02"),
        ("é", "éa".encode()),
        (b"", b"x"),
    ],
)
def test_pc3a_a_string_counts_as_its_utf8(base: Any, target: bytes) -> None:
    known = base.encode() if isinstance(base, str) else base
    assert apply(base, delta(known, target)) == target


@pytest.mark.parametrize(
    ("base", "given_", "says"),
    [
        (None, b"", "not known"),
        ({"a": 1}, b"", "no bytes that could be changed"),
        (b"x", "text", "the data is not bytes"),
        (b"x", b"", "too small"),
        (b"x", b"garbage, and enough of it", "magic"),
        (b"x", delta(b"longer", b"longer still"), "beyond"),
        (b"x", bomb(MOST + 1), "it would make 67,108,865 bytes"),
    ],
)
def test_what_cannot_be_applied_says_why(base: Any, given_: Any, says: str) -> None:
    with pytest.raises(DeltaError, match=says) as caught:
        apply(base, given_)
    assert caught.value.code == 40018


def test_without_a_decoder_it_is_another_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vcdiff_decoder", None)
    with pytest.raises(DeltaError) as caught:
        apply(b"x", delta(b"x", b"y"))
    assert caught.value.code == 40019


@given(st.binary(max_size=40), st.binary(max_size=20))
def test_hostile_deltas_raise_nothing_else(tail: bytes, base: bytes) -> None:
    for hostile in (tail, b"\xd6\xc3\xc4\x00\x00" + tail):
        with contextlib.suppress(DeltaError):
            assert isinstance(apply(base, hostile), bytes)
