"""The secrets that are known by value, found wherever they stand and however they are written.

A value may stand in clear, with any of its characters escaped as JSON does, percent-encoded, or
inside base64 at any of the three alignments. Two stages: `quick` holds a few literal byte strings
of which at least one is in any frame that may hold a secret, and is all that most frames cost;
the exact patterns run only behind it.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ablytui.capture.veil import Span, capped
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, parse

SHORTEST: Final = 4
"""A value shorter than this, in bytes, is not looked for: it would cover half the log."""

ESCAPES: Final = ("\\u00", "%")
"""What escapes of ASCII begin with."""

LONGEST_PATTERN: Final = 256
"""Characters up to which a value is looked for by a pattern: to compile one takes 0.1 ms a
character, and a token may have 128 KiB."""

LEARNED: Final = 4
"""How many connection keys seen in passing are kept; older ones no service would take any more."""

_RUN: Final = re.compile(rb"[A-Za-z0-9_.~-]+")
_ALNUM_RUN: Final = re.compile(rb"[A-Za-z0-9]+")
_BASE64_DIGIT: Final = rb"[A-Za-z0-9+/_-]"
_API_KEY: Final = re.compile(r"[^.:\s]+\.[^:\s]+:(.+)", re.DOTALL)
_ESCAPED: Final = re.compile(
    rb"\\{1,8}u([dD][89abAB][0-9a-fA-F]{2})\\{1,8}u([dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\{1,8}u([0-9a-fA-F]{4})|%(?:25){0,3}([0-9a-fA-F]{2})|\\{1,8}([\"/\\])"
)
_HALF_ESCAPE: Final = re.compile(rb"(?:^|[^\\])(?:\\\\)*\\(u[0-9a-fA-F]{0,3})?\Z")
_ESCAPE_TAIL: Final = re.compile(rb"u?[0-9a-fA-F]{0,4}")


class _Form:
    """One way in which a value may stand in a text: as it is, or inside base64.

    `hint` is a literal that is in the text, escapes resolved, wherever the form is. The patterns
    are compiled when first needed: the exact one takes milliseconds.
    """

    __slots__ = ("_after", "_base64", "_before", "_exact", "_plain", "_text", "hint")

    def __init__(
        self, hint: bytes, text: str, *, is_base64: bool, before: bytes = b"", after: bytes = b""
    ) -> None:
        self.hint = hint
        self._text = text
        self._base64 = is_base64
        self._before = before
        self._after = after
        self._plain: re.Pattern[bytes] | None = None
        self._exact: re.Pattern[bytes] | None = None

    def find(self, data: bytes, clear: bytes) -> Iterator[tuple[int, int]]:
        """Where the form stands in `data`; `clear` is `data` with its escapes resolved."""
        if self.hint not in clear and self.hint not in data:
            return iter(())
        if len(self._text) > LONGEST_PATTERN:
            return stretches(self._text, data, clear, is_base64=self._base64)
        if clear is data:
            if self._plain is None:
                self._plain = self._compiled(_literal(self._text, self._base64))
            return (match.span() for match in self._plain.finditer(data))
        if self._exact is None:
            self._exact = self._compiled(flexible(self._text, base64_too=self._base64))
        return (match.span() for match in self._exact.finditer(data))

    def _compiled(self, middle: bytes) -> re.Pattern[bytes]:
        return re.compile(self._before + middle + self._after)


@dataclass(frozen=True, slots=True)
class _Known:
    """One value, how it stands by itself, and how inside base64."""

    value: bytes
    plain: _Form
    base64: tuple[_Form, ...]

    @property
    def hints(self) -> tuple[bytes, ...]:
        """One of these is in any text that holds the value."""
        return (self.plain.hint, *(form.hint for form in self.base64))


class Needles:
    """The known values. Changed on one thread; `quick` is replaced whole, never altered."""

    def __init__(self) -> None:
        self._lasting: dict[bytes, _Known] = {}
        self._learned: dict[bytes, _Known] = {}
        self.quick: tuple[bytes, ...] = ()
        self.escapes: tuple[str, ...] = ESCAPES
        """Without one of these in it, a text hides nothing from `quick`."""
        self.longest = 0
        """Length in bytes of the longest known value."""

    def add(self, secret: str) -> None:
        """Know a secret for good, with the secrets inside it: a key's, a recovery key's."""
        for value in _parts(secret):
            if len(value) >= SHORTEST and value not in self._learned:
                self._lasting.setdefault(value, _known(value))
        self._renew()

    def learn(self, value: bytes) -> None:
        """Know a connection key that was seen, until enough newer ones have been."""
        if len(value) < 2 * SHORTEST or value in self._lasting or not _is_text(value):
            return
        known = self._learned.pop(value, None)
        fresh = known is None
        # A key that was seen travels as it is; only a credential goes into an HTTP header.
        self._learned[value] = known or _known(value, base64_too=False)
        if fresh:
            while len(self._learned) > LEARNED:
                del self._learned[next(iter(self._learned))]
            self._renew()

    def _renew(self) -> None:
        everything = sorted(self._all(), key=lambda known: len(known.value))
        quick: list[bytes] = []
        for hint in (hint for known in everything for hint in known.hints):
            if not any(needle in hint for needle in quick):
                quick.append(hint)
        self.longest = max((len(known.value) for known in everything), default=0)
        self.quick = tuple(quick)
        plain = all(_RUN.fullmatch(hint) for hint in quick)
        self.escapes = ESCAPES if plain else (*ESCAPES, "\\")

    def _all(self) -> tuple[_Known, ...]:
        return (*self._lasting.values(), *self._learned.values())

    def spans(self, data: bytes, *, text: bool) -> Iterator[Span]:
        """Where known values stand in `data`. `text`: backslashes in it are escapes."""
        clear = normalised(data) if b"\\" in data or b"%" in data else data
        for known in self._all():
            yield from capped(_plainly(known, data, clear, text=text), len(data))
            for form in known.base64:
                found = (Span(*span, known.value) for span in form.find(data, clear))
                yield from capped(found, len(data))


def _plainly(known: _Known, data: bytes, clear: bytes, *, text: bool) -> Iterator[Span]:
    for begin, stop in known.plain.find(data, clear):
        start = _after_half_escape(data, begin) if text else begin
        if start < stop:
            yield Span(start, stop, known.value)


def normalised(data: bytes) -> bytes:
    """`data` with the escapes of JSON and of URIs resolved, to look for what they may hide."""
    return _ESCAPED.sub(_resolve, data)


def stretches(
    text: str, data: bytes, clear: bytes, *, is_base64: bool
) -> Iterator[tuple[int, int]]:
    """Where a long value stands in `data`, its escapes mapped back to where they are written."""
    value = text.encode("utf-8", "surrogatepass")
    found = set(_all_of(value, data, is_base64=is_base64))
    if clear is not data:
        places = _Places(data)
        for each in {value, normalised(value)}:
            for start, stop in _all_of(each, clear, is_base64=is_base64):
                found.add((places.start(start), places.stop(stop)))
    return iter(sorted(found))


def _all_of(value: bytes, data: bytes, *, is_base64: bool) -> Iterator[tuple[int, int]]:
    if is_base64:
        value, data = value.translate(_ONE_ALPHABET), data.translate(_ONE_ALPHABET)
    at = data.find(value)
    while at >= 0:
        start, stop = at, at + len(value)
        if is_base64:
            # With the digit on either side, which may hold the rest of a byte.
            start -= data[start - 1 : start] in _DIGITS
            stop += data[stop : stop + 1] in _DIGITS
        yield start, stop
        at = data.find(value, at + len(value))


class _Places:
    """Offsets in a text whose escapes were resolved, and where they are in the text itself."""

    def __init__(self, data: bytes) -> None:
        self._clear: list[int] = [0]
        self._raw: list[int] = [0]
        shift = 0
        for match in _ESCAPED.finditer(data):
            size = len(_resolve(match))
            self._clear += (match.start() - shift, match.start() - shift + size)
            self._raw += match.span()
            shift += match.end() - match.start() - size

    def start(self, at: int) -> int:
        """Where the byte at `at` begins to be written."""
        place = bisect_right(self._clear, at) - 1
        inside = place % 2 == 1
        return self._raw[place] + (0 if inside else at - self._clear[place])

    def stop(self, at: int) -> int:
        """Where the byte before `at` has been written."""
        place = bisect_left(self._clear, at) - 1
        if place % 2 == 1:
            return self._raw[place + 1]
        return self._raw[place] + at - self._clear[place]


def _resolve(match: re.Match[bytes]) -> bytes:
    high, low, point, byte, plain = match.groups()
    if high is not None:
        return bytes.fromhex((high + low).decode()).decode("utf-16-be").encode()
    if point is not None:
        return chr(int(point, 16)).encode("utf-8", "surrogatepass")
    return bytes((int(byte, 16),)) if byte is not None else bytes(plain)


def _parts(secret: str) -> list[bytes]:
    """A secret and the secrets in it, as bytes."""
    parts = [secret]
    key = _API_KEY.fullmatch(secret)
    if key is not None:
        parts.append(key[1])
    for dialect in DialectName:
        read = parse(secret, dialect)
        # A connection key may hold a dot, and then a classic recovery key looks like an API key;
        # the serial tells, for the secret of a key is hardly ever a number.
        if isinstance(read, RecoveryKey) and (
            key is None or isinstance(read.connection_serial, int)
        ):
            parts.append(read.connection_key)
    return [part.encode("utf-8", "surrogatepass") for part in parts]


def _is_text(value: bytes) -> bool:
    """A key in bytes that are no text cannot be given back in a URI, and so is none (RTN15b1)."""
    try:
        value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _known(value: bytes, *, base64_too: bool = True) -> _Known:
    text = value.decode("utf-8", "surrogatepass")
    plain = _Form(_longest_run(_RUN, value, 8), text, is_base64=False)
    return _Known(value, plain, tuple(_in_base64(value)) if base64_too else ())


def _longest_run(run: re.Pattern[bytes], value: bytes, least: int) -> bytes:
    """The longest stretch that no encoding alters by need; the whole where there is none."""
    found = max(run.findall(value), key=len, default=b"")
    return found if len(found) >= least else value


def _in_base64(value: bytes) -> Iterator[_Form]:
    """For each alignment, the digits that are sure whatever stands around the value."""
    if len(value) < 2 * SHORTEST:
        return
    for before in range(3):
        digits = base64.b64encode(b"\0" * before + value).rstrip(b"=")
        first = (before * 8 + 5) // 6
        whole = (before + len(value)) * 8 // 6
        sure = digits[first:whole]
        # The digits on either side that hold the rest of the first byte and of the last one.
        yield _Form(
            _longest_run(_ALNUM_RUN, sure, 6),
            sure.decode(),
            is_base64=True,
            before=_BASE64_DIGIT + b"?" if before else b"",
            after=_BASE64_DIGIT + b"?" if len(digits) > whole else b"",
        )


def _after_half_escape(data: bytes, start: int) -> int:
    """Where to begin covering, if the match began inside an escape that belongs before it."""
    before = _HALF_ESCAPE.search(data, max(0, start - 64), start)
    if before is None or data[start] in b'"/\\':
        return start
    begun = before[1]
    if begun is None and data[start] != ord("u"):
        return start + 1
    rest = 5 - len(begun or b"")
    tail = _ESCAPE_TAIL.match(data, start, start + rest)
    return tail.end() if tail and tail.end() - start == rest else start


_DIGITS: Final = frozenset(bytes((b,)) for b in range(128) if chr(b).isalnum() or chr(b) in "+/")
_ONE_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_TWINS: Final = {"+": "-", "/": "_", "-": "+", "_": "/"}


def _literal(text: str, is_base64: bool) -> bytes:
    raw = re.escape(text.encode("utf-8", "surrogatepass"))
    if not is_base64:
        return raw
    return b"".join(
        b"[+-]" if byte in b"+-" else b"[/_]" if byte in b"/_" else bytes((byte,))
        for byte in text.encode()
    )


def flexible(text: str, *, base64_too: bool = False) -> bytes:
    """A pattern that takes each character of `text` in clear or in any escaped form."""
    return b"".join(_unit(char, base64_too) for char in text)


def _unit(char: str, base64_too: bool) -> bytes:
    forms = _forms(char)
    if base64_too and char in _TWINS:
        forms += _forms(_TWINS[char])
    return b"(?:" + b"|".join(forms) + b")"


def _forms(char: str) -> list[bytes]:
    raw = char.encode("utf-8", "surrogatepass")
    # The escaped form goes first: of `\\` both bytes belong to the one character.
    clear = re.escape(raw)
    if char == "\\":
        clear = rb"\\{1,8}"
    elif char in '"/':
        clear = rb"\\{0,8}" + clear
    units = char.encode("utf-16-be", "surrogatepass").hex()
    points = b"".join(rb"\\{1,8}u" + _any_case(units[i : i + 4]) for i in range(0, len(units), 4))
    percent = b"".join(b"%(?:25){0,3}" + _any_case(f"{byte:02x}") for byte in raw)
    return [points, percent, clear]


def _any_case(digits: str) -> bytes:
    return "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits).encode()
