"""MESSAGE and PRESENCE from clients: answers, echo, ids, duplicates, limits, formats."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.support.granting import by_token, grant
from tests.support.service import FORMS, Bench, actions, data_of


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_ack_and_echo(dialect: str, fmt: str) -> None:
    bench = Bench()
    client = bench.dial(dialect, fmt, clientId="bob")
    client.attach("news")
    got = client.publish("news", 0, {"name": "n", "data": "x", "size": 3, "connectionKey": "k"})
    ack = next(m for m in got if m["action"] == 1)
    echo = next(m for m in got if m["action"] == 15)
    item = echo["messages"][0]
    me = client.connected["connectionId"]
    assert (ack["msgSerial"], ack["count"]) == (0, 1)
    assert ack["res"] == [{"serials": [item["serial"]]}]
    assert (echo["id"], echo["connectionId"]) == (f"{me}:0", me)
    assert echo["timestamp"] == bench.moment.wall
    assert (item["id"], item["clientId"], item["action"]) == (f"{me}:0:0", "bob", 0)
    assert "size" not in item
    assert "connectionKey" not in item
    assert ("connectionSerial" in echo) == (dialect == "classic")


def test_two_messages_share_a_msg_serial() -> None:
    client = Bench().dial()
    (ack,) = client.publish("news", 7, {"data": "a"}, {"data": "b"})
    assert (ack["msgSerial"], ack["count"], len(ack["res"][0]["serials"])) == (7, 1, 2)
    assert len(set(ack["res"][0]["serials"])) == 2


def test_no_echo_leaves_the_ack_and_presence() -> None:
    bench = Bench()
    client = bench.dial(echo="false", clientId="bob")
    other = bench.dial()
    client.attach("news")
    other.attach("news")
    assert actions(client.publish("news", 0, {"data": "x"})) == [1]
    assert data_of(other.got) == ["x"]
    assert actions(client.presence("news", 1, action=2)) == [14, 1]


BINARY = b"\x00\xff\x10"
WIRE: list[tuple[dict[str, Any], str, str, dict[str, Any]]] = [
    ({"data": "AP8Q", "encoding": "base64"}, "json", "msgpack", {"data": BINARY}),
    (
        {"data": "AP8Q", "encoding": "base64"},
        "json",
        "json",
        {"data": "AP8Q", "encoding": "base64"},
    ),
    ({"data": "AP8", "encoding": "base64"}, "json", "msgpack", {"data": b"\x00\xff"}),
    ({"data": "AP\n8Q", "encoding": "base64"}, "json", "msgpack", {"data": BINARY}),
    ({"data": BINARY}, "msgpack", "json", {"data": "AP8Q", "encoding": "base64"}),
    ({"data": BINARY}, "msgpack", "msgpack", {"data": BINARY}),
    (
        {"data": BINARY, "encoding": "utf-8/cipher+aes-128-cbc"},
        "msgpack",
        "json",
        {"data": "AP8Q", "encoding": "utf-8/cipher+aes-128-cbc/base64"},
    ),
    (
        {"data": "AP8Q", "encoding": "utf-8/cipher+aes-128-cbc/base64"},
        "json",
        "msgpack",
        {"data": BINARY, "encoding": "utf-8/cipher+aes-128-cbc"},
    ),
    (
        {"data": "!", "encoding": "base64"},
        "json",
        "msgpack",
        {"data": "!", "encoding": "base64"},
    ),
    (
        {"data": "AP8Q", "encoding": "base64"},
        "msgpack",
        "msgpack",
        {"data": "AP8Q", "encoding": "base64"},
    ),
    (
        {"data": '{"a":1}', "encoding": "json"},
        "json",
        "msgpack",
        {"data": '{"a":1}', "encoding": "json"},
    ),
    ({"data": "é\x00"}, "msgpack", "json", {"data": "é\x00"}),
    ({"data": ""}, "json", "msgpack", {"data": ""}),
    ({"data": None, "encoding": ""}, "json", "json", {}),
]


@pytest.mark.parametrize(("given", "fmt", "other", "expected"), WIRE)
def test_data_across_formats(
    given: dict[str, Any], fmt: str, other: str, expected: dict[str, Any]
) -> None:
    bench = Bench()
    listener = bench.dial(fmt=other)
    listener.attach("news")
    bench.dial(fmt=fmt).publish("news", 0, given)
    (item,) = listener.got[-1]["messages"]
    assert {k: item[k] for k in ("data", "encoding") if k in item} == expected


NACKED: list[tuple[dict[str, Any], int, int]] = [
    ({"channel": ":bad"}, 40010, 400),
    ({"channel": None}, 40010, 400),
    ({"messages": None}, 40000, 400),
    ({"messages": []}, 40000, 400),
    ({"messages": {"data": "x"}}, 40000, 400),
    ({"messages": ["x"]}, 40000, 400),
    ({"messages": [{"data": "x"}, None]}, 40000, 400),
    ({"messages": [{"data": {"a": 1}}]}, 40013, 400),
    ({"messages": [{"data": 3}]}, 40013, 400),
    ({"messages": [{"data": "x", "encoding": 3}]}, 40013, 400),
    ({"messages": [{"extras": "x"}]}, 40013, 400),
    ({"messages": [{"name": 3}]}, 40000, 400),
    ({"messages": [{"id": ["x"]}]}, 40000, 400),
    ({"messages": [{"action": "x"}]}, 40000, 400),
    ({"messages": [{"clientId": "amy"}]}, 40012, 400),
    ({"messages": [{"clientId": 3}]}, 40012, 400),
    ({"messages": [{"data": "x" * 65_537}]}, 40009, 413),
    ({"messages": [{"data": "x" * 40_000}, {"name": "y" * 40_000}]}, 40009, 413),
    ({"messages": [{"extras": {"a": "x" * 70_000}}]}, 40009, 413),
]


@pytest.mark.parametrize(("changes", "code", "status"), NACKED)
@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_nack(changes: dict[str, Any], code: int, status: int, fmt: str) -> None:
    bench = Bench()
    client, other = bench.dial(fmt=fmt, clientId="bob"), bench.dial()
    other.attach("news")
    other.take()
    message = {"action": 15, "channel": "news", "msgSerial": 3, "messages": [{"data": "x"}]}
    (nack,) = client.send({**message, **changes})
    assert (nack["action"], nack["msgSerial"], nack["count"]) == (2, 3, 1)
    assert (nack["error"]["code"], nack["error"]["statusCode"]) == (code, status)
    assert other.got == []
    assert client.closed is None
    assert actions(client.send({**message, "msgSerial": 4})) == [1]


def test_a_mode_that_was_not_asked_for() -> None:
    client = Bench().dial(clientId="bob")
    client.attach("news", flags=1 << 18)
    assert client.publish("news", 0, {"data": "x"})[0]["error"]["code"] == 40165
    assert client.presence("news", 1, action=2)[0]["error"]["code"] == 40165
    assert actions(client.publish("elsewhere", 2, {"data": "x"})) == [1]


def test_a_connection_that_may_be_anybody_names_itself_in_each_message() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("news")
    client.publish("news", 0, {"data": "x", "clientId": "amy"}, {"data": "y"})
    frame = next(m for m in client.got if m["action"] == 15)
    assert [m.get("clientId") for m in frame["messages"]] == ["amy", None]


@pytest.mark.parametrize("serial", [None, "x", -1, 1.5, 1 << 60, [1], True])
def test_without_a_usable_msg_serial_it_is_taken_and_not_answered(serial: Any) -> None:
    bench = Bench()
    client = bench.dial(fmt="msgpack")
    client.attach("news")
    client.take()
    client.send({"action": 15, "channel": "news", "msgSerial": serial, "messages": [{"data": "x"}]})
    assert actions(client.got) == [15]


@pytest.mark.parametrize("serial", [5, 5.0, "5"])
def test_msg_serial_is_read_generously(serial: Any) -> None:
    client = Bench().dial(fmt="msgpack")
    message = {"action": 15, "channel": "n", "msgSerial": serial, "messages": [{"data": "x"}]}
    assert client.send(message)[0]["msgSerial"] == 5


# --- ids and duplicates ---------------------------------------------------------------------------


def test_the_same_id_twice_is_delivered_once_and_acked_twice() -> None:
    bench = Bench()
    client, other = bench.dial(), bench.dial("classic", "msgpack")
    other.attach("news")
    first = client.publish("news", 0, {"id": "mine:0", "data": "x"})
    again = client.publish("news", 1, {"id": "mine:0", "data": "x"})
    assert data_of(other.got) == ["x"]
    assert again[0]["action"] == 1
    assert again[0]["res"] == first[0]["res"]
    client.publish("news", 2, {"id": "mine:0", "data": "x"}, {"id": "mine:1", "data": "y"})
    assert data_of(other.got) == ["x", "y"]
    client.publish("news", 3, {"id": "twin", "data": "1"}, {"id": "twin", "data": "2"})
    assert data_of(other.got) == ["x", "y", "1"]
    client.publish("else", 4, {"id": "mine:0", "data": "x"})
    assert client.got[-1]["action"] == 1


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_serial_of_an_earlier_transport_gets_the_same_answer_again(
    dialect: str, fmt: str
) -> None:
    bench = Bench()
    client = bench.dial(dialect, fmt)
    listener = bench.dial()
    listener.attach("news")
    good = client.publish("news", 0, {"data": "a"})
    bad = client.publish(":x", 1, {"data": "b"})
    client.lose()
    new = (
        bench.dial(dialect, fmt, resume=client.key, connection_serial="-1")
        if (dialect == "classic")
        else bench.dial(dialect, fmt, resume=client.key)
    )
    assert new.publish("news", 0, {"data": "a"}) == good
    assert new.publish(":x", 1, {"data": "b"}) == bad
    assert actions(new.publish("news", 2, {"data": "c"})) == [1]
    assert data_of(listener.got) == ["a", "c"]
    # and over a third transport still
    new.lose()
    third = bench.dial(dialect, fmt, resume=client.key)
    assert third.publish("news", 0, {"data": "a"}) == good
    assert data_of(listener.got) == ["a", "c"]


def test_within_one_transport_every_frame_is_new() -> None:
    bench = Bench()
    client, listener = bench.dial(), bench.dial()
    listener.attach("news")
    for serial in (5, 6, 0, 1, 5):
        (ack,) = client.publish("news", serial, {"data": str(serial)})
        assert ack["msgSerial"] == serial
    assert data_of(listener.got) == ["5", "6", "0", "1", "5"]


def test_after_a_new_id_no_serial_is_a_duplicate() -> None:
    bench = Bench()
    client, listener = bench.dial(), bench.dial()
    listener.attach("news")
    client.publish("news", 0, {"data": "a"})
    client.send({"action": 7})
    bench.dial(resume=client.key).publish("news", 0, {"data": "b"})
    assert data_of(listener.got) == ["a", "b"]


def test_serials_grow_in_string_order_also_when_the_clock_goes_back() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("news")
    for n, step in enumerate([0, 5, -100_000, 0, 1, 200_000]):
        bench.wall0 += step
        client.publish("news", n, {"data": str(n)})
    frames = [m for m in client.got if m["action"] == 15]
    serials = [m["channelSerial"] for m in frames]
    assert serials == sorted(set(serials))
    stems = [m["messages"][0]["serial"] for m in frames]
    assert stems == sorted(set(stems))


def test_an_update_keeps_the_serial_of_its_message() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("news")
    serial = client.publish("news", 0, {"data": "a"})[-1]["res"][0]["serials"][0]
    client.publish("news", 1, {"data": "b", "action": 1, "serial": serial})
    item = next(m for m in reversed(client.got) if m["action"] == 15)["messages"][0]
    assert (item["action"], item["serial"]) == (1, serial)
    assert item["version"]["serial"] > serial


# --- presence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_presence_is_echoed_before_its_ack(dialect: str, fmt: str) -> None:
    bench = Bench()
    client = bench.dial(dialect, fmt, clientId="bob")
    client.attach("room")
    echo, ack = client.presence("room", 0, action=2, data="hi")
    me = client.connected["connectionId"]
    assert (echo["action"], ack["action"], ack["res"]) == (14, 1, [{"serials": []}])
    assert (echo["id"], echo["connectionId"]) == (f"{me}:0", me)
    item = echo["presence"][0]
    assert (item["id"], item["action"], item["clientId"]) == (f"{me}:0:0", 2, "bob")
    assert (item["connectionId"], item["data"]) == (me, "hi")
    assert ("connectionSerial" in echo) == (dialect == "classic")


STORY: list[tuple[list[dict[str, Any]], list[tuple[int, Any]]]] = [
    ([{"action": 2, "data": "a"}, {"action": 4, "data": "b"}], [(2, "a"), (4, "b")]),
    ([{"action": 4, "data": "a"}], [(2, "a")]),
    ([{"action": 2, "data": "a"}, {"action": 3}], [(2, "a"), (3, "a")]),
    ([{"action": 2, "data": "a"}, {"action": 3, "data": "z"}], [(2, "a"), (3, "z")]),
    ([{"action": 3}], []),
    ([{"action": 2, "id": "o:0:0"}, {"action": 2, "id": "o:0:0"}], [(2, None)]),
    ([{"action": 2}, {"action": 3}, {"action": 4}], [(2, None), (3, None), (2, None)]),
]


@pytest.mark.parametrize(("items", "events"), STORY)
def test_presence_story(items: list[dict[str, Any]], events: list[tuple[int, Any]]) -> None:
    bench = Bench()
    client, watcher = bench.dial(clientId="bob"), bench.dial()
    watcher.attach("room")
    for n, item in enumerate(items):
        assert client.presence("room", n, **item)[-1]["action"] == 1
    seen = [m for f in watcher.got if f["action"] == 14 for m in f["presence"]]
    assert [(m["action"], m.get("data")) for m in seen] == events


PRESENCE_NACKED: list[tuple[str, dict[str, Any], int]] = [
    ("", {"action": 2}, 91000),
    ("", {"action": 2, "clientId": "*"}, 40012),
    ("bob", {"action": 2, "clientId": "amy"}, 40012),
    ("bob", {"action": 0}, 40000),
    ("bob", {"action": 9}, 40000),
    ("bob", {}, 40000),
    ("bob", {"action": 2, "data": [1]}, 40013),
    ("bob", {"action": 2, "data": "x" * 70_000}, 40009),
]


@pytest.mark.parametrize(("client_id", "item", "code"), PRESENCE_NACKED)
def test_presence_nack(client_id: str, item: dict[str, Any], code: int) -> None:
    client = Bench().dial(clientId=client_id)
    (nack,) = client.presence("room", 0, **item)
    assert (nack["action"], nack["error"]["code"]) == (2, code)


def test_anybody_may_enter_others() -> None:
    bench = Bench()
    client = bench.dial()
    for n, name in enumerate(["amy", "bob"]):
        client.presence("room", n, action=2, clientId=name)
    (page,) = bench.dial().attach("room")[1:]
    assert {m["clientId"] for m in page["presence"]} == {"amy", "bob"}


def test_members_are_bounded() -> None:
    client = Bench(max_members=2).dial()
    for n, name in enumerate(["a", "b"]):
        client.presence("room", n, action=2, clientId=name)
    assert client.presence("room", 2, action=2, clientId="c")[0]["error"]["code"] == 91003
    assert actions(client.presence("room", 3, action=3, clientId="a")) == [1]
    assert actions(client.presence("room", 4, action=2, clientId="c")) == [1]
    assert actions(client.presence("room", 5, action=4, clientId="c")) == [1]


def leaves(watcher: Any) -> list[dict[str, Any]]:
    return [m for f in watcher.got if f["action"] == 14 for m in f["presence"] if m["action"] == 3]


ENDS: list[tuple[str, Any]] = [
    ("close", lambda c: c.send({"action": 7})),
    ("detach", lambda c: c.send({"action": 12, "channel": "room"})),
    ("error", lambda c: c.too_large(1 << 30)),
]


@pytest.mark.parametrize(("how", "end"), ENDS, ids=[n for n, _ in ENDS])
def test_members_leave_at_once(how: str, end: Any) -> None:
    bench = Bench()
    client, watcher = bench.dial(clientId="bob"), bench.dial()
    watcher.attach("room")
    client.attach("room")
    client.presence("room", 0, action=2, data="d")
    end(client)
    (leave,) = leaves(watcher)
    assert (leave["clientId"], leave["data"]) == ("bob", "d"), how


@pytest.mark.parametrize(
    ("query", "grace"),
    [
        ({}, 15_000),
        ({"remainPresentFor": "3000"}, 3_000),
        ({"remainPresentFor": "999999999"}, 120_000),
    ],
)
@pytest.mark.parametrize("dialect", ["current", "classic"])
def test_members_stay_for_their_grace(query: dict[str, str], grace: int, dialect: str) -> None:
    bench = Bench()
    client, watcher = bench.dial(dialect, clientId="bob", **query), bench.dial()
    watcher.attach("room")
    client.attach("room")
    client.presence("room", 0, action=2, data="d")
    client.lose()
    bench.advance(grace - 1)
    assert leaves(watcher) == []
    bench.advance(1)
    (leave,) = leaves(watcher)
    assert not leave["id"].startswith(client.connected["connectionId"])
    assert leave["connectionId"] == client.connected["connectionId"]
    assert leave["timestamp"] == bench.moment.wall


def test_who_comes_back_in_time_has_never_left() -> None:
    bench = Bench()
    client, watcher = bench.dial(clientId="bob"), bench.dial()
    watcher.attach("room")
    client.presence("room", 0, action=2)
    for _ in range(3):
        client.lose()
        bench.advance(10_000)
        client = bench.dial(clientId="bob", resume=client.key)
        bench.advance(20_000)
    assert leaves(watcher) == []


def test_members_leave_after_their_grace_also_when_the_state_ends_first() -> None:
    bench = Bench(state_ttl=1_000, presence_grace=5_000)
    client, watcher = bench.dial(clientId="bob"), bench.dial()
    watcher.attach("room")
    client.presence("room", 0, action=2)
    client.lose()
    bench.advance(4_999)
    assert leaves(watcher) == []
    bench.advance(1)
    assert len(leaves(watcher)) == 1


def test_presence_that_was_missed_is_replayed() -> None:
    bench = Bench()
    client = bench.dial()
    serial = client.attach("room")[0]["channelSerial"]
    client.lose()
    other = bench.dial(clientId="bob")
    for n, action in enumerate([2, 4, 3]):
        other.presence("room", n, action=action)
    got = bench.dial(resume=client.key).attach("room", channelSerial=serial)
    assert actions(got) == [11, 14, 14, 14]
    assert [m["presence"][0]["action"] for m in got[1:]] == [2, 4, 3]


def test_each_publish_costs_bounded_memory() -> None:
    bench = Bench(channel_backlog=10, connection_backlog=10)
    client = bench.dial("classic")
    client.attach("news")
    for n in itertools.islice(itertools.count(), 3_000):
        client.publish("news", n, {"id": f"i{n}", "data": "x"})
    channel = bench.core.realm.apps["app"].channels["news"]
    connection = next(iter(bench.core.realm.connections.values()))
    assert len(channel.log) == 10
    assert len(channel._seen) == 10
    assert len(connection.answers) == 1_000
    assert len(connection.outbox.after(-1)) == 10


# --- rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize(
    ("rights", "publishes", "enters"),
    [
        (["subscribe"], 40160, 40160),
        (["publish"], None, 40160),
        (["presence"], 40160, None),
        (["history"], 40160, 40160),
        (["*"], None, None),
    ],
)
def test_what_a_token_may_do(
    rights: list[str], attached: bool, publishes: int | None, enters: int | None
) -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, {"a:*": rights}, client_id="bob").token)
    if attached:
        client.attach("a:b")
    for serial, (answer, code) in enumerate(
        [
            (client.publish("a:b", 0, {"data": "x"})[-1], publishes),
            (client.presence("a:b", 1, action=2)[-1], enters),
            (client.publish("b", 2, {"data": "x"})[-1], 40160),
            (client.presence("b", 3, action=2)[-1], 40160),
        ]
    ):
        assert answer["msgSerial"] == serial
        assert answer.get("error", {}).get("code") == code
        if code is not None:
            assert (answer["action"], answer["count"], answer["error"]["statusCode"]) == (2, 1, 401)


@pytest.mark.parametrize(
    ("held", "given", "published", "entered"),
    [
        (None, None, None, 91000),
        (None, "amy", 40012, 40012),
        ("bob", None, "bob", "bob"),
        ("bob", "bob", "bob", "bob"),
        ("bob", "amy", 40012, 40012),
        ("*", None, None, 91000),
        ("*", "amy", "amy", "amy"),
        ("*", "*", 40012, 40012),
    ],
)
def test_who_an_item_is_from(
    held: str | None, given: str | None, published: str | int | None, entered: str | int | None
) -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, client_id=held).token)
    client.attach("a")
    author = {} if given is None else {"clientId": given}
    for got, field, expected in (
        (client.publish("a", 0, {"data": "x", **author}), "messages", published),
        (client.presence("a", 1, action=2, **author), "presence", entered),
    ):
        if isinstance(expected, int):
            assert got[-1]["error"]["code"] == expected
        else:
            assert got[0][field][0].get("clientId") == expected


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_too_fast_is_refused_and_much_too_fast_is_disconnected(dialect: str, fmt: str) -> None:
    bench = Bench(max_inbound_rate=4)
    client, other = bench.dial(dialect, fmt, clientId="bob"), bench.dial(dialect, fmt)
    other.attach("a")
    answers = [client.publish("a", n, {"data": str(n)})[-1] for n in range(4)]
    refused = client.publish("a", 4, {"data": "4"})[-1]
    assert [m["action"] for m in answers] == [1] * 4
    assert (refused["action"], refused["msgSerial"]) == (2, 4)
    assert (refused["error"]["code"], refused["error"]["statusCode"]) == (42911, 429)
    assert client.presence("a", 5, action=2)[-1]["error"]["code"] == 42911
    assert data_of(other.got) == list("0123")
    bench.advance(250)
    assert actions(client.publish("a", 6, {"data": "6"})) == [1]
    assert client.publish("a", 7, {"data": "x"}, {"data": "y"})[-1]["error"]["code"] == 42911
    got = [m for n in range(8, 30) for m in client.publish("a", n, *[{"data": "x"}] * 2)]
    assert (got[-1]["action"], got[-1]["error"]["code"]) == (6, 42921)
    assert client.closed == 1000
    assert other.closed is None
    back = bench.dial(dialect, fmt, resume=client.key, clientId="bob")
    assert back.connected["connectionId"] == client.connected["connectionId"]


def test_members_of_all_channels_are_so_large_at_most() -> None:
    bench = Bench(max_members_bytes=100)
    client = bench.dial(clientId="bob")
    assert actions(client.presence("a", 0, action=2, data="x" * 60)) == [1]
    assert client.presence("b", 1, action=2, data="x" * 60)[-1]["error"]["code"] == 91003
    assert actions(client.presence("a", 2, action=3, data="x" * 60)) == [1]
    assert actions(client.presence("b", 3, action=2, data="x" * 60)) == [1]


@pytest.mark.parametrize("action", [14, 15, 21])
def test_what_is_refused_leaves_no_channel_behind(action: int) -> None:
    bench = Bench(max_channels=2)
    client = by_token(bench, grant(bench, {"mine": ["*"]}, client_id="bob").token)
    field = {14: "presence", 15: "messages", 21: "annotations"}[action]
    item = {"action": 2, "type": "a:total.v1", "messageSerial": "s"} if action != 15 else {}
    for n in range(5):
        frame = {"action": action, "channel": f"other{n}", "msgSerial": n, field: [item]}
        (nack,) = client.send(frame)
        assert nack["error"]["code"] == 40160
    channels = bench.core.realm.apps["app"].channels
    assert list(channels) == []
    client.attach("mine")
    client.send({"action": 12, "channel": "mine"})
    client.presence("mine", 9, action=99)
    assert list(channels) == ["mine"], "its position is known to somebody"


def test_objects_are_refused_and_not_ignored() -> None:
    client = Bench().dial()
    (nack,) = client.send({"action": 19, "channel": "a", "msgSerial": 3, "state": [{}]})
    assert (nack["action"], nack["msgSerial"], nack["error"]["code"]) == (2, 3, 40000)
    assert client.send({"action": 19, "channel": "a", "state": [{}]}) == []
