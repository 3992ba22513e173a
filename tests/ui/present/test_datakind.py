from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.ui.present.datakind import KINDS, Broken, Data, place, read_data, read_hex, read_json


@pytest.mark.parametrize(
    ("kind", "text", "data"),
    [
        ("auto", "", Data()),
        ("json", "", Data()),
        ("auto", "hello", Data("hello")),
        ("auto", "12", Data("12")),
        ("auto", '{ "a": 1 }', Data('{"a":1}', "json")),
        ("auto", '\n[ 1.50, "a  b" ]\n', Data('[1.50,"a  b"]', "json")),
        ("json", '{"a":"\\" {"}', Data('{"a":"\\" {"}', "json")),
        ("json", '"a\\nb"', Data("a\nb")),
        ("json", '""', Data("")),
        ("text", '{"a":1}', Data('{"a":1}')),
        ("base64", "aGk=", Data(b"hi")),
        ("base64", "aG\nk", Data(b"hi")),
        ("hex", "00 fF\n10", Data(b"\x00\xff\x10")),
    ],
)
def test_data_is_read_as_its_kind(kind: str, text: str, data: Data) -> None:
    assert read_data(kind, text) == data


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("json", "hello", "not JSON: expecting value at character 1"),
        ("json", '{"a":1,\n "b"}', "not JSON: expecting ':' delimiter at line 2, character 5"),
        ("json", "12", "data is an object, an array or a string, not a number (40013)"),
        ("json", "null", "data is an object, an array or a string, not null (40013)"),
        ("json", "true", "data is an object, an array or a string, not a boolean (40013)"),
        ("json", "[NaN]", "not JSON: JSON has no NaN"),
        ("json", "[1e999]", "not JSON: JSON has numbers beyond any reader's, as 1e999 is"),
        ("json", "[" * 9999, "not JSON: it is nested too deeply"),
        ("json", "[" + "1" * 5000 + "]", "not JSON: a number in it has too many digits"),
        ("base64", "aG!k", "not base64: '!' at character 3"),
        ("base64", "aGk=x", "not base64: '=' at character 4"),
        ("base64", "a", "not base64: it ends at character 2, inside a byte"),
        ("hex", "00 zz", "not hex: 'z' at character 4"),
        ("hex", "000", "not hex: 3 digits, and a byte has two"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(kind: str, text: str, problem: str) -> None:
    assert read_data(kind, text) == Data(problem=problem)


def test_what_looks_like_json_and_is_none_goes_as_text_with_a_doubt() -> None:
    data = read_data("auto", "{a")
    assert data.value == "{a"
    assert data.encoding is None
    assert data.doubt.startswith("not JSON: expecting property name")


@pytest.mark.parametrize(
    ("data", "arguments"),
    [
        (Data(), {}),
        (Data("x"), {"data": "x"}),
        (Data("[]", "json"), {"data": "[]", "encoding": "json"}),
        (Data(b""), {"data": b""}),
    ],
)
def test_the_arguments_carry_it(data: Data, arguments: dict[str, Any]) -> None:
    assert data.arguments == arguments


def test_a_place_is_counted_from_one() -> None:
    assert place("abc", 0) == "character 1"
    assert place("a\nbc", 3) == "line 2, character 2"
    assert place("a\nbc", 1) == "line 1, character 2"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES) | st.lists(VALUES), st.integers(0, 3))
def test_json_means_what_was_typed(value: object, indent: int) -> None:
    data = read_data("json", json.dumps(value, indent=indent))
    assert data.encoding == "json"
    assert isinstance(data.value, str)
    assert json.loads(data.value) == value
    assert "\n" not in data.value


@given(st.binary())
def test_bytes_come_back(value: bytes) -> None:
    wanted = value or None
    assert read_data("hex", value.hex(" ")).value == wanted
    assert read_data("base64", base64.b64encode(value).decode()).value == wanted


@given(st.text(), st.sampled_from(list(KINDS)))
def test_no_text_breaks_it(text: str, kind: str) -> None:
    data = read_data(kind, text)
    assert not (data.problem and data.arguments)
    assert "\n" not in data.problem
    assert isinstance(read_hex(text), str | bytes)
    found = read_json(text)
    assert not isinstance(found, Broken) or found.at is None or 0 <= found.at <= len(text)
