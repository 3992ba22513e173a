"""A row in full, under each tab."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.decoders.registry import default_registry
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.visible import visible
from ablytui.ui.present.around import Around
from ablytui.ui.present.detail import DetailLine, Related, Tab, detail
from ablytui.ui.present.segments import Role, Seg, text_of, width_of
from tests.support.entries import WALL0, ListSource, PairLinks, event, frame, raw, story

REGISTRY = default_registry()
ATTACHED = frame(
    {"action": 11, "channel": "orders:eu", "flags": 4, "params": {"a": "b"}}, n=2, at=404
)


def said(entry: Entry, tab: Tab = Tab.DECODED, width: int = 60, **more: Any) -> list[str]:
    around = more.pop("around", Around(WALL0))
    lines = detail(entry, tab, around=around, registry=REGISTRY, width=width, **more)
    return [text_of(line.at(width)).rstrip() for line in lines]


def test_the_fields_stand_in_their_columns() -> None:
    assert said(ATTACHED) == [
        " ↓ received 14:03:51.404                          64 B text",
        "   action         11 ATTACHED                           int",
        '   channel        "orders:eu"                           str',
        "   flags          4  0x4                                int",
        "                   2 RESUMED                continuity kept",
        " ▾ params         {1}                                object",
        '     a            "b"                                   str',
        "",
        " reading",
        "   The server kept the channel: nothing was lost.",
    ]


def test_the_head_names_the_action_where_the_log_is_out_of_sight() -> None:
    assert said(ATTACHED, named=True)[0].startswith(" ↓ ATTACHED received 14:03:51.404")
    sent = frame({"action": 10}, out=True)
    assert said(sent, named=True)[0].startswith(" ↑ ATTACH sent 14:03:51.000")


def test_long_names_push_the_column_of_values() -> None:
    rows = said(frame({"action": 4, "connectionDetails": {"connectionStateTtl": 120000}}))
    assert rows[1].index("4 CONNECTED") == rows[3].index("120000 ms") == 24


def test_a_time_has_its_date_and_how_long_ago() -> None:
    entry = frame({"action": 15, "timestamp": int(WALL0) + 600})
    rows = said(entry, width=100, around=Around(WALL0, now=4_000_000))
    assert "1767276231600  2026-01-01 14:03:51.600  3.4 s ago" in rows[2]
    rows = said(entry, width=100, around=Around(WALL0, now=100_000))
    assert "in 500 ms" in rows[2]
    assert "ago" not in said(entry, width=100)[2]


def test_absurd_times_have_no_date() -> None:
    for number in (-1, 10**300, 0):
        row = said(frame_of(number), width=100)[2]
        assert "-01-" not in row


def frame_of(timestamp: int) -> Entry:
    return raw(json.dumps({"action": 15, "timestamp": timestamp}).encode())


def test_what_it_answers_is_a_link() -> None:
    attach = frame({"action": 10, "channel": "orders:eu", "channelSerial": "0@a:40"}, n=1, at=392,
                   out=True)  # fmt: skip
    around = Around(WALL0, links=PairLinks({1: (2, 12.0)}), peek={1: attach, 2: ATTACHED}.get)
    rows = said(ATTACHED, around=around)
    at = rows.index(" answers")
    assert rows[at + 1] == "   ↑ 1 ATTACH  from …a:40                       after 12 ms"
    assert " answered by" in said(attach, around=around)
    lines = detail(ATTACHED, Tab.DECODED, around=around, registry=REGISTRY, width=60)
    assert [line.link for line in lines if line.link is not None] == [1]


def test_related_rows_stand_under_their_words() -> None:
    later = frame({"action": 15, "messages": [{"name": "fill"}]}, n=9, at=406)
    rows = said(ATTACHED, related=[Related("on this channel since", later)])
    at = rows.index(" on this channel since")
    assert rows[at + 1] == "   ↓ 9 MESSAGE  fill                             2 ms later"


def test_what_is_no_message_says_why_first() -> None:
    rows = said(raw(b"\x81\xc1", opcode=Opcode.BINARY))
    assert rows[1] == " undecodable  not MessagePack: byte 0xc1 at offset 1"
    assert rows[2].startswith(" 0000  81 c1")


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        (frame({"action": 0}), " {"),
        (frame({"action": 0}, Format.MSGPACK), " MessagePack, written as JSON; bytes as hex"),
        (raw(b"hello"), " hello"),
        (raw(b"\x03\xe8bye", opcode=Opcode.CLOSE), "   code           1000 normal closure                   int"),
        (raw(b"", opcode=Opcode.PING), " empty"),
    ],
)  # fmt: skip
def test_raw(entry: Entry, row: str) -> None:
    assert said(entry, Tab.RAW)[1] == row


def test_hex_takes_the_room_there_is() -> None:
    entry = raw(bytes(range(16)), opcode=Opcode.BINARY)
    assert len(said(entry, Tab.HEX, 76)) == 2
    assert len(said(entry, Tab.HEX, 75)) == 3


def test_wire() -> None:
    rows = said(raw(b"x" * 1000, out=True, fin=False, wire=14), Tab.WIRE)
    assert rows[1:8] == [
        "   opcode         1 text",
        "   FIN            not set: more follows",
        "   mask           yes, as a client must (§5.3)",
        "   length         1,000 bytes",
        "   compressed     yes (RFC 7692): 14 bytes on the wire, 1 %",
        "   made by        the peer",
        "   attempt        1",
    ]


def test_a_row_that_is_no_frame_has_its_members() -> None:
    entry = event(EntryKind.NOTICE, {"level": "info", "message": "[/red]\x1b"})
    assert said(entry)[:3] == [
        " notice 14:03:51.000",
        '   level          "info"                                str',
        '   message        "[/red]\\x1b"                          str',
    ]
    assert said(entry, Tab.WIRE)[1].startswith("   no frame")
    assert said(entry, Tab.RAW)[1] == " {"


def test_tabs_go_round() -> None:
    assert Tab.WIRE.step(1) is Tab.DECODED
    assert Tab.DECODED.step(-1) is Tab.WIRE


def test_a_line_keeps_its_right_edge() -> None:
    line = DetailLine((Seg("x" * 50),), (Seg("str", Role.FAINT),), indent=3, below=2)
    assert text_of(line.at(20)) == " ▾ xxxxxxxxxxxx… str"[:20].replace("x… str", "… str ")
    assert text_of(line.at(20, folded=True)).startswith(" ▸ ")
    assert width_of(line.at(3)) == 3


def test_a_dump_of_a_megabyte_is_made_line_by_line() -> None:
    lines = detail(raw(bytes(1 << 20)), Tab.HEX, around=Around(), registry=REGISTRY, width=100)
    assert len(lines) == 1 + (1 << 16)
    assert text_of(lines[-1 + len(lines)].left).startswith("ffff0  00")


@settings(max_examples=120, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(Opcode),
    st.booleans(),
    st.sampled_from(Tab),
    st.integers(10, 100),
)
def test_no_bytes_break_it(data: bytes, opcode: Opcode, fin: bool, tab: Tab, width: int) -> None:
    entry = raw(data, opcode=opcode, fin=fin)
    for line in detail(entry, tab, around=Around(now=0), registry=REGISTRY, width=width):
        segs = line.at(width)
        assert width_of(segs) == width
        assert visible(text_of(segs)) == text_of(segs)


def test_every_row_of_a_story_can_be_shown() -> None:
    rows, links = story()
    around = Around(WALL0, links=links, peek=ListSource(rows).row, now=5_000_000)
    for entry in rows:
        for tab in Tab:
            lines = detail(entry, tab, around=around, registry=REGISTRY, width=56)
            assert all(width_of(line.at(56)) == 56 for line in lines)
    assert rows[0].direction is Direction.OUT


def test_encrypted_data_is_opened_with_the_key_of_its_channel_or_says_why_not() -> None:
    sealed = "EBESExQVFhcYGRobHB0eHzL21uoeyIct68zqhZbZw8M="
    chain = "utf-8/cipher+aes-128-cbc/base64"
    entry = frame({"action": 15, "channel": "c", "messages": [{"data": sealed, "encoding": chain}]})
    for keys, words in (
        ({"c": bytes(range(16))}, '"hello"'),
        ({}, "no key for this channel"),
        ({"other": bytes(range(16))}, "no key for this channel"),
        ({"c": bytes(32)}, "the key has 256 bits, not 128"),
        ({"c": bytes(16)}, "the padding is wrong"),
    ):
        rows = "\n".join(said(entry, width=100, around=Around(keys=keys)))
        assert words in rows
        assert ("hello" in rows) is (words == '"hello"')
