from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.connection import Connection
from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.observe.attempts import Granted
from ablytui.protocol.params import ConnectParams
from ablytui.ui.present import changes as c
from tests.support.app import PARAMS

A = "ws://h:1/?key=app.k1:***~1111&format=json&v=6"


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("", A, ()),
        (A, A, ()),
        (A, A + "&resume=x", ("resume added",)),
        (A + "&resume=x", A, ("resume gone",)),
        (A + "&resume=x", A + "&recover=y", ("recover added", "resume gone")),
        (A, A.replace("json", "msgpack"), ("format changed",)),
        (A, A.replace("~1111", "~2222"), ("key changed",)),
        (A, A.replace("h:1", "b:2"), ("host changed",)),
        (A, A.replace("ws://", "wss://"), ("host changed",)),
    ],
)
def test_what_differs_in_a_uri(before: str, now: str, said: tuple[str, ...]) -> None:
    assert c.url_changes(before, now) == said


def test_which_parts_are_underlined_and_how_it_continues() -> None:
    assert c.changed_names(A, A + "&resume=x") == {"resume"}
    assert c.changed_names("", A) == frozenset()
    assert c.mode_change(A, A + "&recover=x") == "was clean"
    assert c.mode_change(A + "&recover=x", A + "&resume=x") == "was recover"
    assert c.mode_change(A, A) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(before: str, now: str) -> None:
    said = " ".join(c.url_changes(before, now))
    assert "\x1b" not in said
    c.changed_names(before, now)
    c.mode_change(before, now)


@pytest.mark.parametrize(
    ("changes", "line", "was"),
    [
        ({"client_id": None}, "clientId", "was probe-7"),
        ({"port": 9}, "target", "was 8080"),
        ({"port": 9, "tls": True}, "target", "changed"),
        ({"tls": True}, "target", "was no TLS"),
        ({"key": "a.b:c"}, "auth", "changed"),
        ({"suspended_retry_timeout": 5}, "timeouts", "was 30 s"),
        ({"fallback_hosts": ()}, "fallback", "was none"),
        ({"client_id": "x" * 99}, "clientId", "was probe-7"),
    ],
)
def test_what_a_parameter_was(changes: dict[str, object], line: str, was: str) -> None:
    now = replace(PARAMS, **changes)  # type: ignore[arg-type]
    assert c.asked_changes(PARAMS, now) == {line: was}
    assert c.changed_params(PARAMS, now) == set(changes)


def test_before_the_first_dial_nothing_has_changed() -> None:
    assert c.asked_changes(None, PARAMS) == {}
    assert c.changed_params(None, PARAMS) == frozenset()


def test_a_hostile_value_stays_text() -> None:
    before = replace(PARAMS, client_id="\x1b[2J")
    assert "\x1b" not in c.asked_changes(before, PARAMS)["clientId"]
    given_ = Granted(1, "\x1b]0;", ConnectionDetails())
    assert (
        "\x1b"
        not in c.granted_changes(given_, Granted(2, "x", ConnectionDetails()))["connectionId"]
    )


def test_what_connected_granted_before() -> None:
    full = ConnectionDetails(
        connection_key="k", connection_state_ttl=120_000, max_message_size=65_536,
        max_inbound_rate=250, server_id="s",
    )  # fmt: skip
    now = Granted(2, "new", ConnectionDetails(connection_key="l", site_code="eu"))
    assert c.granted_changes(Granted(1, "old", full), now) == {
        "connectionId": "was old",
        "key": "changed",
        "state ttl": "was 2 min",
        "max message": "was 64 kB",
        "max inbound": "was 250/s",
        "server": "was s",
        "site": "new",
    }
    assert c.granted_changes(None, now) == {}


def test_the_parameters_of_the_last_two_dials_are_held() -> None:
    dials, other = c.Dials(), ConnectParams(key="a.b:c")
    dials.see(Connection(PARAMS))
    assert held(dials) == (None, None)
    dials.see(Connection(PARAMS, attempt=1))
    dials.see(Connection(other, attempt=1))
    assert held(dials) == (None, PARAMS)
    dials.see(Connection(other, attempt=2))
    assert held(dials) == (PARAMS, other)


def held(dials: c.Dials) -> tuple[ConnectParams | None, ConnectParams | None]:
    return dials.before, dials.last
