"""What the URI of an attempt promised: its query, its dialect, its format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ablytui.protocol.coerce import integer
from ablytui.protocol.format import Format
from ablytui.protocol.params import DialectName

_SERIAL: Final = ("connection_serial", "connectionSerial", "timeSerial")
_CLASSIC: Final = frozenset({*_SERIAL, "protocol", "client_id"})


def read_query(url: str) -> dict[str, str]:
    """The query by name, the last of equal names; empty for what is no URI."""
    try:
        query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in query.items()}


def dialect_of(query: Mapping[str, str], default: DialectName) -> DialectName:
    """Classic by a dotted `v` or any of its own names, current by a whole `v` of 2 and up."""
    if not _CLASSIC.isdisjoint(query):
        return DialectName.CLASSIC
    version = query.get("v")
    if version is None:
        return default
    return DialectName.CURRENT if (integer(version) or 0) >= 2 else DialectName.CLASSIC


def format_of(query: Mapping[str, str], default: Format) -> Format:
    """What `format`, or classic's `protocol`, asks for (RTN2a)."""
    wanted = query.get("format") or query.get("protocol")
    if wanted is None:
        return default
    return Format.MSGPACK if wanted == "msgpack" else Format.JSON


def serial_of(query: Mapping[str, str]) -> int | None:
    """The connection serial that a classic URI continues from; None if there is no number."""
    return next((integer(query[name]) for name in _SERIAL if name in query), None)
