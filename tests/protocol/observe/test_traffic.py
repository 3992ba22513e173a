from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.codec import encode
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.observe.traffic import JOIN_LIMIT, Joiner, members_of, read_traffic
from tests.support.rows import IN, OUT, raw, upgrade


@pytest.mark.parametrize("fmt", list(Format))
@pytest.mark.parametrize(
    ("message", "ids", "stamp"),
    [
        ({"id": "f", "timestamp": 9, "messages": [{}, {"id": "own"}]}, ["f:0", "own"], 9),
        ({"presence": [{"id": "p", "timestamp": 5}]}, ["p"], 5),
        ({"messages": [{"name": "n"}]}, [], None),
        ({"id": "f", "timestamp": 9.0, "messages": [{"id": 7}]}, ["f:0"], 9),
        ({"id": 7, "timestamp": "12", "messages": "no"}, [], 12),
        ({"messages": [None, 3]}, [], None),
    ],
)
def test_ids_and_time(
    message: dict[str, Any], fmt: Format, ids: list[str], stamp: int | None
) -> None:
    traffic = read_traffic(encode(message, fmt), fmt.opcode)
    assert (traffic.ids, traffic.stamp) == (ids, stamp)


@given(st.binary(max_size=50), st.sampled_from([*Opcode, None]))
def test_no_bytes_make_it_raise(payload: bytes, opcode: Opcode | None) -> None:
    assert isinstance(read_traffic(payload, opcode).ids, list)


def test_fragments_are_joined_and_their_head_read() -> None:
    joiner = Joiner()
    payload = b'{"action":11,"channel":"a","flags":4}'
    assert joiner.feed(raw(1, IN, Opcode.TEXT, payload[:9], fin=False)) is None
    # The other direction goes on between them.
    assert joiner.feed(raw(1, OUT, Opcode.TEXT, b"{", fin=False)) is None
    assert joiner.feed(raw(1, IN, Opcode.CONT, payload[9:20], fin=False)) is None
    whole = joiner.feed(raw(2, IN, Opcode.CONT, payload[20:]))
    assert whole is not None
    assert (whole.opcode, whole.action, whole.channel, whole.flags) == (Opcode.TEXT, 11, "a", 4)
    assert (whole.at, whole.size, whole.payload) == (2000, len(payload), payload)


def test_a_continuation_of_nothing_or_of_another_socket_is_nothing() -> None:
    joiner = Joiner()
    assert joiner.feed(raw(1, IN, Opcode.CONT, b"x")) is None
    joiner.feed(raw(1, IN, Opcode.TEXT, b"{", fin=False, attempt=1))
    assert joiner.feed(raw(1, IN, Opcode.CONT, b"}", attempt=2)) is None


def test_a_message_too_long_is_not_kept() -> None:
    joiner = Joiner()
    joiner.feed(raw(1, IN, Opcode.TEXT, b"{" * JOIN_LIMIT, fin=False))
    assert joiner.feed(raw(1, IN, Opcode.CONT, b"}", fin=False)) is None
    assert joiner.feed(raw(1, IN, Opcode.CONT, b"}")) is None


def test_members() -> None:
    assert members_of(upgrade(0, 3))["attempt"] == 3
    row = upgrade(0)
    row.payload = b"\xff"
    assert members_of(row) == {}
