"""A vcdiff encoder (RFC 3284) just good enough to make deltas: one prefix copied, the rest added."""

from __future__ import annotations

from itertools import takewhile


def varint(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def delta(base: bytes, target: bytes) -> bytes:
    pairs = zip(base, target, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    data = target[same:]
    instructions = b""
    if same:
        instructions += b"\x13" + varint(same)
    if data:
        instructions += b"\x01" + varint(len(data))
    return wrapped(base, len(target), data, instructions, varint(0) if same else b"")


def wrapped(base: bytes, size: int, data: bytes, instructions: bytes, addresses: bytes) -> bytes:
    """One window over the whole base."""
    encoding = varint(size) + b"\x00"
    for section in (data, instructions, addresses):
        encoding += varint(len(section))
    encoding += data + instructions + addresses
    source = b"\x01" + varint(len(base)) + varint(0) if base else b"\x00"
    return b"\xd6\xc3\xc4\x00\x00" + source + varint(len(encoding)) + encoding


def bomb(size: int) -> bytes:
    """A few bytes that ask for `size` bytes."""
    return wrapped(b"", size, b"x", b"\x00" + varint(size), b"")
