from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.connection import Connection
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.tokenlife import life_of


def jwt(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def connection(token: TokenDetails | None, /, **params: Any) -> Connection:
    return Connection(ConnectParams(**params), token=token)


def test_a_fetched_token_says_whence_and_when() -> None:
    token = TokenDetails("a.b", issued=1_000, expires=61_000)
    life = life_of(connection(token, auth_url="http://x"))
    assert life is not None
    assert (life.given, life.renewal, life.issued, life.expires) == (
        False,
        "the auth URL",
        1_000,
        61_000,
    )
    assert life.left(31_000) == 30_000
    assert not life.exact


def test_a_given_token_may_be_renewed_by_another_way() -> None:
    conn = connection(TokenDetails("a.b"), token="a.b", auth_command="run it")
    life = life_of(conn)
    assert life is not None
    assert life.given
    assert life.renewal == "the auth command"
    alone = life_of(connection(TokenDetails("a.b"), token="a.b"))
    assert alone is not None
    assert alone.renewal is None
    assert alone.left(0) is None


def test_the_clock_of_the_service_is_counted_in() -> None:
    conn = connection(TokenDetails("a.b", expires=61_000), token="a.b").evolve(ahead=10_000.0)
    life = life_of(conn)
    assert life is not None
    assert life.exact
    assert life.left(31_000) == 20_000


def test_a_key_has_no_life() -> None:
    assert life_of(connection(None, token="a.b")) is None
    assert life_of(connection(TokenDetails("a.b"), key="a.b:secret")) is None


@pytest.mark.parametrize(
    ("claims", "times"),
    [
        ({"iat": 1, "exp": 3_601}, (1_000, 3_601_000)),
        ({"iat": 1.5, "exp": "7"}, (1_500, 7_000)),
        ({}, (None, None)),
        ({"exp": -1, "iat": 1e300}, (None, None)),
        ({"exp": None, "iat": []}, (None, None)),
    ],
)
def test_a_jwt_says_its_times_itself(claims: dict[str, Any], times: tuple[int, int]) -> None:
    life = life_of(connection(TokenDetails(jwt(**claims)), token="x"))
    assert life is not None
    assert (life.issued, life.expires) == times


def test_what_the_service_said_beside_it_comes_first() -> None:
    token = replace(TokenDetails(jwt(iat=1, exp=2)), issued=5, expires=6)
    life = life_of(connection(token, token="x"))
    assert life is not None
    assert (life.issued, life.expires) == (5, 6)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert life_of(connection(TokenDetails(f"a.{text}.c"), token="x")) is not None
