from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.observe.anomalies import Anomalies
from tests.support.rows import IN, OUT, frame, raw, upgrade

DETAILS = {"connectionKey": "abcd*******************~12ab"}
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

GOOD: list[list[Row]] = [
    [OPEN, M0, M1, got(action=1, msgSerial=0, count=2)],
    [OPEN, M0, got(action=1, msgSerial=0)],
    [OPEN, M0, got(action=2, msgSerial=0, count=1, error=ERR)],
    [got(action=9, error=ERR)],
    [got(action=6, error=ERR)],
    [OPEN, got(action=9, channel="a", error=ERR)],
    [OPEN, got(action=0), got(action=11, channel="a"), got(action=15, channel="a")],
    [OPEN, sent(action=7), got(action=8), raw(2, IN, Opcode.CLOSE, b"\x03\xe8bye")],
    [OPEN, raw(2, IN, Opcode.CLOSE, b""), raw(2, IN, Opcode.PING, b"\xff")],
    [OPEN, got(action=14, channel="a", presence=[])],
]

BAD: list[tuple[str, list[Row], list[str]]] = [
    ("first message", [got(action=11, channel="a")], ["RTN6"]),
    ("no details (trap 3)", [got(action=4, connectionId="I")], ["RTN21"]),
    ("no id", [got(action=4, connectionDetails={})], ["RTN8"]),
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
    ("ACK without", [OPEN, M0, got(action=1)], ["RTN7a"]),
    ("gap", [OPEN, M0, sent(action=15, channel="a", msgSerial=2)], ["RTN7b"]),
    ("back", [OPEN, M0, M1, M0], ["RTN7b"]),
    ("not from 0", [OPEN, M1], ["RTN7b"]),
    ("no serial", [OPEN, sent(action=14, channel="a")], ["RTN7b"]),
    ("NACK bare", [OPEN, M0, got(action=2, msgSerial=0)], ["RTN7c", "RTN7c"]),
    ("null channel (trap 2)", [OPEN, got(action=9, channel=None, error=ERR)], ["RTN15j"]),
    ("empty channel", [OPEN, got(action=9, channel="", error=ERR)], ["RTN15j"]),
    ("ERROR bare", [OPEN, got(action=9)], ["RTN15j"]),
    ("DISCONNECTED bare", [OPEN, got(action=6)], ["RTN15h"]),
    ("after CLOSED", [OPEN, got(action=8), got(action=0)], ["RTN12a"]),
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
    fold.feed(got(action=8))
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
