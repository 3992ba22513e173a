"""Looks for secrets in bytes: as they are, percent-encoded, and in base64."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from urllib.parse import quote

SEEN = 4
"""As many bytes of a secret may be seen; the rest may not."""


def shapes(secret: str) -> Iterator[bytes]:
    """What the hidden part of `secret` looks like, however it was written down."""
    hidden = secret[SEEN:]
    yield hidden.encode()
    yield quote(hidden, safe="").encode()
    yield "".join(f"%{byte:02X}" for byte in hidden.encode()).encode()
    for shift in range(3):
        # The characters of base64 that depend on nothing before or after the secret.
        text = base64.b64encode(b"\0" * shift + hidden.encode())
        inner = text[4 if shift else 0 : len(text) // 4 * 4 - 4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def leaks(secrets: Iterable[str], *contents: bytes) -> list[bytes]:
    """The shapes of secrets that stand in any of these."""
    looked_for = {shape for secret in secrets for shape in shapes(secret)}
    return sorted(shape for shape in looked_for if any(shape in content for content in contents))
