from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.actions import ACTION
from ablytui.protocol.connection import Channel
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import compose as c
from tests.support.app import connection_in


@pytest.mark.parametrize(
    ("action", "typed", "args"),
    [
        ("attach", {"channel": "a", "name": "n"}, {"channel": "a"}),
        (
            "publish",
            {"channel": "a", "name": "n", "data": '{"x":1}', "id": ""},
            {"channel": "a", "name": "n", "data": {"x": 1}},
        ),
        ("publish", {"channel": "a", "data": "12"}, {"channel": "a", "data": "12"}),
        ("publish", {"channel": "a", "data": "{x"}, {"channel": "a", "data": "{x"}),
        (
            "presence",
            {"channel": "a", "action": "enter", "data": "up", "id": "no"},
            {"channel": "a", "action": "enter", "data": "up"},
        ),
        ("send", {"as": "hex", "data": "00ff"}, {"hex": "00ff"}),
        ("send", {"as": "text", "data": "{}"}, {"text": "{}"}),
    ],
)
def test_arguments_are_those_of_drive(
    action: str, typed: dict[str, str], args: dict[str, Any]
) -> None:
    assert c.arguments(action, typed) == args
    assert ACTION[action].to_event(args, 1, connection_in(S.CONNECTED)) is not None


@pytest.mark.parametrize(
    ("action", "typed", "why"),
    [
        ("attach", {}, "needs a channel"),
        ("attach", {"channel": "a"}, ""),
        ("send", {"as": "text", "data": ""}, "the frame is empty"),
        ("send", {"as": "hex", "data": "0"}, "not pairs of hexadecimal digits"),
        ("send", {"as": "hex", "data": " "}, "the frame is empty"),
        ("send", {"as": "hex", "data": "00 ff"}, ""),
    ],
)
def test_what_is_missing(action: str, typed: dict[str, str], why: str) -> None:
    assert c.missing(action, typed) == why


def test_how_data_travels() -> None:
    assert c.data_note("publish", {"data": '{"a":1}'}).plain == (
        "✓ valid JSON  sent as encoding json, 7 B"
    )
    assert c.data_note("publish", {"data": "{a"}).plain == "not valid JSON  sent as a string, 2 B"
    assert c.data_note("publish", {"data": "ü"}).plain == "sent as a string, 2 B"
    assert c.data_note("send", {"as": "hex", "data": "00ff"}).plain.startswith(
        "one binary frame, 2 B"
    )
    assert c.data_note("send", {"as": "hex", "data": "zz"}).plain.startswith("✕ ")


def test_the_channel_tells_its_state_and_nothing_of_it_is_obeyed() -> None:
    connection = connection_in(S.CONNECTED)
    assert c.channel_note(connection, "orders:eu").plain == "● attached"
    assert c.channel_note(connection, "other").plain == "not attached"
    assert c.channel_note(connection, "").plain == ""
    broken = Channel("x", ChannelState.FAILED, reason=ErrorInfo(40160, 401, "no\x1b[2J"))
    shown = c.channel_note(connection.evolve(channels={"x": broken}), "x").plain
    assert shown.startswith("✕ failed  40160 no")
    assert "\x1b" not in shown


@given(st.text(), st.sampled_from([kind.action for kind in c.KINDS]))
def test_nothing_typed_breaks_it(text: str, action: str) -> None:
    for form in ("text", "hex"):
        typed = {"channel": text, "data": text, "as": form, "action": "enter"}
        c.arguments(action, typed)
        c.missing(action, typed)
        c.data_note(action, typed)


def test_rtp8j_presence_needs_a_name() -> None:
    named = connection_in(S.CONNECTED)
    anyone = named.evolve(client_id="*", params=replace(named.params, client_id=None))
    assert c.nameless("presence", {"channel": "a"}, anyone) == "needs a clientId"
    assert c.nameless("presence", {"channel": "a", "clientId": "me"}, anyone) == ""
    assert c.nameless("presence", {"channel": "a"}, anyone.evolve(client_id="me")) == ""
    assert c.nameless("presence", {"channel": "a"}, named) == ""
    assert c.nameless("publish", {"channel": "a"}, anyone) == ""
