"""Reading values of peers that are free with types.

MessagePack encoders write whole numbers as floats, an `authUrl` round trip turns them into
strings, JSON carries explicit nulls: all of it means the same thing, and none of it may raise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def integer(value: object) -> int | None:
    """An int from an int, an integral float or a decimal string; else None. Never from a bool."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str):
        return _decimal(value)
    return None


def _decimal(value: str) -> int | None:
    digits = value[1:] if value[:1] in {"-", "+"} else value
    if digits.isascii() and digits.isdigit() and len(digits) <= 20:
        return int(value)
    return None


def text(value: object) -> str | None:
    """A non-empty str; bytes are read as UTF-8 with replacement; else None."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace") or None
    return None


def mapping(value: object) -> Mapping[Any, Any]:
    """The mapping itself, or an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> list[Any]:
    """The list itself, or an empty one for anything else."""
    return value if isinstance(value, list) else []
