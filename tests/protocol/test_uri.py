"""RTN2: the connection URI of both dialects."""

from __future__ import annotations

import pytest

from ablytui.protocol.format import Format
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.uri import Continuity, mask, target

CLASSIC = DialectName.CLASSIC
KEY = "app.kid:se/cret"


def names(params: ConnectParams, continuity: Continuity | None = None) -> list[str]:
    return [name for name, _ in target(params, continuity or Continuity()).query]


def test_current_sends_everything_and_percent_encodes() -> None:
    params = ConnectParams(key=KEY, client_id="a b", echo=False, format=Format.JSON)
    where = target(params, Continuity())
    assert where.url.startswith(
        "wss://main.realtime.ably.net/?key=app.kid%3Ase%2Fcret&clientId=a%20b&format=json"
        "&echo=false&heartbeats=false&v=6&agent=ablytui%2F"
    )


def test_classic_sends_exactly_its_own_names() -> None:
    params = ConnectParams(dialect=CLASSIC, key=KEY, client_id="a", format=Format.JSON)
    assert names(params) == ["key", "client_id", "protocol"]
    assert names(ConnectParams(dialect=CLASSIC, echo=False, heartbeats=True)) == [
        "protocol",
        "echo",
        "heartbeats",
    ]


@pytest.mark.parametrize(
    ("dialect", "name"), [(DialectName.CURRENT, "accessToken"), (CLASSIC, "access_token")]
)
def test_rtn2e_a_token_goes_in_the_place_of_a_key(dialect: DialectName, name: str) -> None:
    for params in (ConnectParams(dialect=dialect), ConnectParams(dialect=dialect, key=KEY)):
        query = target(params, Continuity(), token="a.b.c-_").query
        assert query[0] == (name, "a.b.c-_")
        assert "key" not in dict(query)


def test_rsa4_a_key_that_only_renews_is_not_sent() -> None:
    assert "key" not in names(ConnectParams(key=KEY, token="t"))


@pytest.mark.parametrize("mode", ["resume", "recover"])
@pytest.mark.parametrize(("serial", "text"), [(None, "-1"), (12, "12"), ("t@1", "t@1")])
def test_continuity(mode: str, serial: int | str | None, text: str) -> None:
    continuity = Continuity(mode, "k!1", serial)  # type: ignore[arg-type]
    current = dict(target(ConnectParams(), continuity).query)
    assert current[mode] == "k!1"
    assert "connection_serial" not in current
    classic = dict(target(ConnectParams(dialect=CLASSIC), continuity).query)
    assert (classic[mode], classic["connection_serial"]) == ("k!1", text)


def test_rtc1f1_extra_parameters_override() -> None:
    params = ConnectParams(params=(("v", "3"), ("x", "1")))
    query = target(params, Continuity()).query
    assert dict(query)["v"] == "3"
    assert dict(query)["x"] == "1"
    assert len(dict(query)) == len(query)


@pytest.mark.parametrize(
    ("params", "authority"),
    [
        (ConnectParams(endpoint="localhost", port=8080, tls=False), "localhost:8080"),
        (ConnectParams(endpoint="localhost", tls=False), "localhost"),
        (ConnectParams(endpoint="::1", port=9), "[::1]:9"),
    ],
)
def test_authority(params: ConnectParams, authority: str) -> None:
    assert target(params, Continuity()).authority == authority


@pytest.mark.parametrize(("secret", "shown"), [("short", "•••"), ("a" * 12, "aaaa•••")])
def test_mask(secret: str, shown: str) -> None:
    assert mask(secret) == shown
