"""REST on messages: publish, history, one message, its versions and annotations."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgpack
import pytest

from tests.support.granting import ask, basic, code, grant, value
from tests.support.service import KEY, Bench

PACKED = {"content_type": "application/x-msgpack", "accept": "application/x-msgpack"}


def rest(bench: Bench, target: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
    """A request with the key; its decoded answer."""
    return value(ask(bench, target, method, body, auth=basic(), **headers))


def publish(bench: Bench, *messages: dict[str, Any]) -> list[str]:
    found: list[str] = rest(bench, "/channels/a/messages", "POST", list(messages))["serials"]
    return found


def path(serial: str, rest_of_it: str = "") -> str:
    return f"/channels/a/messages/{quote(serial, safe='')}{rest_of_it}"


@pytest.mark.parametrize(
    ("ids", "message_id"),
    [
        (["base:0", "base:1"], "base:0"),
        (["base:0", "other:1"], None),
        (["x"], None),
        ([None, None], None),
    ],
)
def test_ids_of_the_client(ids: list[str | None], message_id: str | None) -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("a")
    body = [{"data": str(n), **({"id": i} if i else {})} for n, i in enumerate(ids)]
    told = rest(bench, "/channels/a/messages", "POST", body)
    frame = client.got[-1]
    assert told["messageId"] == frame["id"]
    assert message_id in {None, told["messageId"]}
    assert [m["id"] for m in frame["messages"]] == [
        i or f"{frame['id']}:{n}" for n, i in enumerate(ids)
    ]
    again = rest(bench, "/channels/a/messages", "POST", body)
    assert (again["serials"] == told["serials"]) == all(ids)


def test_an_array_that_was_taken_in_part_is_completed() -> None:
    bench = Bench()
    first = publish(bench, {"id": "b:0", "data": "0"})
    both = publish(bench, {"id": "b:0", "data": "0"}, {"id": "b:1", "data": "1"})
    assert both[0] == first[0]
    assert [m["data"] for m in rest(bench, "/channels/a/messages")] == ["1", "0"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_change_and_reading_it(packed: bool) -> None:
    bench = Bench()
    (serial,) = publish(bench, {"data": "one", "clientId": "bob", "name": "n"})
    body: Any = {"action": 5, "data": "two", "version": {"description": "why"}}
    headers = PACKED if packed else {}
    answer = ask(bench, path(serial), "PATCH", body, auth=basic(), **headers)
    version = value(answer)["versionSerial"]
    assert answer.status == 200
    found = rest(bench, path(serial), **headers)
    assert (found["data"], found["version"]["serial"]) == ("onetwo", version)
    assert found["version"]["description"] == "why"
    assert found["clientId"] == "bob"
    older = rest(bench, path(serial, "/versions"), **headers)
    assert [(m["action"], m["data"]) for m in older] == [(0, "one"), (1, "onetwo")]
    newest = rest(bench, path(serial, "/versions?direction=backwards&limit=1"), **headers)
    assert [m["data"] for m in newest] == ["onetwo"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"data": "x"}, 40000),
        ({"action": 0, "data": "x"}, 40000),
        ({"action": 9}, 40000),
        ({"action": 1, "serial": "another"}, 40000),
        ([{"action": 1}], 40000),
        ({"action": 1, "data": 3}, 40013),
        (b"{", 40000),
    ],
)
def test_bad_changes(body: Any, expected: int) -> None:
    bench = Bench()
    (serial,) = publish(bench, {"data": "one"})
    assert code(ask(bench, path(serial), "PATCH", body, auth=basic()))[0] == expected
    assert rest(bench, path(serial))["data"] == "one"


@pytest.mark.parametrize("tail", ["", "/versions", "/annotations"])
def test_what_is_not_held(tail: str) -> None:
    bench = Bench()
    for _ in range(2):  # without the channel, and with it
        assert code(ask(bench, path("01@x:0", tail), auth=basic())) == (40400, 404)
        publish(bench, {"data": "x"})


@pytest.mark.parametrize("tail", ["/versions", "/annotations", ""])
def test_methods(tail: str) -> None:
    response = ask(Bench(), path("s", tail), "DELETE", auth=basic())
    assert code(response) == (40500, 405)
    assert dict(response.headers)["Allow"].startswith("GET")


def test_annotations() -> None:
    bench = Bench()
    (serial,) = publish(bench, {"data": "one"})
    notes = [{"type": "r:multiple.v1", "name": n, "data": "1"} for n in "abc"]
    answer = ask(bench, path(serial, "/annotations"), "POST", notes, auth=basic())
    assert (answer.status, len(value(answer)["serials"])) == (201, 3)
    found = rest(bench, path(serial, "/annotations?limit=2"))
    assert [a["name"] for a in found] == ["a", "b"]
    assert {a["messageSerial"] for a in found} == {serial}
    assert rest(bench, path(serial))["annotations"]["summary"]["r:multiple.v1"]["c"]["total"] == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], 40000),
        ([{"type": "t:total.v1", "messageSerial": "another"}], 40000),
        ([{"name": "x"}], 40000),
        ({"type": "t:flag.v1"}, 40161),
    ],
)
def test_bad_annotations(body: Any, expected: int) -> None:
    bench = Bench()
    (serial,) = publish(bench, {"data": "one"})
    response = ask(bench, path(serial, "/annotations"), "POST", body, auth=basic())
    assert code(response)[0] == expected


@pytest.mark.parametrize(
    ("rights", "method", "tail", "expected"),
    [
        (["history"], "GET", "", None),
        (["subscribe"], "GET", "", 40160),
        (["history"], "GET", "/versions", None),
        (["subscribe"], "GET", "/versions", 40160),
        (["history"], "GET", "/annotations", None),
        (["annotation-subscribe"], "GET", "/annotations", None),
        (["subscribe"], "GET", "/annotations", 40160),
        (["annotation-publish"], "POST", "/annotations", None),
        (["publish"], "POST", "/annotations", 40160),
        (["message-update-any"], "PATCH", "", None),
        (["publish"], "PATCH", "", 40160),
    ],
)
def test_rights(rights: list[str], method: str, tail: str, expected: int | None) -> None:
    bench = Bench()
    (serial,) = publish(bench, {"data": "one"})
    body = {"PATCH": {"action": 1}, "POST": {"type": "a:total.v1"}}.get(method)
    bearer = "Bearer " + grant(bench, {"a": rights}).token
    response = ask(bench, path(serial, tail), method, body, auth=bearer)
    assert (None if response.status < 300 else code(response)[0]) == expected


def test_a_changed_message_keeps_its_place_and_time_in_history() -> None:
    bench = Bench()
    first, _ = publish(bench, {"data": "1"}, {"data": "2"})
    at = int(bench.moment.wall)
    bench.advance(1_000)
    rest(bench, path(first), "PATCH", {"action": 1, "data": "1b"})
    assert [m["data"] for m in rest(bench, "/channels/a/messages")] == ["2", "1b"]
    assert len(rest(bench, f"/channels/a/messages?end={at}")) == 2
    pages = rest(bench, "/channels/a/messages?limit=1&direction=forwards")
    assert [m["data"] for m in pages] == ["1b"]


def test_bytes_of_a_change_in_both_formats() -> None:
    bench = Bench()
    (serial,) = publish(bench, {"data": "AA==", "encoding": "base64"})
    body = msgpack.packb({"action": 5, "data": b"\xff"})
    assert ask(bench, path(serial), "PATCH", body, auth=basic(), **PACKED).status == 200
    assert rest(bench, path(serial))["data"] == "AP8="
    assert rest(bench, path(serial), **PACKED)["data"] == b"\x00\xff"


@pytest.mark.parametrize(
    ("target", "method", "body", "expected"),
    [
        ("/channels/other/messages", "POST", {"data": "x"}, 40160),
        ("/channels/other/messages/s", "PATCH", {"action": 1}, 40400),
        ("/channels/other/messages/s/annotations", "POST", {"type": "a:total.v1"}, 40160),
    ],
)
def test_what_is_refused_leaves_no_channel_behind(
    target: str, method: str, body: Any, expected: int
) -> None:
    bench = Bench()
    token = grant(bench, {"mine": ["*"]}).token
    assert code(ask(bench, target, method, body, auth=f"Bearer {token}"))[0] == expected
    assert bench.core.realm.apps["app"].channels == {}


def test_more_than_the_rate_is_refused_over_rest_too_for_each_app_by_itself() -> None:
    bench = Bench(max_inbound_rate=2, keys=(KEY, "other.kid:secret"))

    def asked(target: str, method: str = "POST", body: Any = None, key: str = KEY) -> int:
        response = ask(bench, target, method, body or {"data": "x"}, auth=basic(key))
        return response.status if response.status < 400 else code(response)[0]

    assert [asked("/channels/a/messages") for _ in range(3)] == [201, 201, 42911]
    assert asked("/channels/a/messages/s", "PATCH", {"action": 1}) == 42911
    assert asked("/channels/a/messages/s/annotations", body={"type": "a:total.v1"}) == 42911
    assert asked("/channels/a/messages", key="other.kid:secret") == 201
    batch = ask(bench, "/messages", "POST", {"channels": ["a"], "messages": {}}, auth=basic())
    assert value(batch)["results"][0]["error"]["code"] == 42911
    bench.advance(500)
    assert asked("/channels/a/messages") == 201
