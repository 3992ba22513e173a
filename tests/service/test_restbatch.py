"""REST on many channels at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.granting import ask, basic, code, grant, value
from tests.support.service import Bench, data_of


def test_each_channel_has_its_own_result() -> None:
    bench = Bench()
    client = bench.dial()
    for name in ("a", "b"):
        client.attach(name)
    client.take()
    body = [
        {"channels": ["a", ":no"], "messages": [{"data": "1"}, {"data": "2"}]},
        {"channels": "b", "messages": {"data": "3"}},
        {"channels": ["a"], "messages": [{"data": 4}]},
    ]
    response = ask(bench, "/messages", "POST", body, auth=basic())
    one, two, three = value(response)
    assert response.status == 201
    assert (one["successCount"], one["failureCount"]) == (1, 1)
    assert [r["channel"] for r in one["results"]] == ["a", ":no"]
    assert len(one["results"][0]["serials"]) == 2
    assert one["results"][1]["error"]["code"] == 40010
    assert two["results"][0]["channel"] == "b"
    assert three["results"][0]["error"]["code"] == 40013
    assert data_of(client.got) == ["1", "2", "3"]


def test_one_part_alone_and_rights() -> None:
    bench = Bench()
    bearer = "Bearer " + grant(bench, {"a": ["publish"]}).token
    body = {"channels": ["a", "b"], "messages": [{"data": "x"}]}
    found = value(ask(bench, "/messages", "POST", body, auth=bearer))
    assert (found["successCount"], found["failureCount"]) == (1, 1)
    assert found["results"][1]["error"]["code"] == 40160


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        3,
        [{"channels": ["a"]}],
        [{"channels": [], "messages": []}],
        [{"channels": 3, "messages": []}],
        [{"channels": ["a"] * 101, "messages": [{"data": "x"}]}],
    ],
)
def test_bad_bodies(body: Any) -> None:
    assert code(ask(Bench(), "/messages", "POST", body, auth=basic())) == (40000, 400)


def test_presence_of_many() -> None:
    bench = Bench()
    bench.dial(clientId="bob").presence("a", 0, action=2, data="hi")
    bearer = "Bearer " + grant(bench, {"a": ["subscribe"], "c": ["subscribe"]}).token
    found = value(ask(bench, "/presence?channels=a,b,c", auth=bearer))
    there, refused, empty = found["results"]
    assert [(m["clientId"], m["data"]) for m in there["presence"]] == [("bob", "hi")]
    assert (refused["channel"], refused["error"]["code"]) == ("b", 40160)
    assert empty == {"channel": "c", "presence": []}
    assert (found["successCount"], found["failureCount"]) == (2, 1)
    assert "c" not in bench.core.realm.apps["app"].channels


@pytest.mark.parametrize("query", ["", "?channels=", "?channels=" + "a," * 101])
def test_presence_of_none_or_too_many(query: str) -> None:
    assert code(ask(Bench(), f"/presence{query}", auth=basic())) == (40000, 400)


@pytest.mark.parametrize(("path", "method"), [("/messages", "GET"), ("/presence", "POST")])
def test_methods_and_credentials(path: str, method: str) -> None:
    assert code(ask(Bench(), path, method, auth=basic())) == (40500, 405)
    other = {"GET": "POST", "POST": "GET"}[method]
    assert code(ask(Bench(), path, other, {})) == (40101, 401)


def test_messages_over_all_channels_are_bounded() -> None:
    bench = Bench()
    parts = [
        {"channels": [f"c{n}" for n in range(9)], "messages": [{}] * 1_000},
        {"channels": ["x", "y"], "messages": [{}] * 501},
    ]
    assert code(ask(bench, "/messages", "POST", parts, auth=basic())) == (40009, 413)
    assert bench.core.realm.apps["app"].channels == {}
    parts[1]["messages"] = [{}] * 500
    assert ask(bench, "/messages", "POST", parts, auth=basic()).status == 201
