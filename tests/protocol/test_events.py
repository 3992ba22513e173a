"""A frame is decoded when it is first asked for, and what cannot be decoded is empty."""

from __future__ import annotations

from ablytui.protocol.codec import Head, Undecodable, read_head
from ablytui.protocol.events import FrameArrived
from ablytui.protocol.frame import Opcode


def test_the_body_is_read_once() -> None:
    payload = b'{"action":15,"x":[1]}'
    event = FrameArrived(1, Opcode.TEXT, payload, read_head(payload, Opcode.TEXT))
    assert event.message is event.message
    assert event.message["x"] == [1]
    assert event.known.action == 15


def test_what_cannot_be_read_is_empty() -> None:
    event = FrameArrived(1, Opcode.TEXT, b"garbage", Undecodable("not JSON"))
    assert event.message == {}
    assert event.known == Head()
    assert "garbage" in repr(event)
