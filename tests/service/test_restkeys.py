"""REST: tokens asked for and revoked."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from ablytui.service.tokenrequest import sign
from tests.support.granting import (
    LONG,
    NONCE,
    SIGNED,
    ask,
    basic,
    by_token,
    code,
    grant,
    signed,
    value,
)
from tests.support.service import KEY, Bench, actions

ASK = "/keys/app.kid/requestToken"
REVOKE = "/keys/app.kid/revokeTokens"
PACK = "application/x-msgpack"


def request(bench: Bench, **fields: Any) -> dict[str, Any]:
    whole = {"keyName": "app.kid", "timestamp": int(bench.moment.wall), "nonce": NONCE, **fields}
    texts = ("" if whole.get(n) is None else str(whole[n]) for n in SIGNED)
    return {**whole, "mac": sign("secret", tuple(texts))}


@pytest.mark.parametrize("sent", ["application/json", PACK])
@pytest.mark.parametrize("accept", ["application/json", PACK])
def test_a_signed_request_needs_no_credentials(sent: str, accept: str) -> None:
    bench = Bench()
    body = request(bench, clientId="bob", ttl=None)
    response = ask(bench, ASK, "POST", body, content_type=sent, accept=accept)
    assert response.status == 201
    assert dict(response.headers)["Content-Type"] == accept
    details = value(response)
    assert details["keyName"] == "app.kid"
    assert details["expires"] - details["issued"] == 3_600_000
    assert details["capability"] == '{"*":["*"]}'
    client = by_token(bench, details["token"])
    assert client.connected["connectionDetails"]["clientId"] == "bob"


def test_a_wrong_header_beside_a_right_mac_is_of_no_account() -> None:
    bench = Bench()
    assert ask(bench, ASK, "POST", request(bench), auth=basic("x")).status == 201
    assert code(ask(bench, ASK, "POST", request(bench), auth=basic())) == (40105, 401)


def test_with_the_key_the_request_needs_no_mac() -> None:
    bench = Bench(keys=(KEY, "app.two:s2", "else.kid:s3"))
    assert value(ask(bench, ASK, "POST", {"ttl": 5}, auth=basic()))["keyName"] == "app.kid"
    query = f"{ASK}?key={KEY}"
    assert ask(bench, query, "POST", {}).status == 201
    for auth, why in (
        (None, (40101, 401)),
        (basic("app.kid:no"), (40101, 401)),
        (basic("app.two:s2"), (40101, 401)),
        (basic("else.kid:s3"), (40101, 401)),
        (basic("nonsense"), (40005, 400)),
        ("Bearer " + base64.b64encode(grant(bench).token.encode()).decode(), (40162, 401)),
    ):
        assert code(ask(bench, ASK, "POST", {}, auth=auth)) == why


@pytest.mark.parametrize(
    ("target", "method", "body", "why"),
    [
        ("/keys/app.none/requestToken", "POST", {"mac": "x"}, (40101, 401)),
        ("/keys/%00/requestToken", "POST", {"mac": "x"}, (40101, 401)),
        (ASK, "GET", None, (40500, 405)),
        (ASK, "POST", b"{", (40000, 400)),
        (ASK, "POST", {"mac": "x"}, (40101, 401)),
        ("/keys/app.kid/other", "POST", {}, (40400, 404)),
    ],
)
def test_refusals(target: str, method: str, body: Any, why: tuple[int, int]) -> None:
    assert code(ask(Bench(), target, method, body)) == why


def test_the_two_formats_of_an_error() -> None:
    response = ask(Bench(), ASK, "POST", {"mac": "x"}, accept=PACK)
    assert dict(response.headers)["Content-Type"] == PACK
    assert code(response) == (40101, 401)


# --- revocation -----------------------------------------------------------------------------------


def revoke(bench: Bench, *targets: Any, **more: Any) -> Any:
    response = ask(bench, REVOKE, "POST", {"targets": list(targets), **more}, auth=basic())
    assert response.status == 201
    return value(response)


def test_tokens_of_a_client_are_revoked_and_new_ones_are_not() -> None:
    bench = Bench()
    old = grant(bench, client_id="bob").token
    bob, amy = by_token(bench, old), by_token(bench, grant(bench, client_id="amy").token)
    bench.advance(5)
    now = int(bench.moment.wall)
    answer = revoke(bench, "clientId:bob", "invalidType:abc")
    assert (answer["successCount"], answer["failureCount"]) == (1, 1)
    first, second = answer["results"]
    assert first == {"target": "clientId:bob", "issuedBefore": now, "appliesAt": now}
    assert second["target"] == "invalidType:abc"
    assert (second["error"]["code"], second["error"]["statusCode"]) == (40000, 400)
    assert (bob.got[-1]["action"], bob.got[-1]["error"]["code"]) == (6, 40141)
    assert bob.closed == 1000
    assert amy.closed is None
    assert by_token(bench, old).got[0]["error"]["code"] == 40141
    bench.advance(1)
    again = by_token(bench, grant(bench, client_id="bob").token, resume=bob.key)
    assert again.connected["connectionId"] == bob.connected["connectionId"]


def test_a_margin_leaves_time_for_a_new_token() -> None:
    bench = Bench(max_idle=0)
    bob = by_token(bench, grant(bench, client_id="bob").token)
    lazy = by_token(bench, grant(bench, client_id="bob").token)
    bench.advance(5)
    now = int(bench.moment.wall)
    (result,) = revoke(bench, "clientId:bob", allowReauthMargin=True)["results"]
    assert now + 30_000 < result["appliesAt"] < now + 31_000
    assert actions(bob.got) == actions(lazy.got) == [4, 17]
    bob.send({"action": 17, "auth": {"accessToken": grant(bench, client_id="bob").token}})
    bench.advance(31_000)
    assert lazy.got[-1]["error"]["code"] == 40141
    assert bob.closed is None


def test_jwts_are_revoked_by_a_key_of_their_own() -> None:
    bench = Bench(keys=(LONG,))
    wall = bench.moment.wall
    token = signed(LONG, wall, wall + 60_000, x_ably_revocation_key="group")
    member = by_token(bench, token)
    bench.advance(1_000)
    body = {"targets": ["revocationKey:group"]}
    assert ask(bench, REVOKE, "POST", body, auth=basic(LONG)).status == 201
    assert member.got[-1]["error"]["code"] == 40141


def test_earlier_tokens_only() -> None:
    bench = Bench()
    bench.advance(60_000)
    bob = by_token(bench, grant(bench, client_id="bob").token)
    before = int(bench.moment.wall) - 20_000
    (result,) = revoke(bench, "clientId:bob", issuedBefore=before)["results"]
    assert result["issuedBefore"] == before
    assert bob.closed is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ([], (40000, 400)),
        ({}, (40000, 400)),
        ({"targets": []}, (40000, 400)),
        ({"targets": ["clientId:x"] * 101}, (40000, 400)),
        ({"targets": ["clientId:x"], "issuedBefore": "x"}, (40003, 400)),
        ({"targets": ["clientId:x"], "issuedBefore": 2**60}, (40003, 400)),
        ({"targets": ["clientId:x"], "issuedBefore": 0}, (40003, 400)),
    ],
)
def test_what_cannot_be_revoked(body: Any, why: tuple[int, int]) -> None:
    assert code(ask(Bench(), REVOKE, "POST", body, auth=basic())) == why


def test_each_bad_target_is_told() -> None:
    answer = revoke(Bench(), "clientId:", "bob", 7, None, ":x", "clientId")
    assert (answer["successCount"], answer["failureCount"]) == (0, 6)


def test_revoking_needs_the_key_itself_and_is_bounded() -> None:
    bench = Bench(max_tokens=2)
    body = {"targets": ["clientId:x"]}
    assert code(ask(bench, REVOKE, "POST", body)) == (40101, 401)
    bearer = "Bearer " + grant(bench).token
    assert code(ask(bench, REVOKE, "POST", body, auth=bearer)) == (40162, 401)
    body = {"targets": ["clientId:x"] * 3}
    assert code(ask(bench, REVOKE, "POST", body, auth=basic())) == (42910, 429)


# --- hostile bodies -------------------------------------------------------------------------------

TEXTS = st.text(max_size=8) | st.text(st.characters(codec=None), max_size=3)
NUMBERS = st.integers() | st.floats() | st.just(10**400)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.sampled_from(["clientId:x", "app.kid"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [*SIGNED, "mac", "targets", "issuedBefore", "keys", "namespaces", "channels", "capability"]
)


@settings(max_examples=200, deadline=None)
@for_all(st.sampled_from([ASK, REVOKE, "/apps"]), JUNK | st.dictionaries(FIELDS, JUNK))
def test_no_body_hurts(target: str, body: Any) -> None:
    response = ask(Bench(), target, "POST", body, auth=basic())
    assert response.status in {201, 400, 401, 403, 413, 429}
    value(response)


@pytest.mark.parametrize("field", ["ttl", "capability", "mac", "targets", "channels"])
@pytest.mark.parametrize("depth", [500, 900, 960, 970, 980, 990, 5_000])
def test_no_depth_hurts(field: str, depth: int) -> None:
    body = f'{{"{field}":{"[" * depth}{"]" * depth}}}'.encode()
    for target in (ASK, REVOKE, "/apps"):
        assert ask(Bench(), target, "POST", body, auth=basic()).status in {201, 400, 401}
