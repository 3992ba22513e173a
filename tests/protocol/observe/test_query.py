from __future__ import annotations

import pytest

from ablytui.protocol.format import Format
from ablytui.protocol.observe.query import dialect_of, format_of, read_query, serial_of
from ablytui.protocol.params import DialectName

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("v=6", CURRENT),
        ("v=2&access_token=x", CURRENT),
        ("v=1.2", CLASSIC),
        ("v=1", CLASSIC),
        ("v=6&protocol=json", CLASSIC),
        ("client_id=bob", CLASSIC),
        ("resume=x&connection_serial=-1", CLASSIC),
        ("v=what", CLASSIC),
    ],
)
@pytest.mark.parametrize("default", list(DialectName))
def test_dialect(query: str, dialect: DialectName, default: DialectName) -> None:
    assert dialect_of(read_query(f"wss://h/?{query}"), default) is dialect


@pytest.mark.parametrize("default", list(DialectName))
def test_a_uri_that_does_not_say_has_the_default(default: DialectName) -> None:
    assert dialect_of(read_query("wss://h/?key=x"), default) is default


@pytest.mark.parametrize(
    ("query", "fmt"),
    [
        ("format=json", Format.JSON),
        ("format=msgpack", Format.MSGPACK),
        ("protocol=msgpack", Format.MSGPACK),
    ],
)
def test_format(query: str, fmt: Format) -> None:
    assert format_of(read_query(f"wss://h/?{query}"), Format.JSON) is fmt
    assert format_of({}, Format.MSGPACK) is Format.MSGPACK


@pytest.mark.parametrize(
    ("query", "serial"),
    [
        ("connection_serial=-1", -1),
        ("connectionSerial=12", 12),
        ("timeSerial=abc", None),
        ("", None),
    ],
)
def test_serial(query: str, serial: int | None) -> None:
    assert serial_of(read_query(f"wss://h/?{query}")) == serial


@pytest.mark.parametrize("url", ["", "wss://[::1", "wss://h/?%zz=%", "\x00"])
def test_no_url_makes_it_raise(url: str) -> None:
    assert isinstance(read_query(url), dict)
