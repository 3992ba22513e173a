"""Presence, ciphers and deltas between a Session and the local service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind
from ablytui.protocol.params import ConnectParams, DialectName
from tests.support.joined import Joined, Make
from tests.support.vcdiff import delta

BOTH = pytest.mark.parametrize("fmt", Format)
DIALECTS = pytest.mark.parametrize("dialect", DialectName)
CIPHER = (("c", "AAECAwQFBgcICQoLDA0ODw"),)


def told(world: Joined) -> list[tuple[str, str, Any]]:
    found = [d for d in world.delivered if d.kind == "presence"]
    return [(i["action"], i["clientId"], i["data"]) for d in found for i in d.items]


def members(world: Joined, **more: Any) -> list[tuple[str, Any]]:
    answer = world.do("presence", channel="c", action="get", **more)
    assert answer.error is None
    return [(m["clientId"], m["data"]) for m in answer.value]


@BOTH
@DIALECTS
async def test_presence_from_both_sides(make: Make, fmt: Format, dialect: DialectName) -> None:
    one = make(format=fmt, dialect=dialect, client_id="amy")
    one.do("presence", channel="c", action="enter", data={"n": 1})
    two = make(one, format=fmt, dialect=dialect, client_id="bob")
    assert members(two) == [("amy", {"n": 1})]
    assert told(two) == [("present", "amy", {"n": 1})]
    one.do("presence", channel="c", action="update", data="x")
    two.pump()
    assert told(two)[1:] == [("update", "amy", "x")]
    (amy,) = two.do("presence", channel="c", action="get").value
    assert amy["action"] == "present"
    assert amy["connectionId"] == one.session.connection.id
    assert amy["id"].startswith(amy["connectionId"])
    assert isinstance(amy["timestamp"], int)
    one.do("presence", channel="c", action="leave")
    two.pump()
    assert members(two) == []
    assert [action for action, _, _ in told(one)] == ["enter", "update", "leave"]


@DIALECTS
async def test_rtp17_a_lost_connection_enters_again(make: Make, dialect: DialectName) -> None:
    from ablytui.service import events as sv

    world = make(client_id="amy", dialect=dialect)
    world.do("presence", channel="c", action="enter", data="x")
    world.happen(sv.Forget())
    world.do("drop")
    world.advance(2_000)
    world.advance(20_000)
    (amy,) = world.do("presence", channel="c", action="get").value
    assert (amy["clientId"], amy["data"]) == ("amy", "x")
    assert amy["connectionId"] == world.session.connection.id, "the one before is gone by now"


async def test_a_connection_that_is_suspended_says_so(make: Make) -> None:
    world = make(client_id="amy", connection_state_ttl=1_000)
    world.do("presence", channel="c", action="enter", data="x")
    world.reachable = False
    world.do("drop")
    world.advance(200_000, step=1_000)
    assert world.session.connection.state == "suspended"
    answer = world.do("presence", channel="c", action="get")
    assert answer.error.code == 91005
    assert members(world, waitForSync=False) == [("amy", "x")]
    refused = world.do("presence", channel="c", action="enter")
    assert refused.error.message == "the connection is suspended"


async def test_modes_and_params_are_what_the_service_gives(make: Make) -> None:
    world = make(client_id="amy")
    answer = world.do("attach", channel="c", params={"rewind": "2"}, modes=["subscribe"])
    assert answer.error is None
    channel = world.session.connection.channels["c"]
    assert (channel.modes, channel.params) == (262_144, (("rewind", "2"),))
    refused = world.do("presence", channel="c", action="enter")
    assert refused.error.code in {40160, 40165}
    assert world.do("attach", channel="c", params={}, modes=["presence", "publish"]).error is None
    assert world.session.connection.channels["c"].params == ()
    assert world.do("presence", channel="c", action="enter").error is None


# --- ciphers ------------------------------------------------------------------------------------


@BOTH
async def test_rsl5_encrypted_on_the_wire_and_clear_for_the_application(
    make: Make, fmt: Format
) -> None:
    one = make(format=fmt, cipher=CIPHER, client_id="amy")
    two = make(one, format=Format.JSON, cipher=CIPHER)
    three = make(two, format=Format.JSON)
    for world in (one, two, three):
        world.do("attach", channel="c")
    one.do("publish", channel="c", data={"a": "clear text"})
    one.do("publish", channel="c", data="clear text")
    one.do("presence", channel="c", action="enter", data="clear text")
    for world in (one, two):
        world.pump()
        assert world.datas == [{"a": "clear text"}, "clear text"]
        assert members(world) == [("amy", "clear text")]
    sent = [r.payload for _, r in one.rows if r.direction is Direction.OUT and r.action in {14, 15}]
    assert len(sent) == 3
    assert not any(b"clear" in payload for payload in sent)
    assert all((b"/base64" in payload) is (fmt is Format.JSON) for payload in sent)
    assert b"json/utf-8/cipher+aes-128-cbc" in sent[0]
    first, second = [i for d in three.delivered if d.kind == "message" for i in d.items]
    assert first["encoding"] == "json/utf-8/cipher+aes-128-cbc"
    assert first["data"][:16] != second["data"][:16], "no IV is used twice"
    assert "no key" in first["problem"]


async def test_the_key_is_a_secret_and_can_be_changed_at_rest(make: Make) -> None:
    world = make(format=Format.JSON, cipher=CIPHER)
    world.do("close")
    params = world.session.connection.params
    other = "AAAAAAAAAAAAAAAAAAAAAA=="
    changed = world.session.set_params(
        ConnectParams(endpoint="localhost", tls=False, key=params.key, cipher=(("c", other),))
    )
    assert changed.result().error is None
    world.do("connect")
    world.do("attach", channel="d")
    world.do("publish", channel="d", data=f"{other} {CIPHER[0][1]}")
    assert other not in "".join(str(r.payload) for _, r in world.rows)
    assert CIPHER[0][1] not in "".join(str(r.payload) for _, r in world.rows)


# --- deltas -------------------------------------------------------------------------------------


def deliver(world: Joined, serial: str, *messages: dict[str, Any]) -> None:
    body = {"action": 15, "channel": "c", "channelSerial": serial, "messages": list(messages)}
    world.wire.arrive(Opcode.TEXT, json.dumps(body).encode())
    world.pump()


def change(name: str, of: str, base: bytes, target: bytes) -> dict[str, Any]:
    import base64

    data = base64.b64encode(delta(base, target)).decode()
    extras = {"delta": {"from": of, "format": "vcdiff"}}
    return {"id": name, "data": data, "encoding": "utf-8/vcdiff/base64", "extras": extras}


async def test_rtl18_a_bad_delta_is_asked_for_again(make: Make) -> None:
    world = make(format=Format.JSON)
    world.do("attach", channel="c")
    deliver(world, "good", {"id": "0", "data": "base"}, change("1", "0", b"base", b"bases"))
    assert world.datas == ["base", "bases"]
    deliver(world, "bad", {"id": "2", "data": "x"}, change("3", "9", b"bases", b"bass"))
    assert world.datas == ["base", "bases"], "RTL18b"
    sent = [json.loads(r.payload) for _, r in world.rows if r.action == 10]
    assert sent[-1]["channelSerial"] == "good"
    changes = [m for m in world.members(EntryKind.CHANNEL) if m["event"] == "attaching"]
    assert changes[-1]["reason"]["code"] == 40018
    assert world.members(EntryKind.NOTICE)[-1]["code"] == 40018
    assert world.session.connection.channels["c"].state == "attached"
    deliver(world, "again", change("2", "1", b"bases", b"basil"))
    assert world.datas[-1] == "basil"


@pytest.mark.parametrize("asked", [True, False])
async def test_rtl18_also_when_nobody_listens_if_deltas_were_asked_for(
    make: Make, asked: bool
) -> None:
    world = make(format=Format.JSON)
    rows: list[Any] = []
    world.do("attach", channel="c", params={"delta": "vcdiff"} if asked else {})
    world.session._recorder._rows.clear()
    world.session._links.send = lambda effect, fmt: rows.append(effect.message)  # type: ignore[method-assign]
    deliver(world, "bad", change("3", "9", b"", b"bass"))
    assert [m["action"] for m in rows] == ([10] if asked else [])


@BOTH
async def test_rsl6b_where_a_chain_stopped_is_told_once_for_each_channel_and_rest(
    make: Make, fmt: Format
) -> None:
    sender = make(format=fmt, cipher=CIPHER)
    world = make(sender, format=fmt)
    for one in ("c", "d"):
        world.do("attach", channel=one)
    for text in ("x", "y"):
        sender.do("publish", channel="c", data=text)
        sender.do("publish", channel="d", data=text, encoding="rot13")
        world.pump()
        assert world.do("ping").error is None
    assert [d.items[0]["data"] for d in world.delivered if d.channel == "d"] == ["x", "y"]
    notices = [(m["level"], m["message"]) for m in world.members(EntryKind.NOTICE)]
    stopped = "What comes on channel {} is not decoded to its end, {} is left: {}"
    chain, no_key = "'utf-8/cipher+aes-128-cbc'", "cipher+aes-128-cbc: no key for this channel"
    unknown = "rot13: not a step that can be undone"
    assert notices == [
        ("warning", stopped.format("'c'", chain, no_key)),
        ("warning", stopped.format("'d'", "'rot13'", unknown)),
    ]


async def test_a_step_without_end_is_told_in_a_line(make: Make) -> None:
    world = make(format=Format.JSON)
    world.do("attach", channel="c")
    message = {"data": "x", "encoding": "rot13" * 1000}
    frame = {"action": 15, "channel": "c", "messages": [message]}
    world.wire.arrive(Opcode.TEXT, json.dumps(frame).encode())
    (notice,) = world.members(EntryKind.NOTICE)
    assert "'rot13rot13" in notice["message"]
    assert len(notice["message"]) < 600
