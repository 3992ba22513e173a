"""Requests, responses, bodies, and whom a request is from."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ablytui.protocol.codec import Format
from ablytui.service import problems
from ablytui.service.problems import problem
from ablytui.service.restio import Refused, Request, accepted, error_response, identify, read_body
from tests.support.granting import LONG, ask, basic, code, grant, signed, value
from tests.support.service import KEY, Bench

HISTORY = "/channels/a/messages"


def base(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("form", ["basic", "base64", "raw", "accessToken", "access_token", "key"])
@pytest.mark.parametrize("kind", ["token", "jwt"])
def test_a_token_comes_in_any_form(form: str, kind: str) -> None:
    bench = Bench(keys=(LONG,))
    wall = bench.moment.wall
    token = (
        grant(bench, {"a": ["history"]}, key=LONG).token
        if kind == "token"
        else signed(LONG, wall, wall + 60_000, x_ably_capability='{"a":["history"]}')
    )
    target, auth = HISTORY, None
    if form in {"basic", "key"}:
        auth = basic(LONG) if form == "basic" else None
        target += f"?key={LONG}" if form == "key" else ""
    elif form in {"base64", "raw"}:
        auth = "Bearer " + (base(token) if form == "base64" else token)
    else:
        target += f"?{form}={token}"
    assert ask(bench, target, auth=auth).status == 200
    refused = ask(bench, target.replace("/a/", "/b/"), auth=auth)
    assert refused.status == (200 if form in {"basic", "key"} else 401)
    if form not in {"basic", "key"}:
        assert code(refused) == (40160, 401)


def test_a_token_that_ended() -> None:
    bench = Bench()
    token = grant(bench, ttl=5).token
    bench.advance(5)
    assert code(ask(bench, HISTORY, auth=f"Bearer {token}")) == (40142, 401)


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("POST", "messages", "publish"),
        ("GET", "messages", "history"),
        ("GET", "history", "history"),
        ("GET", "presence", "subscribe"),
    ],
)
def test_each_request_needs_its_right(method: str, path: str, right: str) -> None:
    bench = Bench()
    body = {"data": "x"} if method == "POST" else None
    for operation in ("publish", "history", "subscribe", "presence"):
        token = grant(bench, {"a": [operation]}).token
        response = ask(bench, f"/channels/a/{path}", method, body, auth=f"Bearer {token}")
        if operation == right:
            assert response.status in {200, 201}
        else:
            assert code(response) == (40160, 401)


@pytest.mark.parametrize(
    ("held", "header", "given", "result"),
    [
        ("key", "bob", None, "bob"),
        ("key", "bob", "bob", "bob"),
        ("key", "bob", "amy", 40012),
        ("key", None, "amy", "amy"),
        ("key", None, None, None),
        ("key", "*", None, 40012),
        ("bob", None, None, "bob"),
        ("bob", "bob", "bob", "bob"),
        ("bob", None, "amy", 40012),
        ("bob", "amy", None, 40102),
        ("*", None, "amy", "amy"),
        ("*", "amy", None, "amy"),
        (None, None, None, None),
        (None, None, "amy", 40012),
    ],
)
def test_who_a_message_is_from(
    held: str | None, header: str | None, given: str | None, result: str | int | None
) -> None:
    bench = Bench()
    auth = basic() if held == "key" else f"Bearer {grant(bench, client_id=held).token}"
    headers = {} if header is None else {"x_ably_clientid": base(header)}
    body = {"data": "x"} | ({} if given is None else {"clientId": given})
    response = ask(bench, HISTORY, "POST", body, auth=auth, **headers)
    if isinstance(result, int):
        assert code(response)[0] == result
    else:
        assert response.status == 201
        (message,) = value(ask(bench, HISTORY, auth=basic()))
        assert message.get("clientId") == result


def test_bytes_beyond_ascii_in_the_header_do_no_harm() -> None:
    bench = Bench()
    headers = {"x_ably_clientid": "\udcff\udcc3\udca9"}
    assert ask(bench, HISTORY, "POST", {"data": "x"}, auth=basic(), **headers).status == 201
    assert value(ask(bench, HISTORY, auth=basic()))[0]["clientId"] == "\ufffdé"


def test_identify_refuses_nobody_in_particular() -> None:
    bench = Bench()
    with pytest.raises(Refused, match="no credentials"):
        identify(bench.core.realm, Request("GET", "/"))
    who = identify(bench.core.realm, Request("GET", f"/?key={KEY}"))
    assert (who.app, who.key_name) == ("app", "app.kid")


@pytest.mark.parametrize(
    ("target", "accept", "fmt"),
    [
        ("/", "", Format.JSON),
        ("/", "application/x-msgpack, application/json", Format.MSGPACK),
        ("/?format=json", "application/x-msgpack", Format.JSON),
        ("/?format=msgpack", "", Format.MSGPACK),
        ("/?format=xml", "", Format.JSON),
    ],
)
def test_the_format_of_the_answer(target: str, accept: str, fmt: Format) -> None:
    assert accepted(Request("GET", target, {"accept": accept})) is fmt


def test_a_body_that_is_none() -> None:
    for body in (b"", b"{", b"[" * 9_000, b"\xff"):
        with pytest.raises(Refused, match="the body is not json"):
            read_body(Request("POST", "/", {}, body))
    kind = {"content-type": "application/x-msgpack"}
    with pytest.raises(Refused, match="the body is not msgpack"):
        read_body(Request("POST", "/", kind, b"\xc1"))


def test_an_error_can_be_written_whatever_a_peer_put_into_it() -> None:
    response = error_response(problem(problems.BAD_REQUEST, "half \ud800 a pair\n"))
    body: Any = json.loads(response.body)
    assert body["error"]["message"].startswith("half ")
    assert dict(response.headers)["X-Ably-Errormessage"] == "half ? a pair?"
