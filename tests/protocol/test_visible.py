"""Nothing from the wire may steer the terminal; what is cut is cut by cells."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.visible import _ONE_CELL, _width, cells, elide, fit, tail, visible

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain [/red] text", "plain [/red] text"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b2J", r"\x9b2J"),
        ("\x00\x07\x7f", r"\x00\x07\x7f"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\u202eevil", r"\u202eevil"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("\u061c\u200e\u200f", r"\u061c\u200e\u200f"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\ud800", r"\ud800"),
        ("\ufeffbom", r"\ufeffbom"),
        ("\U000e0041", r"\U000e0041"),
        ("漢字 é 👩\u200d🔬", "漢字 é 👩\u200d🔬"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_visible_writes_out_what_cannot_be_seen(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_no_control_format_or_separator_character_gets_through() -> None:
    kept = {"\u200c", "\u200d"}
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    through = {
        char
        for char in visible(every)
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }
    assert through == kept


def test_letters_marks_and_symbols_are_left_alone() -> None:
    every = "".join(
        char
        for char in map(chr, range(0x20, 0xE000))
        if unicodedata.category(char) in {"Lu", "Ll", "Nd", "Sm", "So", "Ps"}
    )
    assert visible(every) == every


@given(ANY_TEXT)
def test_visible_is_printable_and_settled(raw: str) -> None:
    shown = visible(raw)
    assert visible(shown) == shown
    shown.encode("utf-8")  # no lone surrogate is left


@pytest.mark.parametrize(
    ("raw", "width", "shown"),
    [
        ("orders:eu", 9, "orders:eu"),
        ("orders:eu", 8, "orders:…"),
        ("漢字漢字", 8, "漢字漢字"),
        ("漢字漢字", 7, "漢字漢…"),
        ("漢字漢字", 6, "漢字…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_elide_cuts_at_the_end(raw: str, width: int, shown: str) -> None:
    assert elide(raw, width) == shown


def test_elide_in_the_middle_keeps_both_ends() -> None:
    assert elide("orders:eu-west:eu", 7, middle=True) == "ord…:eu"


def test_tail_keeps_the_end() -> None:
    assert tail("0172658597@a:40", 5) == "…a:40"
    assert tail("a:40", 5) == "a:40"
    assert tail("a:40", 1) == "…"


@given(ANY_TEXT, st.integers(0, 40), st.booleans())
def test_no_cut_is_wider_than_asked(raw: str, width: int, middle: bool) -> None:
    text = visible(raw)
    assert cells(elide(text, width, middle=middle)) <= width
    assert cells(tail(text, width)) <= width
    assert cells(fit(text, width, middle=middle)) == width
    assert cells(fit(text, width, right=True)) == width


def test_endless_marks_on_one_letter_do_not_make_a_column_endless() -> None:
    assert len(elide("e" + "\u0301" * 10_000, 10)) < 50


def test_what_is_measured_in_one_go_takes_a_cell_each() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if _ONE_CELL.fullmatch(char):
            assert _width(char) == 1, f"U+{code:04x}"


@given(ANY_TEXT)
def test_cells_are_those_of_each_character(text: str) -> None:
    assert cells(text) == sum(map(_width, text))
