"""Where secrets stand in a ProtocolMessage, by their place in it, JSON or MessagePack.

Reads only as much of the structure as it takes to know the place, and goes as far as the bytes
make sense: a value that is cut off is covered to the end. What stands in user data
(`messages[].data`) is never a secret by its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from ablytui.capture.veil import Span, capped, rest

Path = tuple[str, ...]

PLACES: Final[dict[Path, bool]] = {
    ("connectionKey",): True,
    ("connectionDetails", "connectionKey"): True,
    ("auth", "accessToken"): False,
    ("messages", "[]", "connectionKey"): False,
}
"""The places, and whether the value there becomes known by value too."""

DEEPEST: Final = max(map(len, PLACES))
MOST_ITEMS: Final = 100_000
"""Names and values that are read of one message, some tenth of a second. No frame that a service
takes holds more (CD2, `maxFrameSize`); of one that does the rest is covered whole."""

_LONGEST_NAME: Final = 128
_STRING: Final = rb'"(?:[^"\\]|\\.?)*+"?'
_TOKEN: Final = re.compile(rb"(" + _STRING + rb'|[{}\[\]]|[^\s"{}\[\]:,]++)(\s*+:)?', re.DOTALL)
_BRACKETS: Final = re.compile(
    rb"(?:" + _STRING + rb'|[^"{}\[\]]++)++|([\[{]++)|([\]}]++)', re.DOTALL
)
_OPEN, _SHUT, _BRACE = b"{[", b"}]", ord("{")
_NUMBER: Final = re.compile(rb"[-+0-9.eE]+")
_WORDS: Final = frozenset({b"null", b"true", b"false", b"NaN", b"Infinity", b"-Infinity"})


class _Track:
    """The path of the value at hand, and how deep inside a secret one we are."""

    __slots__ = ("depth", "names", "secret_from")

    def __init__(self) -> None:
        self.depth = 0
        self.names: list[str] = []
        self.secret_from = 0
        """The depth of the container that is a secret as a whole; 0 for none."""

    @property
    def skippable(self) -> bool:
        """A container that begins here is too deep to hold a secret, and is none itself."""
        return self.depth >= DEEPEST and self.here() is None

    def enter(self) -> None:
        """A container begins, under the present name."""
        if not self.secret_from and self.here() is not None:
            self.secret_from = self.depth + 1
        self.depth += 1
        if self.depth <= DEEPEST:
            self.names.append("")

    def leave(self) -> None:
        """The innermost container ends."""
        if self.depth <= DEEPEST and self.names:
            self.names.pop()
        self.depth = max(0, self.depth - 1)
        if self.depth < self.secret_from:
            self.secret_from = 0

    def name(self, name: str) -> None:
        """The member that follows."""
        if 0 < self.depth <= DEEPEST:
            self.names[-1] = name

    def here(self) -> bool | None:
        """Whether the value at hand is to be learned; None if it is no secret."""
        if self.secret_from:
            return False
        return PLACES.get(tuple(self.names)) if 0 < self.depth <= DEEPEST else None


def unquoted(token: bytes) -> bytes:
    """The value of a JSON string token, its end perhaps missing; as it stands if unreadable."""
    inner = token[1:-1] if len(token) > 1 and token.endswith(b'"') else token[1:]
    if b"\\" not in inner:
        return inner
    try:
        text: str = json.loads(b'"' + inner + b'"', strict=False)
    except ValueError:
        return inner
    return text.encode("utf-8", "surrogatepass")


def json_spans(data: bytes) -> Iterator[Span]:
    """The secrets of a JSON message by their place, as far as it is read; see `MOST_ITEMS`."""
    return capped(_json_spans(data), len(data))


def _json_spans(data: bytes) -> Iterator[Span]:
    track = _Track()
    objects: list[bool] = []
    named = False
    """The member's name has come, and its value is next."""
    at = 0
    for _ in range(MOST_ITEMS):
        match = _TOKEN.search(data, at)
        if match is None:
            return
        at, token = match.end(), match[1]
        first = token[0]
        if first in _OPEN:
            named = False
            if track.skippable:
                at = _behind_container(data, at)
                continue
            track.enter()
            objects.append(first == _BRACE)
            if not objects[-1]:
                track.name("[]")
        elif first in _SHUT:
            named = False
            track.leave()
            if objects:
                objects.pop()
        elif match[2] and not named and objects and objects[-1]:
            named = True
            short = len(token) <= _LONGEST_NAME
            track.name(unquoted(token).decode("utf-8", "replace") if short else "")
        else:
            named = False
            if (learn := track.here()) is not None:
                yield from _json_value(match.start(1), token, learn=learn)
    yield rest(at, len(data))


def _behind_container(data: bytes, at: int) -> int:
    """Where a container ends whose content begins at `at`: nothing in it can be a secret."""
    level = 1
    for match in _BRACKETS.finditer(data, at):
        if match[1]:
            level += len(match[1])
        elif match[2]:
            level -= len(match[2])
            if level <= 0:
                return match.end() + level
    return len(data)


def _json_value(start: int, token: bytes, *, learn: bool) -> Iterator[Span]:
    stop = start + len(token)
    if not token.startswith(b'"'):
        if token not in _WORDS:
            yield Span(start, stop, token, digits=_NUMBER.fullmatch(token) is not None)
        return
    closed = len(token) > 1 and token.endswith(b'"')
    yield Span(start + 1, stop - 1 if closed else stop, unquoted(token), learn=learn and closed)


# --- MessagePack --------------------------------------------------------------------------------

_MAP, _ARRAY, _STR, _OTHER = range(4)
_FIXED: Final = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8} | {
    **{0xCC + i: 1 << i for i in range(4)},
    **{0xD0 + i: 1 << i for i in range(4)},
    **{0xD4 + i: 1 + (1 << i) for i in range(5)},
}
"""Bytes that follow the headers of scalars and of fixed extension types."""

_SIZED: Final = {
    0xC4: (1, _STR),
    0xC5: (2, _STR),
    0xC6: (4, _STR),
    0xD9: (1, _STR),
    0xDA: (2, _STR),
    0xDB: (4, _STR),
    0xDC: (2, _ARRAY),
    0xDD: (4, _ARRAY),
    0xDE: (2, _MAP),
    0xDF: (4, _MAP),
}


def header(data: bytes, at: int) -> tuple[int, int, int] | None:
    """What begins at `at`: its kind, its count or length in bytes, and where its content begins.

    None where the bytes end or make no sense.
    """
    if at >= len(data):
        return None
    byte = data[at]
    if byte < 0x80 or byte >= 0xE0:
        return _OTHER, 0, at + 1
    if byte < 0xC0:
        if byte >= 0xA0:
            return _STR, byte & 0x1F, at + 1
        return (_MAP if byte < 0x90 else _ARRAY), byte & 0x0F, at + 1
    if byte in _FIXED:
        return _OTHER, _FIXED[byte], at + 1
    if byte in _SIZED:
        width, kind = _SIZED[byte]
    elif 0xC7 <= byte <= 0xC9:
        width, kind = 1 << (byte - 0xC7), _OTHER
    else:
        return None
    begin = at + 1 + width
    if begin > len(data):
        return None
    extension = 1 if kind == _OTHER else 0
    return kind, int.from_bytes(data[at + 1 : begin], "big") + extension, begin


def string_at(data: bytes, at: int) -> tuple[int, int] | None:
    """Start and stop of the str or bin that begins at `at`, cut to the bytes there are."""
    found = header(data, at)
    if found is None or found[0] != _STR:
        return None
    return found[2], min(found[2] + found[1], len(data))


def msgpack_spans(data: bytes) -> Iterator[Span]:
    """The secrets of a MessagePack message by their place; see `MOST_ITEMS`."""
    return capped(_msgpack_spans(data), len(data))


def _msgpack_spans(data: bytes) -> Iterator[Span]:
    track = _Track()
    left: list[int] = []
    maps: list[bool] = []
    at = 0
    for _ in range(MOST_ITEMS):
        found = header(data, at)
        if found is None:
            return
        kind, size, begin = found
        is_name = bool(left) and maps[-1] and left[-1] % 2 == 0
        if left:
            left[-1] -= 1
        if kind in (_MAP, _ARRAY):
            track.enter()
            left.append(size * (2 if kind == _MAP else 1))
            maps.append(kind == _MAP)
            if kind == _ARRAY:
                track.name("[]")
            at = begin
        else:
            at = begin + size
            if is_name:
                raw = data[begin:at] if kind == _STR and size <= _LONGEST_NAME else b""
                track.name(raw.decode("utf-8", "replace"))
            elif kind == _STR and (learn := track.here()) is not None:
                whole = at <= len(data)
                yield Span(begin, min(at, len(data)), data[begin:at], learn=learn and whole)
        while left and not left[-1]:
            left.pop()
            maps.pop()
            track.leave()
        if not left:
            return
    yield rest(at, len(data))
