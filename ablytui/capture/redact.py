"""Masking: what a row, a URL, a header or a body may say once its secrets are covered.

By place (`places`), by value (`needles`), and by name where there is no structure (`namescan`).
Always at equal length, so that offsets and sizes stay true. Knows no clock and no randomness:
the secret of the tags is passed in and must die with the process.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ablytui.capture.namescan import (
    HEADER_NAMES,
    MEMBER_NAMES,
    frame_scan,
    member_scan,
    query_scan,
)
from ablytui.capture.needles import LEARNED, Needles, normalised
from ablytui.capture.places import json_spans, msgpack_spans
from ablytui.capture.veil import Span, blank, cover
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind, Row

_NAME_HINTS: Final = (b"connectionKey", b"accessToken")
_DATA: Final = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})
_MEMBERS: Final = frozenset(
    {*MEMBER_NAMES, *HEADER_NAMES, "auth_headers", "auth_params", "cipher", "ciphers"}
)
_MARGIN: Final = 6
"""How many bytes one byte of a secret may take when written `\\u0041`."""


class Redactor:
    """Masks everything that is written or shown. One for a process, so that tags agree.

    `tag_secret` keys the tags (32 random bytes that nobody keeps). With `reveal` it masks nothing.
    Used on one thread.
    """

    def __init__(
        self, tag_secret: bytes, *, reveal: bool = False, secrets: Iterable[str] = ()
    ) -> None:
        self.reveal = reveal
        self._tag_secret = tag_secret
        self._needles = Needles()
        # Looked for as text: `in` on bytes costs three times as much, half of it an exception
        # that CPython raises and swallows to learn that the needle is no number.
        self._quick: tuple[str, ...] = ()
        self._escapes: tuple[str, ...] = ()
        for secret in secrets:
            self._needles.add(secret)
        self._renew()

    def add(self, secret: str) -> None:
        """Mask `secret` from now on wherever it stands; shorter than 4 bytes it is ignored."""
        self._needles.add(secret)
        self._renew()

    def _renew(self) -> None:
        hints = (*_NAME_HINTS, *self._needles.quick)
        self._quick = tuple(hint.decode("latin-1") for hint in hints)
        self._escapes = self._needles.escapes

    def row(self, row: Row) -> None:
        """Mask a row in place. A fragment must come joined instead: see `fragments`."""
        if row.kind is EntryKind.FRAME:
            masked = self.frame(row.payload, row.opcode, strange=row.action is None)
        else:
            masked = self.body(row.payload)
        self.settle(row, masked)

    def settle(self, row: Row, masked: bytes) -> None:
        """Give a row its masked payload. Only where that hides something can the channel too."""
        if masked is not row.payload:
            row.payload = masked
            if row.channel is not None:
                row.channel = self.name(row.channel)

    def frame(self, payload: bytes, opcode: Opcode | None, *, strange: bool = False) -> bytes:
        """A whole message, or a control frame, masked; `payload` itself if it holds no secret.

        `strange`: its head could not be read, so it may have to be scanned for names.
        """
        if self.reveal:
            return payload
        if strange and opcode in _DATA:
            return self._masked(payload, opcode)
        text = payload.decode("latin-1")
        for needle in self._quick:
            if needle in text:
                return self._masked(payload, opcode)
        for escape in self._escapes:
            if escape in text:
                return self._perhaps_masked(payload, opcode)
        return payload

    def clear(self, payloads: Sequence[bytes]) -> int:
        """How many of the first messages, whose heads were read, surely hold no secret.

        Messages joined hold every byte string that one of them holds, and so one look at all
        of them finds nothing only where a look at each would not.
        """
        if self.reveal:
            return len(payloads)
        text = b"".join(payloads).decode("latin-1")
        if not any(needle in text for needle in (*self._quick, *self._escapes)):
            return len(payloads)
        for count, payload in enumerate(payloads):
            if not self._is_clear(payload):
                return count
        return len(payloads)

    def _is_clear(self, payload: bytes) -> bool:
        text = payload.decode("latin-1")
        if any(needle in text for needle in self._quick):
            return False
        if not any(escape in text for escape in self._escapes):
            return True
        clear = normalised(payload).decode("latin-1")
        return not any(needle in clear for needle in self._quick)

    def cut(self, payload: bytes, opcode: Opcode | None) -> bytes:
        """The first part of a message whose rest nobody will join to it.

        Its last bytes are covered whole, as a secret may begin there that only the rest would
        complete.
        """
        if self.reveal:
            return payload
        edge = max(0, len(payload) - _MARGIN * max(self._needles.longest, 16))
        return self._masked(payload, opcode)[:edge] + blank(payload[edge:])

    def blank(self, payload: bytes) -> bytes:
        """Every byte covered."""
        return payload if self.reveal else blank(payload)

    def _perhaps_masked(self, payload: bytes, opcode: Opcode | None) -> bytes:
        clear = normalised(payload).decode("latin-1")
        if any(needle in clear for needle in self._quick):
            return self._masked(payload, opcode)
        return payload

    def _masked(self, payload: bytes, opcode: Opcode | None) -> bytes:
        spans = list(_by_place(payload, opcode)) if opcode in _DATA else []
        learned = list(dict.fromkeys(span.value for span in spans if span.learn))[-LEARNED:]
        for value in learned:
            self._needles.learn(value)
        if learned:
            self._renew()
        return self._covered(payload, spans, text=opcode is not Opcode.BINARY)

    def _covered(self, data: bytes, spans: list[Span], *, text: bool = True) -> bytes:
        spans.extend(self._needles.spans(data, text=text))
        return cover(data, spans, self._tag_secret)

    # --- what is no frame -----------------------------------------------------------------------

    def body(self, body: bytes) -> bytes:
        """JSON of a row or a body of HTTP, in which names such as `mac` mark secrets."""
        if self.reveal:
            return body
        return self._covered(body, list(member_scan(body)))

    def text(self, text: str) -> str:
        """A line for people: secrets known by value and those in URIs are covered."""
        return self._text(text, list(query_scan(text.encode("utf-8", "surrogatepass"))))

    def name(self, name: str) -> str:
        """A name, in which nothing but a secret known by value is covered."""
        return self._text(name, [])

    def redact_url(self, url: str) -> str:
        """A URI with the secret values of its query, and a password, covered."""
        data = url.encode("utf-8", "surrogatepass")
        return self._text(url, list(query_scan(data, is_url=True)))

    def _text(self, text: str, spans: list[Span]) -> str:
        if self.reveal:
            return text
        data = text.encode("utf-8", "surrogatepass")
        covered = self._covered(data, spans)
        return text if covered is data else covered.decode("utf-8", "surrogatepass")

    def redact_headers(
        self, headers: Mapping[str, str] | Iterable[tuple[str, str]]
    ) -> tuple[tuple[str, str], ...]:
        """HTTP headers in their order; of a credential only its scheme stays."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        return tuple((name, self._header(name, value)) for name, value in pairs)

    def _header(self, name: str, value: str) -> str:
        if self.reveal or name.lower() not in HEADER_NAMES:
            return self.text(value)
        scheme, space, credential = value.partition(" ")
        if space and scheme.lower() in {"basic", "bearer"}:
            return f"{scheme} {self._all_of(credential, basic=scheme.lower() == 'basic')}"
        return self._all_of(value)

    def redact_members(self, value: Any) -> Any:
        """Plain data (what JSON can hold) with every secret covered; the data itself stays."""
        return value if self.reveal else self._member(value, secret=False)

    def _member(self, value: Any, *, secret: bool) -> Any:
        if isinstance(value, str):
            if secret:
                return self._all_of(value)
            return self.redact_url(value) if "://" in value else self.text(value)
        if isinstance(value, Mapping):
            return {
                name: self._member(inner, secret=secret or _is_secret_name(name))
                for name, inner in value.items()
            }
        if isinstance(value, (list, tuple)):
            if _is_header(value):
                return [value[0], self._header(*value)]
            return [self._member(inner, secret=secret) for inner in value]
        return value

    def _all_of(self, value: str, *, basic: bool = False) -> str:
        data = value.encode("utf-8", "surrogatepass")
        meaning = data
        if basic:
            try:
                meaning = base64.b64decode(data, validate=True)
            except (binascii.Error, ValueError):
                meaning = data
        span = Span(0, len(data), meaning)
        return cover(data, [span], self._tag_secret).decode("utf-8", "surrogatepass")


def _by_place(payload: bytes, opcode: Opcode | None) -> Iterable[Span]:
    if opcode is Opcode.TEXT:
        yield from json_spans(payload)
    elif opcode is Opcode.BINARY:
        yield from msgpack_spans(payload)
    if opcode not in {Opcode.TEXT, Opcode.BINARY} or isinstance(
        decode(payload, opcode or Opcode.CONT), Undecodable
    ):
        yield from frame_scan(payload)


def _is_secret_name(name: object) -> bool:
    return isinstance(name, str) and (name in _MEMBERS or name.lower() in HEADER_NAMES)


def _is_header(value: list[Any] | tuple[Any, ...]) -> bool:
    return (
        len(value) == 2
        and all(isinstance(part, str) for part in value)
        and value[0].lower() in HEADER_NAMES
    )
