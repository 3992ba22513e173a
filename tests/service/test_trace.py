from __future__ import annotations

import msgpack
import pytest

from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.service.trace import frame_line

T, B = Opcode.TEXT, Opcode.BINARY


@pytest.mark.parametrize(
    ("opcode", "payload", "line"),
    [
        (T, b'{"action":15,"channel":"room"}', "MESSAGE room, 30 bytes text"),
        (T, b'{"action":0}', "HEARTBEAT, 12 bytes text"),
        (
            T,
            b'{"action":9,"error":{"code":40101}}',
            "ERROR with error 40101, 35 bytes text",
        ),
        (B, msgpack.packb({"action": 99}), "ACTION 99, 9 bytes binary"),
        (T, b"hello", "no ProtocolMessage, 5 bytes text"),
        (Opcode.CONT, b"{}", "a fragment, 2 bytes cont"),
        (Opcode.PING, b"", "PING, 0 bytes ping"),
        (Opcode.CLOSE, b"\x03\xe8bye", "CLOSE 1000 bye, 5 bytes close"),
        (Opcode.CLOSE, b"", "CLOSE 1005, 0 bytes close"),
    ],
)
def test_a_frame_is_named(opcode: Opcode, payload: bytes, line: str) -> None:
    frame = WireFrame(Direction.IN, opcode, True, payload, len(payload))
    assert frame_line(3, frame) == f"#3 received {line}"


def test_what_the_service_sends_and_a_first_fragment() -> None:
    frame = WireFrame(Direction.OUT, T, False, b'{"key":"secret', 14)
    assert frame_line(1, frame) == "#1 sent a fragment, 14 bytes text"
