from __future__ import annotations

import re
from pathlib import Path

import pytest

import ablytui
from ablytui.protocol.catalogue import (
    CATALOGUE,
    explain,
    explain_close,
    explain_range,
    meaning_of,
)
from ablytui.protocol.closecodes import CLOSE_CODES
from ablytui.protocol.params import DialectName

LISTED = (
    *(40000, 40003, 40005, 40007, 40009, 40010, 40012, 40013, 40017, 40018, 40019),
    *(40100, 40101, 40102, 40103, 40104, 40105, 40106, 40110, 40111, 40112, 40113, 40114, 40115),
    *(40130, 40131, 40140, 40141, 40142, 40143, 40144, 40145, 40160, 40161, 40165, 40170, 40171),
    *(40300, 40330, 40331, 40332, 40400, 42910, 42911, 42920, 42921, 42924),
    *(50000, 50001, 50002, 50003, 50004),
    *range(80000, 80025),
    *(80030, 90000, 90001, 90007, 91000, 91003, 91004, 91005, 93002),
)
"""Every error code that a connection can meet."""

CLASSIC_OUTCOME = {
    **dict.fromkeys((1000, 1001, 1005, 1006), 80003),
    **dict.fromkeys((1002, 1007, 1010, 1011, 1015), 80000),
    **dict.fromkeys((1003, 1008), 40100),
    1009: 40000,
    **dict.fromkeys((1004, 1012, 1013, 1014, 3000, 4999, 2500), 80000),
}


@pytest.mark.parametrize("code", [*range(40140, 40146), *range(50000, 50005), *range(80000, 80025)])
def test_no_code_of_these_ranges_is_left_out(code: int) -> None:
    assert explain(code) is not None


def test_every_listed_code_has_meaning_and_advice() -> None:
    assert set(LISTED) == set(CATALOGUE)
    assert [code for code in LISTED if not CATALOGUE[code].advice] == []


def test_every_code_that_this_program_makes_is_listed() -> None:
    root = Path(ablytui.__file__).parent
    made = {
        int(code)
        for path in root.rglob("*.py")
        for code in re.findall(r"ErrorInfo\(\s*([0-9]{5})\b", path.read_text("utf-8"))
    }
    assert len(made) > 15
    assert made <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (40149, "token"),
        (40199, "credential"),
        (40399, "forbidden"),
        (40499, "does not exist"),
        (42999, "rate limit"),
        (49999, "refused"),
        (50999, "service"),
        (80999, "connection"),
        (90999, "channel"),
        (91999, "presence"),
    ],
)
def test_an_unknown_code_has_the_meaning_of_its_range(code: int, word: str) -> None:
    known = meaning_of(code)
    assert known == explain_range(code)
    assert known is not None
    assert word in known.meaning
    assert known.advice


def test_outside_of_all_ranges_nothing_is_made_up() -> None:
    assert meaning_of(7) is None
    assert meaning_of(123456) is None


def test_a_listed_code_has_its_own_meaning() -> None:
    assert meaning_of(40142) == CATALOGUE[40142]


@pytest.mark.parametrize(("code", "outcome"), CLASSIC_OUTCOME.items())
def test_a_close_code_in_either_dialect(code: int, outcome: int) -> None:
    classic = explain_close(code, DialectName.CLASSIC)
    assert str(outcome) in classic.consequence
    assert ("failed" in classic.consequence) is (outcome != 80003)
    current = explain_close(code, DialectName.CURRENT)
    assert "resumed (80003, RTN15a)" in current.consequence
    for dialect in DialectName:
        told = explain_close(code, dialect, asked=True)
        assert told.consequence == "The connection is closed, as asked (RTN12c)."
        assert (told.meaning, told.advice) == (current.meaning, current.advice)
    for words in (current.meaning, current.advice, current.name):
        assert words


def test_every_named_close_code_has_advice_of_its_own() -> None:
    said = [row.advice for code, row in CLOSE_CODES.items() if code != 1004]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("code", "words"),
    [(3500, "registered"), (4001, "service's own"), (2000, "WebSocket protocol"), (70, "No code")],
)
def test_a_close_code_in_no_list_has_the_meaning_of_its_range(code: int, words: str) -> None:
    assert words in explain_close(code, DialectName.CURRENT).meaning


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
