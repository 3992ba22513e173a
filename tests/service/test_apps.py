"""Apps: given, and asked for."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.apps import (
    MOST_KEYS,
    Wanted,
    app_of,
    apps_of,
    describe,
    make_app,
    read_wanted,
)
from ablytui.service.capability import EVERYTHING
from tests.support.granting import SUITE


def make(body: Any) -> dict[str, Any]:
    numbers = itertools.count()
    wanted = read_wanted(body)
    assert isinstance(wanted, Wanted), wanted
    app = make_app(wanted, lambda n: str(next(numbers)).zfill(n), 5)
    assert not app.given
    return describe(app, body.get("channels"))


def test_the_apps_of_the_keys_a_service_starts_with() -> None:
    apps = apps_of(("app.one:s1", "else.k:x", "app.two:s:2"))
    assert list(apps) == ["app", "else"]
    assert apps["app"].given
    assert apps["app"].keys["app.two"].whole == "app.two:s:2"
    assert (app_of("app.k:s"), apps["else"].keys["else.k"].app) == ("app", "else")
    assert apps["app"].keys["app.one"].capability == EVERYTHING


def test_what_suites_ask_for_and_read() -> None:
    answer = make(SUITE)
    app = answer["appId"]
    assert answer["id"] == app
    assert answer["accountId"]
    assert answer["channels"] == SUITE["channels"]
    keys = answer["keys"]
    assert [k["capability"] for k in keys] == [
        '{"*":["*"]}',
        '{"canpublish:*":["publish"],"cansubscribe:*":["subscribe"]}',
        '{"a":["publish"]}',
        '{"*":["*"]}',
    ]
    for key in keys:
        assert key["keyName"] == f"{app}.{key['id']}"
        assert key["keyStr"] == f"{key['keyName']}:{key['value']}"
        assert key["keySecret"] == key["value"]
    assert len({k["keyStr"] for k in keys}) == 4
    assert [k["revocableTokens"] for k in keys] == [False, False, False, True]
    assert [(n["id"], n["persisted"], n["pushEnabled"]) for n in answer["namespaces"]] == [
        ("persisted", True, False),
        ("push", False, True),
    ]


def test_without_anything_asked_there_is_a_key() -> None:
    bodies: list[dict[str, Any]] = [{}, {"keys": []}, {"keys": None, "namespaces": None}]
    for body in bodies:
        assert len(make(body)["keys"]) == 1


def test_the_namespace_of_a_channel() -> None:
    wanted = read_wanted(SUITE)
    assert isinstance(wanted, Wanted)
    app = make_app(wanted, lambda n: "x" * n, 5)
    assert app.namespace("persisted:a:b")["persisted"]
    assert app.namespace("persisted") == {}
    assert app.namespace("other:a") == {}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {"keys": {}},
        {"keys": [1]},
        {"keys": [{"capability": "{"}]},
        {"keys": [{"capability": '{"a":["fly"]}'}]},
        {"keys": [{}] * (MOST_KEYS + 1)},
        {"namespaces": [{}]},
        {"namespaces": [{"id": 7}]},
        {"namespaces": "x"},
        {"channels": ["x"]},
        {"channels": [{}] * 101},
    ],
)
def test_what_cannot_be_asked_for(body: Any) -> None:
    error = read_wanted(body)
    assert isinstance(error, ErrorInfo)
    assert (error.code, error.status_code) == (40000, 400)


JUNK = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=5), s, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["keys", "namespaces", "channels"]), JUNK))
def test_no_body_hurts(body: Any) -> None:
    assert isinstance(read_wanted(body), Wanted | ErrorInfo)
