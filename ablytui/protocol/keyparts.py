"""The parts of a recovery key's text, finished or not: where each stands, and how one is changed.

A key is judged by `recovery.parse`, whole. This reads as much as is there, so that a part can be
seen, masked and changed on its own while the rest is wrong or missing. Never raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class PartKind(StrEnum):
    """What a part is. Of `CHANNEL` there are many."""

    KEY = "connectionKey"
    SERIAL = "connectionSerial"
    MSG_SERIAL = "msgSerial"
    CHANNELS = "channelSerials"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One part: its value without quotes and escapes, and where that stands in the text.

    `start` and `end` enclose the value as it is written, quotes included. `channel` is the
    channel's name, of a CHANNEL alone. `closed` False: its closing quote is missing; `colon`
    False: nothing follows its name.
    """

    kind: PartKind
    value: str
    start: int
    end: int
    channel: str = ""
    quoted: bool = False
    closed: bool = True
    colon: bool = True

    @property
    def empty(self) -> bool:
        """Nothing stands where the value should."""
        return self.start == self.end


class _Token(NamedTuple):
    text: str
    start: int
    end: int


_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_NAME: Final = "connectionKey"
_CLOSED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def is_json(text: str) -> bool:
    """Whether a text is meant as a key of the current dialect."""
    return text.lstrip().startswith("{")


def parts_of(text: str) -> tuple[KeyPart, ...]:
    """Every part that is there, in the order of the text."""
    return tuple(_parts_of_json(text) if is_json(text) else _parts_of_classic(text))


def secret_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where a connectionKey stands, or may stand, in a typed text; without its quotes."""
    keys = [part for part in parts_of(text) if part.kind is PartKind.KEY]
    at = text.find(_NAME)
    if at >= 0 and not (is_json(text) and keys):
        # In quotes of its own, behind a word, deeper, a name without quotes: nothing after is sure.
        return ((at + len(_NAME), len(text)),)
    return tuple(
        (part.start + part.quoted, part.end - (part.quoted and part.closed))
        for part in keys
        if not part.empty
    )


def replaced(text: str, part: KeyPart, value: str) -> str:
    """The text with another value in the place of this part's; strings get what quotes they need.

    A msgSerial, and what stands in a classic key, is written as it is, right or wrong.
    """
    if not is_json(text) or part.kind in {PartKind.MSG_SERIAL, PartKind.CHANNELS}:
        written = value
    else:
        written = json.dumps(value, ensure_ascii=False)
        if part.quoted and not part.closed:
            written = written[:-1]
        if not part.colon:
            written = ":" + written
    return text[: part.start] + written + text[part.end :]


# --- the current dialect ------------------------------------------------------------------------


def _parts_of_json(text: str) -> Iterator[KeyPart]:
    tokens = [_Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    for name, value, place in _members(tokens, 1):
        if name == PartKind.KEY:
            yield _part(PartKind.KEY, value)
        elif name == PartKind.MSG_SERIAL:
            yield _part(PartKind.MSG_SERIAL, value)
        elif name == PartKind.CHANNELS:
            yield KeyPart(PartKind.CHANNELS, value.text, value.start, value.end)
            if value.text == "{":
                yield from (
                    _part(PartKind.CHANNEL, serial, channel=channel, colon=at >= 0)
                    for channel, serial, at in _members(tokens, place + 1)
                )


def _members(tokens: list[_Token], at: int) -> Iterator[tuple[str, _Token, int]]:
    """Name, first token of the value and its place, of each member after the brace before `at`.

    A value that is not there is an empty token, its place -1 if its colon is missing too.
    """
    while at < len(tokens) and tokens[at].text != "}":
        name = tokens[at]
        at += 1
        if not name.text.startswith('"'):
            continue
        if at >= len(tokens) or tokens[at].text != ":":
            if _closed(name.text):
                yield _unescaped(name.text), _Token("", name.end, name.end), -1
            continue
        colon = tokens[at]
        at += 1
        if at >= len(tokens) or tokens[at].text in {",", "}", "]", ":"}:
            yield _unescaped(name.text), _Token("", colon.end, colon.end), at
            continue
        yield _unescaped(name.text), tokens[at], at
        at = _after(tokens, at)


def _after(tokens: list[_Token], at: int) -> int:
    """The place after a value: after the bracket that closes it, if it opens with one."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at].text in {"{", "["}) - (tokens[at].text in {"}", "]"})
        at += 1
        if depth <= 0:
            break
    return at


def _part(kind: PartKind, token: _Token, *, channel: str = "", colon: bool = True) -> KeyPart:
    quoted = token.text.startswith('"')
    return KeyPart(
        kind,
        _unescaped(token.text) if quoted else token.text,
        token.start,
        token.end,
        channel=channel,
        quoted=quoted,
        closed=not quoted or _closed(token.text),
        colon=colon,
    )


def _closed(token: str) -> bool:
    return _CLOSED.fullmatch(token) is not None


def _unescaped(token: str) -> str:
    """What a string says; as it is written, if it cannot be read."""
    body = token[1:-1] if _closed(token) else token[1:]
    try:
        return str(json.loads(f'"{body}"', strict=False))
    except ValueError:
        return body


# --- the classic dialect ------------------------------------------------------------------------

_CLASSIC: Final = (PartKind.KEY, PartKind.SERIAL, PartKind.MSG_SERIAL)


def _parts_of_classic(text: str) -> Iterator[KeyPart]:
    """Split at colons from the right: a key may hold some, serials do not."""
    start = len(text) - len(text.lstrip())
    values = text.strip().split(":")
    if len(values) > len(_CLASSIC):
        values = [":".join(values[:-2]), *values[-2:]]
    for kind, value in zip(_CLASSIC, values, strict=False):
        yield KeyPart(kind, value, start, start + len(value))
        start += len(value) + 1
