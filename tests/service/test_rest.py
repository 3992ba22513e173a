"""REST requests to the realm."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.service.events import Send
from ablytui.service.rest import Response
from tests.support import granting
from tests.support.granting import value
from tests.support.service import KEY, Bench

AUTH = {"authorization": "Basic " + base64.b64encode(KEY.encode()).decode()}


def ask(bench: Bench, target: str, method: str = "GET", body: Any = None, **more: str) -> Response:
    """A request with the key, unless another `authorization` is given."""
    return granting.ask(bench, target, method, body, **{**AUTH, **more})


def test_time_needs_no_credentials() -> None:
    bench = Bench()
    response = ask(bench, "/time", authorization="")
    assert (response.status, value(response)) == (200, [int(bench.moment.wall)])


@pytest.mark.parametrize(
    ("headers", "target", "code"),
    [
        ({"authorization": ""}, "/channels/news/messages", 40101),
        ({"authorization": "Basic !"}, "/channels/news/messages", 40005),
        ({"authorization": "Bearer eHh4"}, "/channels/news/messages", 40005),
        ({"authorization": ""}, "/channels/news/messages?key=app.kid:no", 40101),
        ({}, "/nowhere", 40400),
        ({}, "/channels/news/nothing", 40400),
        ({}, "/channels/%3Abad/messages", 40010),
        ({}, "/channels/news/messages?limit=x", 40003),
    ],
)
def test_refusals(headers: dict[str, str], target: str, code: int) -> None:
    response = ask(Bench(), target, **headers)
    error = value(response)["error"]
    assert error["code"] == code
    assert response.status == error["statusCode"]
    assert dict(response.headers)["X-Ably-Errorcode"] == str(code)


def test_a_method_that_is_not_possible() -> None:
    assert value(ask(Bench(), "/time", "POST"))["error"]["code"] == 40500
    assert ask(Bench(), "/channels/a/presence", "POST", {}).status == 405


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_publish_reaches_subscribers_and_history(fmt: str) -> None:
    bench = Bench()
    client = bench.dial("classic", fmt)
    client.attach("chan é")
    body: list[dict[str, Any]] = [{"name": "a", "data": "1"}, {"data": "2", "clientId": "amy"}]
    answer = ask(bench, "/channels/chan%20%C3%A9/messages", "POST", body)
    told = value(answer)
    frame = client.got[-1]
    assert answer.status == 201
    assert told["channel"] == "chan é"
    assert told["serials"] == [m["serial"] for m in frame["messages"]]
    assert frame["id"] == told["messageId"]
    assert "connectionId" not in frame
    history = value(ask(bench, "/channels/chan%20%C3%A9/history"))
    assert [m["data"] for m in history] == ["2", "1"]
    assert history[0]["timestamp"] == frame["timestamp"]


def test_a_single_message_and_the_same_id_twice() -> None:
    bench = Bench()
    for _ in range(2):
        assert ask(bench, "/channels/a/messages", "POST", {"id": "x", "data": "1"}).status == 201
    assert len(value(ask(bench, "/channels/a/messages"))) == 1


def test_msgpack_both_ways_with_bytes_in_the_old_raw_type() -> None:
    bench = Bench()
    body = msgpack.packb({"data": b"\x00\xff"}, use_bin_type=False)
    kinds = {"content_type": "application/x-msgpack", "accept": "application/x-msgpack"}
    assert ask(bench, "/channels/a/messages", "POST", body, **kinds).status == 201
    assert value(ask(bench, "/channels/a/messages", **kinds))[0]["data"] == b"\x00\xff"
    assert value(ask(bench, "/channels/a/messages"))[0]["data"] == "AP8="


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 40000),
        (b"{", 40000),
        (b"[]", 40000),
        (b"3", 40000),
        (b"[" * 5_000, 40000),
        (b'{"data":{"a":1}}', 40013),
        (json.dumps({"data": "x" * 70_000}).encode(), 40009),
    ],
)
def test_bad_bodies(body: bytes, code: int) -> None:
    assert value(ask(Bench(), "/channels/a/messages", "POST", body))["error"]["code"] == code


def test_history_in_pages_and_both_directions() -> None:
    bench = Bench()
    bench.peer("a", *"12345")
    target, seen = "/channels/a/messages?limit=2", []
    for _ in range(3):
        response = ask(bench, target)
        seen.append([m["data"] for m in value(response)])
        links = [v for n, v in response.headers if n == "Link"]
        following = [v for v in links if 'rel="next"' in v]
        if following:
            target = "/channels/a/" + following[0].partition("./")[2].partition(">")[0]
    assert seen == [["5", "4"], ["3", "2"], ["1"]]
    assert not following
    forwards = value(ask(bench, "/channels/a/messages?direction=forwards&limit=2"))
    assert [m["data"] for m in forwards] == ["1", "2"]


def test_history_between_times_and_until_a_serial() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("a")
    for data in "123":
        bench.peer("a", data)
        bench.advance(1_000)
    frames = [m for m in client.got if m["action"] == 15]
    middle = frames[1]
    at, serial = middle["timestamp"], middle["channelSerial"]
    for query in (f"start={at}&end={at}", f"from_serial={serial}&limit=1"):
        (only,) = value(ask(bench, f"/channels/a/messages?{query}"))
        assert only["data"] == "2"


def test_history_forgets_after_the_retention() -> None:
    bench = Bench(retention=5_000)
    bench.peer("a", "old")
    bench.advance(5_001)
    assert value(ask(bench, "/channels/a/messages")) == []
    assert value(ask(bench, "/channels/never/messages")) == []


def test_presence() -> None:
    bench = Bench()
    client = bench.dial()
    for n, name in enumerate(["amy", "bob"]):
        client.presence("a", n, action=2, clientId=name, data=name)
    everyone = value(ask(bench, "/channels/a/presence"))
    assert [(m["clientId"], m["action"]) for m in everyone] == [("amy", 1), ("bob", 1)]
    assert len(value(ask(bench, "/channels/a/presence?clientId=bob"))) == 1
    assert len(value(ask(bench, "/channels/a/presence?limit=1"))) == 1
    assert value(ask(bench, "/channels/a/presence?connectionId=x")) == []
    assert value(ask(bench, "/channels/never/presence")) == []


def test_presence_history_in_pages() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("a")
    for n, (action, data) in enumerate([(2, "in"), (4, "more"), (3, "out")]):
        client.presence("a", n, action=action, clientId="amy", data=data)
    response = ask(bench, "/channels/a/presence/history?limit=2")
    assert [(m["action"], m["data"]) for m in value(response)] == [(3, "out"), (4, "more")]
    assert all(m["clientId"] == "amy" and m["timestamp"] for m in value(response))
    (following,) = [v for n, v in response.headers if 'rel="next"' in v]
    target = "/channels/a/presence/" + following.partition("./")[2].partition(">")[0]
    assert [m["data"] for m in value(ask(bench, target))] == ["in"]
    assert value(ask(bench, "/channels/a/messages")) == []
    forwards = value(ask(bench, "/channels/a/presence/history?direction=forwards"))
    assert [m["data"] for m in forwards] == ["in", "more", "out"]


def test_statistics_are_an_empty_page() -> None:
    response = ask(Bench(), "/stats?unit=hour&limit=10")
    assert (response.status, value(response)) == (200, [])
    assert [v for n, v in response.headers if n == "Link"] == [
        '<./stats?unit=hour&limit=10>; rel="first"',
        '<./stats?unit=hour&limit=10>; rel="current"',
    ]
    assert value(ask(Bench(), "/stats", authorization=""))["error"]["code"] == 40101


def test_the_status_of_a_channel() -> None:
    bench = Bench()
    assert value(ask(bench, "/channels/chan%20%C3%A9"))["status"]["isActive"] is False
    bench.dial().attach("chan é")
    found = value(ask(bench, "/channels/chan%20%C3%A9"))
    assert (found["channelId"], found["status"]["isActive"]) == ("chan é", True)
    assert found["status"]["occupancy"]["metrics"]["connections"] == 1
    assert ask(bench, "/channels/a", "DELETE").status == 405


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.sampled_from(["/time", "/channels/a/messages", "/channels/a/presence", ""])
    | st.text(max_size=12),
    st.text(max_size=12),
    st.binary(max_size=30),
    st.sampled_from(["application/json", "application/x-msgpack", "x"]),
)
def test_no_request_hurts(method: str, path: str, query: str, body: bytes, kind: str) -> None:
    bench = Bench()
    response = ask(bench, f"{path}?{query}", method, body, content_type=kind, accept=kind)
    assert 200 <= response.status < 500
    assert not any(isinstance(e, Send) for e in bench.core.realm.out)
