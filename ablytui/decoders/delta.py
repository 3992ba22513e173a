"""Applying a vcdiff delta (RFC 3284) to the message before it (PC3). PURE."""

from __future__ import annotations

from typing import Final

FAILED: Final = 40018
NO_DECODER: Final = 40019
MOST: Final = 64 << 20
"""Bytes that a delta may make; a few bytes can ask for terabytes."""


class DeltaError(ValueError):
    """A delta cannot be applied; `code` is Ably's."""

    def __init__(self, text: str, code: int = FAILED) -> None:
        super().__init__(text)
        self.code = code


def apply(base: object, delta: object) -> bytes:
    """The message that `delta` makes of `base`; a string as base counts as its UTF-8 (PC3a).

    Raises:
        DeltaError: It cannot be applied (40018), or there is no decoder (40019).
    """
    try:
        import vcdiff_decoder
    except ImportError:
        raise DeltaError("the package vcdiff-decoder is not installed", NO_DECODER) from None
    if isinstance(base, str):
        base = base.encode("utf-8", "surrogatepass")
    if base is None:
        raise DeltaError("the message before it, which it changes, is not known")
    if not isinstance(base, bytes):
        raise DeltaError("the message before it has no bytes that could be changed")
    if not isinstance(delta, bytes):
        raise DeltaError("the data is not bytes")
    try:
        size = sum(each.size for each in vcdiff_decoder.parse_delta(delta).instructions)
        if size <= MOST:
            return bytes(vcdiff_decoder.decode(base, delta))
    except Exception as bad:  # noqa: BLE001 - the decoder raises whatever hostile bytes provoke
        raise DeltaError(str(bad) or type(bad).__name__) from None
    raise DeltaError(f"it would make {size:,} bytes")
