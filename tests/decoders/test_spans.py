"""What decoders hand on."""

from __future__ import annotations

from ablytui.decoders.spans import Kind, error, note, shown, within


def test_text_is_cut_made_visible_and_unstarred() -> None:
    assert shown("a\x1bb") == r"a\x1bb"
    assert shown("gk3T" + "*" * 20 + "~1a2b") == "gk3T•••~1a2b"
    assert shown("***") == "***"
    assert shown("x" * 10, 4) == "xxxx…"


def test_lines_about_the_rendering() -> None:
    assert note("a").value[0].kind is Kind.NOTE
    assert error("\x1b").value[0].text == r"\x1b"
    assert within(note("a"), 3).below == 3
