"""Encoding chains from a frame to an application and to the screen, and where they stop (RSL6)."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgpack
import pytest

from ablytui.decoders.cipher import encrypted
from ablytui.decoders.meta import Meta
from ablytui.decoders.protocol_message import ProtocolMessageDecoder
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind
from tests.support.joined import Joined, Make
from tests.support.vcdiff import bomb, delta

KEY = bytes(range(16))
OTHER = bytes(range(1, 17))
SEALED = encrypted({"data": "hello"}, KEY, b"i" * 16)
AS_JSON = encrypted({"data": '{"a":1}', "encoding": "json"}, KEY, b"i" * 16)
AES = "cipher+aes-128-cbc"
CHAINS: list[tuple[str, Any, Any, Any, Any, str]] = [
    # what, data, encoding, the data after it, the encoding left over, the reason
    ("nothing", "x", None, "x", None, ""),
    ("json", '{"a":1}', "json", {"a": 1}, None, ""),
    ("json that is a number", "5", "json", 5, None, ""),
    ("broken json", '{"a":', "json", '{"a":', "json", "json: not JSON"),
    ("json of no string", 7, "json", 7, "json", "json: the data is not a string"),
    ("base64", "aGk=", "base64", b"hi", None, ""),
    ("base64 in lines, unpadded", "aG\nk", "base64", b"hi", None, ""),
    ("broken base64", "a!", "base64", "a!", "base64", "base64: not base64"),
    ("utf-8", "aGk=", "utf-8/base64", "hi", None, ""),
    ("utf8 of old", "aGk=", "utf8/base64", "hi", None, ""),
    ("broken utf-8", "/w==", "utf-8/base64", b"\xff", "utf-8", "utf-8: invalid UTF-8 at byte 0"),
    ("json in utf-8", "eyJhIjoxfQ==", "json/utf-8/base64", {"a": 1}, None, ""),
    ("cipher", SEALED["data"], SEALED["encoding"], "hello", None, ""),
    ("cipher of json", AS_JSON["data"], AS_JSON["encoding"], {"a": 1}, None, ""),
    ("half a block", b"i" * 17, AES, b"i" * 17, AES, "17 bytes are no IV and whole blocks"),
    ("other algorithm", b"i" * 32, "cipher+rot-13", b"i" * 32, "cipher+rot-13", "not an algorithm"),
    ("longer key wanted", b"i" * 32, "cipher+aes-256-cbc", b"i" * 32, "cipher+aes-256-cbc", "128"),
    ("unknown step", "x", "zip", "x", "zip", "zip: not a step"),
    ("stops in the middle", "aGk=", "json/zip/base64", b"hi", "json/zip", "zip: not a step"),
    ("no string", "x", 5, "x", "5", "the encoding is not a string"),
]
TABLE = pytest.mark.parametrize("case", CHAINS, ids=[case[0] for case in CHAINS])


def arrives(world: Joined, serial: str, *messages: dict[str, Any]) -> None:
    """A MESSAGE frame comes in, in MessagePack."""
    body = {"action": 15, "channel": "c", "channelSerial": serial, "messages": list(messages)}
    world.wire.arrive(Opcode.BINARY, msgpack.packb(body))
    world.pump()


def told(world: Joined) -> list[dict[str, Any]]:
    """Every message that was delivered."""
    return [dict(item) for d in world.delivered if d.kind == "message" for item in d.items]


def on_screen(item: dict[str, Any], key: bytes | None = KEY) -> str:
    """The detail view of a frame with this item."""
    payload = msgpack.packb({"action": 15, "channel": "c", "messages": [item]})
    meta = Meta(direction=Direction.IN, opcode=Opcode.BINARY, key=key)
    lines = ProtocolMessageDecoder().render(payload, meta).lines
    return "\n".join(line.name + " " + "".join(s.text for s in line.value) for line in lines)


@pytest.fixture
async def world(make: Make) -> Joined:
    """A session with a key for channel c, attached there."""
    made = make(format=Format.MSGPACK, cipher=(("c", base64.b64encode(KEY).decode()),))
    made.do("attach", channel="c")
    return made


@TABLE
async def test_an_application_gets_what_could_be_undone_the_rest_of_the_chain_and_the_reason(
    world: Joined, case: tuple[Any, ...]
) -> None:
    """RSL6b: delivered anyway, with the failed step still in `encoding`."""
    _, data, encoding, after, left, reason = case
    arrives(world, "s", {"data": data, "encoding": encoding})
    (item,) = told(world)
    assert (item["data"], item.get("encoding")) == (after, left)
    assert reason in item.get("problem", "")
    assert ("problem" in item) is bool(reason)
    assert world.session.connection.channels["c"].state == "attached"


@TABLE
def test_a_person_sees_the_reason_too(case: tuple[Any, ...]) -> None:
    """RSL6b: in the detail view of the frame."""
    _, data, encoding, _, left, reason = case
    text = on_screen({"data": data, "encoding": encoding})
    assert reason in text
    if left is None:
        assert "not " not in text


@pytest.mark.parametrize(
    ("key", "reason"),
    [(KEY, ""), (OTHER, "the padding is wrong: another key"), (None, "no key for this channel")],
    ids=["right", "wrong", "absent"],
)
@pytest.mark.parametrize("fmt", Format)
async def test_a_key_that_is_right_wrong_or_absent(
    make: Make, fmt: Format, key: bytes | None, reason: str
) -> None:
    """RSL5, RSL6b: the ciphertext is kept where no key opens it."""
    ciphers = (("c", base64.b64encode(key).decode()),) if key else ()
    world = make(format=fmt, cipher=ciphers)
    world.do("attach", channel="c")
    item = {"data": SEALED["data"], "encoding": SEALED["encoding"]}
    body = {"action": 15, "channel": "c", "messages": [item]}
    if fmt is Format.JSON:
        item |= {"data": base64.b64encode(item["data"]).decode()}
        item |= {"encoding": f"{item['encoding']}/base64"}
        world.wire.arrive(Opcode.TEXT, json.dumps(body).encode())
    else:
        world.wire.arrive(Opcode.BINARY, msgpack.packb(body))
    world.pump()
    (got,) = told(world)
    if key is KEY:
        assert (got["data"], "encoding" in got) == ("hello", False)
    else:
        assert (got["data"], got["encoding"]) == (SEALED["data"], SEALED["encoding"])
        assert reason in got["problem"]
    assert reason in on_screen(item, key)


# --- deltas -------------------------------------------------------------------------------------


def change(name: str, of: str | None, data: bytes) -> dict[str, Any]:
    """A message that is a delta of another one."""
    extras = {"delta": {"from": of, "format": "vcdiff"}}
    return {"id": name, "data": data, "encoding": "utf-8/vcdiff", "extras": extras}


BROKEN = [
    ("of nothing", [], change("1", "0", delta(b"base", b"bases"))),
    ("of another message", [{"id": "0", "data": "base"}], change("2", "1", delta(b"base", b"x"))),
    ("that names none", [{"id": "0", "data": "base"}], change("1", None, delta(b"base", b"x"))),
    ("that is no delta", [{"id": "0", "data": "base"}], change("1", "0", b"garbage")),
    ("cut off", [{"id": "0", "data": "base"}], change("1", "0", delta(b"base", b"bases")[:-2])),
    ("too large", [{"id": "0", "data": "base"}], change("1", "0", bomb(1 << 40))),
    ("of a number", [{"id": "0", "data": 5}], change("1", "0", delta(b"base", b"x"))),
]


async def test_a_good_delta_changes_the_message_before_it(world: Joined) -> None:
    """RTL19, RTL20, RTL21: across frames, each result the base of the next."""
    arrives(world, "s1", {"id": "0", "data": "base"}, change("1", "0", delta(b"base", b"bases")))
    arrives(world, "s2", change("2", "1", delta(b"bases", b"basil")))
    assert [item["data"] for item in told(world)] == ["base", "bases", "basil"]
    assert all("encoding" not in item for item in told(world))


@pytest.mark.parametrize(
    ("before", "broken"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
async def test_a_delta_that_cannot_be_applied_is_discarded_and_asked_for_again(
    world: Joined, before: list[dict[str, Any]], broken: dict[str, Any]
) -> None:
    """RTL18: 40018 is told of, and ATTACH names the position of the last good frame."""
    arrives(world, "good", *before)
    count = len(told(world))
    attaches = [row for _, row in world.rows if row.action == 10]
    arrives(world, "bad", broken)
    assert len(told(world)) == count
    again = [row for _, row in world.rows if row.action == 10][len(attaches) :]
    (sent,) = [msgpack.unpackb(row.payload) for row in again]
    assert sent["channelSerial"] == "good"
    notice = world.members(EntryKind.NOTICE)[-1]
    assert (notice["code"], broken["id"] in notice["message"]) == (40018, True)
    reason = [m for m in world.members(EntryKind.CHANNEL) if m["event"] == "attaching"][-1]
    assert reason["reason"]["code"] == 40018
    assert world.session.connection.channels["c"].state == "attached"


async def test_without_a_decoder_the_channel_fails(
    world: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PC3: 40019; to attach again would bring the same delta again."""
    monkeypatch.setitem(__import__("sys").modules, "vcdiff_decoder", None)
    arrives(world, "good", {"id": "0", "data": "base"})
    arrives(world, "bad", change("1", "0", delta(b"base", b"bases")))
    channel = world.session.connection.channels["c"]
    assert channel.state == "failed"
    assert channel.reason is not None
    assert channel.reason.code == 40019


def test_a_delta_alone_says_on_screen_what_it_lacks() -> None:
    """RSL6b: the detail view has one frame and no base."""
    text = on_screen(change("1", "0", delta(b"base", b"bases")))
    assert "the message before it, which it changes, is not known" in text
