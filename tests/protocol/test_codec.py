"""Reading what any peer may send, in both formats, without ever raising."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.codec import Head, Undecodable, decode, encode, read_head, read_plain
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode

KNOWN = [
    ({"action": 0}, "81a6616374696f6e00"),
    (
        {"action": 6, "error": {"code": 40142, "statusCode": 401, "message": "token expired"}},
        (
            "82a6616374696f6e06a56572726f7283a4636f6465cd9cceaa737461747573436f6465cd0191"
            "a76d657373616765ad746f6b656e2065787069726564"
        ),
    ),
    (
        {"action": 1, "msgSerial": 0, "count": 1, "res": [{"serials": ["s"]}]},
        "84a6616374696f6e01a96d736753657269616c00a5636f756e7401a37265739181a773657269616c7391a173",
    ),
]


@pytest.mark.parametrize(("message", "packed"), KNOWN)
def test_known_good_bytes(message: dict[str, Any], packed: str) -> None:
    assert encode(message, Format.MSGPACK).hex() == packed
    assert decode(bytes.fromhex(packed), Opcode.BINARY) == message
    assert json.loads(encode(message, Format.JSON)) == message
    assert b" " not in encode({"action": 0}, Format.JSON)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "not JSON"),
        (b"[1]", "the top level is an array, not an object"),
        (b"null", "the top level is null, not an object"),
        (b"true", "a boolean"),
        (b'"x"', "a string"),
        (b"12", "a number"),
        (b'{"action":', "not JSON: expecting value at byte 10"),
        (b'{"a":"b', "not JSON: unterminated string starting at byte 5"),
        (b'{"a":"\xff"}', "invalid UTF-8 at byte 6"),
        (b"{" * 5 + b'"a":' * 1, "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_is_no_message_says_why(payload: bytes, why: str) -> None:
    for answer in (decode(payload, Opcode.TEXT), read_head(payload, Opcode.TEXT)):
        assert isinstance(answer, Undecodable)
        assert why in answer.why


def test_a_number_too_long_to_hold_is_only_met_when_the_body_is_read() -> None:
    payload = b'{"action":15,"a":' + b"9" * 5000 + b"}"
    assert isinstance(read_head(payload, Opcode.TEXT), Head)
    whole = decode(payload, Opcode.TEXT)
    assert isinstance(whole, Undecodable)
    assert "too many digits" in whole.why


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"\x81\xa6action", "it ends at byte 8"),
        (b"", "it ends at byte 0"),
        (b"\xc1", "not MessagePack"),
        (b"\x80\x00\x00", "2 bytes follow"),
        (b"\x90", "an array"),
        (b"\x91" * 100_000 + b"\xc0", "nested too deeply"),
        (b"\x81\x90\x00", "not MessagePack"),
    ],
)
def test_msgpack_that_is_no_message_says_why(payload: bytes, why: str) -> None:
    for answer in (decode(payload, Opcode.BINARY), read_head(payload, Opcode.BINARY)):
        assert isinstance(answer, Undecodable)
        assert why in answer.why


@pytest.mark.parametrize(
    ("payload", "key", "value"),
    [
        ('{"a":NaN,"action":15}', "action", 15),
        ('{"a":"\\ud800","action":15}', "a", "\ud800"),
        ('\ufeff{"action":15}', "action", 15),
        (' {"action":15}\n', "action", 15),
        ('{"action":1,"action":15}', "action", 15),
    ],
)
def test_json_that_strict_readers_refuse_is_read(payload: str, key: str, value: object) -> None:
    message = decode(payload.encode(), Opcode.TEXT)
    assert isinstance(message, dict)
    assert message[key] == value
    head = read_head(payload.encode(), Opcode.TEXT)
    assert isinstance(head, Head)
    assert head.action == 15


@pytest.mark.parametrize(
    "body",
    [
        {"action": 15.0, "msgSerial": "7", "channel": "c"},
        {"action": "15", "msgSerial": 7.0, "channel": b"c"},
        {"action": 15, "msgSerial": 7, "channel": "c", "error": None, "count": None, 3: 4},
    ],
)
def test_free_types_are_read_as_what_they_mean(body: dict[Any, Any]) -> None:
    head = read_head(msgpack.packb(body), Opcode.BINARY)
    assert isinstance(head, Head)
    assert (head.action, head.msg_serial, head.channel, head.error) == (15, 7, "c", None)


def test_wrong_types_are_absent_and_errors_are_columns() -> None:
    head = read_head(b'{"action":"x","channel":7,"error":{"code":"80003"}}', Opcode.TEXT)
    assert isinstance(head, Head)
    assert (head.action, head.channel, head.error_code) == (None, None, 80003)
    head = read_head(b'{"action":9,"error":{"code":80003}}', Opcode.TEXT)
    assert isinstance(head, Head)
    assert head.error_code == 80003


def test_ext_types_bad_strings_and_big_numbers_are_shown() -> None:
    packed = msgpack.packb({"action": 15, "x": msgpack.ExtType(5, b"ab"), "n": 2**64 - 1})
    message = decode(packed, Opcode.BINARY)
    assert isinstance(message, dict)
    assert (message["x"], message["n"]) == (msgpack.ExtType(5, b"ab"), 2**64 - 1)
    bad = decode(b"\x81\xa1a\xa1\xff", Opcode.BINARY)
    assert bad == {"a": "\ufffd"}


def test_control_frames_carry_no_message() -> None:
    assert isinstance(decode(b"{}", Opcode.PING), Undecodable)


def test_what_we_send_has_to_be_sendable() -> None:
    with pytest.raises(TypeError):
        encode({"action": object()}, Format.JSON)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values))
def test_messagepack_goes_round(message: dict[str, Any]) -> None:
    assert decode(encode(message, Format.MSGPACK), Opcode.BINARY) == message


@given(st.binary(), st.sampled_from([Opcode.TEXT, Opcode.BINARY]))
def test_bytes_never_raise_and_both_ways_agree(payload: bytes, opcode: Opcode) -> None:
    whole, head = decode(payload, opcode), read_head(payload, opcode)
    if isinstance(head, Undecodable):
        assert isinstance(whole, Undecodable)


@pytest.mark.parametrize(
    "none",
    [
        {"action": 14, "channel": "c"},
        {"action": 15},
        {"action": 15, "channel": None},
        {"action": 15, "channel": "c", "flags": 0},
        {"action": 15, "channel": "c", "msgSerial": 0},
        {"action": 15, "channel": "c", "count": 1},
        {"action": 15, "channel": "c", "error": {}},
        {"action": 15, "channel": "c", "channelSerial": 1},
        {"action": 15, "channel": "c", "connectionSerial": 2**63},
        b"[]",
        b"{",
        b'{"action":15,"channel":"c","data":"\xff"}',
    ],
)
def test_plain_messages_are_read_up_to_the_first_that_is_none(none: Any) -> None:
    plain = (
        b'{"action":15,"channel":"c","channelSerial":"s","connectionSerial":7,"name":"\xc3\xa9"}'
    )
    other = none if isinstance(none, bytes) else json.dumps(none).encode()
    assert len(read_plain([plain] * 3, Opcode.TEXT)) == 3
    (head,) = read_plain([plain, other, plain], Opcode.TEXT)
    whole = read_head(plain, Opcode.TEXT)
    assert isinstance(whole, Head)
    assert all(getattr(head, name) == getattr(whole, name) for name in Head.__struct_fields__)
    assert read_plain([b"\xc1"], Opcode.BINARY) == []
