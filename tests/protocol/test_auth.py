"""Tokens in all their forms, the signature of a request, and which credential is used (RSA4)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.auth import (
    MAX_TOKEN,
    TokenDetails,
    TokenProblem,
    TokenRequest,
    other_client,
    read_json,
    read_object,
    read_text,
    read_token,
    signed_request,
    source_of,
    token_of,
)
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams

JWT = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFwcGlkLmtleWlkIn0.eyJpYXQiOjE3MDAwMDAwMDAsImV4"
    "cCI6MTcwMDAwMzYwMCwieC1hYmx5LWNhcGFiaWxpdHkiOiJ7XCIqXCI6W1wiKlwiXX0iLCJ4LWFibHktY2xpZW50SWQi"
    "OiJib2IifQ.ZSvrcZCpzT4HhnPVa2muJ7pOkRcATwaC_2EYia92r_s"
)
NAMED = TokenRequest("appid.keyid", 1_700_000_000_000, "0123456789abcdef")


@pytest.mark.parametrize(
    ("request_", "mac"),
    [
        (
            TokenRequest(
                "appid.keyid",
                1_700_000_000_000,
                "0123456789abcdef",
                ttl=3_600_000,
                capability='{"*":["*"]}',
                client_id="bob",
            ),
            "BXpeiH2IpcFbyEe3cn7c1ecocFyxr/wVr+0op48C7ss=",
        ),
        (NAMED, "/ZkEQW5vwD4Let4iVkpMjYH9vqLNchaiBrxaXOn8AWw="),
    ],
    ids=["all", "only what is needed"],
)
def test_rsa9_the_signature_of_a_token_request(request_: TokenRequest, mac: str) -> None:
    assert request_.signature("secret") == mac


def test_rsa9_a_request_made_from_a_key_holds_only_what_is_set() -> None:
    made = signed_request(
        "appid.keyid:secret", timestamp=1_700_000_000_000, nonce="0123456789abcdef"
    )
    assert made.to_wire() == {
        "keyName": "appid.keyid",
        "timestamp": 1_700_000_000_000,
        "nonce": "0123456789abcdef",
        "mac": "/ZkEQW5vwD4Let4iVkpMjYH9vqLNchaiBrxaXOn8AWw=",
    }


def test_the_secret_of_a_key_begins_at_its_first_colon() -> None:
    made = signed_request("a.b:se:cret", timestamp=1, nonce="n" * 16, client_id="me")
    assert made.mac == made.signature("se:cret")
    assert made.text_to_sign == "a.b\n\n\nme\n1\n" + "n" * 16 + "\n"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("app.opaque-token", TokenDetails("app.opaque-token")),
        (b"  token \r\n", TokenDetails("token")),
        (JWT, TokenDetails(JWT)),
        ('"in-json"', TokenDetails("in-json")),
        (
            '{"token":"t","keyName":"a.b","issued":"1","expires":2.0,"capability":"{}"}',
            TokenDetails("t", "a.b", 1, 2, "{}"),
        ),
        ('{"token":"t","clientId":null,"capability":{"b":["x"]}}', TokenDetails("t", None, None, None, '{"b":["x"]}')),
        (
            '{"keyName":"a.b","timestamp":"12","nonce":"n","ttl":"60","mac":"m=","clientId":null}',
            TokenRequest("a.b", 12, "n", ttl=60, mac="m="),
        ),
    ],
)  # fmt: skip
def test_a_token_in_each_of_its_forms(value: Any, read: object) -> None:
    assert read_token(value) == read


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("two words", "no white space"),
        ("<html>", "markup"),
        ("tökén", "ASCII"),
        (b"\xff\xfe", "invalid UTF-8 at byte 0"),
        ("x" * (MAX_TOKEN + 1), "longer than"),
        ("{", "begins like JSON"),
        ("[1]", "neither a string nor an object"),
        ("{}", "neither TokenDetails nor a TokenRequest"),
        ('{"token":""}', "neither"),
        ('{"token":5}', "neither"),
        ('{"keyName":"a.b"}', "neither"),
        ('{"token":"a b"}', "no white space"),
        ("[" * 100_000, "begins like JSON"),
    ],
)
def test_rsa4f_what_is_no_token(value: Any, says: str) -> None:
    with pytest.raises(TokenProblem, match=says) as caught:
        read_token(value)
    assert (caught.value.error.code, caught.value.error.status_code) == (40170, 401)
    assert "\n" not in str(caught.value)


def test_the_longest_token_is_one() -> None:
    assert read_token("x" * MAX_TOKEN) == TokenDetails("x" * MAX_TOKEN)


def test_an_error_in_the_place_of_a_token_is_told() -> None:
    with pytest.raises(TokenProblem) as caught:
        read_json('{"error":{"code":40300,"statusCode":403,"message":"not you"}}')
    assert caught.value.error == ErrorInfo(40300, 403, "not you")


def test_text_that_holds_json_is_not_a_token() -> None:
    with pytest.raises(TokenProblem, match="it is JSON"):
        read_text('{"token":"t"}')


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_hostile_tokens_are_read_or_refused(value: Any) -> None:
    try:
        read = read_token(value)
    except TokenProblem:
        return
    assert isinstance(read, (TokenDetails, TokenRequest))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    ["token", "keyName", "mac", "nonce", "ttl", "timestamp", "clientId", "capability", "error"]
)


@given(st.dictionaries(_NAMES, _JSON, max_size=6))
def test_hostile_objects_are_read_or_refused(body: Any) -> None:
    try:
        read = read_object(body)
    except TokenProblem:
        return
    if isinstance(read, TokenRequest):
        assert read.to_wire()["keyName"]


@pytest.mark.parametrize(
    ("params", "by_token", "source"),
    [
        (ConnectParams(), False, None),
        (ConnectParams(key="a.b:c"), False, "key"),
        (ConnectParams(token="t"), True, None),
        (ConnectParams(token="t", key="a.b:c"), True, "key"),
        (ConnectParams(auth_url="http://h"), True, "auth_url"),
        (ConnectParams(token="t", auth_command="x"), True, "auth_command"),
    ],
)
def test_rsa4_the_choice_of_the_credential(
    params: ConnectParams, by_token: bool, source: str | None
) -> None:
    assert (params.uses_token, source_of(params)) == (by_token, source)


def test_the_token_of_the_parameters() -> None:
    assert token_of(ConnectParams()) is None
    assert token_of(ConnectParams(token="t")) == TokenDetails("t")
    assert token_of(ConnectParams(token='{"token":"t","clientId":"me"}')) == TokenDetails(
        "t", client_id="me"
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        (None, "bob", None),
        ("bob", "bob", None),
        ("bob", "*", None),
        ("bob", None, None),
        ("bob", "ann", 40102),
    ],
)
def test_rsa15_the_client_of_a_token(ours: str | None, theirs: str | None, code: Any) -> None:
    error = other_client(ConnectParams(client_id=ours), TokenDetails("t", client_id=theirs))
    assert (error.code if error else None) == code
