"""A message for people: numbers named, wrong types said, nested JSON opened."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest

from ablytui.decoders.meta import Meta
from ablytui.decoders.protocol_message import ProtocolMessageDecoder
from ablytui.decoders.spans import Kind, Line
from ablytui.protocol.frame import Opcode

TEXT = Meta(Opcode.TEXT)


def lines(message: dict[str, Any]) -> list[Line]:
    return list(ProtocolMessageDecoder().render(json.dumps(message).encode(), TEXT).lines)


def say(line: Line) -> str:
    value = "".join(span.text for span in line.value)
    right = "".join(span.text for span in line.right)
    return "|".join(("  " * line.depth + line.name, value, right))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"action": 15}, ["action|15 MESSAGE|int"]),
        ({"action": 99}, ["action|99 unknown|int"]),
        (
            {"channel": "orders:eu", "action": 11},
            ["action|11 ATTACHED|int", 'channel|"orders:eu"|str'],
        ),
        (
            {"action": 1, "msgSerial": "12"},
            ["action|1 ACK|int", 'msgSerial|"12"|str, should be int'],
        ),
        ({"action": 1, "count": None}, ["action|1 ACK|int", "count|null|null"]),
        (
            {"action": 11, "flags": 983044 | 1 << 27},
            [
                "action|11 ATTACHED|int",
                "flags|135200772  0x80F0004|int",
                "| 2 RESUMED|continuity kept",
                "|16 PRESENCE|may enter presence",
                "|17 PUBLISH|may publish",
                "|18 SUBSCRIBE|gets messages",
                "|19 PRESENCE_SUBSCRIBE|gets presence",
                "|27 unknown|",
            ],
        ),
        (
            {"action": 14, "presence": [{"action": 2, "clientId": "probe-3"}]},
            [
                "action|14 PRESENCE|int",
                "presence|[1]|list",
                "  0|{2}|object",
                "    action|2 ENTER|int",
                '    clientId|"probe-3"|str',
            ],
        ),
        (
            {"action": 15, "messages": [{"data": '{"op":"fill"}', "encoding": "json"}]},
            [
                "action|15 MESSAGE|int",
                "messages|[1]|list",
                "  0|{2}|object",
                "    data|{1}|json in str",
                '      op|"fill"|str',
                '    encoding|"json"|str',
            ],
        ),
        (
            {"action": 4, "connectionDetails": {"connectionStateTtl": 120000}},
            [
                "action|4 CONNECTED|int",
                "connectionDetails|{1}|object",
                "  connectionStateTtl|120000 ms|int",
            ],
        ),
    ],
)
def test_members_are_named(message: dict[str, Any], said: list[str]) -> None:
    assert [say(line) for line in lines(message)] == said


def test_a_head_knows_how_many_lines_are_inside_it() -> None:
    rows = lines({"action": 15, "messages": [{"data": '{"a":[1,2]}'}, {}]})
    inside = [(line.name, line.below) for line in rows]
    assert inside == [
        ("action", 0),
        ("messages", 6),
        ("0", 4),
        ("data", 3),
        ("a", 2),
        ("0", 0),
        ("1", 0),
        ("1", 0),
    ]


def test_a_masked_key_is_a_secret_and_its_stars_are_few() -> None:
    rows = lines({"action": 4, "connectionDetails": {"connectionKey": "gk3T" + "*" * 30 + "~1a2b"}})
    [key] = [line for line in rows if line.name == "connectionKey"]
    assert key.value[0].kind is Kind.SECRET
    assert key.value[0].text == '"gk3T•••~1a2b"'


def test_a_time_is_marked_as_one() -> None:
    rows = lines({"action": 15, "timestamp": 1767312231404})
    assert rows[1].value[0].kind is Kind.TIME


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        ("EBES", "utf-8/cipher+aes-128-cbc", "no key for this channel"),
        ("x", "vcdiff", "the message before it, which it changes, is not known"),
        ("aGVsbG8=", "utf-8/base64", 'decoded|"hello"|str'),
        ("eyJhIjoxfQ==", "json/utf-8/base64", "decoded|{1}|object"),
    ],
)
def test_packed_data_is_unpacked_or_says_why_not(data: str, encoding: str, said: str) -> None:
    rows = lines({"action": 15, "messages": [{"data": data, "encoding": encoding}]})
    assert any(said in say(line) for line in rows)


def test_messagepack_says_bytes_and_float() -> None:
    data = msgpack.packb({"action": 15, "timestamp": 1.5e12, 7: b"\x01\x02"})
    rows = ProtocolMessageDecoder().render(data, Meta(Opcode.BINARY)).lines
    assert [say(line) for line in rows] == [
        "action|15 MESSAGE|int",
        "timestamp|1500000000000.0|float",
        "7|2 bytes  01 02|bytes",
    ]


def test_a_message_without_action_is_called_none() -> None:
    assert "action is missing" in say(lines({"channel": "a"})[0])


def test_what_is_no_object_is_refused() -> None:
    decoder = ProtocolMessageDecoder()
    for data, meta in (
        (b"[1]", TEXT),
        (b'{"action":', TEXT),
        (b'{"action":15}', Meta(Opcode.CONT)),
        (b'{"action":15}', Meta(Opcode.TEXT, fin=False)),
        (b"\xc1", Meta(Opcode.BINARY)),
        (b"{}", Meta(Opcode.PING)),
    ):
        assert decoder.priority(data, meta) < 0
    assert decoder.render(b"[1]", TEXT).lines[0].value[0].kind is Kind.ERROR


def test_deep_and_endless_messages_stay_small() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    assert any("nested deeper" in say(line) for line in lines({"action": 15, "extras": deep}))
    wide = lines({"action": 15, "messages": [{"id": "x"}] * 20_000})
    assert len(wide) <= 5001
    assert "only the first" in say(wide[-1])


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e400", "1.5", "99", "-1"])
def test_an_action_that_is_no_number_of_the_table_is_unknown(number: str) -> None:
    payload = f'{{"action":{number}}}'.encode()
    lines = ProtocolMessageDecoder().render(payload, Meta(Opcode.TEXT)).lines
    assert "unknown" in "".join(span.text for span in lines[0].value)
