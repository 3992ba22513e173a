from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.capture.places import header, json_spans, msgpack_spans, string_at, unquoted


def in_json(data: bytes) -> list[bytes]:
    return [data[span.start : span.stop] for span in json_spans(data)]


def in_msgpack(data: bytes) -> list[bytes]:
    return [data[span.start : span.stop] for span in msgpack_spans(data)]


SECRET: list[tuple[Any, list[bytes]]] = [
    ({"connectionKey": "K"}, [b"K"]),
    ({"connectionDetails": {"clientId": "c", "connectionKey": "K"}}, [b"K"]),
    ({"auth": {"accessToken": "T"}}, [b"T"]),
    ({"messages": [{"data": "d", "connectionKey": "K"}, {"connectionKey": "L"}]}, [b"K", b"L"]),
    ({"auth": {"accessToken": {"token": "T", "more": ["U"]}}, "id": "x"}, [b"T", b"U"]),
    ({"connectionKey": ["A", {"b": "B"}], "x": {"connectionKey": "no"}}, [b"A", b"B"]),
    ({"connectionKey": None, "auth": {"accessToken": True}}, []),
    ({"connectionKey": ""}, [b""]),
]
NOT_SECRET: list[Any] = [
    {"messages": [{"data": {"connectionKey": "user's own"}}]},
    {"messages": [{"data": '{"connectionKey":"user\'s own"}'}]},
    {"messages": {"connectionKey": "not an array"}},
    {"presence": [{"data": {"accessToken": "user's own"}}]},
    {"accessToken": "top", "details": {"connectionKey": "elsewhere"}},
    {"a": {"connectionDetails": {"connectionKey": "deeper"}}},
    {"a": "connectionKey", "b": "value"},
    [{"connectionKey": "inside an array"}],
    ["connectionKey", "K"],
    "connectionKey",
]


@pytest.mark.parametrize(("message", "secrets"), SECRET)
def test_places(message: Any, secrets: list[bytes]) -> None:
    assert in_json(json.dumps(message).encode()) == secrets
    assert in_json(json.dumps(message, indent=3).encode()) == secrets
    assert in_msgpack(msgpack.packb(message)) == secrets


@pytest.mark.parametrize("message", NOT_SECRET)
def test_user_data_is_no_place(message: Any) -> None:
    assert in_json(json.dumps(message).encode()) == []
    assert in_msgpack(msgpack.packb(message)) == []


@pytest.mark.parametrize(
    ("data", "secrets"),
    [
        (rb'{"connection\u004bey":"K"}', [b"K"]),
        (rb'{"connectionKey":"a\"b\u0041"}', [rb"a\"b\u0041"]),
        (b'{"connectionKey":"cut of', [b"cut of"]),
        (b'{"connectionKey":"cut off\\', [b"cut off\\"]),
        (b'{"connectionDetails":{"connectionKey":"cut', [b"cut"]),
        (b'{"connectionKey":"a","connectionKey":"b"}', [b"a", b"b"]),
        (b'{"connectionKey":12345}', [b"12345"]),
        (b'{"connectionKey":', []),
        (b'{"x":[[[[[{"y":1}]]]]],"connectionKey":"K"}', [b"K"]),
        (b'\xef\xbb\xbf{"connectionKey":"K"}', [b"K"]),
        (b"]]}}}", []),
    ],
)
def test_json_as_peers_may_send_it(data: bytes, secrets: list[bytes]) -> None:
    assert in_json(data) == secrets


@pytest.mark.parametrize("size", [5, 40, 300, 70_000])
@pytest.mark.parametrize("binary", [True, False])
def test_every_form_of_string_in_messagepack(size: int, binary: bool) -> None:
    value: Any = b"S" * size if binary else "S" * size
    packed = msgpack.packb({"action": 4, "connectionDetails": {"connectionKey": value}, "z": 1})
    assert in_msgpack(packed) == [b"S" * size]
    assert in_msgpack(packed[: len(packed) - 6]) == [b"S" * (size - 3)]


def test_messagepack_with_binary_names_and_every_other_type() -> None:
    everything = [None, True, 1, -1, 300, -300, 2**40, -(2**40), 1.5, "s" * 300, b"b" * 70_000]
    extensions = [msgpack.ExtType(5, b"x" * size) for size in (1, 2, 4, 8, 16, 3, 300, 70_000)]
    message = {b"skip": [*everything, *extensions, [0] * 70_000], 7: {}, b"connectionKey": "K"}
    assert in_msgpack(msgpack.packb(message)) == [b"K"]


def test_learned_are_the_keys_of_the_connection_alone() -> None:
    message = {
        "connectionKey": "A",
        "connectionDetails": {"connectionKey": "B"},
        "auth": {"accessToken": "C"},
        "messages": [{"connectionKey": "D"}],
    }
    for spans in (json_spans(json.dumps(message).encode()), msgpack_spans(msgpack.packb(message))):
        assert {span.value: span.learn for span in spans} == {
            b"A": True,
            b"B": True,
            b"C": False,
            b"D": False,
        }
    assert not any(span.learn for span in json_spans(b'{"connectionKey":"half a ke'))


def test_unquoted() -> None:
    assert unquoted(rb'"a\u0062\/"') == b"ab/"
    assert unquoted(rb'"open \u00') == rb"open \u00"
    assert unquoted(b'"') == b""


def test_string_at_is_cut_to_what_is_there() -> None:
    assert string_at(b"\xd9\x05abc", 0) == (2, 5)
    assert string_at(b"\xc0", 0) is None
    assert string_at(b"\xd9", 0) is None
    assert header(b"\xc1", 0) is None


@given(st.binary(max_size=400))
def test_hostile_bytes_end(data: bytes) -> None:
    for spans in (json_spans(data), msgpack_spans(data)):
        assert all(0 <= span.start <= span.stop <= len(data) for span in spans)
