"""One table of what can be done: the reasons, the arguments, and the states they are for."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import events as e
from ablytui.protocol.actions import ACTION, ACTIONS
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.frame import Opcode
from ablytui.protocol.outgoing import BadArgument
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state

POSSIBLE = {
    S.INITIALIZED: {"authorize", "connect", "recover", "attach", "detach", "publish", "presence"},
    S.CONNECTING: {
        "authorize",
        "disconnect",
        "drop",
        "recover",
        "close",
        "ping",
        "attach",
        "detach",
        "publish",
        "presence",
    },
    S.CONNECTED: {action.id for action in ACTIONS} - {"connect"},
    S.DISCONNECTED: {
        "authorize",
        "connect",
        "disconnect",
        "recover",
        "close",
        "ping",
        "attach",
        "detach",
        "publish",
        "presence",
    },
    # RTL5j: a suspended channel is detached without a word.
    S.SUSPENDED: {"authorize", "connect", "disconnect", "recover", "close", "detach"},
    S.CLOSING: {"authorize", "connect", "drop", "recover", "send"},
    S.CLOSED: {"authorize", "connect", "recover"},
    S.FAILED: {"authorize", "connect", "recover"},
}


@pytest.mark.parametrize("state", list(S))
def test_what_can_be_done_in_each_state(state: S) -> None:
    conn = in_state(state).conn
    possible = {action.id for action in ACTIONS if action.reason_not_now(conn) is None}
    assert possible == POSSIBLE[state]


@pytest.mark.parametrize("state", list(S))
def test_a_reason_is_a_few_plain_words(state: S) -> None:
    conn = in_state(state).conn
    for action in ACTIONS:
        reason = action.reason_not_now(conn)
        if reason is not None:
            assert reason.text
            assert reason.text[0].islower()
            assert not reason.text.endswith(".")


def test_without_a_key_there_is_nothing_to_connect_with() -> None:
    reason = ACTION["connect"].reason_not_now(Bench(ConnectParams()).conn)
    assert reason is not None
    assert (reason.text, reason.moot) == ("needs a key or token", False)


def test_a_token_is_as_good_as_a_key() -> None:
    conn = Bench(ConnectParams(token="tok")).conn
    assert ACTION["connect"].reason_not_now(conn) is None
    with pytest.raises(BadArgument, match="no key, auth URL or auth command"):
        ACTION["authorize"].to_event({}, 1, conn)


def test_while_a_token_is_fetched_there_is_something_to_disconnect() -> None:
    bench = Bench(ConnectParams(auth_url="http://h/"))
    bench.do(e.ConnectRequested())
    assert bench.conn.socket is None
    assert ACTION["disconnect"].reason_not_now(bench.conn) is None


def test_a_hold_is_not_held_twice() -> None:
    bench = in_state(S.DISCONNECTED)
    bench.do(e.DisconnectRequested())
    reason = ACTION["disconnect"].reason_not_now(bench.conn)
    assert reason is not None
    assert reason.text == "no socket is open"


@pytest.mark.parametrize(
    ("action", "args", "event"),
    [
        ("connect", {}, e.ConnectRequested(3)),
        ("attach", {"channel": "c"}, e.AttachRequested("c", 3)),
        (
            "attach",
            {"channel": "c", "params": {"rewind": 1, "delta": "vcdiff"}, "modes": []},
            e.AttachRequested("c", 3, (("rewind", "1"), ("delta", "vcdiff")), 0),
        ),
        (
            "attach",
            {"channel": "c", "params": {}, "modes": ["Publish", "presence_subscribe"]},
            e.AttachRequested("c", 3, (), 655_360),
        ),
        ("presence", {"channel": "c", "action": "get"}, e.MembersRequested("c", 3)),
        (
            "presence",
            {"channel": "c", "action": "get", "clientId": "a", "waitForSync": False},
            e.MembersRequested("c", 3, "a", wait_for_sync=False),
        ),
        (
            "publish",
            {"channel": "c", "name": "n", "data": None, "other": 1},
            e.PublishRequested("c", ({"name": "n"},), 3),
        ),
        (
            "publish",
            {"channel": "c", "messages": [{"data": "a"}, {"data": "b", "id": "i"}]},
            e.PublishRequested("c", ({"data": "a"}, {"data": "b", "id": "i"}), 3),
        ),
        (
            "presence",
            {"channel": "c", "action": "leave", "data": "x"},
            e.PresenceRequested("c", {"action": 3, "data": "x"}, 3),
        ),
        ("authorize", {}, e.AuthorizeRequested(None, 3)),
        ("authorize", {"token": "tok"}, e.AuthorizeRequested(TokenDetails("tok"), 3)),
        (
            "authorize",
            {"token": {"token": "tok", "expires": "12", "clientId": "me"}},
            e.AuthorizeRequested(TokenDetails("tok", expires=12, client_id="me"), 3),
        ),
        (
            "authorize",
            {"token": '{"token":"tok","issued":5.0}'},
            e.AuthorizeRequested(TokenDetails("tok", issued=5), 3),
        ),
        ("send", {"text": "{}"}, e.SendRequested(Opcode.TEXT, b"{}", 3)),
        ("send", {"text": ""}, e.SendRequested(Opcode.TEXT, b"", 3)),
        ("send", {"hex": ""}, e.SendRequested(Opcode.BINARY, b"", 3)),
        ("send", {"hex": "81 a0"}, e.SendRequested(Opcode.BINARY, b"\x81\xa0", 3)),
    ],
)
def test_arguments(action: str, args: dict[str, Any], event: e.Wish) -> None:
    assert ACTION[action].to_event(args, 3, in_state(S.CONNECTED).conn) == event


@pytest.mark.parametrize(
    ("action", "args", "words"),
    [
        ("attach", {}, "channel is missing"),
        ("attach", {"channel": "\ud800"}, "cannot be sent"),
        ("attach", {"channel": 7}, "channel is missing or not a string"),
        ("attach", {"channel": "c", "modes": ["x"]}, "modes: each is one of presence, publish"),
        ("attach", {"channel": "c", "modes": ["resumed"]}, "not 'resumed'"),
        ("attach", {"channel": "c", "modes": "publish"}, "modes is not an array"),
        ("attach", {"channel": "c", "params": ["x"]}, "params is not an object"),
        ("attach", {"channel": "c", "params": {"rewind": True}}, "params: rewind is not a string"),
        ("publish", {"channel": "c", "messages": []}, "array of objects"),
        ("publish", {"channel": "c", "messages": ["x"]}, "array of objects"),
        ("publish", {"channel": "c", "extras": {"n": 2**70}}, "cannot be sent"),
        ("publish", {"channel": "c", "extras": 5}, "extras is not an object"),
        ("publish", {"channel": "c", "name": 5}, "name is not a string"),
        ("publish", {"channel": "c", "messages": [{"id": ["x"]}]}, "id is not a string"),
        ("publish", {"channel": "c", "data": "x", "messages": [{}]}, "data and messages"),
        ("presence", {"channel": "c", "action": "enter", "clientId": 5}, "clientId is not a"),
        ("presence", {"channel": "c", "action": "enter", "id": "\ud800"}, "cannot be sent"),
        ("presence", {"channel": "c", "action": "dance"}, "enter, update, leave"),
        ("presence", {"action": "get"}, "channel is missing"),
        ("presence", {"channel": "c", "action": "get", "waitForSync": 1}, "waitForSync is true"),
        ("presence", {"channel": "c", "action": "get", "clientId": 7}, "clientId is missing or"),
        ("send", {}, "text or hex"),
        ("send", {"text": 5}, "text or hex"),
        ("send", {"text": "{}", "hex": "80"}, "give one"),
        ("send", {"hex": "xy"}, "hexadecimal"),
        ("authorize", {"token": 5}, "token is missing or not a string"),
        ("authorize", {"token": ""}, "token is missing"),
        ("authorize", {"token": "a b"}, "no white space"),
        ("authorize", {"token": {"keyName": "a.b", "mac": "x"}}, "it is a TokenRequest"),
        ("recover", {"key": "nonsense"}, "key: "),
        ("recover", {}, "key is missing"),
    ],
)
def test_bad_arguments_are_one_line(action: str, args: dict[str, Any], words: str) -> None:
    with pytest.raises(BadArgument) as caught:
        ACTION[action].to_event(args, 3, in_state(S.CONNECTED).conn)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("args", "travels"),
    [
        ({"data": "text"}, {"data": "text"}),
        ({"data": {"x": [1, "é"]}}, {"data": '{"x":[1,"é"]}', "encoding": "json"}),
        ({"data": []}, {"data": "[]", "encoding": "json"}),
        ({"data": None}, {}),
        ({"data": "aGk=", "encoding": "base64"}, {"data": "aGk=", "encoding": "base64"}),
    ],
)
def test_data_travels_encoded(args: dict[str, Any], travels: dict[str, Any]) -> None:
    event = ACTION["publish"].to_event({"channel": "c"} | args, 1, in_state(S.CONNECTED).conn)
    assert event == e.PublishRequested("c", (travels,), 1)


def test_rsl4c1_bytes_stay_bytes_until_the_format_is_known() -> None:
    event = ACTION["publish"].to_event({"channel": "a", "data": b"\x00\xff"}, 1, Bench().conn)
    assert event == e.PublishRequested("a", ({"data": b"\x00\xff"},), 1)


def test_presence_data_keeps_the_encoding_that_it_is_given_with() -> None:
    args = {"channel": "a", "action": "enter", "data": '{"x":1.0}', "encoding": "json"}
    event = ACTION["presence"].to_event(args, 1, Bench().conn)
    assert event == e.PresenceRequested(
        "a", {"action": 2, "encoding": "json", "data": '{"x":1.0}'}, 1
    )


@pytest.mark.parametrize("data", [5, 1.5, True])
def test_data_of_another_type_is_refused(data: Any) -> None:
    for name in ("publish", "presence"):
        args = {"channel": "c", "data": data, "action": "enter"}
        with pytest.raises(BadArgument, match="40013"):
            ACTION[name].to_event(args, 1, in_state(S.CONNECTED).conn)
