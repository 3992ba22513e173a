"""Whole data frames that came in one read, uncompressed: what a busy socket brings.

Whoever is given a burst takes some of its first frames; what is left is offered again.
"""

from __future__ import annotations

from ablytui.protocol.frame import Direction, Opcode, WireFrame


class Burst:
    """The frames of one opcode that nobody has taken yet.

    Attributes:
        opcode: Of every frame: TEXT or BINARY.
        payloads: Of every frame, the taken ones too.
        taken: How many of the first frames are taken.
    """

    __slots__ = ("opcode", "payloads", "taken")

    def __init__(self, opcode: Opcode, payloads: list[bytes]) -> None:
        self.opcode = opcode
        self.payloads = payloads
        self.taken = 0

    @property
    def left(self) -> int:
        """How many frames nobody has taken."""
        return len(self.payloads) - self.taken

    def first(self, most: int) -> list[bytes]:
        """The payloads of the first frames that are left, which stay where they are."""
        return self.payloads[self.taken : self.taken + most]

    def take(self) -> WireFrame:
        """Take the first frame that is left."""
        payload = self.payloads[self.taken]
        self.taken += 1
        return WireFrame(Direction.IN, self.opcode, True, payload, len(payload))
