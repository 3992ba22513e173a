"""Plain text."""

from __future__ import annotations

from ablytui.decoders.meta import Meta
from ablytui.decoders.text import TextDecoder
from ablytui.protocol.frame import Opcode

META = Meta(Opcode.TEXT)


def rows(data: bytes) -> list[str]:
    return ["".join(s.text for s in line.value) for line in TextDecoder().render(data, META).lines]


def test_a_line_for_a_line() -> None:
    assert rows(b"one\n[/red]\x1b[2J") == ["one", r"[/red]\x1b[2J"]


def test_bad_utf8_is_named() -> None:
    assert rows(b"ab\xff")[0] == "invalid UTF-8 at byte 2"
    assert TextDecoder().priority(b"ab\xff", META) < 0


def test_empty_is_said() -> None:
    assert rows(b"") == ["empty"]


def test_controls_in_a_binary_frame_are_better_read_as_digits() -> None:
    assert TextDecoder().priority(b"\x00\x01", Meta(Opcode.BINARY)) < 0.1


def test_many_lines_are_cut() -> None:
    assert len(rows(b"\n" * 20_000)) == 5001
