from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.drive import lines
from ablytui.protocol.connection import Channel, Connection
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.message import Flag
from ablytui.protocol.news import Delivered
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ChannelState, ConnectionState


def frame(payload: bytes, opcode: Opcode = Opcode.TEXT, **more: Any) -> Row:
    size = len(payload)
    more.setdefault("wire", size)
    more.setdefault("direction", Direction.IN)
    return Row(5, EntryKind.FRAME, opcode=opcode, payload=payload, size=size, **more)


def members(row: Row, *, duplicate: bool = False) -> dict[str, Any]:
    return lines.frame_members(7, row, lines.Fragments(), duplicate=duplicate)


def test_a_line_is_one_line_of_ascii() -> None:
    text = lines.line("notice", 1.23456, {"message": "é\n\x1b[31m\u202e\x9b"})
    assert text.isascii()
    assert text.count(b"\n") == 1
    assert b"\x1b" not in text
    assert json.loads(text) == {"ev": "notice", "at": 1.235, "message": "é\n\x1b[31m\u202e\x9b"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"\x00\xff", "AP8="),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ({1: "a", None: 2, b"k": 3}, {"1": "a", "None": 2, "aw==": 3}),
        (msgpack.ExtType(5, b"x"), [5, "eA=="]),
        (msgpack.Timestamp(1), "Timestamp(seconds=1, nanoseconds=0)"),
        (2**70, 2**70),
        (True, True),
    ],
)
def test_what_json_cannot_carry_is_written_so_that_it_can(value: Any, expected: Any) -> None:
    assert json.loads(lines.line("x", 0, {"v": value}))["v"] == expected


def test_what_is_nested_too_deeply_is_said_so() -> None:
    deep: Any = 0
    for _ in range(100_000):
        deep = [deep]
    assert json.loads(lines.line("x", 0, {"v": deep}))["undecodable"]


def test_a_frame_shows_its_message() -> None:
    row = frame(b'{"action":0}')
    assert members(row) == {
        "seq": 7,
        "dir": "in",
        "opcode": "text",
        "fin": True,
        "size": 12,
        "message": {"action": 0},
    }


def test_a_msgpack_frame_shows_its_message_with_bytes_as_base64() -> None:
    row = frame(msgpack.packb({"action": 15, "data": b"hi"}), Opcode.BINARY)
    assert members(row)["message"] == {"action": 15, "data": "aGk="}


@pytest.mark.parametrize(
    ("payload", "opcode", "says"),
    [
        (b"hello", Opcode.TEXT, "not JSON"),
        (b"[1]", Opcode.TEXT, "an array"),
        (b"\xff", Opcode.TEXT, "invalid UTF-8"),
        (b"\x82\xa1a", Opcode.BINARY, "not MessagePack"),
        (b"[" * 100_000, Opcode.TEXT, "nested too deeply"),
        (b"\x91" * 900 + b"\x00", Opcode.BINARY, "an array"),
    ],
)
def test_what_is_no_message_says_why(payload: bytes, opcode: Opcode, says: str) -> None:
    shown = members(frame(payload, opcode))
    assert says in shown["undecodable"]
    assert "message" not in shown


def test_a_close_frame_shows_code_and_reason() -> None:
    shown = members(frame(b"\x03\xf1bye", Opcode.CLOSE))
    assert (shown["closeCode"], shown["closeReason"]) == (1009, "bye")


def test_a_ping_has_no_message() -> None:
    shown = members(frame(b"x", Opcode.PING))
    assert shown["opcode"] == "ping"
    assert not {"message", "undecodable"} & shown.keys()


def test_duplicates_and_compression_are_told() -> None:
    shown = members(frame(b'{"action":15}', wire=9), duplicate=True)
    assert (shown["duplicate"], shown["compressed"]) == (True, 9)
    assert not {"duplicate", "compressed"} & members(frame(b"{}")).keys()


def test_the_last_fragment_shows_the_message_of_its_direction() -> None:
    fragments = lines.Fragments()

    def show(row: Row) -> dict[str, Any]:
        return lines.frame_members(1, row, fragments, duplicate=False)

    assert "message" not in show(frame(b'{"act', fin=False))
    whole = show(frame(b'{"action":1}', direction=Direction.OUT))
    assert whole["message"] == {"action": 1}
    assert "message" not in show(frame(b'ion":', Opcode.CONT, fin=False))
    assert show(frame(b"0}", Opcode.CONT))["message"] == {"action": 0}


def test_a_row_that_cannot_be_read_says_so() -> None:
    assert "undecodable" in lines.row_members(Row(0, EntryKind.NOTICE, payload=b"{"))


def test_a_delivered_message_is_told_after_its_chain() -> None:
    payload = json.dumps(
        {
            "action": 15,
            "id": "c:0",
            "messages": [
                {"name": "a", "data": "aGk=", "encoding": "base64"},
                {"data": '{"x":1}', "encoding": "json"},
            ],
        }
    ).encode()
    first, second = lines.delivered_members(Delivered(0, "message", "room", Opcode.TEXT, payload))
    assert first == {"channel": "room", "id": "c:0:0", "name": "a", "data": b"hi", "binary": True}
    assert second == {"channel": "room", "id": "c:0:1", "data": {"x": 1}}


def test_a_delivered_presence_item_is_told() -> None:
    payload = b'{"presence":[{"action":2,"clientId":"ann","connectionId":"c","data":"hi"}]}'
    (item,) = lines.delivered_members(Delivered(0, "presence", "room", Opcode.TEXT, payload))
    assert item == {
        "channel": "room",
        "action": "enter",
        "clientId": "ann",
        "connectionId": "c",
        "data": "hi",
    }


def test_the_state_has_all_its_members() -> None:
    channel = Channel(
        "room",
        ChannelState.ATTACHED,
        modes=Flag.PUBLISH | Flag.RESUMED,
        channel_serial="108@1",
    )
    c = Connection(ConnectParams(endpoint="127.0.0.1")).evolve(
        state=ConnectionState.CONNECTED,
        id="id",
        key="id!k",
        client_id="ann",
        msg_serial=3,
        error_reason=ErrorInfo(80018, 400, "lost"),
        channels={"room": channel},
    )
    assert lines.state_value(c, "rk") == {
        "state": "connected",
        "id": "id",
        "key": "id!k",
        "clientId": "ann",
        "errorReason": {"code": 80018, "statusCode": 400, "message": "lost"},
        "msgSerial": 3,
        "recoveryKey": "rk",
        "host": "127.0.0.1",
        "dialect": "current",
        "channels": {"room": {"state": "attached", "channelSerial": "108@1", "modes": ["publish"]}},
    }


@given(st.binary(max_size=64), st.sampled_from([Opcode.TEXT, Opcode.BINARY]))
def test_no_payload_breaks_a_line(payload: bytes, opcode: Opcode) -> None:
    text = lines.line("frame", 0, members(frame(payload, opcode)))
    assert text.count(b"\n") == 1
    assert json.loads(text)["ev"] == "frame"
