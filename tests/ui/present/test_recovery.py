from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import recovery as r
from tests.support import views
from tests.support.app import KEY, RECOVERY_KEY, connection_in

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


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
    assert "✓ valid" in r.verdict(reading).plain
    assert f"{len(RECOVERY_KEY)} characters" in r.verdict(reading).plain


def test_an_unfinished_key_says_what_is_missing() -> None:
    reading = r.read(RECOVERY_KEY[: RECOVERY_KEY.index('"audit":') + 8], CURRENT)
    assert reading.why_not == "key not complete"
    assert r.verdict(reading).plain.startswith("✕ not yet")
    missing = [part for part in reading.parts if part.wrong]
    assert [part.note for part in missing] == ["audit is missing its serial"]
    assert "audit is missing its serial" in r.table(reading, 90).plain


def test_a_key_of_the_other_dialect_is_wrong_at_once() -> None:
    reading = r.read("abc:1:2", CURRENT)
    assert reading.why_not == "key not readable"
    assert "✕ wrong" in r.verdict(reading).plain


def test_a_classic_key_is_read_into_its_parts() -> None:
    reading = r.read("abcdefghijklmnop:17:3", CLASSIC)
    assert [(part.name, part.value) for part in reading.parts] == [
        ("connectionKey", "abcd•••"),
        ("connectionSerial", "17"),
        ("msgSerial", "3"),
    ]


def test_many_channels_are_cut_short() -> None:
    channels = ",".join(f'"c{n}":"s"' for n in range(40))
    text = f'{{"connectionKey":"k","msgSerial":0,"channelSerials":{{{channels}}}}}'
    names = [part.name for part in r.read(text, CURRENT).parts]
    assert names[-1] == "34 more"
    assert len(names) == 3 + r.SHOWN_CHANNELS + 1


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (RECOVERY_KEY, KEY),
        ('{"connectionKey":"abc', "abc"),
        ('{"connectionK', ""),
        ("abcdef:1:2", "abcdef"),
        ("  abcdef", "abcdef"),
        ("", ""),
    ],
)
def test_where_the_secret_stands(text: str, secret: str) -> None:
    start, end = r.secret_span(text)
    assert text[start:end] == secret


@given(st.integers(0, len(RECOVERY_KEY)))
def test_no_beginning_of_a_key_shows_its_secret(length: int) -> None:
    reading = r.read(RECOVERY_KEY[:length], CURRENT)
    assert KEY[4:] not in r.table(reading, 120).plain
    assert bool(reading.why_not) == (length < len(RECOVERY_KEY))


@given(st.text(max_size=200), st.sampled_from(list(DialectName)))
def test_nothing_typed_breaks_the_dialog(text: str, dialect: DialectName) -> None:
    reading = r.read(text, dialect)
    drawn = r.table(reading, 90).plain + r.verdict(reading).plain
    assert "\x1b" not in drawn
    assert drawn


def test_a_late_key_is_warned_of_only_when_its_age_is_known() -> None:
    gone = connection_in(S.SUSPENDED)
    now = gone.last_mono + 220_000
    warned = r.warning(True, gone, now)
    assert warned is not None
    assert "Saved 3 min 40 s ago; the server keeps a connection for 2 min" in warned.plain
    assert "80018" in warned.plain
    assert r.warning(False, gone, now) is None
    assert r.warning(True, gone, gone.last_mono + 119_000) is None
    assert r.warning(True, connection_in(S.CONNECTED), now) is None


def test_the_uri_that_is_opened_is_masked() -> None:
    connection = connection_in(S.CONNECTED)
    shown = r.opens(r.read(RECOVERY_KEY, CURRENT), connection, 200, revealed=False)
    assert shown is not None
    assert "recover=gk3T•••" in shown.plain
    assert KEY not in shown.plain
    assert r.opens(r.read("{", CURRENT), connection, 200, revealed=False) is None


def test_how_long_it_was_away() -> None:
    gone = connection_in(S.DISCONNECTED)
    assert r.away(gone, views.NOW) == 900
    assert r.away(connection_in(S.INITIALIZED), views.NOW) is None
