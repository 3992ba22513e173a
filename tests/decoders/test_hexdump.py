"""Offset, digits, ASCII."""

from __future__ import annotations

from ablytui.decoders.hexdump import HexDecoder, HexRows
from ablytui.decoders.meta import Meta
from ablytui.protocol.frame import Opcode

META = Meta(Opcode.BINARY)


def row(rows: HexRows, at: int) -> str:
    return "".join(span.text for span in rows[at].value)


def test_sixteen_bytes_a_row_in_two_halves() -> None:
    rows = HexRows(b"0123456789abcdef\x00\xff")
    assert len(rows) == 2
    assert row(rows, 0) == (
        "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef"
    )
    assert row(rows, 1) == "0010  00 ff" + " " * 45 + ".."


def test_eight_bytes_a_row_where_there_is_less_room() -> None:
    [first, _] = HexDecoder(8).render(b"0123456789", META).lines
    assert "".join(s.text for s in first.value) == "0000  30 31 32 33  34 35 36 37  01234567"


def test_rows_are_made_when_asked_for() -> None:
    rows = HexRows(bytes(1 << 24))
    assert len(rows) == 1 << 20
    assert row(rows, -1).startswith("fffff0  00")
    assert len(rows[2:5]) == 3


def test_no_bytes_are_said() -> None:
    [line] = HexDecoder().render(b"", META).lines
    assert line.value[0].text == "no bytes"
    assert HexDecoder().priority(b"", META) == 0.1
