"""What a decoder is told about the bytes beside the bytes."""

from __future__ import annotations

from dataclasses import dataclass

from ablytui.protocol.frame import Direction, Opcode


@dataclass(frozen=True, slots=True)
class Meta:
    """How the payload travelled. `fin` and `opcode` as on the wire (RFC 6455 §5.2)."""

    opcode: Opcode
    direction: Direction | None = None
    fin: bool = True
    action: int | None = None
    channel: str | None = None
    key: bytes | None = None
    """The key of the channel, where there is one (RSL5)."""

    @property
    def whole(self) -> bool:
        """The payload is a whole data message, not a fragment of one (RFC 6455 §5.4)."""
        return self.fin and self.opcode in {Opcode.TEXT, Opcode.BINARY}
