"""Any MessagePack value, with its types; what breaks off is told with the byte."""

from __future__ import annotations

from typing import Any

from ablytui.decoders.meta import Meta
from ablytui.decoders.spans import Rendered, error
from ablytui.decoders.tree import Tree
from ablytui.protocol.frame import Opcode


class MsgpackDecoder:
    """Reads whole values one after the other until the bytes end or break."""

    name = "msgpack"

    def priority(self, data: bytes, meta: Meta) -> float:
        """For whole binary frames that begin with a container; a message is better read as one."""
        if meta.opcode is not Opcode.BINARY or not meta.whole or not data:
            return -1.0
        values, why = _values(data)
        begins = bool(values) and isinstance(values[0], (dict, list))
        return 0.6 if begins else 0.15 if why is None else -1.0

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """Each value under its number, then why the rest is none."""
        del meta
        values, why = _values(data)
        tree = Tree()
        for index, value in enumerate(values):
            tree.add(f"value {index}" if len(values) > 1 else "value", value)
        lines = tree.finish()
        return Rendered(self.name, lines if why is None else (*lines, error(why)), columns=True)


def _values(data: bytes) -> tuple[list[Any], str | None]:
    """At most 100 values, and what is wrong with what follows them."""
    import msgpack

    unpacker = msgpack.Unpacker(
        strict_map_key=False,
        unicode_errors="replace",
        max_buffer_size=max(len(data), 1),
    )
    unpacker.feed(data)
    values: list[Any] = []
    while unpacker.tell() < len(data) and len(values) < 100:
        at = unpacker.tell()
        try:
            values.append(unpacker.unpack())
        except msgpack.OutOfData:
            return values, f"the value at byte {at} is cut off: {len(data)} bytes are all there is"
        except Exception as bad:  # noqa: BLE001 - the decoder raises whatever hostile bytes provoke
            why = str(bad) or f"byte 0x{data[unpacker.tell()]:02x}"
            why = "a length says more than there is" if "exceeds max" in why else why
            return values, f"not MessagePack: {why} at offset {unpacker.tell()}"
    return values, None
