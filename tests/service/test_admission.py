"""Connecting, resuming, recovering, and being refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ablytui.protocol.codec import Format
from tests.support.service import FORMS, KEY, Bench, actions, data_of


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_connected_is_the_very_first_frame(dialect: str, fmt: str) -> None:
    client = Bench(state_ttl=9_000, max_idle=700).dial(dialect, fmt)
    first = client.got[0]
    details = first["connectionDetails"]
    assert actions(client.got) == [4]
    assert (details["connectionStateTtl"], details["maxIdleInterval"]) == (9_000, 700)
    assert details["connectionKey"].startswith(first["connectionId"] + "!")
    assert details["clientId"] == "*"
    assert "error" not in first
    if dialect == "classic":
        assert first["connectionSerial"] == -1
        assert first["connectionKey"] == details["connectionKey"]
    else:
        assert "connectionSerial" not in first
        assert "connectionKey" not in first


REFUSED: list[tuple[str, int, int]] = [
    ("/?v=6", 40101, 401),
    ("/?v=6&key=nonsense", 40005, 400),
    ("/?v=6&key=app.kid", 40005, 400),
    ("/?v=6&key=.kid:secret", 40005, 400),
    ("/?v=6&key=app.kid:", 40005, 400),
    ("/?v=6&key=app.other:secret", 40101, 401),
    ("/?v=6&key=other.kid:secret", 40101, 401),
    ("/?v=6&key=app.kid:wrong", 40101, 401),
    ("/?v=6&key=app.kid:secre%74%00", 40101, 401),
    ("/?v=6&accessToken=app.tok", 40143, 401),
    ("/?v=6&access_token=app.tok", 40143, 401),
    (f"/?v=6&key={KEY}&clientId=*", 40012, 400),
    (f"/?v=six&key={KEY}", 40017, 400),
    (f"/?v=1&key={KEY}", 40017, 400),
    (f"/?v=1.x&key={KEY}", 40017, 400),
    (f"/?v=6&key={KEY}&format=xml", 40003, 400),
    ("/?" + "&".join(f"p{n}=1" for n in range(300)), 40000, 400),
    ("/", 40101, 401),
]


@pytest.mark.parametrize(("target", "code", "status"), REFUSED)
def test_a_refusal_is_an_error_without_a_channel_then_close_1000(
    target: str, code: int, status: int
) -> None:
    client = Bench().dial_raw(target)
    (message,) = client.got
    assert message["action"] == 9
    assert "channel" not in message
    assert (message["error"]["code"], message["error"]["statusCode"]) == (code, status)
    assert client.closed == 1000


def test_a_refusal_speaks_the_format_asked_for() -> None:
    client = Bench().dial_raw("/?v=6&format=msgpack", Format.MSGPACK)
    assert client.got[0]["error"]["code"] == 40101


def test_a_refused_socket_is_not_heard_any_more() -> None:
    bench = Bench()
    client = bench.dial_raw("/?v=6")
    client.take()
    assert client.attach("news") == []
    client.lose()
    assert bench.core.realm.connections == {}


@pytest.mark.parametrize(
    ("scheme", "value"),
    [("Basic", base64.b64encode(KEY.encode()).decode()), ("basic", KEY)],
)
def test_a_key_may_come_in_a_header(scheme: str, value: str) -> None:
    client = Bench().dial_raw("/?v=6", headers={"authorization": f"{scheme} {value}"})
    assert actions(client.got) == [4]


def test_bytes_beyond_ascii_in_a_head_do_no_harm() -> None:
    bench = Bench()
    name = b"/?v=6&key=" + KEY.encode() + b"&clientId=\xff\xc3\xa9"
    client = bench.dial_raw(name.decode("ascii", "surrogateescape"))
    assert client.connected["connectionDetails"]["clientId"] == "\ufffdé"
    refused = bench.dial_raw("/?v=6", headers={"authorization": "Basic a.b:\udcff"})
    assert refused.got[0]["error"]["code"] == 40101


def test_client_id_is_the_one_asked_for() -> None:
    client = Bench().dial(clientId="bob")
    assert client.connected["connectionDetails"]["clientId"] == "bob"


def test_two_connections_share_nothing_that_names_them() -> None:
    bench = Bench()
    one, two = bench.dial(), bench.dial()
    assert one.connected["connectionId"] != two.connected["connectionId"]
    assert one.key != two.key


def test_too_many_connections() -> None:
    bench = Bench(max_connections=2)
    first = bench.dial()
    bench.dial()
    third = bench.dial()
    assert third.got[0]["error"]["code"] == 40111
    assert third.got[0]["error"]["statusCode"] == 403
    assert third.closed == 1000
    # taking over needs no room, and what has gone makes some
    assert actions(bench.dial(resume=first.key).got) == [4]
    bench.clients[2].lose()
    assert actions(bench.dial().got) == [4]


@pytest.mark.parametrize("mode", ["resume", "recover"])
@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_the_same_id_within_the_ttl(mode: str, fmt: str) -> None:
    bench = Bench(state_ttl=10_000)
    old = bench.dial(fmt=fmt)
    old.lose()
    bench.advance(9_999)
    new = bench.dial(fmt=fmt, **{mode: old.key})
    assert new.connected["connectionId"] == old.connected["connectionId"]
    assert new.key == old.key
    assert "error" not in new.connected


@pytest.mark.parametrize(("dialect", "kept"), [("current", 10_000), ("classic", 14_000)])
def test_a_new_id_after_the_ttl(dialect: str, kept: int) -> None:
    """Classic clients reckon with maxIdleInterval on top (RTN15g1)."""
    bench = Bench(state_ttl=10_000, max_idle=4_000)
    old = bench.dial(dialect)
    old.lose()
    bench.advance(kept + 1)
    new = bench.dial(dialect, resume=old.key)
    assert new.connected["connectionId"] != old.connected["connectionId"]
    assert new.key != old.key
    assert new.connected["error"]["code"] == (80018 if dialect == "current" else 80008)
    assert new.connected["error"]["statusCode"] == 400
    assert bench.core.realm.connections.keys() == {new.connected["connectionId"]}


def test_the_ttl_counts_from_the_last_loss() -> None:
    bench = Bench(state_ttl=10_000)
    client = bench.dial()
    for _ in range(3):
        client.lose()
        bench.advance(9_000)
        client = bench.dial(resume=client.key)
        assert "error" not in client.connected


UNKNOWN = ["x", "!", "a b!c", "never!issued", "ключ", "a!b!c"]


@pytest.mark.parametrize("key", UNKNOWN)
def test_a_key_never_issued(key: str) -> None:
    client = Bench().dial(resume=key)
    assert client.connected["error"]["code"] == 80018


def test_the_id_alone_or_a_wrong_secret_takes_nothing_over() -> None:
    bench = Bench()
    victim = bench.dial()
    name = victim.connected["connectionId"]
    for key in (f"{name}!x", f"{name}!", name, victim.key[:-1], victim.key + "x"):
        assert bench.dial(resume=key).connected["connectionId"] != name
    assert victim.closed is None


def test_resume_wins_over_recover() -> None:
    bench = Bench()
    one, two = bench.dial(), bench.dial()
    both = bench.dial(resume=one.key, recover=two.key)
    assert both.connected["connectionId"] == one.connected["connectionId"]


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_the_newest_transport_wins(dialect: str, fmt: str) -> None:
    bench = Bench()
    old = bench.dial(dialect, fmt)
    new = (
        bench.dial(dialect, fmt, recover=old.key, connection_serial="-1")
        if (dialect == "classic")
        else bench.dial(dialect, fmt, recover=old.key)
    )
    assert new.connected["connectionId"] == old.connected["connectionId"]
    last = old.got[-1]
    assert (last["action"], last["error"]["code"], old.closed) == (6, 80003, 1000)
    assert last["error"]["statusCode"] == 400
    old.lose()
    bench.advance(200_000)
    assert new.closed is None
    assert new.send({"action": 0, "id": "still"})[0]["id"] == "still"


CLOSERS: list[Any] = [lambda c: c.send({"action": 7}), lambda c: c.too_large(1 << 20)]


@pytest.mark.parametrize("end", CLOSERS)
def test_close_and_error_end_the_state_at_once(end: Any) -> None:
    bench = Bench()
    old = bench.dial()
    end(old)
    assert old.closed == 1000
    assert bench.dial(resume=old.key).connected["error"]["code"] == 80018


def test_disconnect_keeps_the_state() -> None:
    bench = Bench()
    old = bench.dial()
    assert old.send({"action": 5}) == []
    assert old.closed == 1000
    assert bench.dial(resume=old.key).connected["connectionId"] == old.connected["connectionId"]


@pytest.mark.parametrize(
    ("first", "second", "fine"),
    [("bob", "bob", True), ("bob", "", True), ("bob", "amy", False), ("", "bob", False)],
)
def test_the_client_id_must_be_compatible(first: str, second: str, fine: bool) -> None:
    bench = Bench()
    old = bench.dial(clientId=first)
    new = bench.dial(resume=old.key, clientId=second)
    if fine:
        assert new.connected["connectionDetails"]["clientId"] == "bob"
    else:
        assert new.got[0]["error"]["code"] == 40102
        assert old.closed is None


def test_a_key_of_another_app_takes_nothing_over() -> None:
    bench = Bench(keys=(KEY, "app.two:s2", "else.kid:s3"))
    old = bench.dial()
    assert bench.dial(resume=old.key, key="else.kid:s3").got[0]["error"]["code"] == 40102
    same = bench.dial(resume=old.key, key="app.two:s2")
    assert same.connected["connectionId"] == old.connected["connectionId"]


def test_kept_states_are_bounded() -> None:
    bench = Bench(max_connections=3)
    first = bench.dial()
    first.lose()
    for _ in range(3):
        bench.dial().lose()
    assert len(bench.core.realm.connections) == 3
    assert bench.dial(resume=first.key).connected["error"]["code"] == 80018


# --- classic continuity ---------------------------------------------------------------------------


def classic(bench: Bench, fmt: str = "json") -> Any:
    client = bench.dial("classic", fmt)
    client.attach("news")
    return client


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
@pytest.mark.parametrize("name", ["connection_serial", "connectionSerial"])
def test_classic_replays_everything_after_the_serial(fmt: str, name: str) -> None:
    bench = Bench()
    client = classic(bench, fmt)
    bench.peer("news", "a", "b")
    assert [m.get("connectionSerial") for m in client.got[-2:]] == [0, 1]
    client.lose()
    bench.peer("news", "c", "d")
    new = bench.dial("classic", fmt, resume=client.key, **{name: "0"})
    assert new.connected["connectionSerial"] == 0
    assert "error" not in new.connected
    assert actions(new.got) == [4, 15, 15, 15]
    assert data_of(new.got) == ["b", "c", "d"]
    assert [m["connectionSerial"] for m in new.got[1:]] == [1, 2, 3]
    bench.peer("news", "e")  # still attached, without an ATTACH
    assert new.got[-1]["connectionSerial"] == 4


def test_classic_may_come_back_in_the_other_format() -> None:
    bench = Bench()
    client = classic(bench, "msgpack")
    client.lose()
    bench.peer("news", b"\x00\xff")
    new = bench.dial("classic", "json", resume=client.key, connection_serial="-1")
    assert new.got[-1]["messages"][0]["data"] == "AP8="
    assert new.got[-1]["messages"][0]["encoding"] == "base64"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"connection_serial": "x"},
        {"connection_serial": "99"},
        {"connection_serial": "-2"},
        {"timeSerial": "abc@1"},
    ],
)
def test_classic_without_a_usable_serial_resumes_without_replay(query: dict[str, str]) -> None:
    bench = Bench()
    client = classic(bench)
    client.lose()
    bench.peer("news", "gap")
    new = bench.dial("classic", resume=client.key, **query)
    assert new.connected["connectionId"] == client.connected["connectionId"]
    assert new.connected["error"]["code"] == 80012
    assert data_of(new.got) == []
    bench.peer("news", "on")
    assert data_of(new.got) == ["on"]


@pytest.mark.parametrize(
    ("options", "wait", "code"),
    [
        ({"connection_backlog": 2}, 0, 80007),
        ({"connection_backlog_bytes": 200}, 0, 80007),
        ({"retention": 5_000}, 6_000, 80006),
    ],
)
def test_classic_tells_what_is_gone(options: dict[str, Any], wait: int, code: int) -> None:
    bench = Bench(**options)
    client = classic(bench)
    client.attach("quiet")
    client.lose()
    bench.peer("news", *"abcd")
    bench.advance(wait)
    bench.peer("news", "e")
    new = bench.dial("classic", resume=client.key, connection_serial="-1")
    assert new.connected["connectionId"] == client.connected["connectionId"]
    assert new.connected["error"]["code"] == code
    gap = [m for m in new.got if m["action"] == 11]
    assert [m["channel"] for m in gap] == ["news"]
    assert gap[0]["error"]["code"] == code
    assert gap[0]["flags"] & 4 == 0
    assert data_of(new.got)[-1] == "e"
    assert data_of(new.got)[0] != "a"


def test_classic_with_nothing_gone_after_its_serial_is_whole() -> None:
    bench = Bench(connection_backlog=2)
    client = classic(bench)
    bench.peer("news", *"abcd")
    client.lose()
    new = bench.dial("classic", resume=client.key, connection_serial="1")
    assert "error" not in new.connected
    assert data_of(new.got) == ["c", "d"]
