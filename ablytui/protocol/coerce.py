"""Reading values of peers that are free with types.

MessagePack encoders write whole numbers as floats, an `authUrl` round trip turns them into
strings, JSON carries explicit nulls: all of it means the same thing, and none of it may raise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def integer(value: object) -> int | None:
    """An int from an int, an integral float or a decimal string; else None. Never from a bool.

    A number that 64 bits do not hold is none that the protocol knows.
    """
    number: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, float):
        number = int(value) if value.is_integer() else None
    elif isinstance(value, str):
        number = _decimal(value)
    return number if number is not None and -(2**63) <= number < 2**64 else None


def _decimal(value: str) -> int | None:
    digits = value[1:] if value[:1] in {"-", "+"} else value
    if digits.isascii() and digits.isdigit() and len(digits) <= 20:
        return int(value)
    return None


def text(value: object) -> str | None:
    """A non-empty str that can be written again; bytes are read as UTF-8, errors replaced."""
    if isinstance(value, str):
        return plain(value) or None
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace") or None
    return None


def plain(value: str) -> str:
    """The string with U+FFFD in place of lone surrogates, which no format can carry (RFC 3629)."""
    if value.isascii():
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mapping(value: object) -> Mapping[Any, Any]:
    """The mapping itself, or an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> list[Any]:
    """The list itself, or an empty one for anything else."""
    return value if isinstance(value, list) else []
