"""MessagePack that is no message."""

from __future__ import annotations

import msgpack

from ablytui.decoders.meta import Meta
from ablytui.decoders.msgpack_bytes import MsgpackDecoder
from ablytui.protocol.frame import Opcode

META = Meta(Opcode.BINARY)


def said(data: bytes) -> list[str]:
    lines = MsgpackDecoder().render(data, META).lines
    return [line.name + "|" + "".join(s.text for s in (*line.value, *line.right)) for line in lines]


def test_values_with_their_types() -> None:
    assert said(msgpack.packb([1, b"\x02", None])) == [
        "value|[3]list",
        "0|1int",
        "1|1 bytes  02bytes",
        "2|nullnull",
    ]


def test_several_values_are_numbered() -> None:
    assert said(b"\x01\x02") == ["value 0|1int", "value 1|2int"]


def test_where_it_breaks_is_told() -> None:
    assert said(b"\x92\x01")[-1] == "|the value at byte 0 is cut off: 2 bytes are all there is"
    assert "not MessagePack" in said(b"\x01\xc1")[-1]


def test_only_whole_binary_frames() -> None:
    assert MsgpackDecoder().priority(b"\x90", META) > 0.5
    assert MsgpackDecoder().priority(b"\x90", Meta(Opcode.BINARY, fin=False)) < 0
    assert MsgpackDecoder().priority(b"\x90", Meta(Opcode.TEXT)) < 0
