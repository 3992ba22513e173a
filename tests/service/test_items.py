"""Items as clients write them."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.codec import Format
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import ProtocolAction
from ablytui.service.auth import Identity
from ablytui.service.items import MOST_TEXT, read_items, stamp

ANNOTATION = ProtocolAction.ANNOTATION


def test_only_what_subscribers_see_is_kept() -> None:
    given = {"name": "n", "data": "", "size": 3, "connectionKey": "k", "encoding": "", "id": None}
    assert read_items([given], Format.JSON) == [{"name": "n", "data": ""}]


def test_so_many_of_one_frame_and_no_more() -> None:
    assert len(read_items([{}] * 1_000, Format.JSON)) == 1_000  # type: ignore[arg-type]
    error = read_items([{}] * 1_001, Format.JSON)
    assert isinstance(error, ErrorInfo)
    assert (error.code, error.status_code) == (40009, 413)


@pytest.mark.parametrize("name", ["id", "encoding", "serial"])
def test_what_the_size_does_not_count_is_bounded_by_itself(name: str) -> None:
    assert isinstance(read_items([{name: "x" * MOST_TEXT}], Format.JSON), list)
    error = read_items([{name: "x" * (MOST_TEXT + 1)}], Format.JSON)
    assert isinstance(error, ErrorInfo)
    assert error.code == 40009


def test_an_annotation_has_fields_of_its_own() -> None:
    given = {"type": "a:flag.v1", "messageSerial": "s", "count": 2.0, "serial": "no", "version": {}}
    assert read_items([given], Format.JSON, ANNOTATION) == [
        {"type": "a:flag.v1", "messageSerial": "s", "count": 2}
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("x", 40000),
        ({"type": 3}, 40000),
        ({"messageSerial": ["x"]}, 40000),
        ({"count": -1}, 40000),
        ({"count": 1 << 40}, 40000),
        ({"count": "many"}, 40000),
        ({"data": {"a": 1}}, 40013),
        ({"clientId": 1}, 40012),
    ],
)
def test_bad_annotations(given: Any, code: int) -> None:
    error = read_items([given], Format.JSON, ANNOTATION)
    assert isinstance(error, ErrorInfo)
    assert error.code == code


@pytest.mark.parametrize(
    ("own", "given", "expected"),
    [
        ("bob", None, "bob"),
        ("bob", "bob", "bob"),
        ("bob", "amy", 40012),
        ("*", "amy", "amy"),
        ("*", None, None),
        ("*", "*", 40012),
        (None, "amy", 40012),
        (None, None, None),
    ],
)
def test_authors(own: str | None, given: str | None, expected: str | int | None) -> None:
    item = {} if given is None else {"clientId": given}
    error = stamp(Identity("app", "app.k", own), [item])
    if isinstance(expected, int):
        assert error is not None
        assert error.code == expected
    else:
        assert (error, item.get("clientId")) == (None, expected)
