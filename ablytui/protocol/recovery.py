"""Recovery keys of both dialects (RTN16): made, read, and said to be wrong where they are wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ablytui.protocol.coerce import plain
from ablytui.protocol.params import DialectName


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """What a recovery key carries.

    Current: the serial of each attached channel. Classic: `connection_serial`, an int, or the
    opaque text of services that gave a time serial; `msg_serial` None in the oldest form.
    """

    dialect: DialectName
    connection_key: str
    msg_serial: int | None
    channel_serials: tuple[tuple[str, str], ...] = ()
    connection_serial: int | str | None = None


@dataclass(frozen=True, slots=True)
class RecoveryProblem:
    """Why a text is no recovery key; `at` is the character (from 0) where it stops being one."""

    why: str
    at: int
    complete: bool = True
    """False while the text may still become a key by typing on."""


def build(key: RecoveryKey) -> str:
    """The text of a recovery key: JSON with exactly Ably's members in Ably's order, or classic."""
    if key.dialect is DialectName.CURRENT:
        members = {
            "connectionKey": key.connection_key,
            "msgSerial": key.msg_serial or 0,
            "channelSerials": dict(key.channel_serials),
        }
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    serial = -1 if key.connection_serial is None else key.connection_serial
    return f"{key.connection_key}:{serial}:{key.msg_serial or 0}"


def parse(text: str, dialect: DialectName) -> RecoveryKey | RecoveryProblem:
    """Read a recovery key made for `dialect`. A key of the other dialect is named as such."""
    text = text.strip()
    if not text:
        return RecoveryProblem("empty: paste or type a recovery key", 0, complete=False)
    if text.startswith("{"):
        if dialect is DialectName.CLASSIC:
            return RecoveryProblem(
                "a key of the current dialect (JSON); classic wants KEY:SERIAL:MSGSERIAL", 0
            )
        return _parse_current(text)
    if dialect is DialectName.CURRENT:
        if ":" in text:
            return RecoveryProblem("a key of the classic dialect; current wants a JSON object", 0)
        return RecoveryProblem("a recovery key is a JSON object and starts with {", 0)
    return _parse_classic(text)


def _parse_current(text: str) -> RecoveryKey | RecoveryProblem:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as bad:
        ended = bad.pos >= len(text) or bad.msg.startswith("Unterminated string")
        where = "The JSON ends" if ended else "The JSON breaks"
        at = len(text) if ended else bad.pos
        return RecoveryProblem(f"{where} at character {at + 1}{_expected(text, at)}", at, not ended)
    except (RecursionError, ValueError):
        return RecoveryProblem("The JSON is nested too deeply or holds a number too long", 0)
    return _read_members(value, text)


def _expected(text: str, at: int) -> str:
    if text[:at].rstrip().endswith("}}"):
        return ", where the key should have ended"
    if '"channelSerials"' in text:
        return ", where a channel serial should follow"
    if '"msgSerial"' in text:
        return ", where channelSerials should follow"
    if '"connectionKey"' in text:
        return ", where msgSerial should follow"
    return ", where connectionKey should follow"


def _read_members(value: Mapping[str, object], text: str) -> RecoveryKey | RecoveryProblem:
    def at(name: str) -> int:
        return max(text.find(f'"{name}"'), 0)

    key = value.get("connectionKey")
    if not isinstance(key, str) or not _sendable(key):
        return RecoveryProblem("connectionKey is missing or not a string", at("connectionKey"))
    serial = value.get("msgSerial")
    if not isinstance(serial, int) or isinstance(serial, bool) or not 0 <= serial < 2**63:
        return RecoveryProblem("msgSerial is not a whole number, 0 or more", at("msgSerial"))
    channels = value.get("channelSerials")
    if not isinstance(channels, dict):
        return RecoveryProblem("channelSerials is not an object", at("channelSerials"))
    for name, channel_serial in channels.items():
        strings = isinstance(channel_serial, str) and plain(channel_serial) == channel_serial
        if not strings or not _sendable(name):
            return RecoveryProblem(f"the serial of channel {name!r} is not a string", at(name))
    return RecoveryKey(DialectName.CURRENT, key, serial, tuple(channels.items()))


def _sendable(value: str) -> bool:
    """Not empty, and without the half of a character that JSON's escapes can write."""
    return bool(value) and plain(value) == value


def _parse_classic(text: str) -> RecoveryKey | RecoveryProblem:
    parts = text.split(":")
    if len(parts) < 2 or not parts[-1]:
        return RecoveryProblem(
            "a classic key is KEY:SERIAL:MSGSERIAL, and the serial is missing",
            len(text),
            complete=False,
        )
    counted = _numeric(parts[-1]) and not parts[-1].startswith("-")
    if counted and len(parts) >= 3 and (_numeric(parts[-2]) or len(parts) == 3):
        key, serial, msg_serial = ":".join(parts[:-2]), parts[-2], int(parts[-1])
    elif len(parts) == 2 and _numeric(parts[-1]):
        key, serial, msg_serial = parts[0], parts[1], None
    else:
        at = len(text) - len(parts[-1])
        return RecoveryProblem(f"{parts[-1]!r} at character {at + 1} is not a serial number", at)
    if not key:
        return RecoveryProblem("the connectionKey before the first `:` is missing", 0)
    if not serial:
        return RecoveryProblem("the connection serial is empty", len(key) + 1)
    return RecoveryKey(
        DialectName.CLASSIC,
        key,
        msg_serial,
        connection_serial=int(serial) if _numeric(serial) else serial,
    )


def _numeric(part: str) -> bool:
    digits = part.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19
