"""The parts of a key that is whole, half typed, or hostile."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.keyparts import KeyPart, PartKind, parts_of, replaced, secret_spans
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, build, parse

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC
KEY = 'a!b"c'
CHANNELS = (("orders:eu", "108@1"), ('q"}{', "108@2"))
TEXT = build(RecoveryKey(CURRENT, KEY, 7, CHANNELS))


def told(text: str) -> list[tuple[str, str]]:
    return [(part.channel or part.kind.value, part.value) for part in parts_of(text)]


def the(text: str, kind: PartKind) -> KeyPart:
    return next(part for part in parts_of(text) if part.kind is kind)


@pytest.mark.parametrize("text", [TEXT, json.dumps(json.loads(TEXT), indent=2), "  " + TEXT])
def test_a_whole_key(text: str) -> None:
    assert told(text) == [
        ("connectionKey", KEY),
        ("msgSerial", "7"),
        ("channelSerials", "{"),
        ("orders:eu", "108@1"),
        ('q"}{', "108@2"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("connectionKey", "")]),
        ("{", []),
        ('{"connectionKey"', [("connectionKey", "")]),
        ('{"connectionKey":', [("connectionKey", "")]),
        ('{"connectionKey":"ab', [("connectionKey", "ab")]),
        ('{"connectionKey":"a\\', [("connectionKey", "a\\")]),
        ('{"connection\\u004bey":"ab"', [("connectionKey", "ab")]),
        ('{"msgSerial":"12"', [("msgSerial", "12")]),
        ('{"msgSerial":,"connectionKey":x}', [("msgSerial", ""), ("connectionKey", "x")]),
        ('{"msgSerial":[1,{"connectionKey":1}],"x":1}', [("msgSerial", "[")]),
        ('{"channelSerials":{"a"', [("channelSerials", "{"), ("a", "")]),
        ('{"channelSerials":{"a":null,"b":', [("channelSerials", "{"), ("a", "null"), ("b", "")]),
        ("k:1:2", [("connectionKey", "k"), ("connectionSerial", "1"), ("msgSerial", "2")]),
        ("a:b:1:2", [("connectionKey", "a:b"), ("connectionSerial", "1"), ("msgSerial", "2")]),
        (" k:", [("connectionKey", "k"), ("connectionSerial", "")]),
    ],
)
def test_what_is_there_of_another(text: str, found: list[tuple[str, str]]) -> None:
    assert told(text) == found


def test_a_string_that_is_not_closed_or_has_no_colon_is_known_as_such() -> None:
    assert not the('{"connectionKey":"ab', PartKind.KEY).closed
    assert not the('{"channelSerials":{"a"', PartKind.CHANNEL).colon
    assert the('{"channelSerials":{"a":', PartKind.CHANNEL).empty


@pytest.mark.parametrize(
    ("text", "kind", "value", "after"),
    [
        ('{"connectionKey":"ab', PartKind.KEY, 'x"', '{"connectionKey":"x\\"'),
        ('{"msgSerial":"12"}', PartKind.MSG_SERIAL, "5", '{"msgSerial":5}'),
        ('{"channelSerials":{"a"', PartKind.CHANNEL, "s", '{"channelSerials":{"a":"s"'),
        ('{"channelSerials":{"a":1}}', PartKind.CHANNEL, "s", '{"channelSerials":{"a":"s"}}'),
        (" k:1:2 ", PartKind.SERIAL, "-1", " k:-1:2 "),
        (" k:1:2 ", PartKind.KEY, "", " :1:2 "),
    ],
)
def test_one_part_is_changed_and_nothing_else(
    text: str, kind: PartKind, value: str, after: str
) -> None:
    assert replaced(text, the(text, kind), value) == after


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(WORDS, st.integers(0, 2**62), st.dictionaries(WORDS, WORDS, max_size=4), WORDS)
def test_each_part_of_a_good_key_can_be_changed_and_the_key_stays_good(
    key: str, serial: int, channels: dict[str, str], value: str
) -> None:
    whole = RecoveryKey(CURRENT, key, serial, tuple(channels.items()))
    text = build(whole)
    changed = parse(replaced(text, the(text, PartKind.KEY), value), CURRENT)
    assert changed == RecoveryKey(CURRENT, value, serial, tuple(channels.items()))
    for part in parts_of(text):
        if part.kind is PartKind.CHANNEL:
            after = parse(replaced(text, part, value), CURRENT)
            assert isinstance(after, RecoveryKey)
            assert dict(after.channel_serials) == {**channels, part.channel: value}


HOSTILE = st.text(st.sampled_from('{}[]:,"\\ a1é\n\ud800connectionKey'), max_size=40)


@given(st.one_of(HOSTILE, st.text(max_size=40), HOSTILE.map(lambda text: "{" + text)))
def test_whatever_is_typed_its_parts_stand_where_they_are_said_to(text: str) -> None:
    end = 0
    for part in parts_of(text):
        assert end <= part.start <= part.end <= len(text)
        end = part.start if part.kind is PartKind.CHANNELS else part.end
        parts_of(replaced(text, part, "x"))


@given(st.integers(0, len(TEXT)))
def test_no_beginning_of_a_key_leaves_its_secret_in_sight(length: int) -> None:
    text = build(RecoveryKey(CURRENT, "secretsecret", 7, CHANNELS))[:length]
    for start, end in reversed(secret_spans(text)):
        text = text[:start] + text[end:]
    assert "sec" not in text


@pytest.mark.parametrize(
    "text",
    [
        '{"connectionKey":"SECRET","connectionKey":"SECRET"}',
        '{"connectionKey":SECRET}',
        '{connectionKey: "SECRET", msgSerial: 0}',
        "{ connectionKey: 'SECRET' }",
        '{"key":{"connectionKey":"SECRET"}}',
        '"{\\"connectionKey\\":\\"SECRET\\"}"',
        'recoveryKey={"connectionKey":"SECRET"}',
        "SECRET:1:2",
        "SEC:RET:1:2",
        "SECRET",
    ],
)
def test_the_secret_is_found_wherever_it_stands(text: str) -> None:
    for start, end in reversed(secret_spans(text)):
        text = text[:start] + text[end:]
    assert "SEC" not in text
    assert "RET" not in text
