"""Update, delete and append, over WebSocket."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.granting import SUITE, ask, basic, by_token, grant, value
from tests.support.service import Bench, Client, actions, data_of

UPDATE, DELETE, APPEND = 1, 2, 5


def published(client: Client, channel: str = "a", **item: Any) -> str:
    """Publish one message; its serial."""
    got = client.publish(channel, 0, {"data": "one", **item})
    ack = next(m for m in got if m["action"] == 1)
    return str(ack["res"][0]["serials"][0])


def change(client: Client, serial: str, action: int, **item: Any) -> list[dict[str, Any]]:
    return client.publish("a", 1, {"action": action, "serial": serial, **item})


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
@pytest.mark.parametrize(
    ("action", "shown", "kept"),
    [(UPDATE, "two", "two"), (DELETE, "two", "two"), (APPEND, "two", "onetwo")],
)
def test_the_story_of_a_change(fmt: str, action: int, shown: str, kept: str) -> None:
    bench = Bench()
    amy, bob = bench.dial(fmt=fmt, clientId="amy"), bench.dial(fmt=fmt, clientId="bob")
    bob.attach("a")
    serial = published(amy, name="n", extras={"headers": {"x": "1"}})
    (created,) = bob.got[-1]["messages"]
    bench.advance(5)
    version = {"description": "why", "metadata": {"k": "v"}, "serial": "mine", "timestamp": 1}
    got = change(bob, serial, action, data="two", id=created["id"], clientId="amy", version=version)
    frame, ack = got
    (told,) = frame["messages"]
    (new,) = ack["res"][0]["serials"]
    assert new > serial
    assert told["serial"] == serial
    assert (told["action"], told["data"], told["name"]) == (action, shown, "n")
    assert told["extras"] == {"headers": {"x": "1"}}
    assert (told["clientId"], told["connectionId"]) == ("amy", amy.connected["connectionId"])
    assert told["timestamp"] == bench.moment.wall - 5
    assert told["id"] != created["id"]
    assert told["version"] == {
        "serial": new,
        "timestamp": bench.moment.wall,
        "clientId": "bob",
        "description": "why",
        "metadata": {"k": "v"},
    }
    (now,) = value(ask(bench, "/channels/a/messages", auth=basic()))
    assert (now["data"], now["serial"], now["version"]) == (kept, serial, told["version"])
    assert now["action"] == (UPDATE if action == APPEND else action)


def test_what_is_left_out_stays_and_binary_is_appended() -> None:
    bench = Bench()
    client = bench.dial(fmt="msgpack")
    client.attach("a")
    serial = published(client, data=b"\x01", name="n")
    change(client, serial, UPDATE, name="m")
    assert client.got[-2]["messages"][0]["data"] == b"\x01"
    change(client, serial, APPEND, data=b"\x02")
    assert client.got[-2]["messages"][0]["data"] == b"\x02"
    (now,) = value(ask(bench, "/channels/a/messages", auth=basic()))
    assert (now["name"], now["data"], now["encoding"]) == ("m", "AQI=", "base64")


def test_new_data_brings_its_own_encoding() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("a")
    serial = published(client, data="{}", encoding="json")
    assert "encoding" not in change(client, serial, UPDATE, data="text")[0]["messages"][0]


NACKED: list[tuple[dict[str, Any], int]] = [
    ({"serial": None}, 40003),
    ({"serial": "nothing"}, 40400),
    ({"version": {"clientId": "amy"}}, 40012),
    ({"version": {"clientId": ["bob"]}}, 40012),
    ({"version": {"description": 3}}, 40013),
    ({"version": {"metadata": "x"}}, 40013),
    ({"action": 3}, 40000),
    ({"action": 4}, 40000),
    ({"action": APPEND, "data": "x" * 40_000}, 40009),
    ({"action": APPEND, "data": "AQI=", "encoding": "base64"}, 40013),
    ({"action": APPEND, "data": "{}", "encoding": "json"}, 40013),
    ({"data": "x" * 70_000}, 40009),
]


@pytest.mark.parametrize(("changes", "code"), NACKED)
def test_what_cannot_be(changes: dict[str, Any], code: int) -> None:
    bench = Bench()
    client = bench.dial(clientId="bob")
    client.attach("a")
    serial = published(client, data="y" * 30_000)
    client.take()
    item = {"action": UPDATE, "serial": serial, "data": "two", **changes}
    (nack,) = client.publish("a", 1, item)
    assert (nack["action"], nack["error"]["code"]) == (2, code)
    (now,) = value(ask(bench, "/channels/a/messages", auth=basic()))
    assert now["data"] == "y" * 30_000


def test_one_change_of_a_message_in_a_frame_and_others_beside_it() -> None:
    client = Bench().dial(clientId="bob")
    client.attach("a")
    serial = published(client)
    twice = [{"action": UPDATE, "serial": serial, "data": d} for d in "23"]
    assert client.publish("a", 1, *twice)[0]["error"]["code"] == 40000
    frame, ack = client.publish("a", 2, twice[0], {"data": "new"})
    assert [m["action"] for m in frame["messages"]] == [1, 0]
    assert {m["connectionId"] for m in frame["messages"]} == {client.connected["connectionId"]}
    assert len(ack["res"][0]["serials"]) == 2


@pytest.mark.parametrize(
    ("rights", "author", "action", "code"),
    [
        (["message-update-any"], "amy", UPDATE, None),
        (["message-update-own"], "amy", UPDATE, 40160),
        (["message-update-own"], "bob", UPDATE, None),
        (["message-update-own"], "bob", APPEND, None),
        (["message-update-any"], "bob", DELETE, 40160),
        (["message-delete-own"], "bob", DELETE, None),
        (["message-delete-any"], "amy", DELETE, None),
        (["publish"], "bob", UPDATE, 40160),
        (["*"], "amy", DELETE, None),
    ],
)
def test_rights(rights: list[str], author: str, action: int, code: int | None) -> None:
    bench = Bench()
    serial = published(bench.dial(clientId=author))
    client = by_token(bench, grant(bench, {"a": rights}, client_id="bob").token)
    assert change(client, serial, action, data="x")[-1].get("error", {}).get("code") == code


def test_nobody_owns_what_nobody_wrote() -> None:
    bench = Bench()
    serial = published(bench.dial())
    client = by_token(bench, grant(bench, {"a": ["message-update-own"]}).token)
    assert change(client, serial, UPDATE, data="x")[0]["error"]["code"] == 40160


@pytest.mark.parametrize(("setting", "code"), [(False, 93002), (True, None), (None, None)])
def test_a_namespace_may_forbid_it(setting: bool | None, code: int | None) -> None:
    bench = Bench()
    said = {} if setting is None else {"mutableMessages": setting}
    app = value(ask(bench, "/apps", "POST", {**SUITE, "namespaces": [{"id": "ns", **said}]}))
    key = app["keys"][0]["keyStr"]
    client = bench.dial(key=key)
    serial = published(client, "ns:a")
    item = {"action": UPDATE, "serial": serial, "data": "x"}
    assert client.publish("ns:a", 1, item)[-1].get("error", {}).get("code") == code
    note = {"type": "a:total.v1", "messageSerial": serial}
    frame = {"action": 21, "channel": "ns:a", "msgSerial": 2, "annotations": [note]}
    assert client.send(frame)[-1].get("error", {}).get("code") == code


def test_who_was_away_gets_every_change_and_who_is_new_gets_the_last() -> None:
    bench = Bench()
    client, other = bench.dial(), bench.dial()
    at = client.attach("a")[0]["channelSerial"]
    client.lose()
    serial = published(other)
    change(other, serial, APPEND, data="two")
    change(other, serial, APPEND, data="three")
    back = bench.dial()
    got = back.attach("a", channelSerial=at)
    assert [m["messages"][0]["data"] for m in got[1:]] == ["one", "two", "three"]
    (_, frame) = bench.dial().attach("a", params={"rewind": "5"})
    (item,) = frame["messages"]
    assert (item["action"], item["data"]) == (UPDATE, "onetwothree")


def test_a_message_goes_with_all_that_became_of_it() -> None:
    bench = Bench(channel_backlog=3)
    client = bench.dial()
    serial = published(client)
    change(client, serial, UPDATE, data="two")
    for _ in range(2):
        change(client, serial, APPEND, data="x")
    assert change(client, serial, UPDATE, data="y")[0]["error"]["code"] == 40400
    channel = bench.core.realm.apps["app"].channels["a"]
    assert (channel._revised, channel._places, channel._seen) == ({}, {}, {})


def test_without_echo_the_ack_tells_the_version() -> None:
    client = Bench().dial(echo="false")
    client.attach("a")
    serial = published(client)
    assert actions(change(client, serial, UPDATE, data="x")) == [1]


odd = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
told = st.dictionaries(st.sampled_from(["clientId", "description", "metadata", "serial"]), odd)
fields = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("data", "encoding", "extras", "name", "id", "annotations"), odd),
        "version": told | odd,
        "type": st.sampled_from(["a:flag.v1", "a:multiple.v1", "a:total.v1", "x", ":"]) | odd,
        "count": odd,
    },
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 5, 21]), fields), min_size=1, max_size=6))
def test_no_change_and_no_annotation_hurts(steps: list[tuple[int, dict[str, Any]]]) -> None:
    bench = Bench()
    client, witness = bench.dial(fmt="msgpack"), bench.dial()
    witness.attach("a", flags=1 << 17 | 1 << 18 | 1 << 22)
    serial = published(client)
    for n, (action, item) in enumerate(steps, 1):
        if action == 21:
            note = {**item, "messageSerial": serial}
            frame = {"action": 21, "channel": "a", "msgSerial": n, "annotations": [note]}
            (answer,) = client.send(frame)
        else:
            (answer,) = client.publish("a", n, {**item, "action": action, "serial": serial})
        assert answer["action"] in {1, 2}
    for tail in ("", "/versions", "/annotations"):
        for accept in ("application/json", "application/x-msgpack"):
            path = f"/channels/a/messages/{serial}{tail}"
            assert ask(bench, path, auth=basic(), accept=accept).status == 200
    assert data_of(witness.publish("a", 0, {"data": "mine"})) == ["mine"]
