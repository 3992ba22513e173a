"""How one secret is covered: at equal length, in ASCII, telling equal secrets from different ones.

Knows bytes and nothing else: not where secrets stand, nor which there are.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

SHOWN: Final = 4
"""How many bytes of a long secret stay visible."""

SHOW_FROM: Final = 12
"""The length in bytes from which the first ones stay visible."""

TAG_FROM: Final = 16
"""The length in bytes from which a secret carries a tag."""

MOST_SPANS: Final = 1_000
"""Secrets that one search covers one by one; from there on everything is covered."""

_STAR: Final = b"*"
_BACKSLASH: Final = 0x5C


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start:stop` hold a secret whose value, unescaped, is `value`.

    `learn` marks a value that is to be known from then on wherever it stands. `digits` marks a
    number, which is covered with nines, because a star there would end the JSON.
    """

    start: int
    stop: int
    value: bytes
    learn: bool = False
    digits: bool = False


def tag(value: bytes, secret: bytes) -> bytes:
    """Four hex digits that are equal for equal values. `secret` must die with the process."""
    return hmac.digest(secret, value, "sha256")[:2].hex().encode()


def veil(raw: bytes, mark: bytes, length: int | None = None) -> bytes:
    """`raw` covered, byte for byte; `mark` is the tag of its value.

    `length` is that of the value, where escapes make `raw` longer. The first four bytes stay if
    the value has at least twelve, unless one of them is a backslash or no ASCII: half an escape
    or half a character would break the text around it.
    """
    size = len(raw)
    length = size if length is None else min(length, size)
    shown = raw[:SHOWN]
    if length < SHOW_FROM or _BACKSLASH in shown or not shown.isascii():
        shown = b""
    end = b"~" + mark if length >= TAG_FROM else b""
    return shown + _STAR * (size - len(shown) - len(end)) + end


def rest(start: int, stop: int) -> Span:
    """Everything from `start` on, none of which stays visible."""
    return Span(start, stop, b"")


def capped(spans: Iterable[Span], stop: int, most: int = MOST_SPANS) -> Iterator[Span]:
    """The spans of one search, in order; from the one that is too many on, all up to `stop`.

    No message holds so many secrets. What does is meant to cost time, and loses its rest.
    """
    for count, span in enumerate(spans):
        if count == most:
            yield rest(span.start, stop)
            return
        yield span


def merge(spans: Iterable[Span]) -> list[Span]:
    """The spans in order and apart: what lies inside another goes, an overlap is cut off."""
    out: list[Span] = []
    end = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.stop)):
        if span.stop <= end:
            continue
        if span.start < end:
            span = Span(end, span.stop, span.value, digits=span.digits)  # noqa: PLW2901
        out.append(span)
        end = span.stop
    return out


def cover(data: bytes, spans: Sequence[Span], secret: bytes) -> bytes:
    """`data` with every span covered; the length stays."""
    if not spans:
        return data
    out = bytearray(data)
    for span in merge(spans):
        raw = data[span.start : span.stop]
        if span.digits:
            out[span.start : span.stop] = bytes(0x39 if 0x30 <= b <= 0x39 else b for b in raw)
        else:
            out[span.start : span.stop] = veil(raw, tag(span.value, secret), len(span.value))
    return bytes(out)


def blank(data: bytes) -> bytes:
    """Nothing but stars, as many as there were bytes."""
    return _STAR * len(data)
