from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import recovery as r
from tests.support.app import KEY, RECOVERY_KEY, connection_in

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


def said(reading: r.Reading) -> str:
    judged = r.verdict(reading)
    return f"{judged.word.plain} {judged.says.plain}"


def test_a_whole_key_is_read_into_its_parts() -> None:
    reading = r.read(RECOVERY_KEY, CURRENT)
    assert reading.why_not == ""
    assert [(part.name, part.value) for part in reading.parts] == [
        ("connectionKey", "gk3T•••"),
        ("msgSerial", "414"),
        ("channelSerials", "2"),
        ("orders:eu", "0172658597@a:44"),
        ("audit", "0172658597@c:09"),
    ]
    assert "✓ valid" in said(reading)
    assert f"{len(RECOVERY_KEY)} characters" in said(reading)


def test_an_unfinished_key_says_what_is_missing() -> None:
    reading = r.read(RECOVERY_KEY[: RECOVERY_KEY.index('"audit":') + 8], CURRENT)
    assert reading.why_not == "key not complete"
    assert said(reading).startswith("✕ not yet")
    missing = [part for part in reading.parts if part.wrong]
    assert [part.note for part in missing] == ["audit is missing its serial"]
    assert "audit is missing its serial" in r.table(reading, 90).text.plain


def test_a_key_of_the_other_dialect_is_wrong_at_once() -> None:
    reading = r.read("abc:1:2", CURRENT)
    assert reading.why_not == "key not readable"
    assert "✕ wrong" in said(reading)


def test_a_classic_key_is_read_into_its_parts() -> None:
    reading = r.read("abcdefghijklmnop:17:3", CLASSIC)
    assert [(part.name, part.value) for part in reading.parts] == [
        ("connectionKey", "abcd•••"),
        ("connectionSerial", "17"),
        ("msgSerial", "3"),
    ]


def test_many_channels_are_shown_some_at_a_time_round_the_cursor() -> None:
    channels = ",".join(f'"c{n}":"s"' for n in range(40))
    text = f'{{"connectionKey":"k","msgSerial":0,"channelSerials":{{{channels}}}}}'
    reading = r.read(text, CURRENT)
    assert len(reading.parts) == 43
    drawn = r.table(reading, 90, 0)
    assert drawn.line == 0
    assert drawn.text.plain.count("\n") == r.SHOWN
    assert drawn.text.plain.endswith("and 35 below")
    middle = r.table(reading, 90, 20)
    assert middle.line is not None
    assert middle.text.plain.split("\n")[middle.line].startswith("  c17 ")
    assert "above" in middle.text.plain
    assert "below" in middle.text.plain
    assert "below" not in r.table(reading, 90, 42).text.plain


@pytest.mark.parametrize("width", [30, 50, 74, 88])
def test_a_line_has_its_value_where_it_is_typed_and_fits(width: int) -> None:
    reading = r.read(RECOVERY_KEY.replace("0172658597@a:44", "108@1764062312345-000003"), CURRENT)
    drawn = r.table(reading, width, 3)
    assert drawn.line == 3
    line = drawn.text.plain.split("\n")[3]
    assert line[r.NAME_CELLS : r.NAME_CELLS + 4] == "108@"
    assert all(len(each) <= width for each in drawn.text.plain.split("\n"))
    assert r.NAME_CELLS + drawn.value_cells <= width


@pytest.mark.parametrize(
    ("text", "dialect", "told"),
    [
        ("k:1:2", CURRENT, True),
        (RECOVERY_KEY, CLASSIC, True),
        ("k:1:2", CLASSIC, False),
        (RECOVERY_KEY[:-1], CLASSIC, False),
        ("hello", CURRENT, False),
    ],
)
def test_what_to_do_with_a_good_key_of_the_other_dialect(
    text: str, dialect: DialectName, told: bool
) -> None:
    assert bool(r.other_dialect(text, dialect)) is told


def test_a_long_value_comes_before_a_remark_which_is_whole_or_not_there() -> None:
    text = RECOVERY_KEY.replace("0172658597@a:44", "108@1764062312345-000003")
    wide = r.table(r.read(text, CURRENT), 88).text.plain
    assert "108@1764062312345-000003" in wide
    assert "sent as #414" in wide
    narrow = r.table(r.read(text, CURRENT), 66).text.plain
    assert "108@1764062312345-000003" in narrow
    assert "your next" not in narrow
    assert "…" not in narrow


@given(st.text(max_size=30), st.text(max_size=30), st.integers(20, 100), st.integers(0, 5))
def test_a_line_fits_whatever_is_in_it(name: str, serial: str, width: int, cursor: int) -> None:
    text = json.dumps({"connectionKey": "k", "msgSerial": 1, "channelSerials": {name: serial}})
    drawn = r.table(r.read(text, CURRENT), width, cursor)
    assert all(line.cell_length <= width for line in drawn.text.split("\n"))


@pytest.mark.parametrize(
    ("text", "dialect", "part", "note"),
    [
        ('{"msgSerial":x,', CURRENT, "msgSerial", "no whole number, 0 or more"),
        ('{"msgSerial":,', CURRENT, "msgSerial", "missing"),
        ('{"msgSerial":"1",', CURRENT, "msgSerial", "in quotes: it is a number"),
        ('{"connectionKey":"k', CURRENT, "connectionKey", "its closing quote is missing"),
        ('{"channelSerials":{"a":1}', CURRENT, "a", "without quotes: it is a text"),
        ("k::3", CLASSIC, "connectionSerial", "missing"),
    ],
)
def test_a_part_says_what_is_wrong_with_it(
    text: str, dialect: DialectName, part: str, note: str
) -> None:
    wrong = [(each.name, each.note) for each in r.read(text, dialect).parts if each.wrong]
    assert wrong == [(part, note)]


@given(st.integers(0, len(RECOVERY_KEY)))
def test_no_beginning_of_a_key_shows_its_secret(length: int) -> None:
    reading = r.read(RECOVERY_KEY[:length], CURRENT)
    assert KEY[4:] not in r.table(reading, 120).text.plain
    assert bool(reading.why_not) == (length < len(RECOVERY_KEY))


@given(st.text(max_size=200), st.sampled_from(list(DialectName)))
def test_nothing_typed_breaks_the_dialog(text: str, dialect: DialectName) -> None:
    reading = r.read(text, dialect)
    drawn = r.table(reading, 90).text.plain + said(reading)
    assert "\x1b" not in drawn
    assert drawn


def test_the_uri_that_is_opened_is_masked() -> None:
    connection = connection_in(S.CONNECTED)
    shown = r.opens(r.read(RECOVERY_KEY, CURRENT), connection, 200, revealed=False)
    assert shown is not None
    assert "recover=gk3T•••" in shown.plain
    assert KEY not in shown.plain
    assert r.opens(r.read("{", CURRENT), connection, 200, revealed=False) is None
