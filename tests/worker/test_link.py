"""Joining fragments (RFC 6455 §5.4)."""

from __future__ import annotations

from typing import cast

import pytest

from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.worker.link import Link, Owner

T, B, C = Opcode.TEXT, Opcode.BINARY, Opcode.CONT


@pytest.mark.parametrize(
    ("frames", "whole"),
    [
        ([(T, True, b"a")], (T, b"a")),
        ([(B, False, b"a"), (C, False, b""), (C, True, b"c")], (B, b"ac")),
        ([(T, False, b"lost"), (T, True, b"new")], (T, b"new")),
        ([(T, False, b"a")], None),
        ([(T, False, b"a"), (C, False, b"b")], None),
    ],
)
def test_join(
    frames: list[tuple[Opcode, bool, bytes]],
    whole: tuple[Opcode, bytes] | None,
) -> None:
    link = Link(cast("Owner", None), 1)
    last = None
    for opcode, fin, payload in frames:
        last = link.join(WireFrame(Direction.IN, opcode, fin, payload, len(payload)))
    assert last == whole


def test_a_message_after_a_fragmented_one_starts_anew() -> None:
    link = Link(cast("Owner", None), 1)
    link.join(WireFrame(Direction.IN, T, False, b"a", 1))
    assert link.join(WireFrame(Direction.IN, C, True, b"b", 1)) == (T, b"ab")
    link.join(WireFrame(Direction.IN, B, False, b"x", 1))
    assert link.join(WireFrame(Direction.IN, C, True, b"y", 1)) == (B, b"xy")
