"""RTN16: recovery keys of both dialects, read and judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem, build, parse

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


GOOD = '{"connectionKey":"a","msgSerial":1,"channelSerials":{}}'


@pytest.mark.parametrize(
    ("text", "key", "serial", "msg_serial"),
    [
        ("a8Sd!x9:12", "a8Sd!x9", 12, None),
        ("a8Sd!x9:12:3", "a8Sd!x9", 12, 3),
        ("k:-1:0", "k", -1, 0),
        ("a:b:12:3", "a:b", 12, 3),
        ("k:time@5:3", "k", "time@5", 3),
        ("  k:1:2\n", "k", 1, 2),
    ],
)
def test_classic(text: str, key: str, serial: int | str, msg_serial: int | None) -> None:
    parsed = RecoveryKey(CLASSIC, key, msg_serial, connection_serial=serial)
    assert parse(text, CLASSIC) == parsed


def test_current() -> None:
    text = '{"connectionKey":"c1!k","msgSerial":6,"channelSerials":{"chan é":"108@17"}}'
    assert parse(text, CURRENT) == RecoveryKey(CURRENT, "c1!k", 6, (("chan é", "108@17"),))


@pytest.mark.parametrize(
    ("text", "dialect", "why", "at", "complete"),
    [
        ("", CURRENT, "empty", 0, False),
        ("k:1:2", CURRENT, "classic dialect", 0, True),
        ("hello", CURRENT, "JSON object", 0, True),
        ('{"connectionKey":"a"', CURRENT, "where msgSerial should follow", 20, False),
        ('{"connectionKey":"a', CURRENT, "ends at character 20", 19, False),
        (GOOD + "more", CURRENT, "where the key should have ended", len(GOOD), True),
        ('{"connectionKey"x', CURRENT, "breaks at character 17", 16, True),
        ('{"msgSerial":1,"channelSerials":{}}', CURRENT, "connectionKey is missing", 0, True),
        (
            '{"connectionKey":"a","msgSerial":-1,"channelSerials":{}}',
            CURRENT,
            "msgSerial",
            21,
            True,
        ),
        ('{"connectionKey":"a","msgSerial":true,"channelSerials":{}}', CURRENT, "msg", 21, True),
        ('{"connectionKey":"a","msgSerial":1,"channelSerials":[]}', CURRENT, "object", 35, True),
        (
            '{"connectionKey":"a","msgSerial":1,"channelSerials":{"c":1}}',
            CURRENT,
            "'c' is not a string",
            53,
            True,
        ),
        ('{"connectionKey":"a"}', CLASSIC, "current dialect", 0, True),
        ("key", CLASSIC, "serial is missing", 3, False),
        ("key:", CLASSIC, "serial is missing", 4, False),
        ("key:x", CLASSIC, "'x' at character 5", 4, True),
        ("key:5:-1", CLASSIC, "'-1' at character 7", 6, True),
        (
            r'{"connectionKey":"\ud800","msgSerial":1,"channelSerials":{}}',
            CURRENT,
            "connectionKey is missing",
            1,
            True,
        ),
        (
            r'{"connectionKey":"a","msgSerial":1,"channelSerials":{"c":"\ud800"}}',
            CURRENT,
            "'c' is not a string",
            53,
            True,
        ),
        (":1:2", CLASSIC, "connectionKey", 0, True),
        ("[" * 50, CURRENT, "JSON object", 0, True),
    ],
)
def test_what_is_wrong_and_where(
    text: str,
    dialect: DialectName,
    why: str,
    at: int,
    complete: bool,
) -> None:
    problem = parse(text, dialect)
    assert isinstance(problem, RecoveryProblem)
    assert why in problem.why
    assert (problem.at, problem.complete) == (at, complete)


plain = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1).map(str.strip)


@given(
    st.text(min_size=1),
    st.integers(0, 2**62),
    st.dictionaries(st.text(min_size=1), st.text()),
)
def test_current_goes_round(key: str, msg_serial: int, serials: dict[str, str]) -> None:
    made = RecoveryKey(CURRENT, key, msg_serial, tuple(serials.items()))
    assert parse(build(made), CURRENT) == made


@given(plain.filter(bool), st.integers(-1, 2**59), st.integers(0, 2**59))
def test_classic_goes_round(key: str, serial: int, msg_serial: int) -> None:
    if key.startswith("{"):
        return
    made = RecoveryKey(CLASSIC, key, msg_serial, connection_serial=serial)
    assert parse(build(made), CLASSIC) == made


@given(st.text(), st.sampled_from(DialectName))
def test_nothing_that_is_typed_raises(text: str, dialect: DialectName) -> None:
    answer = parse(text, dialect)
    if isinstance(answer, RecoveryProblem):
        assert 0 <= answer.at <= len(text)
