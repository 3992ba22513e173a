"""JWTs."""

from __future__ import annotations

import base64
import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.apps import Key
from ablytui.service.capability import EVERYTHING
from ablytui.service.jwts import is_jwt, read_jwt
from ablytui.service.tokens import Grant
from tests.support.granting import LONG, capability, signed

NOW = 1_700_000_000_000
SECRET = LONG.partition(":")[2]
VECTOR = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFwcGlkLmtleWlkIn0.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6"
    "MTcwMDAwMzYwMCwieC1hYmx5LWNhcGFiaWxpdHkiOiJ7XCIqXCI6W1wiKlwiXX0iLCJ4LWFibHktY2xpZW50SWQiOiJib2Ii"
    "fQ.ZSvrcZCpzT4HhnPVa2muJ7pOkRcATwaC_2EYia92r_s"
)


def keys(name: str) -> Key | None:
    return Key("app.kid", SECRET) if name == "app.kid" else None


def granted(token: str, key: Key | None = None) -> Grant:
    found = read_jwt(token, (lambda _: key) if key else keys)
    assert isinstance(found, Grant), found
    return found


def refused(token: str, key: Key | None = None) -> tuple[int, int]:
    found = read_jwt(token, (lambda _: key) if key else keys)
    assert isinstance(found, ErrorInfo)
    assert SECRET not in found.message
    return found.code, found.status_code


def test_the_vector_with_a_short_secret_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grant = granted(VECTOR, Key("appid.keyid", "secret"))
    assert (grant.key_name, grant.client_id, grant.capability) == (
        "appid.keyid",
        "bob",
        EVERYTHING,
    )
    assert (grant.issued, grant.expires) == (1_700_000_000_000, 1_700_003_600_000)
    assert is_jwt(VECTOR)
    assert not is_jwt("app.token")


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_the_algorithms(alg: str) -> None:
    assert granted(signed(LONG, NOW, NOW + 1_500, alg=alg)).expires == NOW + 1_500


def test_claims() -> None:
    limited = Key("app.kid", SECRET, capability({"a:*": ["publish", "subscribe"]}))
    token = signed(LONG, NOW, NOW + 1, x_ably_capability='{"a:b":["publish","history"]}')
    assert granted(token, limited).capability == capability({"a:b": ["publish"]})
    assert granted(signed(LONG, NOW, NOW + 1), limited).capability == limited.capability
    nothing = signed(LONG, NOW, NOW + 1, x_ably_capability='{"b":["publish"]}')
    assert not granted(nothing, limited).capability
    assert granted(signed(LONG, NOW, NOW + 1, x_ably_clientId="")).client_id is None
    group = signed(LONG, NOW, NOW + 1, x_ably_revocation_key="group", jti="1", aud=["x"], nbf=9e9)
    assert granted(group).revocation_key == "group"


BAD: list[tuple[str, tuple[int, int]]] = [
    ("a.b.c", (40144, 401)),
    ("..", (40144, 401)),
    (VECTOR[:-4] + "\ud800...", (40144, 401)),
    (signed(LONG, NOW, NOW + 1)[:-2], (40144, 401)),
    (signed("app.kid:" + "x" * 64, NOW, NOW + 1), (40101, 401)),
    (signed("app.other:" + "x" * 64, NOW, NOW + 1), (40101, 401)),
    (signed("app.\ud800:" + "x" * 64, NOW, NOW + 1), (40101, 401)),
    (signed(LONG, NOW, float("nan")), (40144, 401)),
    (signed(LONG, float("inf"), NOW), (40144, 401)),
    (signed(LONG, NOW, -5_000), (40144, 401)),
    (signed(LONG, NOW, NOW + 1, x_ably_capability="{"), (40144, 401)),
    (signed(LONG, NOW, NOW + 1, x_ably_capability='{"a":["fly"]}'), (40144, 401)),
    (signed(LONG, NOW, NOW + 1, x_ably_clientId=7), (40144, 401)),
    (signed(LONG, NOW, NOW + 1, x_ably_clientId="\ud800"), (40144, 401)),
]


@pytest.mark.parametrize(("token", "why"), BAD, ids=range(len(BAD)))
def test_what_is_refused(token: str, why: tuple[int, int]) -> None:
    assert refused(token) == why


def raw(header: Any, claims: Any, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "app.kid"},
        {"alg": "RS256", "kid": "app.kid"},
        {"alg": "HS256"},
        {"alg": "HS256", "kid": ""},
        {"alg": ["HS256"], "kid": "app.kid"},
        {"kid": "app.kid"},
        [],
        7,
    ],
)
def test_a_header_that_will_not_do(header: Any) -> None:
    assert refused(raw(header, {"iat": 1, "exp": 2})) == (40144, 401)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"iat": 1},
        {"exp": 2},
        {"iat": "1", "exp": "2"},
        {"iat": True, "exp": 2},
        {"iat": 1, "exp": 10**400},
        [],
    ],
)
def test_claims_that_will_not_do(claims: Any) -> None:
    import jwt

    token = jwt.api_jws.encode(json.dumps(claims).encode(), SECRET, headers={"kid": "app.kid"})
    assert refused(token) == (40144, 401)


def test_a_revocable_key_signs_for_an_hour_at_most() -> None:
    key = Key("app.kid", SECRET, revocable=True)
    assert granted(signed(LONG, NOW, NOW + 3_600_000), key)
    assert refused(signed(LONG, NOW, NOW + 3_601_000), key) == (40003, 400)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=3, max_size=3).map(".".join))
def test_no_text_hurts(token: str) -> None:
    assert isinstance(read_jwt(token, keys), ErrorInfo)
