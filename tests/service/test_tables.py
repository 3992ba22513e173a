"""Tables of settings: what they give, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ablytui.errors import ConfigError
from ablytui.service.tables import Table, shown

VALUES = {"t": "x", "n": 3, "l": ["a"], "d": {"x": 1}, "e": "", "tt": [{"a": 1}], "b": True}


def table() -> Table:
    return Table(VALUES, "f")


GOOD: list[tuple[Callable[[Table], Any], Any]] = [
    (lambda t: t.text("t"), "x"),
    (lambda t: t.text("none", default="d"), "d"),
    (lambda t: t.text("e", default=""), ""),
    (lambda t: t.number("n", 0, 5), 3),
    (lambda t: t.number("none", 0, 5, default=1), 1),
    (lambda t: t.choice("t", ("x", "y")), "x"),
    (lambda t: t.choice("none", ("x",), default="x"), "x"),
    (lambda t: t.texts("l"), ("a",)),
    (lambda t: t.texts("none"), ()),
    (lambda t: t.tables("none"), []),
    (lambda t: t.tables("tt")[0].number("a", 0, 1), 1),
    (lambda t: t.table("d").names(), ("x",)),
    (lambda t: t.table("none").names(), ()),
]


@pytest.mark.parametrize(("get", "value"), GOOD)
def test_good(get: Callable[[Table], Any], value: Any) -> None:
    assert get(table()) == value


BAD: list[tuple[Callable[[Table], Any], str]] = [
    (lambda t: t.text("n"), "f: n: found 3, allowed is a string"),
    (lambda t: t.text("e"), "f: e: found '', allowed is a string"),
    (lambda t: t.text("none"), "f: none: found nothing, allowed is a string"),
    (lambda t: t.number("n", 4, 5), "f: n: found 3, allowed is a whole number from 4 to 5"),
    (lambda t: t.number("b", 0, 5), "f: b: found True, allowed is a whole number from 0 to 5"),
    (lambda t: t.choice("t", ("y", "z")), "f: t: found 'x', allowed is one of y, z"),
    (lambda t: t.texts("t"), "f: t: found 'x', allowed is an array of strings"),
    (lambda t: t.table("t"), "f: t: found 'x', allowed is a table"),
    (lambda t: t.tables("l"), "f: l: found ['a'], allowed is tables, each under [[l]]"),
    (lambda t: t.tables("tt")[0].text("a"), "f: tt 1: a: found 1, allowed is a string"),
    (lambda t: t.table("d").text("x"), "f: d: x: found 1, allowed is a string"),
]


@pytest.mark.parametrize(("get", "text"), BAD)
def test_bad(get: Callable[[Table], Any], text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        get(table())
    assert str(caught.value) == text


def test_done_refuses_what_nobody_read() -> None:
    read = Table({"a": "x", "b": 1}, "f")
    read.text("a")
    with pytest.raises(ConfigError, match="f: found the key 'b', allowed are a"):
        read.done()
    read.done("b")


def test_shown_is_short() -> None:
    assert len(shown("x" * 500)) == 60


def test_what_was_asked_about_is_among_what_is_allowed() -> None:
    table = Table({"a": 1, "x": 2}, "f")
    assert table.number("a", 0, 9) == 1
    assert not table.has("b")
    with pytest.raises(ConfigError, match="found the key 'x', allowed are a, b"):
        table.done()
