from __future__ import annotations

from ablytui.protocol.burst import Burst
from ablytui.protocol.frame import Direction, Opcode, WireFrame


def test_frames_are_taken_from_the_front() -> None:
    burst = Burst(Opcode.BINARY, [b"a", b"bc", b"d"])
    assert burst.first(2) == [b"a", b"bc"]
    assert burst.take() == WireFrame(Direction.IN, Opcode.BINARY, True, b"a", 1)
    assert (burst.left, burst.first(9)) == (2, [b"bc", b"d"])
    burst.taken += 2
    assert burst.left == 0
