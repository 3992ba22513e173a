from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind, Row
from ablytui.protocol.observe.links import LIMIT, Links
from tests.support.rows import IN, OUT, entry, frame, handshake, raw, socket, upgrade

M: dict[str, Any] = {"action": 15, "channel": "a"}


def linked(*rows: Row) -> Links:
    links = Links()
    for n, row in enumerate(rows, start=1):
        links.feed(entry(n, row))
    return links


def out(at: float, attempt: int = 1, **message: Any) -> Row:
    return frame(at, OUT, message, attempt=attempt)


def got(at: float, attempt: int = 1, **message: Any) -> Row:
    return frame(at, IN, message, attempt=attempt)


PAIRS: list[tuple[str, Row, Row]] = [
    ("ACK", out(1, **M, msgSerial=4), got(13, action=1, msgSerial=4, count=1)),
    ("ACK without count", out(1, **M, msgSerial=4), got(13, action=1, msgSerial=4)),
    ("NACK", out(1, action=14, channel="a", msgSerial=4), got(13, action=2, msgSerial=4)),
    ("ATTACHED", out(1, action=10, channel="a"), got(13, action=11, channel="a")),
    ("ATTACH, ERROR", out(1, action=10, channel="a"), got(13, action=9, channel="a")),
    ("ATTACH, DETACHED", out(1, action=10, channel="a"), got(13, action=13, channel="a")),
    ("DETACHED", out(1, action=12, channel="a"), got(13, action=13, channel="a")),
    ("CLOSED", out(1, action=7), got(13, action=8)),
    ("HEARTBEAT", out(1, action=0, id="x"), got(13, action=0, id="x")),
    ("HEARTBEAT 0.8", out(1, action=0), got(13, action=0)),
    ("ping", raw(1, OUT, Opcode.PING, b"p"), raw(13, IN, Opcode.PONG, b"p")),
    ("their ping", raw(1, IN, Opcode.PING, b"p"), raw(13, OUT, Opcode.PONG, b"p")),
    ("dial", upgrade(1), handshake(13)),
]


@pytest.mark.parametrize(("ask", "answer"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_pairs(ask: Row, answer: Row) -> None:
    links = linked(ask)
    assert links.waiting(1)
    assert links.pending() == (1,)
    links.feed(entry(2, got(2, action=15, channel="a")))
    links.feed(entry(3, answer))
    assert (links.answer_of(1), links.question_of(3)) == (3, 1)
    assert links.latency(1) == links.latency(3) == 12
    assert links.latency(2) is None
    assert not links.waiting(1)
    assert links.pending() == ()


NO_PAIRS: list[tuple[str, Row, Row]] = [
    ("other serial", out(1, **M, msgSerial=4), got(2, action=1, msgSerial=5, count=1)),
    ("other attempt", out(1, **M, msgSerial=4), got(2, 2, action=1, msgSerial=4, count=1)),
    ("other channel", out(1, action=10, channel="a"), got(2, action=11, channel="b")),
    ("other id", out(1, action=0, id="x"), got(2, action=0, id="y")),
    ("keepalive", out(1, action=0, id="x"), got(2, action=0)),
    ("other payload", raw(1, OUT, Opcode.PING, b"p"), raw(2, IN, Opcode.PONG, b"q")),
    ("own pong", raw(1, OUT, Opcode.PING, b"p"), raw(2, OUT, Opcode.PONG, b"p")),
    ("fatal ERROR", out(1, action=10, channel="a"), got(2, action=9)),
]


@pytest.mark.parametrize(("ask", "other"), [p[1:] for p in NO_PAIRS], ids=[p[0] for p in NO_PAIRS])
def test_no_pairs(ask: Row, other: Row) -> None:
    links = linked(ask, other)
    assert links.answer_of(1) is None
    assert links.waiting(1)


@pytest.mark.parametrize("count", [3, 10**18])
def test_a_range_answers_all_of_it(count: int) -> None:
    sent = [out(i, **M, msgSerial=i) for i in range(4)]
    links = linked(*sent, got(9, action=1, msgSerial=1, count=count))
    assert [links.answer_of(n) for n in (1, 2, 3)] == [None, 5, 5]
    assert links.question_of(5) == 2
    assert links.latency(2) == 8
    assert links.latency(5) == 8
    assert links.waiting(1)


def test_the_end_of_the_socket_ends_the_wait_and_a_publish_is_sent_again() -> None:
    links = linked(
        out(1, **M, msgSerial=7),
        out(1, action=10, channel="a"),
        socket(2, 1),
        out(5, 2, **M, msgSerial=7),
    )
    assert links.pending() == (4,)
    assert links.resent_as(1) == 4
    assert links.resent_as(4) is None
    links.feed(entry(5, got(9, 2, action=1, msgSerial=7, count=1)))
    assert links.answer_of(4) == 5
    assert links.answer_of(1) is None


def test_of_equal_questions_the_newest_is_answered() -> None:
    ping = raw(1, OUT, Opcode.PING, b"")
    links = linked(ping, ping, raw(4, IN, Opcode.PONG, b""))
    assert (links.answer_of(1), links.answer_of(2), links.pending()) == (None, 3, ())


def connected(ident: str, serial: int | None) -> Row:
    more = {} if serial is None else {"connectionSerial": serial}
    return got(1, action=4, connectionId=ident, **more)


def test_classic_duplicates() -> None:
    numbered = [got(2, **M, connectionSerial=s) for s in (0, 1, 1, 0, 2)]
    links = linked(connected("I", -1), *numbered)
    assert [n for n in range(8) if links.is_duplicate(n)] == [4, 5]
    # The same id keeps the highest, another id starts again.
    for n, row in enumerate(
        [connected("I", 0), got(3, **M, connectionSerial=2), connected("J", -1)], start=7
    ):
        links.feed(entry(n, row))
    links.feed(entry(10, got(4, **M, connectionSerial=0)))
    assert [links.is_duplicate(n) for n in (8, 10)] == [True, False]
    assert [links.same_connection(n) for n in (1, 7, 9)] == [None, True, False]


def test_current_knows_no_duplicates() -> None:
    links = linked(connected("I", None), *[got(2, **M, connectionSerial=1)] * 2)
    assert not any(links.is_duplicate(n) for n in range(5))


def test_what_waits_is_bounded() -> None:
    links = Links()
    for n in range(1, LIMIT + 10):
        links.feed(entry(n, out(1, **M, msgSerial=n)))
    assert len(links.pending()) == LIMIT
    assert not links.waiting(1)


@given(
    st.lists(
        st.builds(
            Entry,
            n=st.integers(1, 50),
            at=st.integers(0, 10**6),
            kind=st.sampled_from(list(EntryKind)),
            attempt=st.integers(0, 2),
            direction=st.sampled_from([*Direction, None]),
            opcode=st.sampled_from([*Opcode, None]),
            fin=st.booleans(),
            origin=st.none(),
            action=st.none() | st.integers(-1, 22),
            channel=st.sampled_from([None, "a"]),
            msg_serial=st.none() | st.integers(-5, 5),
            count=st.none() | st.integers(-5, 10**19),
            error=st.none(),
            flags=st.none(),
            size=st.just(0),
            wire=st.just(0),
            payload=st.binary(max_size=9)
            | st.just(b'{"action":4,"connectionId":"a","connectionSerial":1}'),
        ),
        max_size=40,
    )
)
def test_no_rows_make_it_raise(entries: list[Entry]) -> None:
    links = Links()
    for each in sorted(entries, key=lambda e: e.n):
        links.feed(each)
        links.latency(each.n)
