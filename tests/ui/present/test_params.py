from __future__ import annotations

from dataclasses import replace

import pytest

from ablytui.protocol.connection import Pending
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import params as p
from tests.support.app import PARAMS, SECRET, connection_in

URL = f"ws://127.0.0.1:8080/?key=app.k1:********~0a1f&resume=gk3T{'*' * 15}~00ff&v=6"


def test_the_uri_is_masked_broken_before_an_ampersand_and_whole() -> None:
    text = p.form_uri(PARAMS, width=40).plain
    assert SECRET not in text
    assert "key=app.k1:•••" in text
    lines = text.splitlines()
    assert len(lines) > 2
    assert all(line.startswith("  &") for line in lines[1:])
    assert all(len(line) <= 40 for line in lines)
    assert "".join(line.strip() for line in lines).startswith("ws://127.0.0.1:8080/?key=")


def test_a_missing_key_is_said_in_its_place() -> None:
    assert "key=missing&format" in p.form_uri(ConnectParams(), width=400).plain


def test_revealed_means_revealed() -> None:
    assert SECRET in p.form_uri(PARAMS, width=400, revealed=True).plain


def test_the_uri_of_a_row_is_shortened_and_never_widened() -> None:
    text = p.uri_of_log(URL, width=400).plain
    assert text == "ws://127.0.0.1:8080/?key=app.k1:•••&resume=gk3T•••&v=6"


@pytest.mark.parametrize("text", ["", "x", "ws://h/?=&&a&key", "ws://h/?a=%zz&b=\x1b[2J"])
def test_an_odd_uri_of_a_row_is_drawn_and_no_control_character_in_it(text: str) -> None:
    assert "\x1b" not in p.uri_of_log(text, width=20).plain


def test_what_is_at_its_default_takes_no_line() -> None:
    names = [name for name, _ in p.asked(ConnectParams(key="a.b:c"), "clean")]
    assert names == ["target", "dialect", "auth", "clientId", "format", "mode", "options"]
    odd = replace(PARAMS, params=(("a", "b"),), realtime_request_timeout=5_000, strict_ttl=True)
    said = {name: value.plain for name, value in p.asked(odd, "resume")}
    assert said["extra"] == "a=b"
    assert said["timeouts"] == "request timeout 5 s"
    assert said["options"] == "echo, no heartbeats, strict TTL"
    assert said["target"] == "127.0.0.1:8080  no TLS"
    assert said["auth"] == "key  app.k1:•••"


def test_what_connected_gave() -> None:
    said = {name: value.plain for name, value in p.granted(connection_in(S.CONNECTED))}
    assert said["connectionId"] == "gk3Tq9Lx0b"
    assert said["key"] == "gk3T•••"
    assert said["max message"] == "64 kB"
    assert said["state ttl"] == "2 min"
    assert said["max idle"] == "15 s"
    assert said["next serial"] == "#414"
    assert p.granted(connection_in(S.INITIALIZED)) == []


def test_what_waits_stands_beside_the_next_serial_and_takes_no_line() -> None:
    before = connection_in(S.CONNECTED).evolve(pending=(), queued=())
    one = Pending(7, {})
    waits = before.evolve(pending=(one,), queued=(one, one))
    assert dict(p.granted(waits))["next serial"].plain == "#414  1 unacked, 2 queued"
    assert len(p.granted(waits)) == len(p.granted(before))


def test_classic_tells_its_serial() -> None:
    classic = replace(PARAMS, dialect=DialectName.CLASSIC)
    connection = connection_in(S.CONNECTED, params=classic).evolve(connection_serial=7)
    assert ("last serial", "7") in [(n, v.plain) for n, v in p.granted(connection)]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (ConnectParams(), "no key"),
        (ConnectParams(token="a-token-of-some-length"), "token  a-to•••"),
        (ConnectParams(token="tok", key="app.k1:s"), "token  •••, renewed by key"),
        (ConnectParams(auth_url="https://u:p@h.example:8/auth?x"), "auth URL  GET h.example:8"),
        (ConnectParams(token="tok", auth_command="get --a secret"), "token  •••, renewed by auth command"),
        (ConnectParams(auth_command="get --a secret"), "auth command  get"),
    ],
)  # fmt: skip
def test_how_it_authenticates(params: ConnectParams, said: str) -> None:
    assert dict(p.asked(params, "clean"))["auth"].plain == said


def test_a_token_stands_in_the_uri_where_the_key_would() -> None:
    assert "?accessToken=•••&format" in p.form_uri(ConnectParams(token="tok"), width=400).plain
    assert "missing" not in p.form_uri(ConnectParams(auth_url="http://h"), width=400).plain
