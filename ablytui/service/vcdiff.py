"""Deltas: what makes one payload of another, as VCDIFF (RFC 3284). PURE.

One window over the whole source, with the default code table and two instructions: copy from the
source, and add. Blocks of the source are found again wherever they went.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

_BLOCK: Final = 16
"""Bytes of a block. What they have in common beyond a block is found by comparing."""

_HEAD: Final = b"\xd6\xc3\xc4\x00\x00"
_SOURCE: Final = b"\x01"
_ADD: Final = b"\x01"
_COPY: Final = b"\x13"
"""ADD, and COPY from an absolute address, each with its size behind it (RFC 3284 §5.6)."""


class _Copy(NamedTuple):
    """So many bytes of the target, from `at` on, stand in the source at `address`."""

    at: int
    address: int
    size: int


def encode(source: bytes, target: bytes) -> bytes:
    """The delta. `source` may not be empty."""
    data, instructions, addresses = bytearray(), bytearray(), bytearray()
    done = 0
    for copy in _copies(source, target):
        _add(target[done : copy.at], data, instructions)
        instructions += _COPY + _varint(copy.size)
        addresses += _varint(copy.address)
        done = copy.at + copy.size
    _add(target[done:], data, instructions)
    body = _varint(len(target)) + b"\x00"
    body += b"".join(_varint(len(part)) for part in (data, instructions, addresses))
    body += data + instructions + addresses
    return _HEAD + _SOURCE + _varint(len(source)) + _varint(0) + _varint(len(body)) + body


def _add(piece: bytes, data: bytearray, instructions: bytearray) -> None:
    if piece:
        instructions += _ADD + _varint(len(piece))
        data += piece


def _copies(source: bytes, target: bytes) -> Iterator[_Copy]:
    """What of the target is in the source, in the target's order."""
    blocks = {source[at : at + _BLOCK]: at for at in range(len(source) - _BLOCK, -1, -_BLOCK)}
    start = _same(source, target, 0, 0)
    if start:
        yield _Copy(0, 0, start)
    at = done = start
    while at + _BLOCK <= len(target):
        found = blocks.get(target[at : at + _BLOCK])
        if found is None:
            at += 1
            continue
        back = _same_before(source, target, found, at, at - done)
        size = back + _same(source, target, found, at)
        yield _Copy(at - back, found - back, size)
        at = done = at - back + size


def _same(source: bytes, target: bytes, first: int, second: int) -> int:
    """How many bytes from these places on are the same."""
    most = min(len(source) - first, len(target) - second)
    size = 0
    while size < most and (
        source[first + size : first + size + _BLOCK]
        == target[second + size : second + size + _BLOCK]
    ):
        size += _BLOCK
    size = min(size, most)
    while size < most and source[first + size] == target[second + size]:
        size += 1
    return size


def _same_before(source: bytes, target: bytes, first: int, second: int, most: int) -> int:
    """How many bytes right before these places are the same, `most` at most."""
    size = 0
    while size < min(most, first) and source[first - size - 1] == target[second - size - 1]:
        size += 1
    return size


def _varint(number: int) -> bytes:
    """RFC 3284 §2: seven bits a byte, the highest first."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))
