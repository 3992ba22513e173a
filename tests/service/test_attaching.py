"""ATTACH and DETACH: positions, replay, modes, SYNC."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.granting import by_token, grant
from tests.support.service import FORMS, Bench, actions, data_of

RESUMED, BACKLOG, HAS_PRESENCE = 4, 2, 1
FOUR_MODES = 0xF0000


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_first_attach_stands_at_the_head(dialect: str, fmt: str) -> None:
    bench = Bench()
    client = bench.dial(dialect, fmt)
    bench.peer("news", "before")
    (attached,) = client.attach("news", channelSerial=None, params=None)
    assert (attached["action"], attached["channel"]) == (11, "news")
    assert attached["flags"] == FOUR_MODES
    assert attached["channelSerial"]
    assert "error" not in attached
    bench.peer("news", "after")
    assert client.got[-1]["channelSerial"] > attached["channelSerial"]
    assert data_of(client.got) == ["after"]


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_a_serial_that_is_held_brings_what_was_missed(fmt: str) -> None:
    bench = Bench()
    client = bench.dial(fmt=fmt)
    client.attach("news")
    bench.peer("news", "seen")
    serial = client.got[-1]["channelSerial"]
    client.lose()
    bench.peer("news", "one", "two")
    new = bench.dial(fmt=fmt, resume=client.key)
    assert actions(new.got) == [4]
    got = new.attach("news", channelSerial=serial, flags=32)
    assert got[0]["flags"] == FOUR_MODES | RESUMED | BACKLOG
    assert got[0]["channelSerial"] == serial
    assert data_of(got) == ["one", "two"]
    assert len({m["channelSerial"] for m in got}) == 3


def test_at_the_head_there_is_nothing_to_replay() -> None:
    bench = Bench()
    client = bench.dial()
    serial = client.attach("news")[0]["channelSerial"]
    client.lose()
    new = bench.dial(resume=client.key)
    (attached,) = new.attach("news", channelSerial=serial)
    assert attached["flags"] == FOUR_MODES | RESUMED


def test_a_channel_can_be_resumed_where_the_connection_is_new() -> None:
    bench = Bench()
    client = bench.dial()
    serial = client.attach("news")[0]["channelSerial"]
    client.send({"action": 7})
    bench.peer("news", "missed")
    got = bench.dial().attach("news", channelSerial=serial)
    assert got[0]["flags"] & RESUMED
    assert data_of(got) == ["missed"]


def _expired(bench: Bench) -> None:
    bench.peer("news", "old")
    bench.advance(6_000)


def _overflowed(bench: Bench) -> None:
    bench.peer("news", *"abcdef")


@pytest.mark.parametrize(
    ("options", "lose"),
    [
        ({"retention": 5_000}, _expired),
        ({"channel_backlog": 3}, _overflowed),
        ({"channel_backlog_bytes": 300}, _overflowed),
    ],
)
def test_a_serial_that_is_gone_says_so(options: dict[str, Any], lose: Any) -> None:
    bench = Bench(**options)
    client = bench.dial()
    serial = client.attach("news")[0]["channelSerial"]
    client.lose()
    lose(bench)
    got = bench.dial(resume=client.key).attach("news", channelSerial=serial)
    assert actions(got) == [11]
    assert got[0]["flags"] & (RESUMED | BACKLOG) == 0
    assert got[0]["error"]["code"] == 80006
    assert got[0]["channelSerial"] != serial


@pytest.mark.parametrize("most", [800, 400])
def test_more_than_a_client_can_be_given_at_once_is_not_brought_again(most: int) -> None:
    bench = Bench(connection_backlog_bytes=most)
    client = bench.dial()
    serial = client.attach("news")[0]["channelSerial"]
    client.lose()
    bench.peer("news", "x" * 250, "y" * 250)
    got = bench.dial(resume=client.key).attach("news", channelSerial=serial)
    if most == 800:
        assert actions(got) == [11, 15, 15]
    else:
        assert actions(got) == [11]
        assert got[0]["error"]["code"] == 80007
        assert got[0]["flags"] & (RESUMED | BACKLOG) == 0


@pytest.mark.parametrize("serial", ["108@1700000000000-0", "x", "108@9999999999999-000000"])
def test_a_serial_never_given_is_as_gone(serial: str) -> None:
    got = Bench().dial().attach("news", channelSerial=serial)
    assert got[0]["error"]["code"] == 80006
    assert got[0]["flags"] & RESUMED == 0


def test_what_was_let_go_but_seen_costs_no_continuity() -> None:
    bench = Bench(retention=5_000)
    client = bench.dial()
    client.attach("news")
    bench.peer("news", "seen")
    serial = client.got[-1]["channelSerial"]
    bench.advance(6_000)
    assert client.attach("news", channelSerial=serial)[0]["flags"] & RESUMED


def test_own_messages_are_not_replayed_without_echo() -> None:
    bench = Bench()
    client = bench.dial(echo="false")
    serial = client.attach("news")[0]["channelSerial"]
    client.publish("news", 0, {"data": "own"})
    bench.peer("news", "other")
    client.lose()
    new = bench.dial(resume=client.key, echo="false")
    assert data_of(new.attach("news", channelSerial=serial)) == ["other"]


def test_after_a_resume_nothing_comes_before_the_attach() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("news")
    new = bench.dial(resume=client.key)
    bench.peer("news", "x")
    assert actions(new.got) == [4]


@pytest.mark.parametrize(
    ("rewind", "data"),
    [("2", ["b", "c"]), ("0", []), ("15s", ["b", "c"]), ("1m", ["a", "b", "c"]), ("x", [])],
)
def test_rewind(rewind: str, data: list[str]) -> None:
    bench = Bench()
    bench.peer("news", "a")
    bench.advance(20_000)
    bench.peer("news", "b", "c")
    got = bench.dial().attach("news", params={"rewind": rewind, "unknown": "1"})
    assert data_of(got) == data
    assert got[0]["params"] == {"rewind": rewind}
    assert bool(got[0]["flags"] & BACKLOG) == bool(data)


EPHEMERAL: dict[str, object] = {"data": "now", "extras": {"ephemeral": True}}


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_what_is_ephemeral_is_heard_once_and_never_again(dialect: str, fmt: str) -> None:
    bench = Bench()
    away, there = bench.dial(dialect, fmt), bench.dial(fmt=fmt)
    position = away.attach("a")[0]["channelSerial"]
    there.attach("a")
    away.lose()
    mixed: list[dict[str, object]] = [{"data": "kept"}, {**EPHEMERAL, "data": "not"}]
    sent: list[list[dict[str, object]]] = [[EPHEMERAL], mixed, [{"data": "last"}]]
    for serial, items in enumerate(sent):
        there.publish("a", serial, *items)
    assert data_of(there.got) == ["now", "kept", "not", "last"]
    if dialect == "classic":
        again = bench.dial(dialect, fmt, resume=away.key, connection_serial="-1")
        got = again.got
    else:
        again = bench.dial(fmt=fmt, resume=away.key)
        got = again.attach("a", channelSerial=position)
        assert got[0]["flags"] & RESUMED
    assert data_of(got) == ["kept", "last"]
    assert data_of(bench.dial(fmt=fmt).attach("a", params={"rewind": "2"})) == ["kept", "last"]
    channel = bench.core.realm.find("app", "a")
    assert channel is not None
    seen = [item["data"] for _, item in channel.history()]
    assert seen == ["last", "kept"]


def test_what_is_ephemeral_costs_no_continuity() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("a")
    client.publish("a", 0, EPHEMERAL)
    position = client.got[-2]["channelSerial"]
    again = bench.dial(resume=client.key)
    (attached,) = again.attach("a", channelSerial=position)
    assert attached["flags"] & (RESUMED | BACKLOG) == RESUMED


def test_a_serial_beats_rewind_and_so_does_attach_resume() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("news")
    bench.peer("news", "a")
    serial = client.got[-1]["channelSerial"]
    assert data_of(client.attach("news", channelSerial=serial, params={"rewind": "1"})) == []
    assert data_of(client.attach("news", flags=32, params={"rewind": "1"})) == []


MODES: list[tuple[dict[str, Any], int]] = [
    ({}, FOUR_MODES),
    ({"flags": 0}, FOUR_MODES),
    ({"flags": 32}, FOUR_MODES),
    ({"flags": 1 << 18}, 1 << 18),
    ({"flags": float(1 << 18)}, 1 << 18),
    ({"flags": "many"}, FOUR_MODES),
    ({"flags": -1}, FOUR_MODES),
    ({"flags": 1 << 17, "params": {"modes": "subscribe,presence"}}, (1 << 18) | (1 << 16)),
]


@pytest.mark.parametrize(("asked", "flags"), MODES)
def test_modes(asked: dict[str, Any], flags: int) -> None:
    assert Bench().dial().attach("news", **asked)[0]["flags"] == flags


def test_an_unknown_mode_fails_the_channel() -> None:
    (error,) = Bench().dial().attach("news", params={"modes": "SHOUT"})
    assert (error["action"], error["channel"], error["error"]["code"]) == (9, "news", 40003)


def test_without_subscribe_nothing_is_heard() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("news", flags=1 << 17)
    bench.peer("news", "x")
    assert data_of(client.got) == []


@pytest.mark.parametrize("name", ["", ":x", "[x", "a\nb", "x" * 3_000])
def test_a_bad_name_fails_that_channel_only(name: str) -> None:
    client = Bench().dial()
    (error,) = client.send({"action": 10, "channel": name or "[empty"})
    assert (error["action"], error["error"]["code"]) == (9, 40010)
    assert error["channel"] == (name or "[empty")
    assert client.closed is None


@pytest.mark.parametrize("name", [None, 3, ["x"], {"x": 1}])
def test_a_name_that_is_none_is_answered_by_nothing(name: Any) -> None:
    """An ERROR without a channel would end the connection."""
    client = Bench().dial()
    got = client.send({"action": 10, "channel": name})
    assert got == []
    assert client.closed is None


@pytest.mark.parametrize("length", [256, 257])
def test_a_parameter_is_echoed_unless_it_is_absurdly_long(length: int) -> None:
    (attached,) = Bench().dial().attach("news", params={"rewind": "1" * length})
    assert ("params" in attached) == (length == 256)


def test_channels_per_connection_are_bounded() -> None:
    client = Bench(max_channels_per_connection=2).dial()
    client.attach("a")
    client.attach("b")
    (error,) = client.attach("c")
    assert (error["action"], error["channel"], error["error"]["code"]) == (9, "c", 40114)
    assert actions(client.attach("a")) == [11]
    client.send({"action": 12, "channel": "b"})
    assert actions(client.attach("c")) == [11]


def test_channels_of_the_service_are_bounded() -> None:
    client = Bench(max_channels=1).dial()
    client.attach("a")
    assert client.attach("b")[0]["error"]["code"] == 40114
    assert client.publish("b", 0, {"data": "x"})[0]["error"]["code"] == 40114


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_detach(dialect: str, fmt: str) -> None:
    bench = Bench()
    client = bench.dial(dialect, fmt)
    client.attach("news")
    assert client.send({"action": 12, "channel": "news"}) == [{"action": 13, "channel": "news"}]
    assert client.send({"action": 12, "channel": "news"}) == [{"action": 13, "channel": "news"}]
    assert client.send({"action": 12, "channel": "never"}) == [{"action": 13, "channel": "never"}]
    bench.peer("news", "x")
    assert data_of(client.got) == []


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_members_come_in_pages(dialect: str, fmt: str) -> None:
    bench = Bench()
    host = bench.dial()
    for n in range(250):
        host.presence("room", n, action=2, clientId=f"c{n}", data="d")
    got = bench.dial(dialect, fmt).attach("room")
    assert got[0]["flags"] & HAS_PRESENCE
    assert actions(got) == [11, 16, 16, 16]
    assert [len(m["presence"]) for m in got[1:]] == [100, 100, 50]
    sequences = {m["channelSerial"].split(":")[0] for m in got[1:]}
    cursors = [m["channelSerial"].split(":")[1] for m in got[1:]]
    assert len(sequences) == 1
    assert sequences.pop().isalnum()
    assert [bool(c) for c in cursors] == [True, True, False]
    assert {m["action"] for page in got[1:] for m in page["presence"]} == {1}


def test_nobody_present_means_no_sync() -> None:
    client = Bench().dial()
    (attached,) = client.attach("room")
    assert attached["flags"] & HAS_PRESENCE == 0


def test_a_client_may_ask_for_a_sync() -> None:
    client = Bench().dial("classic")
    assert client.send({"action": 16, "channel": "room"}) == []
    client.attach("room")
    (sync,) = client.send({"action": 16, "channel": "room"})
    assert (sync["action"], sync["presence"]) == (16, [])
    assert sync["channelSerial"].endswith(":")


@pytest.mark.parametrize(
    ("rights", "flags", "modes"),
    [
        (["subscribe"], 0, 0xC0000),
        (["publish"], 0, 0x20000),
        (["presence"], 0, 0x10000),
        (["publish", "presence", "subscribe"], 0, FOUR_MODES),
        (["*"], 0, FOUR_MODES),
        (["*"], 0x3000000, 0x3000000),
        (["annotation-subscribe"], 0x440000, 0x400000),
        (["publish"], 0x40000, None),
        (["history"], 0, None),
    ],
)
def test_the_modes_are_those_that_the_rights_allow(
    rights: list[str], flags: int, modes: int | None
) -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, {"news": rights}).token)
    (answer,) = client.attach("news", flags=flags)
    if modes is None:
        error = answer["error"]
        assert (answer["action"], answer["channel"]) == (9, "news")
        assert (error["code"], error["statusCode"]) == (40160, 401)
        assert client.closed is None
    else:
        assert answer["flags"] == modes
    bench.peer("news", "x")
    assert data_of(client.got) == (["x"] if modes and modes & 0x40000 else [])


def test_attaching_again_without_the_right_ends_the_attachment() -> None:
    bench = Bench()
    client = by_token(bench, grant(bench, {"news": ["subscribe"]}).token)
    client.attach("news")
    assert client.attach("news", flags=0x20000)[0]["error"]["code"] == 40160
    bench.peer("news", "unheard")
    assert data_of(client.got) == []
    assert actions(client.attach("news")) == [11]


def test_a_sync_is_for_those_who_may_see_who_is_there() -> None:
    bench = Bench()
    bench.dial(clientId="amy").presence("news", 0, action=2)
    client = by_token(bench, grant(bench, {"news": ["publish"]}).token)
    assert actions(client.attach("news")) == [11]
    assert client.send({"action": 16, "channel": "news"}) == []


@pytest.mark.parametrize(
    ("params", "data"),
    [
        ({"rewind": "3", "rewindLimit": "2"}, ["3", "4"]),
        ({"rewind": "1", "rewindLimit": "2"}, ["4"]),
        ({"rewind": "1m", "rewindLimit": "1"}, ["4"]),
        ({"rewind": "1m", "rewindLimit": "0"}, []),
        ({"rewind": "1m", "rewindLimit": "-3"}, []),
        ({"rewind": "1m", "rewindLimit": "x"}, ["1", "2", "3", "4"]),
        ({"rewindLimit": "2"}, []),
    ],
)
def test_a_limit_to_rewind(params: dict[str, str], data: list[str]) -> None:
    bench = Bench()
    bench.peer("news", *"1234")
    got = bench.dial().attach("news", params=params)
    assert [m["messages"][0]["data"] for m in got[1:]] == data
    assert got[0]["params"] == params


def test_a_delta_of_another_kind_is_not_promised() -> None:
    client = Bench().dial()
    (attached,) = client.attach("news", params={"delta": "vcdiff", "rewind": "1"})
    assert attached["params"] == {"delta": "vcdiff", "rewind": "1"}
    (attached,) = client.attach("other", params={"delta": "xdelta"})
    assert "params" not in attached


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_page_of_members_is_as_large_as_told(size: int) -> None:
    bench = Bench(sync_page=size)
    host = bench.dial()
    for n in range(3):
        host.presence("room", n, action=2, clientId=f"c{n}")
    pages = [m["presence"] for m in bench.dial().attach("room")[1:]]
    assert [len(page) for page in pages] == {1: [1, 1, 1], 2: [2, 1], 3: [3]}[size]
