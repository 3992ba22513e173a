"""A scan for the names of secrets in bytes that have no readable structure.

For frames that cannot be decoded, for rows of our own making and for bodies of HTTP: wherever a
name stands, with a separator and a value behind it, the value is covered. The value runs as far
as its own quotes or length say, else to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from ablytui.capture.needles import flexible
from ablytui.capture.places import string_at, unquoted
from ablytui.capture.veil import Span, capped
from ablytui.protocol.uri import SECRET_QUERY

FRAME_NAMES: Final = ("connectionKey", "accessToken", "access_token", "mac")
"""Names of secrets in frames, specific enough to be looked for at any depth."""

HEADER_NAMES: Final = (
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
)
"""HTTP headers whose values are secrets, in lower case."""

MEMBER_NAMES: Final = tuple(sorted({*FRAME_NAMES, *SECRET_QUERY}))
"""Names of secrets in JSON that is ours or that came over HTTP."""

_QUOTED: Final = re.compile(rb"""(\\*)(["'])""")
_BARE: Final = re.compile(rb"""[^\s,;&}\])"'<>]*""")
_CLOSED: Final = re.compile(rb'"(?:[^"\\]|\\.?)*+"?', re.DOTALL)
_QUERY: Final = re.compile(rb"[?&;#]([^=&;?#\s\"'\\]{1,64})=([^&#\s\"'\\<>]*)")
_URL_QUERY: Final = re.compile(rb"[?&;#]([^=&;?#]{1,64})=([^&#]*)")
_SCHEME: Final = re.compile(rb"(?i:basic|bearer|token)(?:\s|%20)+")
_USERINFO: Final = re.compile(rb"://([^/?#@:\s\"'\\]*):([^/?#@\s\"'\\]+)@")


def _named(
    names: Iterable[str], separators: bytes, quote: bytes, flags: int = 0
) -> re.Pattern[bytes]:
    any_name = b"|".join(flexible(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rb"(?<![A-Za-z0-9_])(?:" + any_name + rb")(" + quote + rb"\s*" + separators + rb"\s*)?",
        flags,
    )


_QUOTE: Final = rb"\\{0,8}[\"']"
_IN_FRAMES: Final = _named(
    (*FRAME_NAMES, "authorization", "Authorization"), rb"[:=]", rb"(?:" + _QUOTE + rb")?"
)
# Our own rows hold sentences: there only a name in quotes is one ("asked to resume: yes" is not).
_IN_MEMBERS: Final = _named(MEMBER_NAMES, rb"[:=]", _QUOTE)
_IN_HEADERS: Final = _named(HEADER_NAMES, rb"[:=,]", _QUOTE, re.IGNORECASE)


def frame_scan(data: bytes) -> Iterator[Span]:
    """The values behind names in a frame that cannot be decoded, text or binary."""
    yield from capped(_behind(data, _IN_FRAMES), len(data))
    yield from query_scan(data)


def member_scan(data: bytes) -> Iterator[Span]:
    """The values behind names in JSON of our own or in the body of an HTTP answer."""
    yield from capped(_behind(data, _IN_MEMBERS), len(data))
    yield from capped(_behind(data, _IN_HEADERS), len(data))
    yield from query_scan(data)


def query_scan(data: bytes, *, is_url: bool = False) -> Iterator[Span]:
    """The secret values in the query of any URI in `data`, and passwords before its host.

    With `is_url` the whole of it is one URI, in which a value may hold quotes and spaces that
    somebody forgot to encode.
    """
    yield from capped(_in_query(data, _URL_QUERY if is_url else _QUERY), len(data))
    yield from capped(_passwords(data), len(data))


def _in_query(data: bytes, pairs: re.Pattern[bytes]) -> Iterator[Span]:
    for match in pairs.finditer(data):
        if unquote_to_bytes(match[1]).decode("utf-8", "replace") in SECRET_QUERY:
            start, stop = match.span(2)
            yield Span(start, stop, unquote_to_bytes(match[2]))


def _passwords(data: bytes) -> Iterator[Span]:
    for match in _USERINFO.finditer(data):
        start, stop = match.span(2)
        yield Span(start, stop, unquote_to_bytes(match[2]))


def _behind(data: bytes, names: re.Pattern[bytes]) -> Iterator[Span]:
    """Spans in order and apart. Nothing is read twice, however names stand inside values."""
    covered = run = 0
    for match in names.finditer(data):
        at = match.end()
        if match[1] is None:
            found = string_at(data, at)
            if found is None or data[at] < 0x80:
                continue
            start = max(found[0], covered)
            span = Span(start, found[1], data[start : found[1]])
        else:
            text = _quoted_value(data, at) or _bare_value(data, at, run)
            if text is None:
                continue
            if text.bare:
                run = text.stop
            start = max(text.start, covered)
            span = Span(start, text.stop, text.value, digits=text.digits)
        if span.start < span.stop:
            covered = span.stop
            yield span


class _Text(NamedTuple):
    """A value in text. `bare`: without quotes, so that it runs on to what may not be in one."""

    start: int
    stop: int
    value: bytes
    digits: bool = False
    bare: bool = False


def _bare_value(data: bytes, at: int, run: int) -> _Text | None:
    scheme = _SCHEME.match(data, at)
    if scheme is not None:
        at = scheme.end()
    if at < run or data[at : at + 1] in {b"", b"{", b"["}:
        # Inside a bare value already, and so with the same end; or a container.
        return None
    bare = _BARE.match(data, at)
    if bare is None or not bare[0] or bare[0] in {b"null", b"true", b"false"}:
        return None
    digits = bare[0].replace(b".", b"").isdigit()
    return _Text(at, bare.end(), bare[0], digits=digits, bare=True)


def _quoted_value(data: bytes, at: int) -> _Text | None:
    quoted = _QUOTED.match(data, at)
    if quoted is None:
        return None
    begin = quoted.end()
    if not quoted[1] and quoted[2] == b'"':
        token = _CLOSED.match(data, at)
        whole = token[0] if token else b'"'
        closed = len(whole) > 1 and whole.endswith(b'"')
        stop, value = at + len(whole) - closed, unquoted(whole)
    else:
        stop = data.find(quoted[0], begin)
        stop = len(data) if stop < 0 else stop
        value = data[begin:stop]
    if scheme := _SCHEME.match(data, begin, stop):
        begin, value = scheme.end(), data[scheme.end() : stop]
    return _Text(begin, stop, value)
