"""Frames that are no publishing: heartbeats, ends, faults; and that nothing a client sends hurts."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.frame import Opcode
from ablytui.service.events import Break, Forget, Inject, Stop
from tests.support.service import FORMS, KEY, Bench, actions, data_of


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_ping_comes_back_at_once(dialect: str, fmt: str) -> None:
    client = Bench().dial(dialect, fmt)
    assert client.send({"action": 0, "id": "X"}) == [{"action": 0, "id": "X"}]
    assert client.send({"action": 0}) == [{"action": 0}]
    assert client.send({"action": 0, "id": None}) == [{"action": 0}]


@pytest.mark.parametrize(
    ("query", "pings"),
    [({}, False), ({"heartbeats": "true"}, False), ({"heartbeats": "false"}, True)],
)
def test_silence_is_broken_in_time(query: dict[str, str], pings: bool) -> None:
    bench = Bench(max_idle=9_000)
    client = bench.dial(**query)
    for n in range(1, 4):
        bench.advance(5_999)
        assert client.pings + actions(client.got).count(0) == n - 1
        bench.advance(1)
        assert (client.pings, actions(client.got).count(0)) == ((n, 0) if pings else (0, n))


def test_anything_sent_puts_the_heartbeat_off() -> None:
    bench = Bench(max_idle=9_000)
    client = bench.dial()
    client.attach("news")
    for _ in range(10):
        bench.advance(3_000)
        bench.peer("news", "x")
    assert 0 not in actions(client.got)
    bench.advance(6_000)
    assert actions(client.got).count(0) == 1


def test_no_promise_no_heartbeat() -> None:
    bench = Bench(max_idle=0)
    client = bench.dial()
    assert client.connected["connectionDetails"]["maxIdleInterval"] == 0
    bench.advance(600_000)
    assert 0 not in actions(client.got)


def test_no_heartbeat_to_a_socket_that_is_gone() -> None:
    bench = Bench()
    client = bench.dial()
    client.lose()
    bench.advance(100_000)
    assert actions(client.got) == [4]


def test_close_is_answered() -> None:
    client = Bench().dial()
    assert client.send({"action": 7}) == [{"action": 8}]
    assert client.closed == 1000
    assert client.send({"action": 0, "id": "x"}) == []


def test_a_frame_too_large_is_named() -> None:
    bench = Bench(max_frame_size=1_000)
    client = bench.dial()
    client.too_large(2_000)
    error = client.got[-1]
    assert (error["action"], error["error"]["code"], client.closed) == (9, 40009, 1000)
    assert "1000" in error["error"]["message"]
    client.too_large(3_000)
    assert actions(client.got) == [4, 9]


@pytest.mark.parametrize("action", [1, 2, 3, 4, 6, 8, 9, 11, 13, 18, 19, 99, -1, 2**70])
def test_other_actions_change_nothing(action: int) -> None:
    bench = Bench()
    client = bench.dial()
    assert client.bench is bench
    client.raw(json.dumps({"action": action, "channel": "x"}).encode())
    assert actions(client.got) == [4]
    assert client.closed is None


UNREADABLE = [
    b"",
    b"[]",
    b"null",
    b"{",
    b'"x"',
    b"\xff",
    b'{"action":NaN}',
    b'{"a":1}',
    b"[" * 9999,
]


@pytest.mark.parametrize("payload", UNREADABLE)
@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY])
def test_what_cannot_be_read_is_ignored(payload: bytes, opcode: Opcode) -> None:
    client = Bench().dial()
    client.raw(payload, opcode)
    assert actions(client.got) == [4]
    assert client.send({"action": 0, "id": "on"}) == [{"action": 0, "id": "on"}]


def test_the_wrong_kind_of_frame_is_read_and_answered_in_the_format_asked_for() -> None:
    client = Bench().dial(fmt="msgpack")
    client.raw(b'{"action":0,"id":"text"}')
    assert client.got[-1] == {"action": 0, "id": "text"}


# --- the service's own doings -----------------------------------------------------------------------


def test_break_cuts_or_closes_and_keeps_the_state() -> None:
    bench = Bench()
    one, two = bench.dial(), bench.dial()
    bench.happen(Break(socket=1))
    assert (one.cut, two.cut) == (True, False)
    bench.happen(Break(1001))
    assert two.closed == 1001
    for client in (one, two):
        assert "error" not in bench.dial(resume=client.key).connected


def test_forget_loses_connections_and_positions() -> None:
    bench = Bench()
    away, here = bench.dial(clientId="a"), bench.dial(clientId="b")
    watcher = bench.dial()
    watcher.attach("room")
    serial = here.attach("room")[0]["channelSerial"]
    here.presence("room", 0, action=2)
    away.lose()
    bench.peer("room", "x")
    bench.happen(Forget())
    assert bench.dial(clientId="a", resume=away.key).connected["error"]["code"] == 80018
    assert here.send({"action": 0, "id": "still here"})
    here.lose()
    new = bench.dial(clientId="b", resume=here.key)
    assert new.connected["error"]["code"] == 80018
    assert new.attach("room", channelSerial=serial)[0]["error"]["code"] == 80006
    bench.advance(15_001)
    left = [m for f in watcher.got if f["action"] == 14 for m in f["presence"]]
    assert [m["action"] for m in left] == [2, 3]


def test_stop_tells_everyone_and_keeps_nothing_open() -> None:
    bench = Bench()
    clients = [bench.dial(), bench.dial("classic", "msgpack")]
    bench.happen(Stop())
    for client in clients:
        last = client.got[-1]
        assert (last["action"], last["error"]["code"], client.closed) == (6, 80003, 1001)


def test_inject_reaches_all_or_one() -> None:
    bench = Bench()
    one, two = bench.dial(), bench.dial("classic", "msgpack")
    bench.happen(Inject({"action": 99}))
    bench.happen(Inject({"action": 98}, 2))
    assert (actions(one.got), actions(two.got)) == ([4, 99], [4, 99, 98])


def test_memory_is_given_back() -> None:
    bench = Bench(retention=10_000, state_ttl=10_000)
    client = bench.dial("classic")
    client.attach("news")
    client.publish("once", 0, {"data": "x"})
    client.send({"action": 7})
    bench.advance(60_000)
    realm = bench.core.realm
    assert (realm.apps["app"].channels, realm.connections, realm.lost, realm.sockets) == (
        {},
        {},
        {},
        {},
    )
    assert len(realm._timers) == 1


# --- hostile clients ----------------------------------------------------------------------------

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=True)
    | st.text(st.characters(exclude_categories=[]), max_size=8)
    | st.binary(max_size=8)
    | st.sampled_from(["news", "room", ":x", "", "bob", "*", "base64", "json", "108@0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
item = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("id", "name", "data", "encoding", "clientId", "extras", "action", "serial", "version"),
        junk,
    ),
)
frame = st.fixed_dictionaries(
    {"action": st.integers(-2, 30) | junk},
    optional={
        "channel": st.sampled_from(["news", "room"]) | junk,
        "channelSerial": junk,
        "msgSerial": st.integers(0, 5) | junk,
        "flags": st.integers(0, 1 << 27) | junk,
        "params": st.dictionaries(st.sampled_from(["rewind", "modes", "x"]), junk) | junk,
        "messages": st.lists(item | junk, max_size=3) | junk,
        "presence": st.lists(item | junk, max_size=3) | junk,
        "annotations": st.lists(item | junk, max_size=3) | junk,
        "id": junk,
        "auth": junk,
        "count": junk,
        "connectionSerial": junk,
    },
)


def _payload(message: Any) -> tuple[bytes, Opcode]:
    try:
        return msgpack.packb(message, unicode_errors="surrogatepass"), Opcode.BINARY
    except (ValueError, OverflowError):
        return repr(message).encode("utf-8", "replace"), Opcode.TEXT


@settings(max_examples=120, deadline=None)
@given(st.lists(frame, min_size=1, max_size=8), st.sampled_from(FORMS))
def test_no_frame_hurts_anybody_else(frames: list[Any], form: tuple[str, str]) -> None:
    bench = Bench()
    hostile, witness = bench.dial(*form), bench.dial(clientId="w")
    witness.attach("witness")
    witness.presence("witness", 0, action=2)
    for message in frames:
        hostile.raw(*_payload(message))
        if not _has_bytes(message):
            hostile.raw(json.dumps(message, skipkeys=True).encode("utf-8", "surrogatepass"))
    witness.take()
    assert data_of(witness.publish("witness", 1, {"data": "mine"})) == ["mine"]
    assert witness.closed is None
    hostile.lose()
    again = bench.dial(*form, resume=hostile.key, connection_serial="-1")
    assert again.got[0]["action"] == 4
    bench.advance(150_000)


def _has_bytes(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_bytes(v) for v in value.values())
    if isinstance(value, list):
        return any(_has_bytes(v) for v in value)
    return isinstance(value, bytes)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40), st.sampled_from([Opcode.TEXT, Opcode.BINARY]))
def test_no_bytes_hurt(payload: bytes, opcode: Opcode) -> None:
    client = Bench().dial()
    client.raw(payload, opcode)
    assert client.closed in {None, 1000}


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "v",
                "key",
                "clientId",
                "client_id",
                "protocol",
                "format",
                "resume",
                "recover",
                "echo",
                "heartbeats",
                "connection_serial",
                "timeSerial",
                "remainPresentFor",
                "binary",
                "x",
            ]
        ),
        st.text(max_size=12) | st.sampled_from([KEY, "6", "1.2", "json", "msgpack", "true"]),
    )
)
def test_no_query_hurts(query: dict[str, str]) -> None:
    from urllib.parse import urlencode

    from ablytui.service.wireform import read_handshake

    target = "/?" + urlencode(query)
    client = Bench().dial_raw(target, read_handshake(target, {}).format)
    assert client.got[0]["action"] in {4, 9}
    assert (client.closed == 1000) == (client.got[0]["action"] == 9)
