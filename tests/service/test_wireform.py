"""The handshake's spellings, and data in either format."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from ablytui.protocol.codec import Format
from ablytui.protocol.params import DialectName
from ablytui.service.wireform import credentials, give_out, read_handshake, read_query, take_in

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


def asked(**query: str) -> Any:
    return read_handshake("/?" + urlencode(query), {})


DIALECTS = [
    ({"v": "2"}, CURRENT),
    ({"v": "6"}, CURRENT),
    ({"v": "7"}, CURRENT),
    ({"v": "6", "access_token": "t"}, CURRENT),
    ({"v": "6", "lib": "js-1"}, CURRENT),
    ({}, CLASSIC),
    ({"v": ""}, CLASSIC),
    ({"v": "0.8"}, CLASSIC),
    ({"v": "1.2"}, CLASSIC),
    ({"v": "6", "protocol": "json"}, CLASSIC),
    ({"v": "6", "client_id": "b"}, CLASSIC),
    ({"v": "6", "connection_serial": "1"}, CLASSIC),
    ({"v": "6", "connectionSerial": "1"}, CLASSIC),
    ({"v": "6", "timeSerial": "x"}, CLASSIC),
]


@pytest.mark.parametrize(("query", "dialect"), DIALECTS)
def test_dialect(query: dict[str, str], dialect: DialectName) -> None:
    found = asked(**query)
    assert (found.dialect, found.problem) == (dialect, None)


@pytest.mark.parametrize("version", ["x", "-6", "6x", "1..2", "٦", "0", "1", "9" * 40])
def test_versions_that_are_none(version: str) -> None:
    assert asked(v=version).problem.code == 40017


FORMATS = [
    ({}, Format.JSON),
    ({"format": "json"}, Format.JSON),
    ({"format": "msgpack"}, Format.MSGPACK),
    ({"protocol": "msgpack"}, Format.MSGPACK),
    ({"binary": "true"}, Format.MSGPACK),
    ({"binary": "false"}, Format.JSON),
    ({"format": "json", "protocol": "msgpack"}, Format.JSON),
]


@pytest.mark.parametrize(("query", "fmt"), FORMATS)
def test_format(query: dict[str, str], fmt: Format) -> None:
    assert asked(v="6", **query).format is fmt


SPELLINGS = [
    ({"clientId": "b"}, "client_id", "b"),
    ({"client_id": "b"}, "client_id", "b"),
    ({"clientId": ""}, "client_id", None),
    ({"clientId": "b é/:+"}, "client_id", "b é/:+"),
    ({"echo": "false"}, "echo", False),
    ({"echoMessages": "false"}, "echo", False),
    ({"echo": "true"}, "echo", True),
    ({}, "echo", True),
    ({"heartbeats": "true"}, "heartbeats", True),
    ({"heartbeats": "false"}, "heartbeats", False),
    ({}, "heartbeats", None),
    ({"resume": "k"}, "mode", "resume"),
    ({"recover": "k"}, "mode", "recover"),
    ({"resume": "", "recover": ""}, "mode", "clean"),
    ({"connection_serial": "3"}, "serial", "3"),
    ({"connectionSerial": "-1"}, "serial", "-1"),
    ({"timeSerial": "a@b"}, "serial", "a@b"),
    ({"remainPresentFor": "0"}, "remain_present_for", 0),
    ({"remainPresentFor": "x"}, "remain_present_for", None),
    ({"agent": "ably-js/2"}, "agent", "ably-js/2"),
]


@pytest.mark.parametrize(("query", "name", "value"), SPELLINGS)
def test_spellings(query: dict[str, str], name: str, value: object) -> None:
    assert getattr(asked(**query), name) == value


def test_the_first_of_a_parameter_given_twice() -> None:
    assert read_query("/?a=1&a=2&b") == {"a": "1", "b": ""}
    assert read_query("/?" + "&".join(map(str, range(300)))) is None


CREDENTIALS: list[tuple[dict[str, str], str, tuple[str | None, str | None]]] = [
    ({"key": "a.b:c"}, "", ("a.b:c", None)),
    ({"accessToken": "t"}, "", (None, "t")),
    ({"access_token": "t"}, "", (None, "t")),
    ({}, "Basic YS5iOmM=", ("a.b:c", None)),
    ({}, "BASIC a.b:c", ("a.b:c", None)),
    ({}, "Bearer dG9r", (None, "tok")),
    ({}, "Bearer a.b.c", (None, "a.b.c")),
    ({}, "Digest x", (None, None)),
    ({"key": "a.b:c"}, "Basic eDp5", ("a.b:c", None)),
    ({}, "", (None, None)),
]


@pytest.mark.parametrize(("query", "header", "found"), CREDENTIALS)
def test_credentials(
    query: dict[str, str], header: str, found: tuple[str | None, str | None]
) -> None:
    assert credentials(query, {"authorization": header}) == found


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"x" * 100])
@pytest.mark.parametrize("chain", ["", "utf-8/cipher+aes-128-cbc"])
def test_binary_there_and_back(data: bytes, chain: str) -> None:
    item = {"data": data, **({"encoding": chain} if chain else {})}
    written = give_out(item, Format.JSON)
    assert isinstance(written["data"], str)
    assert take_in(dict(written), Format.JSON) == item
    assert give_out(item, Format.MSGPACK) is item


@pytest.mark.parametrize(
    "item",
    [
        {"data": "x"},
        {"data": "x", "encoding": "json"},
        {"data": "x", "encoding": "base64/json"},
        {"data": "*", "encoding": "base64"},
        {"encoding": "base64"},
    ],
)
def test_what_is_not_base64_stays(item: dict[str, Any]) -> None:
    assert take_in(item, Format.JSON) is item
    assert give_out(item, Format.JSON) is item
