from __future__ import annotations

import pytest

from ablytui.protocol.catalogue import CATALOGUE, explain
from ablytui.protocol.closecodes import CLOSE_CODES


@pytest.mark.parametrize("code", [*range(40140, 40146), *range(50000, 50005), *range(80000, 80025)])
def test_no_code_of_these_ranges_is_left_out(code: int) -> None:
    assert explain(code) is not None


def test_an_unknown_code_is_not_explained() -> None:
    assert explain(91234) is None
    assert explain(0) is None


def test_the_table_is_keyed_by_its_codes() -> None:
    assert all(code == row.code for code, row in CATALOGUE.items())
    assert list(CATALOGUE) == sorted(CATALOGUE)


def test_every_classic_close_has_a_meaning() -> None:
    for row in CLOSE_CODES.values():
        if row.classic is not None:
            known = explain(row.classic.code)
            assert known is not None
            assert known.status == row.classic.status_code


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=str)
def test_meanings_are_plain_sentences(row: object) -> None:
    for words in (row.meaning, row.advice):  # type: ignore[attr-defined]
        if words:
            assert words.endswith(".")
            assert words[0].isupper() or words.startswith("maxMessageSize")
            assert "!" not in words
            assert "please" not in words.lower()
