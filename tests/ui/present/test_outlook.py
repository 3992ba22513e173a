from __future__ import annotations

from dataclasses import replace

import pytest

from ablytui.protocol.format import Format
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.outlook import Outlook, outlook
from ablytui.ui.present.view import View
from tests.support.app import PARAMS, connection_in

IV = bytes(16)


def of(action: str, state: S = S.CONNECTED, /, **typed: str) -> Outlook:
    view = View(connection_in(state), now=1.0)
    return outlook(action, {"channel": "audit", **typed}, view, IV, (60, 3))


def test_a_message_that_can_be_sent() -> None:
    found = of("publish", data="x", times="3")
    assert found.args == {"channel": "audit", "data": "x"}
    assert (found.why_not, found.waits, found.serial, found.times.times) == ("", False, 414, 3)
    assert found.note.plain == "sent as a string with no encoding, 1 B"
    assert found.frame.plain.startswith('{"action":15,"channel":"audit"')
    assert "B; the message has 1 of 65,536 B allowed" in found.frame.plain
    assert found.then.plain.startswith("sent as #414")
    assert [payload[:12] for _, _, payload in found.frames] == [b'{"action":15']


def test_what_is_missing_is_not_called_wrong() -> None:
    found = of("publish", channel="")
    assert (found.why_not, found.then.plain) == ("needs a channel", "needs a channel")
    assert found.frames == ()
    assert of("publish", S.CLOSED, channel="").why_not == "the connection is closed"


def test_what_is_wrong_is_called_so() -> None:
    found = of("publish", kind="hex", data="z")
    assert found.why_not == "not hex: 'z' at character 1"
    assert found.note.plain == f"✕ {found.why_not}"
    assert found.then.plain == "nothing can be sent as it stands"
    assert of("publish", extras="[]").then.plain.startswith("✕ extras: it is an object")


def test_rtp8j_presence_of_nobody() -> None:
    connection = connection_in(S.CONNECTED, params=replace(PARAMS, client_id=None))
    view = View(connection.evolve(client_id=None), now=1.0)
    found = outlook("presence", {"channel": "a", "action": "enter"}, view, IV, (60, 3))
    assert found.why_not == "needs a clientId"


def test_two_frames_are_both_shown() -> None:
    found = of("presence", channel="new", action="enter")
    assert found.frame.plain.split("\n")[:2] == [
        '{"action":10,"channel":"new"}',
        '{"action":14,"channel":"new","presence":[{"action":2}]}',
    ]
    assert len(found.frames) == 2
    assert not found.waits


def test_what_waits_says_so() -> None:
    assert of("publish", S.DISCONNECTED, data="x").waits


def test_modes_that_are_not_chosen_ask_for_something_too() -> None:
    assert of("attach").note.plain.startswith("no modes chosen")
    assert of("attach", modes="publish").note.plain == ""


@pytest.mark.parametrize(
    ("state", "form", "frame", "why", "drawn"),
    [
        (S.CONNECTED, "text", '{"action":0}', "", ""),
        (S.CONNECTED, "text", "", "the frame is empty", ""),
        (S.CLOSED, "text", "{", "no socket is open", ""),
        (S.CONNECTED, "hex", "c1", "", "c1"),
        (
            S.CONNECTED,
            "msgpack",
            '{"action":0}',
            "",
            '{"action":0}\n81 a6 61 63 74 69 6f 6e 00',
        ),
    ],
)
def test_a_frame_made_by_hand(state: S, form: str, frame: str, why: str, drawn: str) -> None:
    found = of("send", state, form=form, frame=frame)
    assert found.why_not == why
    assert found.frame.plain == drawn
    assert why or "past the engine" in found.then.plain


def test_a_frame_of_the_other_format_is_told_to_be_one() -> None:
    assert "format" not in of("send", form="text", frame="{").note.plain
    note = of("send", form="msgpack", frame='{"action":0}').note.plain
    assert note == "✓ HEARTBEAT  one binary frame, 9 B  the connection's format is json"


def test_a_doubt_is_passed_on() -> None:
    assert of("publish", data="{a").doubt.startswith("not JSON")


def test_messagepack_is_said_to_be_so() -> None:
    connection = connection_in(S.CONNECTED, params=replace(PARAMS, format=Format.MSGPACK))
    view = View(connection, now=1.0)
    found = outlook("publish", {"channel": "a", "data": "x"}, view, IV, (60, 3))
    assert " B as MessagePack; the message has" in found.frame.plain
