"""The two formats of a connection, apart from the codec so that naming one costs no decoder."""

from __future__ import annotations

from enum import StrEnum

from ablytui.protocol.frame import Opcode


class Format(StrEnum):
    """RTN2a: what the connection speaks. JSON goes in text frames, MessagePack in binary ones."""

    JSON = "json"
    MSGPACK = "msgpack"

    @property
    def opcode(self) -> Opcode:
        """The opcode of a data frame in this format."""
        return Opcode.TEXT if self is Format.JSON else Opcode.BINARY
