"""ANNOTATION from clients, and the summaries that come of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.granting import ask, basic, by_token, grant, value
from tests.support.service import Bench, Client, actions

SUBSCRIBE, ANNOTATION_SUBSCRIBE = 1 << 18, 1 << 22
KIND = "reaction:distinct.v1"


def published(client: Client) -> str:
    ack = client.publish("a", 0, {"name": "n", "data": "one"})[-1]
    return str(ack["res"][0]["serials"][0])


def annotate(client: Client, serial: str, *notes: dict[str, Any], at: int = 1) -> Any:
    whole = [{"messageSerial": serial, "type": KIND, "name": "up", **note} for note in notes]
    return client.send({"action": 21, "channel": "a", "msgSerial": at, "annotations": whole})


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_an_annotation_is_told_to_those_who_ask_and_summed_up_for_all(fmt: str) -> None:
    bench = Bench()
    amy, bob = bench.dial(fmt=fmt, clientId="amy"), bench.dial(clientId="bob")
    plain, keen = bench.dial(fmt=fmt), bench.dial(fmt=fmt)
    plain.attach("a")
    keen.attach("a", flags=ANNOTATION_SUBSCRIBE)
    serial = published(amy)
    plain.take()
    keen.take()
    bench.advance(5)
    (ack,) = annotate(bob, serial, {"data": "why", "extras": {"x": 1}})
    assert (ack["action"], ack["res"]) == (1, [{"serials": []}])
    (frame,) = keen.got
    (note,) = frame["annotations"]
    me = bob.connected["connectionId"]
    assert (frame["action"], frame["connectionId"], frame["id"]) == (21, me, f"{me}:1")
    assert (note["id"], note["action"], note["clientId"]) == (f"{me}:1:0", 0, "bob")
    assert (note["type"], note["name"], note["data"]) == (KIND, "up", "why")
    assert (note["messageSerial"], note["extras"]) == (serial, {"x": 1})
    assert note["serial"] > serial
    (frame,) = plain.got
    (told,) = frame["messages"]
    assert frame["action"] == 15
    assert (told["action"], told["serial"], told["name"], told["clientId"]) == (
        4,
        serial,
        "n",
        "amy",
    )
    assert told["timestamp"] == bench.moment.wall - 5
    assert "data" not in told
    once = {"total": 1, "clientIds": ["bob"], "clipped": False}
    assert told["annotations"] == {"summary": {KIND: {"up": once}}}
    (now,) = value(ask(bench, "/channels/a/messages", auth=basic()))
    assert (now["data"], now["annotations"]) == ("one", told["annotations"])


def test_what_changes_nothing_makes_no_summary() -> None:
    bench = Bench()
    client, other = bench.dial(clientId="bob"), bench.dial()
    serial = published(client)
    other.attach("a")
    other.take()
    annotate(client, serial, {}, {"name": "down"})
    annotate(client, serial, {}, at=2)
    annotate(client, serial, {"type": "comment", "name": None, "data": "text"}, at=3)
    assert len(other.got) == 1
    annotate(client, serial, {"action": 1}, {"name": "down", "action": 1}, at=4)
    assert other.got[-1]["messages"][0]["annotations"] == {"summary": {KIND: {}}}


def test_the_same_id_twice_is_one_annotation() -> None:
    bench = Bench()
    client, other = bench.dial(clientId="bob"), bench.dial()
    serial = published(client)
    other.attach("a", flags=SUBSCRIBE | ANNOTATION_SUBSCRIBE)
    for at in (1, 2):
        note = {"id": "own", "type": "t:total.v1"}
        assert actions(annotate(client, serial, note, at=at)) == [1]
    assert actions(other.got[2:]) == [21, 15]


@pytest.mark.parametrize(
    ("changes", "client_id", "code"),
    [
        ({"messageSerial": None}, "bob", 40000),
        ({"messageSerial": "nothing"}, "bob", 40400),
        ({"type": ""}, "bob", 40000),
        ({"action": 2}, "bob", 40000),
        ({"name": None}, "bob", 40000),
        ({"name": None, "type": "t:unique.v1"}, "bob", 40000),
        ({"name": None, "type": "t:multiple.v1"}, "bob", 40000),
        ({}, None, 40161),
        ({"type": "t:flag.v1"}, None, 40161),
        ({"type": "t:unique.v1"}, None, 40161),
        ({"type": "t:multiple.v1"}, None, None),
        ({"type": "t:total.v1"}, None, None),
        ({"type": "t:flag.v1", "name": None}, "bob", None),
        ({"clientId": "amy"}, "bob", 40012),
        ({"data": "x" * 70_000}, "bob", 40009),
        ({"count": -1}, "bob", 40000),
    ],
)
def test_refusals(changes: dict[str, Any], client_id: str | None, code: int | None) -> None:
    bench = Bench()
    client = bench.dial(**({"clientId": client_id} if client_id else {}))
    serial = published(client)
    answer = annotate(client, serial, changes)[-1]
    assert answer.get("error", {}).get("code") == code


@pytest.mark.parametrize(
    ("rights", "flags", "code"),
    [
        (["annotation-publish"], None, None),
        (["publish", "subscribe"], None, 40160),
        (["annotation-publish", "subscribe"], 0, None),
        (["annotation-publish", "subscribe"], SUBSCRIBE, 40165),
        (["*"], SUBSCRIBE | 1 << 21, None),
    ],
)
def test_rights_and_modes(rights: list[str], flags: int | None, code: int | None) -> None:
    bench = Bench()
    serial = published(bench.dial())
    client = by_token(bench, grant(bench, {"a": rights}, client_id="bob").token)
    if flags is not None:
        client.attach("a", flags=flags)
    assert annotate(client, serial, {})[-1].get("error", {}).get("code") == code


def test_who_was_away_gets_them_too() -> None:
    bench = Bench()
    client = bench.dial(clientId="bob")
    at = client.attach("a", flags=SUBSCRIBE | ANNOTATION_SUBSCRIBE)[0]["channelSerial"]
    other = bench.dial(clientId="amy")
    client.lose()
    annotate(other, published(other), {})
    back = bench.dial()
    got = back.attach("a", channelSerial=at, flags=SUBSCRIBE | ANNOTATION_SUBSCRIBE)
    assert actions(got) == [11, 15, 21, 15]


def test_memory_counts_them() -> None:
    bench = Bench(channel_backlog_bytes=3_000)
    client = bench.dial(clientId="bob")
    serial = published(client)
    answers = [annotate(client, serial, {"name": str(n)}, at=n + 1)[-1] for n in range(40)]
    assert answers[-1]["error"]["code"] == 40400
    assert bench.core.realm.apps["app"].channels["a"].size <= 3_000


def test_who_comes_back_without_the_right_gets_none_that_were_kept() -> None:
    bench = Bench()
    old = by_token(bench, grant(bench).token, "classic")
    old.attach("a", flags=SUBSCRIBE | ANNOTATION_SUBSCRIBE)
    old.lose()
    author = bench.dial(clientId="bob")
    annotate(author, published(author), {})
    less = grant(bench, {"a": ["subscribe"]}).token
    new = by_token(bench, less, "classic", resume=old.key, connection_serial="-1")
    assert actions(new.got) == [4, 11, 15, 15]


def test_a_summary_that_fills_a_frame_takes_no_more_but_lets_go() -> None:
    bench = Bench()
    client = bench.dial(clientId="bob")
    serial = published(client)
    answers = [
        annotate(client, serial, {"name": f"{n:02}" + "\x01" * 3_000}, at=n + 1)[-1]
        for n in range(8)
    ]
    assert [a["action"] for a in answers] == [1, 1, 1, 1, 2, 2, 2, 2]
    assert answers[-1]["error"]["code"] == 40009
    gone = {"name": "00" + "\x01" * 3_000, "action": 1}
    assert annotate(client, serial, gone, at=20)[-1]["action"] == 1
    assert annotate(client, serial, {}, at=21)[-1]["action"] == 1


def test_the_type_of_an_annotation_counts() -> None:
    client = Bench().dial(clientId="bob")
    serial = published(client)
    (nack,) = annotate(client, serial, {"type": "x" * 66_000 + ":total.v1"})
    assert (nack["action"], nack["error"]["code"]) == (2, 40009)
