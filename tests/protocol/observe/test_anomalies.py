from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.observe.anomalies import Anomalies
from tests.support.rows import IN, OUT, frame, other, raw, upgrade

DETAILS = {"connectionKey": "abcd*******************~12ab"}
OTHER = {"connectionKey": "efgh*******************~34cd"}
CONNECTED = {"action": 4, "connectionId": "ID1", "connectionDetails": DETAILS}


def points(*rows: Row, query: str = "v=6&format=json", mode: str = "clean") -> list[str]:
    fold = Anomalies()
    found = list(fold.feed(upgrade(0, 1, mode, query)))
    for row in rows:
        found += fold.feed(row)
    assert all(anomaly.text and anomaly.point for anomaly in found)
    return [anomaly.point for anomaly in found]


def got(**message: Any) -> Row:
    return frame(1, IN, message)


def sent(**message: Any) -> Row:
    return frame(1, OUT, message)


OPEN = frame(1, IN, CONNECTED)
M0, M1 = sent(action=15, channel="a", msgSerial=0), sent(action=15, channel="a", msgSerial=1)
ERR = {"code": 80003, "message": "x"}
ATTACH, ATTACHED = sent(action=10, channel="a"), got(action=11, channel="a", channelSerial="s")
DETACH, DETACHED = sent(action=12, channel="a"), got(action=13, channel="a")
IN_A = (OPEN, ATTACH, ATTACHED)
LOST = other(3, EntryKind.SOCKET, 1, attempt=1, closeCode=1006, by="peer", clean=False)


def at2(direction: Direction, **message: Any) -> Row:
    """A frame of the second attempt."""
    return frame(5, direction, message, attempt=2)


def sync(serial: str | None) -> Row:
    return got(action=16, channel="a", channelSerial=serial, presence=[])


GOOD: list[list[Row]] = [
    [OPEN, M0, M1, got(action=1, msgSerial=0, count=2)],
    [
        OPEN,
        M0,
        M1,
        got(action=1, msgSerial=0, count=1),
        got(action=2, msgSerial=1, count=1, error=ERR),
    ],
    [OPEN, M0, got(action=2, msgSerial=0, count=1, error=ERR)],
    [got(action=9, error=ERR)],
    [got(action=6, error=ERR)],
    [OPEN, got(action=9, channel="a", error=ERR)],
    [*IN_A, got(action=0), got(action=15, channel="a"), got(action=14, channel="a", presence=[])],
    [*IN_A, ATTACH, ATTACHED, ATTACHED, got(action=15, channel="a")],
    [*IN_A, DETACH, got(action=15, channel="a"), DETACHED, M0, got(action=1, msgSerial=0, count=1)],
    [*IN_A, DETACH, ATTACH, DETACHED, ATTACHED, got(action=15, channel="a")],
    [OPEN, ATTACH, DETACH, ATTACHED, DETACHED],
    [OPEN, ATTACH, got(action=9, channel="a", error=ERR), ATTACH, ATTACHED],
    [OPEN, ATTACH, DETACHED],
    [OPEN, DETACH, DETACHED],
    [*IN_A, DETACHED, ATTACH, ATTACHED],
    [
        *IN_A,
        sync("q1:c"),
        sync("q1:d"),
        sync("q1:"),
        sync("q2:"),
        sync(None),
        ATTACHED,
        sync("q2:"),
    ],
    [*IN_A, sync("q1:c"), sync("q2:")],
    [OPEN, sent(action=0, id="p"), got(action=0, id="p"), got(action=0)],
    [OPEN, got(action=17), sent(action=17, auth={"accessToken": "t"}), OPEN],
    [OPEN, sent(action=5)],
    [sent(action=5)],
    [*IN_A, sent(action=7), got(action=15, channel="a"), got(action=8)],
    [OPEN, sent(action=7), got(action=8), raw(2, IN, Opcode.CLOSE, b"\x03\xe8bye")],
    [OPEN, raw(2, IN, Opcode.CLOSE, b""), raw(2, IN, Opcode.PING, b"\xff")],
    [OPEN, LOST, upgrade(4, 2, "resume"), at2(IN, **CONNECTED), at2(OUT, action=10, channel="a")],
    [
        OPEN,
        LOST,
        upgrade(4, 2, "resume"),
        at2(IN, **{**CONNECTED, "connectionId": "ID2", "error": ERR, "connectionDetails": OTHER}),
    ],
    # A resume by hand, after the end of what this log knows, may be anybody's connection.
    [
        OPEN,
        sent(action=7),
        got(action=8),
        upgrade(4, 2, "resume"),
        at2(IN, **{**CONNECTED, "connectionId": "ID2", "connectionDetails": OTHER}),
    ],
    [OPEN, raw(2, OUT, Opcode.CLOSE, b"\x03\xe8")],
]

BAD: list[tuple[str, list[Row], list[str]]] = [
    ("first message", [got(action=11, channel="a")], ["RTN6"]),
    ("no details (trap 3)", [got(action=4, connectionId="I")], ["RTN21"]),
    ("no id", [got(action=4, connectionDetails=DETAILS)], ["RTN8"]),
    ("no key", [got(action=4, connectionId="I", connectionDetails={})], ["RTN9"]),
    ("classic answer (trap 33)", [got(**CONNECTED, connectionSerial=-1)], ["RTN10"]),
    ("format (trap 15)", [frame(1, IN, CONNECTED, fmt=Format.MSGPACK)], ["RTN2a"]),
    ("unknown", [OPEN, got(action=99)], ["RTF1"]),
    ("unknown, ours", [OPEN, sent(action=99)], ["RTF1"]),
    ("CONNECT", [OPEN, got(action=3)], ["TR2"]),
    ("CONNECT, ours", [OPEN, sent(action=3)], ["TR2"]),
    ("client's action", [OPEN, got(action=10, channel="a")], ["TR2"]),
    ("service's action", [OPEN, sent(action=11, channel="a")], ["TR2"]),
    ("ACK of nothing", [OPEN, got(action=1, msgSerial=0, count=1)], ["RTN7a"]),
    ("ACK beyond", [OPEN, M0, got(action=1, msgSerial=0, count=2)], ["RTN7a"]),
    ("ACK huge", [OPEN, M0, got(action=1, msgSerial=0, count=2**60)], ["RTN7a"]),
    ("ACK of -1", [OPEN, M0, got(action=1, msgSerial=0, count=-1)], ["RTN7a"]),
    ("ACK twice", [OPEN, M0, *[got(action=1, msgSerial=0, count=1)] * 2], ["RTN7a"]),
    ("ACK without", [OPEN, M0, got(action=1, count=1)], ["RTN7a"]),
    ("ACK without count", [OPEN, M0, got(action=1, msgSerial=0)], ["RTN7a"]),
    ("ACK passes over", [OPEN, M0, M1, got(action=1, msgSerial=1, count=1)], ["RTN7a"]),
    ("gap", [OPEN, M0, sent(action=15, channel="a", msgSerial=2)], ["RTN7b"]),
    ("back", [OPEN, M0, M1, M0], ["RTN7b"]),
    ("not from 0", [OPEN, M1], ["RTN7b"]),
    ("no serial", [OPEN, sent(action=14, channel="a")], ["RTN7b"]),
    ("NACK bare", [OPEN, M0, got(action=2, msgSerial=0)], ["RTN7c", "RTN7c"]),
    ("null channel (trap 2)", [OPEN, got(action=9, channel=None, error=ERR)], ["RTN15j"]),
    ("empty channel", [OPEN, got(action=9, channel="", error=ERR)], ["RTN15j"]),
    ("ERROR bare", [OPEN, got(action=9)], ["RTN15j"]),
    ("DISCONNECTED bare", [OPEN, got(action=6)], ["RTN15h"]),
    ("CLOSED unasked", [OPEN, got(action=8)], ["RTN12a"]),
    ("after CLOSED", [OPEN, sent(action=7), got(action=8), got(action=0)], ["RTN12a"]),
    ("after ERROR", [OPEN, got(action=9, error=ERR), got(action=0)], ["RTN15j"]),
    ("ours after CLOSE", [OPEN, sent(action=7), M0], ["RTN12a"]),
    ("ours after DISCONNECT", [OPEN, sent(action=5), ATTACH], ["RTN12a"]),
    ("CLOSE twice", [OPEN, sent(action=7), sent(action=7)], ["RTN12a"]),
    ("publish before CONNECTED", [M0], ["RTL6c2"]),
    ("ATTACH before CONNECTED", [ATTACH], ["RTL4i"]),
    ("ping before CONNECTED", [sent(action=0, id="p")], ["RTN13a"]),
    ("CLOSE before CONNECTED", [sent(action=7)], ["RTN12f"]),
    ("AUTH before CONNECTED", [sent(action=17, auth={"accessToken": "t"})], ["RTC8b"]),
    ("AUTH without", [OPEN, sent(action=17)], ["RTC8a"]),
    ("ATTACH of nothing", [OPEN, sent(action=10)], ["TR4b"]),
    ("answer to no ping", [OPEN, got(action=0, id="p")], ["RTN13e"]),
    (
        "answer twice",
        [OPEN, sent(action=0, id="p"), got(action=0, id="p"), got(action=0, id="p")],
        ["RTN13e"],
    ),
    ("not attached", [OPEN, got(action=15, channel="a"), got(action=15, channel="a")], ["RTL17"]),
    ("too early", [OPEN, ATTACH, got(action=15, channel="a"), ATTACHED], ["RTL17"]),
    ("after DETACHED", [*IN_A, DETACH, DETACHED, got(action=14, channel="a")], ["RTL17"]),
    (
        "after the channel's ERROR",
        [*IN_A, got(action=9, channel="a", error=ERR), got(action=15, channel="a")],
        ["RTL17"],
    ),
    ("ATTACHED unasked", [OPEN, ATTACHED], ["RTL5k"]),
    ("DETACHED of nothing", [OPEN, DETACHED], ["RTL13"]),
    ("SYNC goes on", [*IN_A, sync("q1:"), sync("q1:c")], ["RTP18"]),
    ("SYNC without a cursor", [*IN_A, sync("q1")], ["RTP18"]),
    ("SYNC with odd ids (trap 28)", [*IN_A, sync("q@1:")], ["RTP18"]),
    (
        "resumed with an error",
        [OPEN, LOST, upgrade(4, 2, "resume"), at2(IN, **CONNECTED, error=ERR)],
        ["RTN15c6"],
    ),
    (
        "lost without one",
        [
            OPEN,
            LOST,
            upgrade(4, 2, "resume"),
            at2(IN, **{**CONNECTED, "connectionId": "ID2", "connectionDetails": OTHER}),
        ],
        ["RTN15c7"],
    ),
    (
        "resumed, not attached again",
        [
            *IN_A,
            LOST,
            upgrade(4, 2, "resume"),
            at2(IN, **CONNECTED),
            at2(IN, action=15, channel="a"),
        ],
        ["RTL17"],
    ),
    ("data after CLOSE", [OPEN, raw(2, IN, Opcode.CLOSE, b""), got(action=0)], ["RFC 6455 §5.5.1"]),
    (
        "RSV bits (trap 31)",
        [OPEN, raw(2, OUT, Opcode.CLOSE, b"\x03\xeareserved bits must be 0")],
        ["RFC 6455 §7.1.7"],
    ),
    ("other id", [OPEN, got(**{**CONNECTED, "connectionId": "X"})], ["RTN24", "RTN15c7"]),
    ("no channel", [OPEN, got(action=15, messages=[])], ["TR4b"]),
    ("no action", [OPEN, got(channel="a")], ["TR4a"]),
    ("array", [OPEN, raw(2, IN, Opcode.TEXT, b"[{}]")], ["TR1"]),
    ("UTF-8", [OPEN, raw(2, IN, Opcode.TEXT, b'{"a":"\xff"}')], ["RFC 6455 §8.1"]),
    ("1005", [OPEN, raw(2, IN, Opcode.CLOSE, b"\x03\xed")], ["RFC 6455 §7.4.1"]),
    ("1006", [OPEN, raw(2, OUT, Opcode.CLOSE, b"\x03\xee")], ["RFC 6455 §7.4.1"]),
    ("1015", [OPEN, raw(2, IN, Opcode.CLOSE, b"\x03\xf7")], ["RFC 6455 §7.4.1"]),
    ("999", [OPEN, raw(2, IN, Opcode.CLOSE, b"\x03\xe7")], ["RFC 6455 §7.4.2"]),
    ("one byte", [OPEN, raw(2, IN, Opcode.CLOSE, b"\x03")], ["RFC 6455 §5.5.1"]),
    ("reason", [OPEN, raw(2, IN, Opcode.CLOSE, b"\x03\xe8\xff")], ["RFC 6455 §8.1"]),
]


@pytest.mark.parametrize("rows", GOOD)
def test_what_is_right_is_not_marked(rows: list[Row]) -> None:
    assert points(*rows) == []


@pytest.mark.parametrize(("rows", "expected"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_what_is_wrong_is_marked_once_with_its_rule(rows: list[Row], expected: list[str]) -> None:
    assert points(*rows) == expected


def test_resume_and_recover_together() -> None:
    assert points(query="v=6&resume=x&recover=y", mode="resume") == ["RTN16k"]


def test_a_classic_uri_wants_a_classic_answer() -> None:
    assert points(OPEN, query="protocol=json") == ["RTN10"]
    classic = frame(1, IN, {"action": 4, "connectionId": "I", "connectionSerial": -1})
    assert points(classic, query="protocol=json") == []


CLASSIC = {**CONNECTED, "connectionSerial": -1}


def test_classic_channels_survive_a_resume() -> None:
    fold = Anomalies()
    rows = [
        upgrade(0, 1, "clean", "protocol=json"),
        frame(1, IN, CLASSIC),
        LOST,
        upgrade(4, 2, "resume", "protocol=json&resume=x"),
        frame(5, IN, {**CLASSIC, "error": ERR}, attempt=2),
        frame(6, IN, {"action": 15, "channel": "a"}, attempt=2),
        frame(6, IN, {"action": 11, "channel": "b", "error": ERR}, attempt=2),
    ]
    assert [each for row in rows for each in fold.feed(row)] == []
    assert fold.rooms.attached == {"a", "b"}


def test_presence_that_was_promised_and_did_not_come() -> None:
    fold = Anomalies(patience=2_000)
    promise = got(action=11, channel="a", flags=1)
    for row in (upgrade(0), OPEN, ATTACH, promise):
        assert fold.feed(row) == ()
    assert fold.due == 2_001_000
    assert fold.tick(2_000_999) == ()
    (found,) = fold.tick(2_001_000)
    assert (found.point, found.by) == ("RTP1", "peer")
    assert "in 2 s" in found.text
    assert fold.tick(9_000_000) == ()


@pytest.mark.parametrize(
    "row", [sync(None), sync("q:c"), DETACHED, got(action=11, channel="a"), LOST]
)
def test_a_promise_is_kept_or_over(row: Row) -> None:
    fold = Anomalies(patience=2_000)
    for each in (upgrade(0), OPEN, ATTACH, got(action=11, channel="a", flags=1), row):
        assert fold.feed(each) == ()
    assert fold.tick(9_000_000) == ()


PROMISING = {**CONNECTED, "connectionDetails": {**DETAILS, "maxIdleInterval": 15_000}}


def test_silence_that_is_longer_than_promised_is_told_once() -> None:
    fold = Anomalies()
    fold.feed(upgrade(0))
    assert fold.feed(frame(0, IN, PROMISING)) == ()
    assert fold.due == 18_000_000
    fold.feed(raw(10_000, IN, Opcode.PING))
    assert fold.tick(18_000_000) == ()
    assert fold.due == 28_000_000
    (found,) = fold.tick(28_000_000)
    assert (found.point, found.by) == ("RTN23a", "peer")
    assert found.text == "nothing came in for 18 s; a sign of life was promised every 15 s"
    assert fold.calm_attempt == -1
    assert fold.tick(60_000_000) == ()
    assert fold.feed(frame(61_000, OUT, {"action": 0, "id": "p"})) == ()
    assert fold.feed(frame(62_000, IN, {"action": 0})) == ()
    assert fold.due == 80_000_000
    assert fold.calm_attempt == 1


@pytest.mark.parametrize("row", [LOST, got(action=9, error=ERR), sent(action=7), upgrade(2, 2)])
def test_nothing_is_promised_after_the_end(row: Row) -> None:
    fold = Anomalies()
    for each in (upgrade(0), frame(1, IN, PROMISING), row):
        assert fold.feed(each) == ()
    assert fold.tick(99_000_000) == ()


@pytest.mark.parametrize("interval", [0, None, -5])
def test_no_promise_no_silence(interval: int | None) -> None:
    fold = Anomalies()
    details = {**DETAILS, "maxIdleInterval": interval}
    fold.feed(upgrade(0))
    fold.feed(frame(1, IN, {**CONNECTED, "connectionDetails": details}))
    assert fold.tick(99_000_000_000) == ()


@pytest.mark.parametrize(
    ("row", "by"),
    [
        (got(action=99), "peer"),
        (sent(action=99), "us"),
        (raw(2, IN, Opcode.CLOSE, b"\x03\xed"), "peer"),
        (raw(2, OUT, Opcode.CLOSE, b"\x03\xed"), "us"),
        (raw(2, OUT, Opcode.CLOSE, b"\x03\xeabad opcode"), "peer"),
        (upgrade(2, 2, "resume", "v=6&resume=x&recover=y"), "us"),
    ],
)
def test_who_did_it_is_told(row: Row, by: str) -> None:
    fold = Anomalies()
    for each in (upgrade(0), OPEN):
        fold.feed(each)
    assert [found.by for found in fold.feed(row)] == [by]


def test_a_resumed_transport_may_begin_with_any_serial() -> None:
    assert points(OPEN, M1, query="v=6&resume=x", mode="resume") == []


def test_resent_frames_are_acked_again() -> None:
    fold = Anomalies()
    ack = {"action": 1, "msgSerial": 0, "count": 1}
    for attempt, mode in ((1, "clean"), (2, "resume")):
        fold.feed(upgrade(0, attempt, mode))
        assert fold.feed(frame(1, IN, CONNECTED, attempt=attempt)) == ()
        publish = {"action": 15, "channel": "a", "msgSerial": 0}
        assert fold.feed(frame(1, OUT, publish, attempt=attempt)) == ()
        assert fold.feed(frame(2, IN, ack, attempt=attempt)) == ()


def test_calm_only_between_connected_and_closed() -> None:
    fold = Anomalies()
    fold.feed(upgrade(0))
    assert fold.calm_attempt == -1
    fold.feed(OPEN)
    assert (fold.calm_attempt, fold.calm_opcode) == (1, Opcode.TEXT)
    fold.feed(raw(2, IN, Opcode.CLOSE, b""))
    assert fold.calm_attempt == -1


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(list(Opcode)), st.binary(max_size=40))))
def test_no_bytes_make_it_raise(frames: list[tuple[bool, Opcode, bytes]]) -> None:
    fold = Anomalies()
    fold.feed(upgrade(0))
    for inbound, opcode, payload in frames:
        fold.feed(raw(1, IN if inbound else OUT, opcode, payload))


@given(st.binary(max_size=60))
def test_no_members_make_it_raise(payload: bytes) -> None:
    fold = Anomalies()
    for kind in EntryKind:
        fold.feed(Row(0, kind, 1, payload=payload))
