from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.connection import Channel, Pending
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.foresight import Foresight, foresee
from tests.support.app import PARAMS, connection_in
from tests.support.joined import Joined, Make
from tests.support.joined import make as make

IV = bytes(range(16))
MESSAGE = {"channel": "audit", "name": "log", "data": "x"}


def seen(action: str, args: dict[str, Any], state: S = S.CONNECTED) -> Foresight:
    return foresee(connection_in(state), action, args, 1.0, IV)


def test_a_publish_goes_out_under_the_next_serial() -> None:
    found = seen("publish", MESSAGE)
    assert found.sent == (
        {
            "action": 15,
            "channel": "audit",
            "messages": [{"name": "log", "data": "x"}],
            "msgSerial": 414,
        },
    )
    assert (found.serial, found.counts, found.kept, found.refusal) == (414, 4, None, "")
    assert found.payload(found.sent[0]) == (
        b'{"action":15,"channel":"audit","messages":[{"name":"log","data":"x"}],"msgSerial":414}'
    )


def test_without_a_connection_it_is_kept_behind_what_waits() -> None:
    connection = connection_in(S.DISCONNECTED)
    waiting = Pending(7, {"action": 15, "channel": "a", "messages": []})
    found = foresee(connection.evolve(queued=(waiting,)), "publish", MESSAGE, 1.0, IV)
    assert found.sent == ()
    assert found.kept == {
        "action": 15,
        "channel": "audit",
        "messages": [{"name": "log", "data": "x"}],
    }
    assert (found.before, found.serial, found.frames) == (1, None, (found.kept,))


@pytest.mark.parametrize(
    ("action", "args", "state", "refusal"),
    [
        ("publish", MESSAGE, S.SUSPENDED, "the connection is suspended"),
        ("publish", {}, S.CONNECTED, "channel is missing or not a string"),
        ("publish", {"channel": "a", "data": "x" * 70_000}, S.CONNECTED, "40009 The message has"),
        ("send", {"text": "x"}, S.DISCONNECTED, "no socket is open"),
    ],
)
def test_what_is_refused_says_why(
    action: str, args: dict[str, Any], state: S, refusal: str
) -> None:
    found = seen(action, args, state)
    assert found.refusal.startswith(refusal)
    assert found.frames == ()


def test_a_failed_channel_takes_nothing() -> None:
    failed = Channel("audit", ChannelState.FAILED)
    connection = connection_in(S.CONNECTED).evolve(channels={"audit": failed})
    assert (
        "while channel 'audit' is failed"
        in foresee(connection, "publish", MESSAGE, 1.0, IV).refusal
    )


def test_rtp8d_entering_attaches_first() -> None:
    found = seen("presence", {"channel": "new", "action": "enter"})
    assert [frame["action"] for frame in found.frames] == [10, 14]
    assert found.kept is not None
    assert not found.done


def test_members_can_be_asked_for_at_any_time() -> None:
    assert seen("presence", {"channel": "audit", "action": "get"}, S.SUSPENDED).done


def test_messagepack_is_what_goes_out_where_it_is_the_format() -> None:
    connection = connection_in(S.CONNECTED, params=replace(PARAMS, format=Format.MSGPACK))
    found = foresee(connection, "publish", {"channel": "a", "data": b"\x00"}, 1.0, IV)
    assert msgpack.unpackb(found.payload(found.sent[0])) == found.sent[0]
    assert found.shown(found.sent[0])["messages"] == [{"data": b"\x00"}]


def test_json_carries_bytes_as_base64() -> None:
    found = seen("publish", {"channel": "a", "data": b"\x00"})
    assert found.shown(found.sent[0])["messages"] == [{"data": "AA==", "encoding": "base64"}]


def test_rsl5_a_channel_with_a_key_is_shown_encrypted() -> None:
    params = replace(PARAMS, cipher=(("a", "AAECAwQFBgcICQoLDA0ODw=="),))
    connection = connection_in(S.CONNECTED, params=params)
    for action, args in (
        ("publish", {"channel": "a", "data": "hello"}),
        ("presence", {"channel": "a", "action": "enter", "data": "hello"}),
    ):
        found = foresee(connection, action, args, 1.0, IV)
        item = next(iter(found.frames[-1].get("messages") or found.frames[-1]["presence"]))
        assert item["encoding"] == "utf-8/cipher+aes-128-cbc"
        assert item["data"][:16] == IV


@pytest.mark.parametrize("fmt", list(Format))
async def test_what_was_foreseen_is_what_the_engine_sends(make: Make, fmt: Format) -> None:
    """Asked before, and done after: byte for byte the same."""
    world = make(format=fmt)
    for action, args in (
        ("publish", {"channel": "a", "name": "n", "data": '{"x":1.0}', "encoding": "json"}),
        ("publish", {"channel": "a", "data": b"\x00\xff", "extras": {"headers": {"h": 1}}}),
        ("attach", {"channel": "b", "params": {"rewind": "1"}, "modes": ["publish"]}),
        ("presence", {"channel": "c", "action": "enter", "clientId": "me", "data": "up"}),
        ("detach", {"channel": "b"}),
    ):
        found = foresee(world.session.connection, action, args, world.clock.mono(), IV)
        before = len(sent(world))
        world.session.do(action, args)
        assert sent(world)[before:] == [found.payload(frame) for frame in found.sent]
        assert found.sent
        world.pump()


def sent(world: Joined) -> list[bytes]:
    return [row.payload for _, row in world.rows if row.direction is Direction.OUT]


@given(
    st.text(max_size=9),
    st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.binary(max_size=9) | st.none()),
)
def test_nothing_asked_breaks_it(channel: str, args: dict[str, Any]) -> None:
    for action in ("publish", "attach", "detach", "presence", "send"):
        for state in (S.CONNECTED, S.DISCONNECTED, S.CLOSED):
            found = seen(action, {**args, "channel": channel}, state)
            for frame in found.frames:
                assert found.payload(frame)
