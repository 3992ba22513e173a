from __future__ import annotations

import itertools

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.capture.fragments import MOST_BYTES, MOST_MICROSECONDS, Fragments
from ablytui.capture.redact import Redactor
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row
from tests.support.capture import TAG_SECRET, frame, special

KEY = b"kq3Zw1bT2e!9fA2c7"
CONNECTED = b'{"action":4,"connectionKey":"' + KEY + b'","connectionId":"c1"}'


def gate() -> Fragments:
    return Fragments(Redactor(TAG_SECRET))


def fragments(payload: bytes, *cuts: int, opcode: Opcode = Opcode.TEXT, at: int = 0) -> list[Row]:
    edges = [0, *sorted(cuts), len(payload)]
    parts = [payload[a:b] for a, b in itertools.pairwise(edges)]
    return [
        frame(part, at=at, opcode=opcode if i == 0 else Opcode.CONT, fin=i == len(parts) - 1)
        for i, part in enumerate(parts)
    ]


@pytest.mark.parametrize(
    ("payload", "opcode"),
    [
        (CONNECTED, Opcode.TEXT),
        (msgpack.packb({"action": 4, "connectionKey": KEY}), Opcode.BINARY),
    ],
)
def test_a_secret_across_fragments_is_masked_wherever_it_is_cut(
    payload: bytes, opcode: Opcode
) -> None:
    whole = Redactor(TAG_SECRET).frame(payload, opcode)
    for cut in range(len(payload) + 1):
        rows = fragments(payload, cut, opcode=opcode)
        fragments_ = gate()
        assert fragments_.put(rows[0]) == []
        assert fragments_.waiting
        assert fragments_.put(rows[1]) == rows
        assert b"".join(row.payload for row in rows) == whole
        assert [len(row.payload) for row in rows] == [row.size for row in rows]
        assert not fragments_.waiting


@given(st.lists(st.integers(0, len(CONNECTED)), max_size=8))
def test_any_number_of_fragments(cuts: list[int]) -> None:
    rows = fragments(CONNECTED, *cuts)
    fragments_ = gate()
    out = [row for given_ in rows for row in fragments_.put(given_)]
    assert out == rows
    assert KEY not in b"".join(row.payload for row in rows)


def test_rows_behind_wait_and_the_order_stays() -> None:
    fragments_ = gate()
    inbound = fragments(CONNECTED, 40)
    outbound = fragments(CONNECTED, 50)
    for row in outbound:
        row.direction = Direction.OUT
    ping = frame(b"ping", opcode=Opcode.PING)
    state = special(EntryKind.STATE)
    order = [inbound[0], outbound[0], ping, state, outbound[1]]
    assert [fragments_.put(row) for row in order] == [[]] * 5
    assert fragments_.put(inbound[1]) == [*order, inbound[1]]
    assert all(KEY not in row.payload for row in order)


def test_the_second_direction_goes_on_when_it_is_whole() -> None:
    fragments_ = gate()
    first, rest = fragments(CONNECTED, 40)
    other = fragments(CONNECTED, 40)
    for row in other:
        row.direction = Direction.OUT
    assert fragments_.put(first) == []
    assert fragments_.put(other[0]) == []
    assert fragments_.put(rest) == [first]
    assert fragments_.put(other[1]) == [other[0], rest, other[1]]


def test_after_a_second_the_part_that_came_goes_on_and_the_rest_is_covered() -> None:
    fragments_ = gate()
    first, second, third = fragments(CONNECTED, 35, 50)
    fragments_.put(first)
    assert fragments_.tick(MOST_MICROSECONDS) == []
    assert fragments_.tick(MOST_MICROSECONDS + 1) == [first]
    assert KEY[:6] not in first.payload
    assert not fragments_.waiting
    assert fragments_.busy
    assert fragments_.put(second) == [second]
    assert fragments_.put(third) == [third]
    assert second.payload == b"*" * second.size
    assert third.payload == b"*" * third.size
    assert not fragments_.busy
    plain = frame(b'{"action":0}')
    assert fragments_.put(plain) == [plain]
    assert plain.payload == b'{"action":0}'


def test_time_passes_with_rows_too() -> None:
    fragments_ = gate()
    first, _ = fragments(CONNECTED, 40)
    fragments_.put(first)
    late = frame(b"x", opcode=Opcode.PING, at=MOST_MICROSECONDS + 1)
    assert fragments_.put(late) == [first, late]


def test_a_mebibyte_is_the_most_that_waits() -> None:
    fragments_ = gate()
    first = frame(b'{"data":"' + b"x" * MOST_BYTES, fin=False)
    second = frame(b'","connectionKey":"' + KEY + b'"}', opcode=Opcode.CONT)
    assert fragments_.put(first) == [first]
    assert first.payload.startswith(b'{"data":"xxx')
    assert first.payload.endswith(b"***")
    assert fragments_.put(second) == [second]
    assert second.payload == b"*" * second.size


def test_the_end_of_another_socket_ends_nothing() -> None:
    fragments_ = gate()
    first, rest = fragments(CONNECTED, 40)
    end = special(EntryKind.SOCKET, attempt=2)
    assert fragments_.put(first) == []
    assert fragments_.put(end) == []
    assert fragments_.put(rest) == [first, end, rest]


def test_the_end_of_the_socket_ends_its_message() -> None:
    fragments_ = gate()
    first, _ = fragments(CONNECTED, 40)
    fragments_.put(first)
    end = special(EntryKind.SOCKET)
    assert fragments_.put(end) == [first, end]
    assert KEY[:6] not in first.payload
    assert not fragments_.busy


def test_a_new_message_inside_another_ends_the_other() -> None:
    fragments_ = gate()
    first, _ = fragments(CONNECTED, 40)
    whole = frame(CONNECTED)
    fragments_.put(first)
    assert fragments_.put(whole) == [first, whole]
    assert KEY not in whole.payload


def test_a_continuation_of_nothing_is_scanned() -> None:
    fragments_ = gate()
    orphan = frame(CONNECTED, opcode=Opcode.CONT)
    assert fragments_.put(orphan) == [orphan]
    assert KEY not in orphan.payload


def test_at_the_end_everything_goes_on() -> None:
    fragments_ = gate()
    first, _ = fragments(CONNECTED, 40)
    fragments_.put(first)
    assert fragments_.end() == [first]
    assert KEY[:6] not in first.payload
    assert not fragments_.busy
