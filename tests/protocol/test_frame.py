"""Close codes as they stand in a CLOSE frame (RFC 6455 §5.5.1)."""

from __future__ import annotations

import pytest

from ablytui.protocol.frame import Direction, Opcode, Origin, WireFrame, close_code


@pytest.mark.parametrize(
    ("payload", "code", "reason"),
    [
        (b"", 1005, ""),
        (b"\x03", 1005, ""),
        (b"\x03\xe8", 1000, ""),
        (b"\x0f\xa1bye", 4001, "bye"),
        (b"\x03\xe8\xff", 1000, "\ufffd"),
    ],
)
def test_close_code(payload: bytes, code: int, reason: str) -> None:
    assert close_code(payload) == (code, reason)


def test_a_frame_is_the_peers_unless_said_otherwise() -> None:
    frame = WireFrame(Direction.IN, Opcode.TEXT, True, b"x", 1)
    assert (frame.origin, frame.compressed) == (Origin.PEER, False)
