"""Tokens, JWTs and REST requests for tests of the service."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import msgpack

from ablytui.service.capability import Capability, read_capability
from ablytui.service.rest import Request, Response, Rest
from ablytui.service.tokens import Grant
from tests.support.service import KEY, Bench, Client

LONG = "app.kid:" + "s" * 64
"""A key of which PyJWT does not find that it is short."""


NONCE = "0123456789abcdef"
SIGNED = ("keyName", "ttl", "capability", "clientId", "timestamp", "nonce")
"""The values that a token request's mac is over, in order."""

SUITE: dict[str, Any] = {
    "limits": {"presence": {"maxMembers": 250}},
    "keys": [
        {},
        {"capability": '{ "cansubscribe:*":["subscribe"], "canpublish:*":["publish"] }'},
        {"capability": {"a": ["publish"]}},
        {"revocableTokens": True},
    ],
    "namespaces": [{"id": "persisted", "persisted": True}, {"id": "push", "pushEnabled": True}],
    "channels": [{"name": "persisted:fixtures", "presence": [{"clientId": "a", "data": "24"}]}],
}
"""The kind of app that test suites of SDKs ask for."""


def capability(rights: dict[str, list[str]]) -> Capability:
    found = read_capability(rights)
    assert isinstance(found, Capability), found
    return found


def basic(key: str = KEY) -> str:
    return "Basic " + base64.b64encode(key.encode()).decode()


def grant(
    bench: Bench,
    rights: dict[str, list[str]] | None = None,
    *,
    client_id: str | None = None,
    ttl: int = 3_600_000,
    key: str = KEY,
) -> Grant:
    """A token of a key, without the detour over REST."""
    held = bench.core.realm.keyring.key(key.partition(":")[0])
    assert held is not None
    rights_ = held.capability if rights is None else capability(rights)
    wall = int(bench.moment.wall)
    found = bench.core.realm.tokens.issue(held, client_id, rights_, ttl, wall)
    assert isinstance(found, Grant), found
    return found


def signed(key: str, iat: float, exp: float, *, alg: str = "HS256", **claims: Any) -> str:
    """A JWT; names of claims have `_` for `-`. Times in ms."""
    name, _, secret = key.partition(":")
    named = {n.replace("_", "-"): v for n, v in claims.items()}
    body = {"iat": iat / 1000, "exp": exp / 1000, **named}
    return jwt.encode(body, secret, algorithm=alg, headers={"kid": name})


def by_token(bench: Bench, token: str, dialect: str = "current", **query: str) -> Client:
    """A client that dials with a token."""
    fmt = query.pop("fmt", "json")
    name = "access_token" if dialect == "classic" else "accessToken"
    return bench.dial(dialect, fmt, **{"key": "", name: token, **query})


def ask(
    bench: Bench,
    target: str,
    method: str = "GET",
    body: Any = None,
    *,
    auth: str | None = None,
    remote: str = "127.0.0.1",
    **headers: str,
) -> Response:
    """One REST request; what it sends to others is delivered."""
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    if auth:
        named["authorization"] = auth
    packed = named.get("content-type") == "application/x-msgpack"
    raw = body if isinstance(body, bytes) else b""
    if body is not None and not isinstance(body, bytes):
        raw = msgpack.packb(body) if packed else json.dumps(body).encode()
    request = Request(method, target, named, raw, remote)
    response, effects = Rest(bench.core.realm).handle(request, bench.moment)
    for effect in effects:
        bench._perform(effect)
    return response


def value(response: Response) -> Any:
    kind = dict(response.headers)["Content-Type"]
    return json.loads(response.body) if "json" in kind else msgpack.unpackb(response.body)


def code(response: Response) -> tuple[int, int]:
    """Error code and HTTP status; the same in body, header and status line."""
    error = value(response)["error"]
    assert dict(response.headers)["X-Ably-Errorcode"] == str(error["code"])
    assert response.status == error["statusCode"]
    return error["code"], response.status
