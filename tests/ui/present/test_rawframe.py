from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.codec import encode
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.ui.present.rawframe import EMPTY, FORMS, as_raw, hex_look, raw_note, read_raw, what

PACKED = "81 a6616374696f6e 00"


@pytest.mark.parametrize(
    ("form", "typed", "opcode", "payload", "note"),
    [
        ("text", '{"action":0}', Opcode.TEXT, b'{"action":0}', "✓ HEARTBEAT  one text frame, 12 B"),
        (
            "text",
            '{"action":15,"channel":"a"}',
            Opcode.TEXT,
            b'{"action":15,"channel":"a"}',
            "✓ MESSAGE on a  one text frame, 27 B",
        ),
        (
            "text",
            '{"action":15,\n"x"}',
            Opcode.TEXT,
            b'{"action":15,\n"x"}',
            (
                "! not JSON: expecting ':' delimiter at line 2, character 4"
                "  one text frame, 18 B, sent all the same"
            ),
        ),
        (
            "text",
            "[]",
            Opcode.TEXT,
            b"[]",
            "! the top level is an array, not an object  one text frame, 2 B, sent all the same",
        ),
        (
            "text",
            "{}",
            Opcode.TEXT,
            b"{}",
            "! no action: a ProtocolMessage has one (TR4a)  one text frame, 2 B, sent all the same",
        ),
        (
            "text",
            '{"action":99}',
            Opcode.TEXT,
            b'{"action":99}',
            "! action 99 is none that is known (TR2)  one text frame, 13 B, sent all the same",
        ),
        (
            "text",
            '{"action":[]}',
            Opcode.TEXT,
            b'{"action":[]}',
            "! action is not a number (TR4a)  one text frame, 13 B, sent all the same",
        ),
        (
            "msgpack",
            '{"action":0}',
            Opcode.BINARY,
            bytes.fromhex(PACKED),
            "✓ HEARTBEAT  one binary frame, 9 B",
        ),
        (
            "hex",
            PACKED,
            Opcode.BINARY,
            bytes.fromhex(PACKED),
            "✓ HEARTBEAT  one binary frame, 9 B",
        ),
        (
            "hex",
            "81a1c1",
            Opcode.BINARY,
            b"\x81\xa1\xc1",
            (
                "! not MessagePack: it ends at byte 3, inside a value"
                "  one binary frame, 3 B, sent all the same"
            ),
        ),
    ],
)
def test_a_frame_goes_out_as_it_stands(
    form: str, typed: str, opcode: Opcode, payload: bytes, note: str
) -> None:
    raw = read_raw(form, typed)
    assert (raw.opcode, raw.payload, raw.problem) == (opcode, payload, "")
    assert raw_note(raw).plain == note
    name, value = next(iter(raw.arguments.items()))
    assert (value.encode() if name == "text" else bytes.fromhex(value)) == payload


@pytest.mark.parametrize(
    ("form", "typed", "problem"),
    [
        ("text", "", "the frame is empty"),
        ("hex", "", "the frame is empty"),
        ("msgpack", " ", "the frame is empty"),
        ("hex", "00\n0g", "not hex: 'g' at line 2, character 2"),
        ("msgpack", '{"a":', "not JSON: expecting value at character 6"),
        ("msgpack", '{"a":18446744073709551616}', "MessagePack cannot carry it: Integer value"),
    ],
)
def test_what_is_no_bytes_cannot_be_sent(form: str, typed: str, problem: str) -> None:
    raw = read_raw(form, typed)
    assert raw.problem.startswith(problem)
    said = raw_note(raw).plain
    assert said.startswith("nothing yet" if problem == EMPTY else f"✕ {problem}")


def test_the_channel_in_it_is_made_visible() -> None:
    raw = read_raw("text", '{"action":15,"channel":"\\u001b[2J"}')
    assert what(raw) == "MESSAGE on \\x1b[2J"


@pytest.mark.parametrize(
    ("message", "fmt", "form"),
    [
        ({"action": 15, "messages": [{"data": "ü"}]}, Format.JSON, "text"),
        ({"action": 15, "messages": [{"data": "ü"}]}, Format.MSGPACK, "msgpack"),
        ({"action": 15, "messages": [{"data": b"\x00"}]}, Format.MSGPACK, "hex"),
    ],
)
def test_a_frame_of_the_engine_comes_back_byte_for_byte(
    message: dict[str, Any], fmt: Format, form: str
) -> None:
    payload = encode(message, fmt)
    found, typed = as_raw(message, fmt, payload)
    assert found == form
    assert read_raw(found, typed).payload == payload


def test_bytes_are_drawn_as_far_as_there_is_room() -> None:
    assert hex_look(b"\x00\xff", 40, 2).plain == "00 ff"
    assert hex_look(bytes(20), 40, 2).plain == "\n".join([" ".join(["00"] * 8)] * 2)[:-2] + "…"
    assert len(hex_look(bytes(16), 47, 1).plain) == 47


@settings(max_examples=60)
@given(st.text(), st.sampled_from(list(FORMS)))
def test_no_text_breaks_it(typed: str, form: str) -> None:
    raw = read_raw(form, typed)
    note = raw_note(raw).plain
    assert "\n" not in note
    assert "\x1b" not in note
    if not raw.problem:
        assert raw.arguments


@given(st.binary(min_size=1))
def test_no_bytes_break_it(payload: bytes) -> None:
    raw = read_raw("hex", payload.hex())
    assert raw.payload == payload
    assert "\n" not in raw_note(raw).plain


@given(st.dictionaries(st.text(), st.integers(-(2**31), 2**31) | st.text() | st.none()))
def test_messagepack_is_made_of_json(value: dict[str, Any]) -> None:
    raw = read_raw("msgpack", json.dumps(value))
    assert msgpack.unpackb(raw.payload) == value
