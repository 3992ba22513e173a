"""Reading values of peers that are free with types."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.coerce import integer, mapping, sequence, text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (-1, -1),
        (7.0, 7),
        (7.5, None),
        (float("nan"), None),
        (float("inf"), None),
        ("7", 7),
        ("-1", -1),
        ("", None),
        ("٣", None),
        ("1" * 21, None),
        (True, None),
        (None, None),
        ([], None),
        (2**64 - 1, 2**64 - 1),
        (-(2**63), -(2**63)),
        (2**64, None),
        ("9" * 20, None),
        (1e308, None),
    ],
)
def test_integer(value: Any, number: int | None) -> None:
    assert integer(value) == number


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a", "a"),
        ("", None),
        (b"a", "a"),
        (b"\xff", "\ufffd"),
        ("a\ud800", "a\ufffd"),
        (None, None),
        (7, None),
    ],
)
def test_text(value: Any, read: str | None) -> None:
    assert text(value) == read


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(anything)
def test_nothing_raises(value: Any) -> None:
    integer(value)
    text(value)
    assert isinstance(sequence(value), list)
    assert len(mapping(value)) == (len(value) if isinstance(value, dict) else 0)
