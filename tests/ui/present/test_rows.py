"""What a row says, and that every row fits its columns."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.visible import visible
from ablytui.ui.present.around import Around, TimeMode
from ablytui.ui.present.columns import Columns, columns_for
from ablytui.ui.present.rows import folded_row, plain_text, row, time_text
from ablytui.ui.present.segments import Role, Seg, text_of, width_of
from tests.support.entries import WALL0, PairLinks, event, frame, raw, story

AROUND = Around(WALL0)
HOSTILE = "[/red]\x1b[2J\x9b\u202e\x00漢字\u2028\ud800"


def said(entry: Entry, width: int = 120, around: Around = AROUND) -> str:
    return text_of(row(entry, columns_for(width, 46_000), around).segs)


@pytest.mark.parametrize("width", [48, 60, 61, 62, 73, 74, 89, 90, 109, 110, 120, 160])
def test_every_row_fills_its_pane_to_the_cell_before_the_map(width: int) -> None:
    rows, links = story()
    around = Around(WALL0, links=links, peek=lambda n: rows[n - 1] if n > 0 else None)
    for mode in TimeMode:
        beside = Around(WALL0, mode=mode, links=links, peek=around.peek, previous=0, connect=0)
        for entry in rows:
            words = row(entry, columns_for(width, 46_000), beside)
            assert width_of(words.segs) == width - 1, (entry.n, text_of(words.segs))


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, " 46174 14:03:51.196 ↑   120   MESSAGE       audit           #412 log"),
        (98, " 46174 14:03:51.196 ↑   120  MESSAGE      audit       #412 log"),
        (80, " 46174 03:51.196 ↑  120  MESSAGE      audit      #412 log"),
        (64, " 46174 51.196 ↑ MESSAGE     audit     #412 log"),
        (60, "03:51.196 ↑ MESSAGE     audit     #412 log"),
    ],
)
def test_the_columns_at_each_width(width: int, line: str) -> None:
    entry = frame(
        {"action": 15, "channel": "audit", "msgSerial": 412, "messages": [
            {"name": "log", "data": '{"op":"fill"}', "encoding": "json"}]},
        n=46174, at=196, out=True,
    )  # fmt: skip
    assert said(entry, width).startswith("   " + line)


MESSAGE = {"action": 15, "channel": "c", "messages": [{"name": "fill", "data": "x"}]}
CASES: list[tuple[dict[str, Any], str]] = [
    (MESSAGE, "fill x"),
    (MESSAGE | {"channelSerial": "0172@a:41"}, "…a:41 fill x"),
    (MESSAGE | {"connectionSerial": 7}, "@7 fill x"),
    (MESSAGE | {"messages": [{"data": "a"}, {"data": "b"}]}, "×2 a"),
    (MESSAGE | {"messages": [{"action": 1, "data": "a"}]}, "update a"),
    (MESSAGE | {"messages": [{"encoding": "utf-8/cipher+aes-128-cbc", "data": "E"}]},
     "encrypted E"),
    (MESSAGE | {"messages": []}, "no messages"),
    ({"action": 14, "presence": [{"action": 3, "clientId": "probe-3"}]}, "leave probe-3"),
    ({"action": 14, "presence": [{"action": 77, "clientId": "p"}]}, "action 77 p"),
    ({"action": 16, "channelSerial": "s:", "presence": [{"clientId": "a"}, {"clientId": "b"}]},
     "×2 last part a b"),
    ({"action": 1, "msgSerial": 412, "count": 4}, "#412-415"),
    ({"action": 1, "msgSerial": 412}, "#412"),
    ({"action": 2, "msgSerial": 810, "error": {"code": 40160, "message": "not permitted"}},
     "#810 40160 not permitted"),
    ({"action": 0}, ""),
    ({"action": 0, "id": "3f9a"}, "id 3f9a"),
    ({"action": 4, "connectionId": "gk3T", "connectionDetails":
      {"connectionStateTtl": 120000, "maxMessageSize": 65536}},
     "connectionId gk3T  ttl 2 min  max 64 kB"),
    ({"action": 4, "connectionId": "n", "error": {"code": 80018, "message": "too late"}},
     "80018 too late  connectionId n"),
    ({"action": 6, "error": {"code": 80003, "message": "bye"}}, "80003 bye"),
    ({"action": 9, "error": {"code": 40101, "message": "bad key"}}, "40101 bad key"),
    ({"action": 10, "channelSerial": "0172@a:40", "flags": 32}, "from …a:40 ATTACH_RESUME"),
    ({"action": 10, "params": {"rewind": "1"}}, "rewind=1"),
    ({"action": 11, "flags": 983044}, "RESUMED PRESENCE PUBLISH SUBSCRIBE +1"),
    ({"action": 13, "error": {"code": 90001, "message": "detached"}}, "90001 detached"),
    ({"action": 17}, "the service asks for a new token"),
    ({"action": 17, "auth": {"accessToken": "abcd" + "*" * 20}}, "accessToken abcd•••"),
    ({"action": 99, "x": 1}, '{"x":1}'),
]  # fmt: skip


@pytest.mark.parametrize(("message", "words"), CASES)
@pytest.mark.parametrize("fmt", list(Format))
def test_the_summary_of_each_action(message: dict[str, Any], words: str, fmt: Format) -> None:
    assert said(frame(message, fmt))[63:].rstrip() == words


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (raw(b"", opcode=Opcode.PING), "ping"),
        (raw(b"x", opcode=Opcode.PONG), "pong x"),
        (raw(b"\x03\xe8", opcode=Opcode.CLOSE), "close 1000 by server"),
        (raw(b"\x03\xf0no", opcode=Opcode.CLOSE, out=True), "close 1008 no by client"),
        (raw(b"", opcode=Opcode.CLOSE), "close no code by server"),
        (raw(b'{"action":', opcode=Opcode.TEXT, fin=False), "fragment first part"),
        (raw(b"15}", opcode=Opcode.CONT), "fragment last part"),
        (raw(b"hello"), "undecodable not JSON: expecting value at byte 0"),
        (raw(b"[1]"), "undecodable the top level is an array, not an object"),
        (raw(b"\xff"), "undecodable invalid UTF-8 at byte 0"),
        (raw(b"\xc1", opcode=Opcode.BINARY), "undecodable not MessagePack: byte 0xc1 at offset 0"),
        (raw(b'{"a":1}'), 'no action {"a":1}'),
        (frame({"action": 99}), "ACTION 99"),
        (raw(b'{"action":15,"x":"' + b"y" * 300_000 + b'"}'), "293 kB, too long to read"),
    ],
)
def test_frames_that_are_no_plain_message(entry: Entry, words: str) -> None:
    assert words in " ".join(said(entry).split())


def test_what_became_of_something_sent() -> None:
    sent = frame(MESSAGE | {"msgSerial": 412}, n=1, out=True)
    acked = frame({"action": 1, "msgSerial": 412}, n=2)
    refused = frame({"action": 2, "msgSerial": 412, "error": {"code": 40160}}, n=2)
    pair = PairLinks({1: (2, 14.0)})
    for answer, words in ((acked, "#412 ✓ 14 ms fill"), (refused, "#412 refused 40160 14 ms fill")):
        around = Around(links=pair, peek=lambda _, answer=answer: answer)  # type: ignore[misc]
        assert words in said(sent, around=around)
    assert "#412   14 ms" in said(acked, around=Around(links=pair))
    waits = Around(links=PairLinks(waiting=[1]), now=3_100_000)
    assert "#412 waiting 3.1 s fill" in said(sent, around=waits)
    assert row(sent, columns_for(120), waits).ages


def test_links_that_know_more_are_asked() -> None:
    class More(PairLinks):
        def same_connection(self, n: int) -> bool | None:
            return {1: True, 2: False}.get(n)

        def resent_as(self, n: int) -> int | None:
            return 46179 if n == 1 else None

    around = Around(links=More())
    connected = {"action": 4, "connectionId": "gk"}
    assert "same connectionId gk" in said(frame(connected, n=1), around=around)
    assert "new connectionId gk" in said(frame(connected, n=2), around=around)
    sent = MESSAGE | {"msgSerial": 412}
    assert "#412 no ACK, resent as 46179 fill" in said(frame(sent, n=1, out=True), around=around)
    assert "#412 no ACK fill" in said(frame(sent, n=2, out=True), around=around)


def test_signs_in_the_gutter() -> None:
    assert said(frame(MESSAGE), around=Around(links=PairLinks(duplicates=[1])))[1] == "≡"
    assert said(frame(MESSAGE, origin=Origin.INJECTED))[1] == "+"
    assert said(raw(b"\xff"))[1] == "!"
    assert said(frame(MESSAGE))[1] == " "


def test_the_opcode_is_marked_only_where_it_is_not_the_usual_one() -> None:
    entry = frame(MESSAGE, Format.MSGPACK)
    assert said(entry, around=Around(format=Format.JSON))[30] == "b"
    assert said(entry, around=Around(format=Format.MSGPACK))[30] == " "
    assert said(frame(MESSAGE), around=Around(format=Format.MSGPACK))[30] == "t"


def _segs(action: int) -> tuple[Seg, ...]:
    return row(frame({"action": action}), columns_for(120), AROUND).segs


def test_colours_are_news() -> None:
    roles = {
        action: next(seg.role for seg in _segs(action) if seg.text.startswith(name))
        for action, name in (
            (0, "HEART"),
            (1, "ACK"),
            (2, "NACK"),
            (4, "CONN"),
            (6, "DISC"),
            (9, "ERR"),
            (15, "MESS"),
        )
    }
    assert roles == {
        0: Role.MUTED, 1: Role.MUTED, 2: Role.WRONG, 4: Role.GOOD, 6: Role.WARN, 9: Role.WRONG,
        15: Role.PLAIN,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "width", "previous", "at", "shown"),
    [
        (TimeMode.CLOCK, 12, None, 196, "14:03:51.196"),
        (TimeMode.CLOCK, 9, None, 196, "03:51.196"),
        (TimeMode.CLOCK, 6, None, 196, "51.196"),
        (TimeMode.PREVIOUS, 12, 0, 8, "      +0.008"),
        (TimeMode.PREVIOUS, 9, 0, 12_400, "  +12.4 s"),
        (TimeMode.PREVIOUS, 6, 0, 12_400, "+12.4s"),
        (TimeMode.PREVIOUS, 9, 0, 252_000, "    +4:12"),
        (TimeMode.PREVIOUS, 9, None, 8, "         "),
        (TimeMode.CONNECT, 9, 0, 41_790, " 0:41.790"),
        (TimeMode.CONNECT, 6, 0, 41_790, "41.790"),
        (TimeMode.CONNECT, 12, 50_000_000, 41_790, "   -0:08.210"),
    ],
)
def test_the_time_column(
    mode: TimeMode, width: int, previous: int | None, at: int, shown: str
) -> None:
    around = Around(WALL0, mode=mode, previous=previous, connect=previous)
    assert time_text(frame(MESSAGE, at=at), width, around) == shown


def test_times_are_the_persons_and_never_fail() -> None:
    zone = timezone(timedelta(hours=2))
    assert time_text(frame(MESSAGE), 12, Around(WALL0, zone)) == "16:03:51.000"
    assert time_text(frame(MESSAGE, at=10**18), 12, Around(WALL0)) == "00:00:00.000"


def test_a_copied_row_is_whole() -> None:
    long = "x" * 300
    entry = frame({"action": 15, "channel": "a-channel-with-a-long-name",
                   "messages": [{"data": long}]})  # fmt: skip
    words = plain_text(entry, AROUND)
    assert words.startswith("1 14:03:51.000 ↓")
    assert "a-channel-with-a-long-name" in words
    assert words.endswith(long)


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
MEMBERS = ("action", "channel", "messages", "presence", "error", "flags", "msgSerial", "count",
           "channelSerial", "connectionDetails", "params", "auth", "id")  # fmt: skip


def _sound(entry: Entry, columns: Columns) -> None:
    words = row(entry, columns, AROUND)
    assert width_of(words.segs) == columns.width - 1
    text = text_of(words.segs)
    assert visible(text) == text


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(MEMBERS), JSONISH, max_size=8),
    st.integers(0, 22),
    st.booleans(),
    st.sampled_from([48, 64, 80, 120]),
)
def test_no_message_breaks_a_row(
    message: dict[str, Any], action: int, out: bool, width: int
) -> None:
    payload = json.dumps({"action": action} | message).encode()
    _sound(raw(payload, out=out), columns_for(width))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), st.sampled_from(Opcode), st.booleans())
def test_no_bytes_break_a_row(data: bytes, opcode: Opcode, fin: bool) -> None:
    _sound(raw(data, opcode=opcode, fin=fin), columns_for(80))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([k for k in EntryKind if k is not EntryKind.FRAME]), JSONISH)
def test_no_members_break_a_row(kind: EntryKind, members: Any) -> None:
    names = ("previous", "current", "event", "reason", "retryIn", "text", "message", "level",
             "status", "headers", "phases", "url", "host", "mode", "closeCode", "closeReason",
             "by", "clean", "error", "outcome", "attempt", "code", "point")  # fmt: skip
    _sound(event(kind, dict.fromkeys(names, members)), columns_for(120))


def test_hostile_text_does_nothing() -> None:
    for message in (
        {"action": 15, "channel": HOSTILE, "messages": [{"name": HOSTILE, "data": HOSTILE}]},
        {"action": 9, "error": {"code": 1, "message": HOSTILE}},
        {"action": 4, "connectionId": HOSTILE},
    ):
        entry = raw(json.dumps(message).encode())
        _sound(entry, columns_for(120))
        assert r"[/red]\x1b[2J" in plain_text(entry, AROUND)


def test_direction_and_channel_are_in_their_columns() -> None:
    out = said(frame(MESSAGE, out=True))
    assert (out[23], said(frame(MESSAGE))[23]) == ("↑", "↓")
    long = said(frame(MESSAGE | {"channel": "orders:europe-west:eu"}))
    assert long[47:61] == "orders:…est:eu"
    assert frame(MESSAGE, out=True).direction is Direction.OUT


@pytest.mark.parametrize("width", [48, 60, 64, 80, 98, 120])
def test_heartbeats_that_stand_together_fill_one_row(width: int) -> None:
    first, last = raw(b"", opcode=Opcode.PING), raw(b"", opcode=Opcode.PONG, n=7)
    words = folded_row(first, last, 12, columns_for(width, 46_000), AROUND)
    assert width_of(words.segs) == width - 1
    assert "heartbeats" in text_of(words.segs)
    assert "×12  in " in text_of(words.segs)
