"""Which parameters go together, and every secret that is in them."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.errors import UsageError
from ablytui.protocol.credentials import (
    check_together,
    fetches_over_http,
    secrets_of,
    without_credentials,
)
from ablytui.protocol.params import AuthMethod, ConnectParams

URL = "https://h.example/auth"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"key": "a.b:c", "auth_url": URL}, "--key and --auth-url: each is a credential"),
        ({"key": "a.b:c", "auth_command": "x"}, "--key and --auth-command"),
        ({"auth_url": URL, "auth_command": "x"}, "--auth-url and --auth-command"),
        ({"key": "a.b:c", "auth_headers": (("a", "b"),)}, "--auth-header: it goes with --auth-url"),
        ({"token": "t", "auth_params": (("a", "b"),)}, "--auth-param: it goes with --auth-url"),
        ({"auth_method": AuthMethod.POST}, "--auth-method: it goes with --auth-url"),
        ({"recover": "a", "resume": "b"}, "--recover and --resume"),
        ({"connection_serial": 1}, "--connection-serial: it goes with --resume"),
    ],
)
def test_what_does_not_go_together(given: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        check_together(ConnectParams(**given))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"token": "t", "key": "a.b:c"},
        {"token": "t", "auth_command": "x"},
        {"token": "t", "auth_url": URL, "auth_method": AuthMethod.POST},
        {"auth_url": URL, "auth_headers": (("a", "b"),), "auth_params": (("a", "b"),)},
    ],
)
def test_a_token_goes_beside_what_renews_it(given: dict[str, Any]) -> None:
    check_together(ConnectParams(**given))


@pytest.mark.parametrize(
    ("given", "http"),
    [
        ({}, False),
        ({"key": "a.b:c"}, False),
        ({"token": "t"}, False),
        ({"token": "t", "key": "a.b:c"}, True),
        ({"token": "t", "auth_command": "x"}, True),
        ({"auth_url": URL}, True),
    ],
)
def test_what_fetches_a_token_over_http(given: dict[str, Any], http: bool) -> None:
    assert fetches_over_http(ConnectParams(**given)) is http


def test_without_credentials_the_rest_stays() -> None:
    given = ConnectParams(key="a.b:c", auth_url=URL, auth_method=AuthMethod.POST, client_id="me")
    assert without_credentials(given) == ConnectParams(client_id="me")


@pytest.mark.parametrize(
    ("given", "secrets"),
    [
        ({"token": "tok"}, {"tok"}),
        ({"token": '{"token":"tok"}'}, {'{"token":"tok"}', "tok"}),
        ({"auth_headers": (("Authorization", "Bearer abc"), ("Accept", "text/plain"))}, {"abc"}),
        ({"auth_headers": (("X-Api-Key", "abc"), ("Cookie", ""))}, {"abc"}),
        ({"auth_params": (("access_token", "abc"), ("user", "me"))}, {"abc"}),
        ({"auth_url": "https://u:pw@h/?token=abc&user=me"}, {"pw", "abc"}),
    ],
)
def test_what_is_secret(given: dict[str, Any], secrets: set[str]) -> None:
    assert secrets_of(ConnectParams(**given)) == secrets
