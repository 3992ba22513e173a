"""JSON indented anew, as it was written."""

from __future__ import annotations

import msgpack
from hypothesis import given
from hypothesis import strategies as st

from ablytui.decoders.json_text import JsonDecoder
from ablytui.decoders.meta import Meta
from ablytui.decoders.spans import Kind
from ablytui.protocol.frame import Opcode

TEXT = Meta(Opcode.TEXT)


def written(data: bytes, meta: Meta = TEXT) -> list[str]:
    lines = JsonDecoder().render(data, meta).lines
    return ["".join(span.text for span in line.value) for line in lines]


def test_members_stand_one_a_line() -> None:
    assert written(b'{"a":1,"b":{"c":[true,null]},"d":{},"e":[]}') == [
        "{",
        '  "a": 1,',
        '  "b": {',
        '    "c": [',
        "      true,",
        "      null",
        "    ]",
        "  },",
        '  "d": {},',
        '  "e": []',
        "}",
    ]


def test_spelling_repeats_and_escapes_are_kept() -> None:
    assert written(b'{"a":1.50,"a":1e3,"b":"\\u0041\\n"}') == [
        "{",
        '  "a": 1.50,',
        '  "a": 1e3,',
        '  "b": "\\u0041\\n"',
        "}",
    ]


def test_names_are_keys_and_values_are_not() -> None:
    [_, member, *_] = JsonDecoder().render(b'{"a" : "b"}', TEXT).lines
    kinds = [span.kind for span in member.value if span.text.strip()]
    assert kinds == [Kind.KEY, Kind.PUNCTUATION, Kind.STRING]


def test_what_breaks_is_shown_up_to_there() -> None:
    assert written(b'{"a":"b') == ["{", '  "a": "b']
    assert written(b'{"a":\xff}')[0] == "invalid UTF-8 at byte 5"


def test_nesting_costs_no_stack() -> None:
    assert len(written(b"[" * 100_000)) <= 5001


def test_messagepack_is_written_as_json() -> None:
    rows = written(msgpack.packb({"a": b"\x01", 2: [1]}), Meta(Opcode.BINARY))
    assert rows[1:] == ["{", '  "a": "01",', '  "2": [', "    1", "  ]", "}"]
    assert written(b"\xc1", Meta(Opcode.BINARY))[0].startswith("not MessagePack")


def test_only_text_that_begins_like_json_is_taken() -> None:
    decoder = JsonDecoder()
    assert decoder.priority(b" {", TEXT) > 0
    assert decoder.priority(b"hello", TEXT) < 0
    assert decoder.priority(b"\xc1", Meta(Opcode.BINARY)) < 0


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    for meta in (TEXT, Meta(Opcode.BINARY)):
        JsonDecoder().render(data, meta)
