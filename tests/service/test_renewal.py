"""Tokens in use: rights, renewal in band, expiry, revocation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.service.events import AskToken, EndToken
from tests.support.granting import LONG, by_token, grant, signed
from tests.support.service import FORMS, KEY, Bench, Client, actions, data_of

MODES = 0xF0000
HEARING = 0xC0000
RESUMED = 4


def auth(client: Client, token: Any) -> list[dict[str, Any]]:
    return client.send({"action": 17, "auth": {"accessToken": token}})


def why(message: dict[str, Any]) -> tuple[int, int, int]:
    error = message["error"]
    return message["action"], error["code"], error["statusCode"]


# --- asking and ending ----------------------------------------------------------------------------


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_token_is_asked_for_half_a_minute_before_its_end(dialect: str, fmt: str) -> None:
    bench = Bench(max_idle=0)
    client = by_token(bench, grant(bench, ttl=60_000).token, dialect, fmt=fmt)
    bench.advance(29_999)
    assert actions(client.got) == [4]
    bench.advance(1)
    assert client.got[-1] == {"action": 17}
    bench.advance(29_999)
    assert actions(client.got) == [4, 17]
    bench.advance(1)
    assert why(client.got[-1]) == (6, 40142, 401)
    assert client.closed == 1000


@pytest.mark.parametrize(
    ("ttl", "asked_after"),
    [(5_000, None), (4_000, None), (10_000, 5_000), (34_000, 17_000), (36_000, 6_000)],
)
def test_a_short_token_is_asked_for_late_or_never(ttl: int, asked_after: int | None) -> None:
    bench = Bench(max_idle=0)
    client = by_token(bench, grant(bench, ttl=ttl).token)
    if asked_after is not None:
        bench.advance(asked_after - 1)
        assert actions(client.got) == [4]
        bench.advance(1)
        assert actions(client.got) == [4, 17]
        bench.advance(ttl - asked_after - 1)
    else:
        bench.advance(ttl - 1)
    assert client.closed is None
    bench.advance(1)
    assert why(client.got[-1]) == (6, 40142, 401)
    assert len(client.got) == (2 if asked_after is None else 3)


def test_the_state_waits_for_a_new_token() -> None:
    bench = Bench()
    old = by_token(bench, grant(bench, ttl=3_000).token)
    bench.advance(3_000)
    assert by_token(bench, grant(bench, ttl=1).token, resume=old.key).got[0]["action"] == 4
    stale = grant(bench, ttl=1).token
    bench.advance(5)
    assert why(by_token(bench, stale).got[0]) == (9, 40142, 401)
    new = by_token(bench, grant(bench).token, resume=old.key)
    assert new.connected["connectionId"] == old.connected["connectionId"]
    assert "error" not in new.connected


def test_a_jwt_ends_too() -> None:
    bench = Bench(keys=(LONG,), max_idle=0)
    wall = bench.moment.wall
    client = by_token(bench, signed(LONG, wall, wall + 40_000))
    bench.advance(10_000)
    assert actions(client.got) == [4, 17]
    wall = bench.moment.wall
    assert actions(auth(client, signed(LONG, wall, wall + 40_000))) == [4]
    bench.advance(10_000)
    assert actions(client.got) == [4, 17, 4, 17]


def test_a_key_never_ends() -> None:
    bench = Bench(max_idle=0)
    client = bench.dial()
    bench.happen(EndToken())
    bench.advance(90_000_000)
    assert actions(client.got) == [4]
    assert any("no token" in note for note in bench.notes)


@pytest.mark.parametrize(("revoked", "code"), [(False, 40142), (True, 40141)])
def test_a_token_is_ended_by_hand(revoked: bool, code: int) -> None:
    bench = Bench()
    token = grant(bench).token
    one, two, other = by_token(bench, token), by_token(bench, token), bench.dial()
    third = by_token(bench, grant(bench).token)
    bench.happen(EndToken(revoked, socket=one.number))
    for client in (one, two):
        assert why(client.got[-1]) == (6, code, 401)
        assert client.closed == 1000
    assert (other.closed, third.closed) == (None, None)
    assert why(by_token(bench, token, resume=one.key).got[0]) == (9, code, 401)
    bench.happen(EndToken(revoked))
    assert why(third.got[-1]) == (6, code, 401)
    assert other.closed is None


def test_a_jwt_is_ended_by_hand() -> None:
    bench = Bench(keys=(LONG,))
    token = signed(LONG, bench.moment.wall, bench.moment.wall + 60_000)
    client = by_token(bench, token)
    bench.happen(EndToken())
    assert why(client.got[-1]) == (6, 40142, 401)
    assert why(by_token(bench, token).got[0]) == (9, 40142, 401)


def test_a_token_is_asked_for_by_hand_and_then_not_again() -> None:
    bench = Bench(max_idle=0)
    client = by_token(bench, grant(bench, ttl=60_000).token)
    bench.happen(AskToken(client.number))
    assert actions(client.got) == [4, 17]
    bench.advance(59_999)
    assert actions(client.got) == [4, 17]
    bench.advance(1)
    assert why(client.got[-1]) == (6, 40142, 401)


def test_who_is_gone_is_not_looked_at() -> None:
    bench = Bench(max_connections=500)
    for _ in range(400):
        by_token(bench, grant(bench).token).lose()
    assert len(bench.core.realm.deadlines) <= 102
    bench.advance(4_000_000)
    assert len(bench.core.realm.deadlines) == 0


def test_the_clock_may_be_set() -> None:
    bench = Bench(max_idle=0)
    client = by_token(bench, grant(bench, ttl=60_000).token)
    bench.wall0 -= 100_000
    bench.advance(60_000)
    assert actions(client.got) == [4]
    bench.advance(70_000)
    assert actions(client.got) == [4, 17]
    bench.wall0 += 1_000_000
    bench.advance(30_000)
    assert why(client.got[-1]) == (6, 40142, 401)


# --- in band ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_new_token_keeps_the_connection(dialect: str, fmt: str) -> None:
    bench = Bench(max_idle=0)
    token = grant(bench, client_id="bob", ttl=60_000).token
    client = by_token(bench, token, dialect, fmt=fmt)
    client.attach("news")
    bench.peer("news", "x")
    first, before = client.connected, len(client.got)
    (update,) = auth(client, grant(bench, client_id="bob").token)
    assert update["connectionId"] == first["connectionId"]
    assert update["connectionDetails"] == first["connectionDetails"]
    assert update.get("connectionSerial") == (0 if dialect == "classic" else None)
    bench.advance(3_000_000)
    assert len(client.got) == before + 1
    assert client.closed is None


@pytest.mark.parametrize(
    ("held", "query", "new", "after"),
    [
        ("bob", {}, "bob", "bob"),
        ("bob", {}, "*", "bob"),
        ("*", {"clientId": "bob"}, "*", "bob"),
        ("*", {"clientId": "bob"}, "bob", "bob"),
        (None, {}, None, None),
        (None, {}, "bob", "bob"),
        ("bob", {}, "amy", 40102),
        ("bob", {}, None, 40102),
        ("*", {"clientId": "bob"}, "amy", 40102),
        ("*", {"clientId": "bob"}, None, 40102),
    ],
)
def test_the_client_id_stays(
    held: str | None, query: dict[str, str], new: str | None, after: str | int | None
) -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, client_id=held).token, **query)
    (answer,) = auth(client, grant(bench, client_id=new).token)
    if isinstance(after, int):
        assert why(answer) == (9, after, 401)
        assert "channel" not in answer
        assert client.closed == 1000
        assert bench.core.realm.connections == {}
    else:
        assert answer["connectionDetails"].get("clientId") == after


def test_a_key_gives_way_to_a_token() -> None:
    bench = Bench(max_idle=0)
    client = bench.dial()
    (update,) = auth(client, grant(bench, {"a": ["subscribe"]}, ttl=4_000).token)
    assert "clientId" not in update["connectionDetails"]
    assert client.attach("b")[0]["error"]["code"] == 40160
    bench.advance(4_000)
    assert why(client.got[-1]) == (6, 40142, 401)


BAD: list[Any] = [
    {"action": 17},
    {"action": 17, "auth": None},
    {"action": 17, "auth": {}},
    {"action": 17, "auth": {"accessToken": 7}},
    {"action": 17, "auth": {"accessToken": ""}},
    {"action": 17, "auth": {"accessToken": "app.nonsense"}},
    {"action": 17, "auth": {"accessToken": "a.b.c"}},
    {"action": 17, "auth": {"accessToken": KEY}},
    {"action": 17, "auth": [KEY]},
]


@pytest.mark.parametrize("message", BAD, ids=range(len(BAD)))
def test_a_token_that_will_not_do_ends_the_connection(message: Any) -> None:
    """Not with a token error, which would make the client fetch tokens for ever."""
    bench = Bench()
    client = by_token(bench, grant(bench).token)
    (answer,) = client.send(message)
    assert why(answer) == (9, 40101, 401)
    assert "channel" not in answer
    assert client.closed == 1000
    new = by_token(bench, grant(bench).token, resume=client.key)
    assert new.connected["error"]["code"] == 80018


JUNK = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.just("a.b.c") | st.just("app.\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("accessToken"), inner),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(JUNK)
def test_no_auth_hurts(auth_: Any) -> None:
    client = by_token(bench := Bench(), grant(bench).token)
    client.raw(json.dumps({"action": 17, "auth": auth_}).encode())
    assert why(client.got[-1]) == (9, 40101, 401)
    assert client.closed == 1000


def test_an_expired_one_will_not_do_either() -> None:
    bench = Bench()
    client = by_token(bench, grant(bench).token)
    stale = grant(bench, ttl=1).token
    bench.advance(10)
    assert why(auth(client, stale)[0]) == (9, 40101, 401)


def test_a_token_of_another_app() -> None:
    bench = Bench(keys=(KEY, "else.k:s"))
    client = by_token(bench, grant(bench).token)
    (answer,) = auth(client, grant(bench, key="else.k:s").token)
    assert why(answer) == (9, 40102, 401)


# --- rights -----------------------------------------------------------------------------------------


def test_more_rights_are_there_at_once() -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, {"a": ["subscribe"]}, client_id="c").token)
    (attached,) = client.attach("a")
    assert attached["flags"] == HEARING
    assert client.publish("a", 0, {"data": "x"})[0]["error"]["code"] == 40160
    assert client.attach("b")[0]["error"]["code"] == 40160
    more = grant(bench, {"a": ["subscribe", "publish"], "b": ["*"]}, client_id="c").token
    update, again = auth(client, more)
    assert update["action"] == 4
    assert (again["action"], again["channel"]) == (11, "a")
    assert again["flags"] == HEARING | 0x20000 | RESUMED
    assert actions(client.publish("a", 1, {"data": "x"})) == [15, 1]
    assert actions(client.attach("b")) == [11]


def test_fewer_rights_too() -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, client_id="c").token)
    for name in "abc":
        client.attach(name)
    client.presence("a", 0, action=2)
    client.presence("b", 1, action=2)
    watcher = bench.dial()
    watcher.attach("a")
    watcher.attach("b")
    less = grant(bench, {"b": ["subscribe"], "c": ["*"]}, client_id="c").token
    got = auth(client, less)
    assert got[0]["action"] == 4
    failed = [m for m in got if m["action"] == 9]
    assert [(m["channel"], m["error"]["code"], m["error"]["statusCode"]) for m in failed] == [
        ("a", 40160, 401)
    ]
    again = [m for m in got if m["action"] == 11]
    assert [(m["channel"], m["flags"]) for m in again] == [("b", HEARING | RESUMED)]
    left = [(m["channel"], m["presence"][0]["action"]) for m in watcher.got if m["action"] == 14]
    assert left == [("a", 3), ("b", 3)]
    before = len(client.got)
    bench.peer("a", "unheard")
    bench.peer("b", "heard")
    assert data_of(client.got[before:]) == ["heard"]
    assert client.publish("b", 2, {"data": "x"})[-1]["error"]["code"] == 40160
    assert client.attach("a")[0]["error"]["code"] == 40160
    assert client.closed is None


def test_the_modes_asked_for_stay_the_most_there_is() -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, {"a": ["subscribe"]}).token)
    assert client.attach("a", flags=0x40000)[0]["flags"] == 0x40000
    assert actions(auth(client, grant(bench, {"a": ["*"]}).token)) == [4]
    assert client.publish("a", 0, {"data": "x"})[0]["error"]["code"] == 40165


def test_whoever_may_hear_again_is_told_who_is_there() -> None:
    bench = Bench()
    member = bench.dial(clientId="amy")
    member.presence("a", 0, action=2)
    client = by_token(bench, grant(bench, {"a": ["publish"]}).token)
    assert actions(client.attach("a")) == [11]
    got = auth(client, grant(bench, {"a": ["*"]}).token)
    assert actions(got) == [4, 11, 16]
    assert got[1]["flags"] & 1
    assert got[2]["presence"][0]["clientId"] == "amy"


def test_a_classic_client_that_comes_back_with_less_hears_less() -> None:
    bench = Bench()
    old = by_token(bench, grant(bench).token, "classic")
    old.attach("a")
    old.attach("b")
    old.lose()
    bench.peer("a", "secret")
    bench.peer("b", "open")
    less = grant(bench, {"b": ["*"]}).token
    new = by_token(bench, less, "classic", resume=old.key, connection_serial="-1")
    assert new.got[0]["action"] == 4
    assert data_of(new.got) == ["open"]
    assert [m["channel"] for m in new.got if m["action"] == 9] == ["a"]
    bench.peer("a", "secret")
    assert data_of(new.got) == ["open"]


def test_recovering_what_is_another_s_starts_anew() -> None:
    bench = Bench()
    old = by_token(bench, grant(bench, client_id="bob").token)
    amy = grant(bench, client_id="amy").token
    resumed = by_token(bench, amy, resume=old.key)
    assert why(resumed.got[0]) == (9, 40102, 401)
    recovered = by_token(bench, amy, recover=old.key)
    assert recovered.connected["connectionId"] != old.connected["connectionId"]
    assert recovered.connected["error"]["code"] == 80011
    assert old.closed is None
