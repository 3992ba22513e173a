"""Ready-made ways to break a recovery key, to see what a service makes of it.

Each changes one part of the text and leaves the rest, so that several can follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ablytui.protocol.keyparts import KeyPart, PartKind, is_json, parts_of, replaced
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, build, parse

FAR: Final = 1000
"""How far beyond the last serial the future lies."""

_BOTH: Final = frozenset(DialectName)
_CURRENT: Final = frozenset({DialectName.CURRENT})
_CLASSIC: Final = frozenset({DialectName.CLASSIC})
_NUMBER: Final = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Breaking:
    """What a break works on. `channel` is the one to break, the first if that is not there.

    `cursor` is where a cut is made. `earlier` holds, by channel, a serial that was seen before.
    """

    text: str
    channel: str = ""
    cursor: int = 0
    earlier: Mapping[str, str] = field(default_factory=dict)

    def part(self, kind: PartKind) -> KeyPart | None:
        """The part of this kind; None where there is none."""
        found = [part for part in parts_of(self.text) if part.kind is kind]
        same = [part for part in found if part.channel == self.channel]
        return next(iter(same or found), None)


@dataclass(frozen=True, slots=True)
class KeyBreak:
    """One way: `make` gives the broken text, or None where there is nothing to break."""

    id: str
    title: str
    expect: str
    """What a service that keeps to the rules makes of it."""
    make: Callable[[Breaking], str | None]
    dialects: frozenset[DialectName] = _BOTH


def breaks_of(dialect: DialectName) -> tuple[KeyBreak, ...]:
    """Those that a key of this dialect can have."""
    return tuple(each for each in KEY_BREAKS if dialect in each.dialects)


def shifted(serial: str, by: int) -> str:
    """A serial with its last number changed by `by`, as wide as before.

    Where the last is too small an earlier one is changed; without any the serial stays.
    """
    for match in reversed(list(_NUMBER.finditer(serial))):
        number = int(match[0]) + by
        if number >= 0:
            return (
                serial[: match.start()] + str(number).zfill(len(match[0])) + serial[match.end() :]
            )
    return serial


def _later(serial: str) -> str:
    """A connectionSerial far ahead; -1 is the one before the first."""
    whole = serial.removeprefix("-").isdecimal() and len(serial) < 19
    return str(max(int(serial), 0) + FAR) if whole else shifted(serial, FAR)


def _changed(kind: PartKind, change: Callable[[str], str]) -> Callable[[Breaking], str | None]:
    def make(at: Breaking) -> str | None:
        part = at.part(kind)
        if part is None or part.empty:
            return None
        value = change(part.value)
        return None if value == part.value else replaced(at.text, part, value)

    return make


def _other_key(key: str) -> str:
    """Another secret of the same length: its letters and digits one further."""
    head, sign, secret = key.rpartition("!")
    return head + sign + "".join(_next(letter) for letter in secret)


def _next(letter: str) -> str:
    if not letter.isascii() or not letter.isalnum():
        return letter
    turned = {"z": "a", "Z": "A", "9": "0"}
    return turned.get(letter) or chr(ord(letter) + 1)


def _past(at: Breaking) -> str | None:
    part = at.part(PartKind.CHANNEL)
    if part is None or part.empty:
        return None
    value = at.earlier.get(part.channel, part.value)
    if value == part.value:
        value = shifted(part.value, -1)
    return None if value == part.value else replaced(at.text, part, value)


def _no_channels(at: Breaking) -> str | None:
    key = parse(at.text, DialectName.CURRENT)
    if not isinstance(key, RecoveryKey) or not key.channel_serials:
        return None
    return build(RecoveryKey(key.dialect, key.connection_key, key.msg_serial))


def _cut(at: Breaking) -> str | None:
    """At the cursor if it is inside the key, else in the last serial.

    Half a number is one too, so a classic key, where it is not at the cursor, is cut before it.
    """
    text = at.text.rstrip()
    if 0 < at.cursor < len(text):
        return text[: at.cursor]
    parts = [part for part in parts_of(text) if not part.empty]
    if not parts:
        return None
    last = parts[-1]
    cut = last.start + ((last.end - last.start) // 2 if is_json(text) else 0)
    return text[:cut] or None


def _to_classic(at: Breaking) -> str | None:
    key = parse(at.text, DialectName.CURRENT)
    if not isinstance(key, RecoveryKey):
        return None
    return build(RecoveryKey(DialectName.CLASSIC, key.connection_key, key.msg_serial))


def _to_current(at: Breaking) -> str | None:
    key = parse(at.text, DialectName.CLASSIC)
    if not isinstance(key, RecoveryKey):
        return None
    return build(RecoveryKey(DialectName.CURRENT, key.connection_key, key.msg_serial))


KEY_BREAKS: Final = (
    KeyBreak(
        "key",
        "wrong connectionKey",
        "a new connectionId, and an error that says why",
        _changed(PartKind.KEY, _other_key),
    ),
    KeyBreak(
        "old-msg",
        "old msgSerial",
        "recovered; what is sent next counts as sent before",
        _changed(PartKind.MSG_SERIAL, lambda _: "0"),
    ),
    KeyBreak(
        "bad-msg",
        "msgSerial that is no number",
        "not readable, nothing is sent",
        _changed(PartKind.MSG_SERIAL, lambda _: "x"),
    ),
    KeyBreak(
        "past",
        "channel serial from the past",
        "recovered; messages come again",
        _past,
        _CURRENT,
    ),
    KeyBreak(
        "future",
        "channel serial from the future",
        "recovered, the channel is not",
        _changed(PartKind.CHANNEL, lambda value: shifted(value, FAR)),
        _CURRENT,
    ),
    KeyBreak(
        "garbled",
        "garbled channel serial",
        "recovered, the channel is not",
        _changed(PartKind.CHANNEL, lambda value: value[::-1] + "?"),
        _CURRENT,
    ),
    KeyBreak(
        "bare",
        "no channel serials",
        "recovered; channels begin at now",
        _no_channels,
        _CURRENT,
    ),
    KeyBreak(
        "past",
        "connectionSerial from the past",
        "recovered; all frames since the first come again",
        _changed(PartKind.SERIAL, lambda _: "-1"),
        _CLASSIC,
    ),
    KeyBreak(
        "future",
        "connectionSerial from the future",
        "recovered with 80012, nothing is replayed",
        _changed(PartKind.SERIAL, _later),
        _CLASSIC,
    ),
    KeyBreak(
        "garbled",
        "garbled connectionSerial",
        "recovered with 80012, nothing is replayed",
        _changed(PartKind.SERIAL, lambda value: "x" + value),
        _CLASSIC,
    ),
    KeyBreak("cut", "cut off at the cursor", "not readable, nothing is sent", _cut),
    KeyBreak("other", "as a classic key", "not readable, nothing is sent", _to_classic, _CURRENT),
    KeyBreak("other", "as a current key", "not readable, nothing is sent", _to_current, _CLASSIC),
)
