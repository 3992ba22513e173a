"""Pages in a browser: leave to ask, and envelopes."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest

from tests.support.granting import ask, basic, code
from tests.support.service import Bench

PAGE = "https://example.com"


@pytest.mark.parametrize("path", ["/channels/a/messages", "/time", "/keys/app.kid/requestToken"])
def test_a_page_that_asks_first(path: str) -> None:
    response = ask(Bench(), path, "OPTIONS", origin=PAGE)
    headers = dict(response.headers)
    assert (response.status, response.body) == (204, b"")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in headers["Access-Control-Allow-Methods"]
    assert "Authorization" in headers["Access-Control-Allow-Headers"]


def test_a_page_may_read_answers_and_errors_and_nobody_else_is_told() -> None:
    bench = Bench()
    for path, status in (("/channels/a/messages", 200), ("/nowhere", 404)):
        response = ask(bench, path, auth=basic(), origin=PAGE)
        headers = dict(response.headers)
        assert response.status == status
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Ably-Errorcode" in headers["Access-Control-Expose-Headers"]
        plain = dict(ask(bench, path, auth=basic()).headers)
        assert not [name for name in plain if name.startswith("Access-Control")]


@pytest.mark.parametrize("path", ["/apps", "/apps/x"])
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "DELETE"])
def test_apps_are_not_for_pages(path: str, method: str) -> None:
    response = ask(Bench(), path, method, {}, origin=PAGE)
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_a_page_makes_no_app_without_asking_either() -> None:
    bench = Bench()
    response = ask(bench, "/apps", "POST", {}, origin=PAGE, content_type="text/plain")
    assert code(response) == (40300, 403)
    assert list(bench.core.realm.apps) == ["app"]


@pytest.mark.parametrize(("fmt", "read"), [("json", json.loads), ("msgpack", msgpack.unpackb)])
def test_an_envelope_holds_status_headers_and_body(fmt: str, read: Any) -> None:
    bench = Bench()
    bench.peer("a", "1", "2")
    path = f"/channels/a/messages?limit=1&envelope={fmt}"
    response = ask(bench, path, auth=basic())
    whole = read(response.body)
    assert (response.status, whole["statusCode"]) == (200, 200)
    assert [m["data"] for m in whole["response"]] == ["2"]
    links = whole["headers"]["Link"].split(",")
    assert ['rel="first"' in links[0], 'rel="next"' in links[2]] == [True, True]
    whole = read(ask(bench, f"/nowhere?envelope={fmt}", auth=basic()).body)
    assert (whole["statusCode"], whole["response"]["error"]["code"]) == (404, 40400)


def test_an_envelope_of_nothing_and_of_no_kind() -> None:
    bench = Bench()
    assert ask(bench, "/time?envelope=xml").status == 400
    assert ask(bench, "/time?envelope=").body.startswith(b"[")
