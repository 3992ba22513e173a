from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.actions import ACTION
from ablytui.protocol.connection import Channel
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.format import Format
from ablytui.protocol.outgoing import BadArgument
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import compose as c
from ablytui.ui.present.datakind import KINDS, read_data
from ablytui.ui.present.foresight import foresee
from ablytui.ui.present.rawframe import FORMS
from ablytui.ui.present.rights import Right
from tests.support.app import PARAMS, connection_in

IV = bytes(16)


@pytest.mark.parametrize(
    ("action", "typed", "args"),
    [
        ("attach", {"channel": "a", "name": "n"}, {"channel": "a"}),
        (
            "attach",
            {"channel": "a", "rewind": "2m", "delta": "none", "params": "x=1&y=", "modes": ""},
            {"channel": "a", "params": {"rewind": "2m", "x": "1", "y": ""}},
        ),
        (
            "attach",
            {"channel": "a", "delta": "vcdiff", "modes": "publish,presence"},
            {"channel": "a", "params": {"delta": "vcdiff"}, "modes": ["publish", "presence"]},
        ),
        ("detach", {"channel": "a", "data": "x"}, {"channel": "a"}),
        (
            "publish",
            {"channel": "a", "name": "n", "data": '{"x": 1.0}', "id": ""},
            {"channel": "a", "name": "n", "data": '{"x":1.0}', "encoding": "json"},
        ),
        (
            "publish",
            {"channel": "a", "kind": "hex", "data": "00", "clientId": "me", "extras": '{"a":1}'},
            {"channel": "a", "data": b"\x00", "clientId": "me", "extras": {"a": 1}},
        ),
        (
            "presence",
            {"channel": "a", "action": "enter", "data": "up", "id": "no"},
            {"channel": "a", "action": "enter", "data": "up"},
        ),
        (
            "presence",
            {"channel": "a", "action": "get", "data": "up", "clientId": "me"},
            {"channel": "a", "action": "get", "clientId": "me"},
        ),
        ("send", {"form": "hex", "frame": "00 ff"}, {"hex": "00ff"}),
        ("send", {"form": "text", "frame": "{} "}, {"text": "{} "}),
        ("send", {"form": "msgpack", "frame": '{"action": 0}'}, {"hex": "81a6616374696f6e00"}),
    ],
)
def test_arguments_are_those_of_the_action(
    action: str, typed: dict[str, str], args: dict[str, Any]
) -> None:
    found = c.asked(action, typed)
    assert (found.args, found.problem) == (args, "")
    assert ACTION[action].to_event(args, 1, connection_in(S.CONNECTED)) is not None


@pytest.mark.parametrize(
    ("action", "typed", "why", "missing"),
    [
        ("attach", {}, "needs a channel", True),
        ("publish", {"data": "{"}, "needs a channel", True),
        ("attach", {"channel": "a", "params": "rewind"}, "params: name=value, parted by", False),
        ("publish", {"channel": "a", "kind": "json", "data": "{"}, "not JSON: expecting", False),
        ("publish", {"channel": "a", "extras": "{"}, "extras: not JSON: expecting", False),
        ("publish", {"channel": "a", "extras": "[]"}, "extras: it is an object, as in", False),
        ("publish", {"channel": "a", "times": "x"}, "repeat is a number of times", False),
        ("presence", {"channel": "a", "kind": "hex", "data": "0"}, "not hex: 1 digits", False),
        ("send", {"form": "text", "frame": ""}, "the frame is empty", True),
        ("send", {"form": "hex", "frame": "0"}, "not hex: 1 digits", False),
        ("send", {"form": "hex", "frame": " "}, "the frame is empty", False),
    ],
)
def test_what_keeps_it_from_being_sent(
    action: str, typed: dict[str, str], why: str, missing: bool
) -> None:
    found = c.asked(action, typed)
    assert found.problem.startswith(why)
    assert found.missing is missing


@pytest.mark.parametrize(
    ("fmt", "kind", "text", "note"),
    [
        (Format.JSON, "auto", '{"a":1}', "✓ valid JSON  sent as encoding json, 7 B"),
        (Format.MSGPACK, "auto", '{"a":1}', "✓ valid JSON  sent as encoding json, 7 B"),
        (Format.JSON, "auto", "ü", "sent as a string with no encoding, 2 B"),
        (Format.JSON, "json", '"ü"', "✓ valid JSON  sent as a string with no encoding, 2 B"),
        (Format.JSON, "hex", "00ff", "✓ 2 bytes  sent as encoding base64, 4 B"),
        (Format.MSGPACK, "hex", "00ff", "✓ 2 bytes  sent as MessagePack bin with no encoding, 2 B"),
        (Format.JSON, "hex", "zz", "✕ not hex: 'z' at character 1"),
        (Format.JSON, "auto", "", "no data"),
    ],
)
def test_how_data_travels(fmt: Format, kind: str, text: str, note: str) -> None:
    data = read_data(kind, text)
    assert c.data_note(kind, data, None, fmt).plain == note
    connection = connection_in(S.CONNECTED, params=replace(PARAMS, format=fmt))
    seen = foresee(connection, "publish", {"channel": "a"} | data.arguments, 1.0, IV)
    assert c.data_note(kind, data, seen, fmt).plain == note


def test_a_doubt_is_told_and_sent_all_the_same() -> None:
    note = c.data_note("auto", read_data("auto", "{a"), None, Format.JSON).plain
    assert note.startswith("! not JSON: expecting property name")
    assert note.endswith("sent as a string with no encoding, 2 B")


def test_the_encoding_of_an_encrypted_message_is_the_one_on_the_wire() -> None:
    params = replace(PARAMS, cipher=(("a", "AAECAwQFBgcICQoLDA0ODw=="),))
    connection = connection_in(S.CONNECTED, params=params)
    data = read_data("auto", '{"a":1}')
    seen = foresee(connection, "publish", {"channel": "a"} | data.arguments, 1.0, IV)
    note = c.data_note("auto", data, seen, Format.JSON).plain
    assert note.endswith("sent as encoding json/utf-8/cipher+aes-128-cbc/base64, 44 B")


def test_the_channel_tells_its_state_and_nothing_of_it_is_obeyed() -> None:
    connection = connection_in(S.CONNECTED)
    nobody = Right()
    assert c.channel_note(connection, "orders:eu", nobody).plain == "● attached"
    assert c.channel_note(connection, "other", nobody).plain == "○ not attached"
    assert c.channel_note(connection, "", nobody).plain == ""
    right = Right(allowed=True, words="publish allowed")
    assert c.channel_note(connection, "audit", right).plain == "● attached  publish allowed"
    broken = Channel("x", ChannelState.FAILED, reason=ErrorInfo(40160, 401, "no\x1b[2J"))
    shown = c.channel_note(connection.evolve(channels={"x": broken}), "x", nobody).plain
    assert shown.startswith("✕ failed  40160 no")
    assert "\x1b" not in shown


def test_sizes_are_those_on_the_wire() -> None:
    connection = connection_in(S.CONNECTED)
    seen = foresee(connection, "publish", {"channel": "a", "data": "12345"}, 1.0, IV)
    size = len(seen.payload(seen.frames[0]))
    words = c.size_note(seen, 65_536).plain
    assert words == f"{size} B; the message has 5 of 65,536 B allowed"
    assert c.size_note(seen, None).plain == f"{size} B"


@given(st.text(), st.text(), st.sampled_from([kind.action for kind in c.KINDS]), st.data())
def test_nothing_typed_breaks_it(channel: str, text: str, action: str, draw: st.DataObject) -> None:
    typed = dict.fromkeys(c.KIND[action].fields, text) | {
        "channel": channel,
        "kind": draw.draw(st.sampled_from(list(KINDS))),
        "form": draw.draw(st.sampled_from(list(FORMS))),
        "action": draw.draw(st.sampled_from(["enter", "update", "leave", "get"])),
        "modes": draw.draw(st.sampled_from(["", "publish", "publish,presence"])),
    }
    found = c.asked(action, typed)
    assert "\n" not in found.problem
    if found.problem:
        return
    connection = connection_in(S.CONNECTED)
    try:
        ACTION[action].to_event(found.args, 1, connection)
    except BadArgument:
        assert foresee(connection, action, found.args, 1.0, IV).refusal
    else:
        foresee(connection, action, found.args, 1.0, IV)


def test_rtp8j_presence_needs_a_name() -> None:
    named = connection_in(S.CONNECTED)
    anyone = named.evolve(client_id="*", params=replace(named.params, client_id=None))
    assert c.nameless("presence", {"action": "enter"}, anyone) == "needs a clientId"
    assert c.nameless("presence", {"action": "get"}, anyone) == ""
    assert c.nameless("presence", {"action": "enter", "clientId": "me"}, anyone) == ""
    assert c.nameless("presence", {"action": "enter"}, anyone.evolve(client_id="me")) == ""
    assert c.nameless("presence", {"action": "enter"}, named) == ""
    assert c.nameless("publish", {}, anyone) == ""
