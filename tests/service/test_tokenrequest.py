"""Token requests: the signed text, and every check."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.apps import Key
from ablytui.service.capability import EVERYTHING
from ablytui.service.tokenrequest import request_token, sign
from ablytui.service.tokens import Grant, Nonces, Tokens
from tests.support.granting import NONCE, SIGNED, capability

NOW = 1_700_000_000_000
KEY = Key("appid.keyid", "secret")


class Desk:
    """Somewhere to ask for tokens."""

    def __init__(self, key: Key = KEY, most: int = 100) -> None:
        numbers = itertools.count()
        self.key = key
        self.tokens = Tokens(lambda n: str(next(numbers)).zfill(n), most, 100_000)
        self.nonces = Nonces(most)

    def ask(self, request: Any, *, proven: bool = False, now: float = NOW) -> Grant | ErrorInfo:
        return request_token(self.key, request, self.tokens, self.nonces, now, proven=proven)

    def granted(self, request: Any, **more: Any) -> Grant:
        found = self.ask(request, **more)
        assert isinstance(found, Grant), found
        return found

    def refused(self, request: Any, **more: Any) -> tuple[int, int]:
        found = self.ask(request, **more)
        assert isinstance(found, ErrorInfo), found
        assert "secret" not in found.message
        return found.code, found.status_code


def signed(**fields: Any) -> dict[str, Any]:
    """A request of the vectors' key; None and absent are signed as nothing."""
    request = {"keyName": "appid.keyid", "timestamp": NOW, "nonce": NONCE, **fields}
    values = [request.get(name) for name in SIGNED]
    return {**request, "mac": sign("secret", tuple("" if v is None else str(v) for v in values))}


@pytest.mark.parametrize(
    ("fields", "mac"),
    [
        (
            {"ttl": 3_600_000, "capability": '{"*":["*"]}', "clientId": "bob"},
            "BXpeiH2IpcFbyEe3cn7c1ecocFyxr/wVr+0op48C7ss=",
        ),
        ({}, "/ZkEQW5vwD4Let4iVkpMjYH9vqLNchaiBrxaXOn8AWw="),
        (
            {"ttl": None, "capability": None, "clientId": None},
            "/ZkEQW5vwD4Let4iVkpMjYH9vqLNchaiBrxaXOn8AWw=",
        ),
        (
            {"ttl": "", "capability": "", "clientId": ""},
            "/ZkEQW5vwD4Let4iVkpMjYH9vqLNchaiBrxaXOn8AWw=",
        ),
    ],
)
def test_the_vectors(fields: dict[str, Any], mac: str) -> None:
    request = signed(**fields)
    assert request["mac"] == mac
    grant = Desk().granted(request)
    assert (grant.key_name, grant.client_id) == ("appid.keyid", fields.get("clientId") or None)
    assert (grant.issued, grant.expires) == (NOW, NOW + 3_600_000)
    assert grant.capability == EVERYTHING


def test_the_capability_is_signed_as_it_is_written() -> None:
    text = '{ "b":["subscribe", "publish"],"a":["*"] }'
    grant = Desk().granted(signed(capability=text))
    assert grant.capability.text() == '{"a":["*"],"b":["publish","subscribe"]}'


def test_numbers_may_have_become_strings_or_floats() -> None:
    ttl = 60_000
    as_text = signed(ttl=ttl)
    as_text |= {"ttl": "60000", "timestamp": str(NOW)}
    assert Desk().granted(as_text).expires == NOW + ttl
    as_float = signed(ttl=ttl) | {"ttl": 60_000.0, "timestamp": float(NOW)}
    assert Desk().granted(as_float).expires == NOW + ttl
    signed_as_float = signed(ttl=60_000.0)
    assert Desk().granted(signed_as_float).expires == NOW + ttl


@pytest.mark.parametrize("field", [*SIGNED, "mac"])
def test_whatever_is_changed_the_mac_fits_no_more(field: str) -> None:
    request = signed(ttl=1_000, capability='{"*":["*"]}', clientId="bob")
    changed = {**request, field: f"{request[field]}0"}
    assert Desk().refused(changed) == (40101, 401)
    del changed[field]
    if field != "keyName":
        assert Desk().refused(changed) == (40101, 401)


def test_a_nonce_is_for_one_use() -> None:
    desk = Desk()
    desk.granted(signed())
    assert desk.refused(signed()) == (40105, 401)
    assert desk.refused(signed(ttl=5)) == (40105, 401)
    desk.granted(signed(nonce=NONCE + "x"))
    # A stranger's wrong request uses nothing up.
    assert desk.refused(signed(nonce="another-nonce-of-16") | {"mac": "x"}) == (40101, 401)
    desk.granted(signed(nonce="another-nonce-of-16"))


def test_the_nonce_is_held_as_long_as_its_request_could_be_used() -> None:
    desk = Desk()
    desk.granted(signed(timestamp=NOW + 120_000))
    again = signed(timestamp=NOW + 120_000)
    assert desk.refused(again, now=NOW + 239_999) == (40105, 401)
    assert desk.refused(again, now=NOW + 240_001) == (40104, 401)


@pytest.mark.parametrize("off", [-120_001, 120_001, 10**9])
def test_the_time_is_off(off: int) -> None:
    assert Desk().refused(signed(timestamp=NOW + off)) == (40104, 401)
    assert Desk().refused({"timestamp": NOW + off}, proven=True) == (40104, 401)


@pytest.mark.parametrize("timestamp", [None, "", "soon", 1.5, 10**30])
def test_no_time_at_all(timestamp: Any) -> None:
    assert Desk().refused(signed(timestamp=timestamp)) == (40104, 401)


@pytest.mark.parametrize("off", [-120_000, 0, 120_000])
def test_the_time_is_near_enough(off: int) -> None:
    Desk().granted(signed(timestamp=NOW + off))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"ttl": 86_400_001}, (40003, 400)),
        ({"ttl": -1}, (40003, 400)),
        ({"ttl": 0}, (40003, 400)),
        ({"ttl": "soon"}, (40003, 400)),
        ({"ttl": 1.5}, (40003, 400)),
        ({"ttl": True}, (40003, 400)),
        ({"capability": "{"}, (40000, 400)),
        ({"capability": '{"a":["publish_"]}'}, (40000, 400)),
        ({"capability": '{"a":["*","publish"]}'}, (40000, 400)),
        ({"capability": '{"a":[]}'}, (40000, 400)),
        ({"clientId": 7}, (40012, 400)),
        ({"clientId": "x" * 1_025}, (40012, 400)),
        ({"nonce": "short"}, (40003, 400)),
        ({"nonce": None}, (40003, 400)),
        ({"nonce": "x" * 1_025}, (40003, 400)),
    ],
)
def test_what_may_not_be_asked_for(fields: dict[str, Any], why: tuple[int, int]) -> None:
    assert Desk().refused(signed(**fields)) == why


def test_what_may() -> None:
    assert Desk().granted(signed(ttl=86_400_000)).expires == NOW + 86_400_000
    assert Desk().granted(signed(ttl=1)).expires == NOW + 1
    assert Desk().granted(signed(clientId="*")).client_id == "*"


def test_a_key_gives_what_it_has_and_no_more() -> None:
    desk = Desk(Key("appid.keyid", "secret", capability({"a": ["publish"]})))
    assert desk.granted(signed()).capability.text() == '{"a":["publish"]}'
    wider = signed(capability='{"*":["*"]}', nonce="n" * 16)
    assert desk.granted(wider).capability.text() == '{"a":["publish"]}'
    other = signed(capability='{"b":["publish"]}', nonce="m" * 16)
    assert desk.refused(other) == (40160, 401)


def test_a_revocable_key_gives_an_hour_at_most() -> None:
    desk = Desk(Key("appid.keyid", "secret", revocable=True))
    assert desk.refused(signed(ttl=3_600_001)) == (40003, 400)
    desk.granted(signed(ttl=3_600_000, nonce="n" * 16))


def test_who_brings_the_key_need_not_sign() -> None:
    desk = Desk()
    assert desk.granted({}, proven=True).expires == NOW + 3_600_000
    assert desk.granted({"ttl": 5, "clientId": "bob"}, proven=True).client_id == "bob"
    assert desk.refused({}) == (40101, 401)
    assert desk.refused({"keyName": "appid.other"}, proven=True) == (40101, 401)
    desk.granted({"nonce": NONCE}, proven=True)
    assert desk.refused({"nonce": NONCE}, proven=True) == (40105, 401)


def test_another_key_than_the_path_says() -> None:
    assert Desk().refused(signed(keyName="appid.other")) == (40101, 401)


def test_no_room() -> None:
    desk = Desk(most=1)
    desk.granted({}, proven=True)
    assert desk.refused({}, proven=True) == (42910, 429)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@pytest.mark.parametrize("request_", [None, [], "x", 7])
def test_no_object(request_: Any) -> None:
    assert Desk().refused(request_, proven=True) == (40000, 400)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([*SIGNED, "mac"]) | st.text(), VALUES), st.booleans())
def test_no_request_hurts(request_: dict[str, Any], proven: bool) -> None:
    found = Desk().ask(request_, proven=proven)
    assert isinstance(found, Grant | ErrorInfo)
    if not proven:
        assert isinstance(found, ErrorInfo)
