"""Values of faults, as a file has them and as they are typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.service.faultkinds import Kind, Param
from ablytui.service.faultvalues import raw_of, typed_of, value_of


def param(kind: Kind, **more: Any) -> Param:
    return Param("x", kind, "what it is", **more)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.NUMBER, 0, 0),
        (Kind.CLOSE, 1011, 1011),
        (Kind.CLOSE, 4999, 4999),
        (Kind.TEXT, "é", "é"),
        (Kind.OBJECT, {"action": 4, "b": b"\xff"}, {"action": 4, "b": b"\xff"}),
        (Kind.HEX, "0a FF", b"\x0a\xff"),
        (Kind.ACTION, "ack", 1),
        (Kind.ACTION, "99", 99),
    ],
)
def test_what_is_allowed(kind: Kind, raw: Any, value: Any) -> None:
    assert value_of(param(kind, low=0, high=5_000), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "allowed"),
    [
        (Kind.NUMBER, 11, "a whole number from 1 to 10"),
        (Kind.NUMBER, True, "a whole number"),
        (Kind.NUMBER, "3", "a whole number"),
        (Kind.CHOICE, "c", "one of a, b"),
        (Kind.CHOICE, ["a"], "one of a, b"),
        (Kind.TEXT, 3, "a string"),
        (Kind.TEXT, "\ud800", "of UTF-8"),
        (Kind.TEXT, "é" * 6, "at most 10 bytes"),
        (Kind.OBJECT, [1], "a table"),
        (Kind.OBJECT, {"a": 1 << 70}, "can carry"),
        (Kind.OBJECT, {"a": "\ud800"}, "can carry"),
        (Kind.OBJECT, {"a": object()}, "can carry"),
        (Kind.OBJECT, {"a": dt.date(2026, 1, 1)}, "can carry"),
        (Kind.HEX, "0", "pairs of hexadecimal digits"),
        (Kind.HEX, 3, "pairs of hexadecimal digits"),
        (Kind.ACTION, "nothing", "the name of an action"),
        (Kind.ACTION, "-1", "the name of an action"),
        (Kind.ACTION, 15, "the name of an action"),
    ],
)
def test_what_is_not_says_what_would_be(kind: Kind, raw: Any, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        value_of(param(kind, low=1, high=10, choices=("a", "b")), raw)


@pytest.mark.parametrize("code", [999, 1004, 1005, 1006, 1015, 1016, 2999, 5000])
def test_a_close_code_is_one_that_may_be_sent(code: int) -> None:
    with pytest.raises(ValueError, match=r"^(1000-1003|a whole number)"):
        value_of(param(Kind.CLOSE, low=1_000, high=4_999), code)


@pytest.mark.parametrize(
    ("kind", "typed", "raw"),
    [
        (Kind.NUMBER, " 12 ", 12),
        (Kind.OBJECT, '{"a": [1]}', {"a": [1]}),
        (Kind.TEXT, " as it is", " as it is"),
        (Kind.ACTION, " ACK ", "ACK"),
        (Kind.HEX, "", None),
    ],
)
def test_what_is_typed(kind: Kind, typed: str, raw: Any) -> None:
    assert raw_of(param(kind), typed) == raw


@pytest.mark.parametrize(
    ("kind", "typed", "problem"),
    [
        (Kind.NUMBER, "1.5", "allowed: a whole number from 0 to"),
        (Kind.NUMBER, "9" * 5_000, "allowed: a whole number"),
        (Kind.OBJECT, '{"a": }', "not JSON at character 7"),
        (Kind.OBJECT, "[1]", "allowed: a table"),
        (Kind.OBJECT, "[" * 100_000, "not JSON"),
        (Kind.CLOSE, "1006", "allowed: 1000-1003"),
    ],
)
def test_what_cannot_be_typed(kind: Kind, typed: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        raw_of(param(kind), typed)


def test_what_is_needed_is_asked_for() -> None:
    with pytest.raises(ValueError, match="needed: what it is"):
        raw_of(param(Kind.TEXT, required=True), "  ")


@given(st.sampled_from(Kind), st.text() | st.text(alphabet='{}[]",:0123456789abcdef '))
def test_nothing_that_is_typed_raises_anything_else(kind: Kind, typed: str) -> None:
    try:
        raw = raw_of(param(kind, choices=("a",)), typed)
    except ValueError as bad:
        assert "\n" not in str(bad)  # noqa: PT017 - either way is right
    else:
        if raw is not None:
            value_of(param(kind, choices=("a",)), raw)
            assert raw_of(param(kind, choices=("a",)), typed_of(raw)) == raw
