"""Recovery keys that were saved: the file that holds them, and the files others are read from.

A recovery key is a secret, so the file is its owner's alone (0600, in a folder of 0700). The list
is TOML, newest first; what is not understood is told in one line and never overwritten. Knows
neither clock nor screen: the time of saving is given.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ablytui import ownfile, tomlfile
from ablytui.errors import ConfigError
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, build, parse

MOST: Final = 50
"""Keys that are kept; saving one more lets the oldest go."""

LARGEST: Final = 256 * 1024
"""Bytes of a file that is read."""

_HEAD: Final = (
    "# Recovery keys saved by ablytui, newest first. They are secrets: who has one can take its\n"
    "# connection over. Delete what is not needed any more.\n"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_10000: Final = 253_402_300_800_000
_PLAIN: Final = re.compile(r'[^\x00-\x1f\x7f"\\\ud800-\udfff]*')


@dataclass(frozen=True, slots=True)
class SavedKey:
    """A key and what is known of it.

    `saved` is the wall time in ms since the epoch, None where it is not known (a file with
    nothing but the key). `ttl` in ms: how long the service keeps the state. `host` with its port.
    """

    text: str
    dialect: DialectName
    saved: float | None = None
    host: str = ""
    ttl: float | None = None

    @property
    def key(self) -> RecoveryKey | None:
        """What it carries."""
        found = parse(self.text, self.dialect)
        return found if isinstance(found, RecoveryKey) else None


# --- texts --------------------------------------------------------------------------------------


def written(keys: Iterable[SavedKey]) -> str:
    """The list as the text of its file."""
    return "\n".join([_HEAD, *(_entry(key) for key in keys)])


def _entry(key: SavedKey) -> str:
    lines = ["[[key]]"]
    if key.saved is not None:
        when = _EPOCH + timedelta(milliseconds=int(key.saved))
        lines.append(f"saved = {when:%Y-%m-%dT%H:%M:%S}.{int(key.saved) % 1000:03d}Z")
    lines.append(f"dialect = {_quoted(key.dialect)}")
    if key.host:
        lines.append(f"host = {_quoted(key.host)}")
    if key.ttl is not None:
        lines.append(f"ttl = {int(key.ttl)}")
    lines.append(f"key = {_quoted(_sound(key))}")
    return "\n".join(lines) + "\n"


def _sound(key: SavedKey) -> str:
    """The text as it was typed, or made anew where a file cannot hold what was typed."""
    text = key.text.strip()
    if _PLAIN.fullmatch(text.replace('"', "").replace("\\", "")) or key.key is None:
        return text
    return build(key.key)


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in {'"', "\\"}:
        return "\\" + char
    if _PLAIN.fullmatch(char):
        return char
    code = ord(char)
    return "\\uFFFD" if 0xD800 <= code < 0xE000 else f"\\u{code:04X}"


def read(text: str, where: str) -> tuple[SavedKey, ...]:
    """The keys in a text: the list, or one bare key of either dialect. `where` is its name.

    Raises:
        ConfigError: It is neither; says where and what was found.
    """
    bare = _bare(text)
    if bare is not None:
        return (bare,)
    if text.lstrip().startswith("{"):
        raise ConfigError(f"{where}: no whole recovery key: {_why(text, DialectName.CURRENT)}")
    try:
        values = tomlfile.parse(text, where)
    except ConfigError:
        raise ConfigError(f"{where}: no recovery key, and no list of saved ones") from None
    entries = values.get("key")
    if not values:
        return ()
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ConfigError(f"{where}: no list of saved recovery keys: it has no [[key]]")
    return tuple(_saved(each, f"{where}: key {at}") for at, each in enumerate(entries, 1))


def _bare(text: str) -> SavedKey | None:
    text = text.strip()
    if text.startswith("{"):
        dialect = DialectName.CURRENT
    elif len(text.split()) == 1:
        dialect = DialectName.CLASSIC
    else:
        return None
    return SavedKey(text, dialect) if _why(text, dialect) is None else None


def _why(text: str, dialect: DialectName) -> str | None:
    found = parse(text, dialect)
    return None if isinstance(found, RecoveryKey) else found.why


def _saved(entry: Mapping[str, Any], where: str) -> SavedKey:
    dialect = entry.get("dialect")
    if dialect not in tuple(DialectName):
        raise ConfigError(f"{where}: dialect is {_found(dialect)}; it is current or classic")
    text = entry.get("key")
    if not isinstance(text, str):
        raise ConfigError(f"{where}: key is {_found(text)}; it is a recovery key in quotes")
    why = _why(text, DialectName(dialect))
    if why is not None:
        raise ConfigError(f"{where}: key cannot be read: {why}")
    host, ttl = entry.get("host", ""), entry.get("ttl")
    if not isinstance(host, str):
        raise ConfigError(f"{where}: host is {_found(host)}; it is HOST:PORT in quotes")
    whole = isinstance(ttl, int) and not isinstance(ttl, bool) and 0 <= ttl < 2**53
    if ttl is not None and not whole:
        raise ConfigError(f"{where}: ttl is {_found(ttl)}; it is a whole number of ms")
    saved = _time(entry.get("saved"), where)
    return SavedKey(text, DialectName(dialect), saved, host, None if ttl is None else float(ttl))


def _time(value: object, where: str) -> float | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise ConfigError(f"{where}: saved is {_found(value)}; it is a time, 2026-01-31T12:00:00Z")
    known = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    ms: float = (known - _EPOCH) / timedelta(milliseconds=1)
    if not 0 <= ms < _YEAR_10000:
        raise ConfigError(f"{where}: saved is {_found(value)}; it is a time since 1970")
    return ms


def _found(value: object) -> str:
    """What stands there; of what may hold a key in clear only its kind."""
    if value is None:
        return "missing"
    if isinstance(value, (list, dict)):
        return "an array" if isinstance(value, list) else "a table"
    return str(value) if isinstance(value, datetime) else repr(value)[:40]


# --- files --------------------------------------------------------------------------------------


def load(path: Path) -> tuple[SavedKey, ...]:
    """The keys in a file, newest first; none where there is no such file.

    Raises:
        ConfigError: It cannot be read, or holds no keys.
    """
    try:
        text = _text_of(path)
    except FileNotFoundError:
        return ()
    except OSError as bad:
        raise ConfigError(f"{path}: it cannot be read: {bad.strerror or bad}") from None
    except UnicodeDecodeError as bad:
        raise ConfigError(f"{path}: invalid UTF-8 at byte {bad.start}") from None
    except ValueError as bad:  # of a path that no system takes
        raise ConfigError(f"{path}: {bad}") from None
    keys = read(text, str(path))
    return tuple(sorted(keys, key=lambda key: key.saved or 0.0, reverse=True))


def _text_of(path: Path) -> str:
    with open(path, "rb", opener=_at_once) as file:
        kind = os.fstat(file.fileno())
        if not stat.S_ISREG(kind.st_mode):
            raise ConfigError(f"{path}: it is not a file")
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ConfigError(f"{path}: too large for a list of keys, which has at most 256 kB")
    return data.decode("utf-8-sig")


def _at_once(path: str, flags: int) -> int:
    """A pipe that nobody writes to would stop the program."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def save(path: Path, key: SavedKey) -> None:
    """Put a key at the head of the list; the same key saved before takes no second place.

    Raises:
        ConfigError: The file holds something else, which is left as it is, or cannot be written.
    """
    others = [each for each in load(path) if each.text != key.text]
    _write(path, [key, *others][:MOST])


def forget(path: Path, key: SavedKey) -> None:
    """Take a key out of the list.

    Raises:
        ConfigError: As for `save`.
    """
    _write(path, [each for each in load(path) if each.text != key.text])


def _write(path: Path, keys: Iterable[SavedKey]) -> None:
    try:
        ownfile.write(path, written(keys).encode("utf-8"))
    except OSError as bad:
        raise ConfigError(f"{path}: it cannot be written: {bad.strerror or bad}") from None
