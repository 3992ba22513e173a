from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.connection import Channel, Pending
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.foresight import foresee
from ablytui.ui.present.repeating import Times
from ablytui.ui.present.rights import Right
from ablytui.ui.present.sendwords import missing, then
from tests.support.app import connection_in

MESSAGE = {"channel": "a", "data": "x"}
ENTER = {"channel": "a", "action": "enter"}
GET = {"channel": "a", "action": "get"}
NOBODY_SAID, ONCE = Right(), Times()


def words(
    action: str,
    args: dict[str, Any],
    state: S = S.CONNECTED,
    channel: C | None = None,
    *,
    right: Right = NOBODY_SAID,
    times: Times = ONCE,
    **more: Any,
) -> str:
    known = {} if channel is None else {"a": Channel("a", channel)}
    connection = connection_in(state).evolve(channels=known, **more)
    seen = foresee(connection, action, args, 1.0, bytes(16))
    return then(action, args, seen, connection=connection, right=right, times=times).plain


@pytest.mark.parametrize(
    ("action", "args", "state", "channel", "said"),
    [
        ("publish", MESSAGE, S.CONNECTED, C.ATTACHED, "sent as #414; an ACK or NACK is expected"),
        (
            "publish",
            MESSAGE,
            S.CONNECTED,
            None,
            "sent as #414, the channel not attached; an ACK or NACK is expected",
        ),
        (
            "publish",
            MESSAGE,
            S.DISCONNECTED,
            C.ATTACHED,
            "queued and sent once connected; then an ACK or NACK is expected",
        ),
        ("publish", MESSAGE, S.CLOSED, None, "✕ the connection is closed"),
        (
            "publish",
            MESSAGE,
            S.CONNECTED,
            C.FAILED,
            "✕ 90001 Not possible while channel 'a' is failed",
        ),
        ("attach", {"channel": "a"}, S.CONNECTED, None, "ATTACHED or ERROR is expected"),
        (
            "attach",
            {"channel": "a"},
            S.CONNECTED,
            C.ATTACHED,
            "attached already; nothing is sent",
        ),
        (
            "attach",
            {"channel": "a", "params": {"rewind": "1"}},
            S.CONNECTED,
            C.ATTACHED,
            "attached already: ATTACH goes again with what differs; ATTACHED or ERROR is expected",
        ),
        (
            "attach",
            {"channel": "a"},
            S.CONNECTED,
            C.ATTACHING,
            "its ATTACH is under way; nothing more is sent",
        ),
        (
            "attach",
            {"channel": "a"},
            S.CONNECTED,
            C.DETACHING,
            "it is detaching; ATTACH follows after DETACHED",
        ),
        (
            "attach",
            {"channel": "a"},
            S.DISCONNECTED,
            None,
            "not connected: ATTACH is sent once connected",
        ),
        ("detach", {"channel": "a"}, S.CONNECTED, C.ATTACHED, "DETACHED is expected"),
        ("detach", {"channel": "a"}, S.CONNECTED, None, "not attached; nothing is sent"),
        (
            "detach",
            {"channel": "a"},
            S.SUSPENDED,
            C.SUSPENDED,
            "detached at once; nothing is sent",
        ),
        (
            "detach",
            {"channel": "a"},
            S.CONNECTED,
            C.ATTACHING,
            "it is attaching; DETACH follows after ATTACHED",
        ),
        (
            "detach",
            {"channel": "a"},
            S.CONNECTED,
            C.DETACHING,
            "its DETACH is under way; nothing more is sent",
        ),
        ("presence", ENTER, S.CONNECTED, C.ATTACHED, "sent as #414; an ACK or NACK is expected"),
        (
            "presence",
            ENTER,
            S.CONNECTED,
            None,
            "not attached; ctrl+s attaches and sends; then an ACK or NACK is expected",
        ),
        (
            "presence",
            ENTER,
            S.CONNECTED,
            C.ATTACHING,
            "sent after ATTACHED; then an ACK or NACK is expected",
        ),
        (
            "presence",
            ENTER,
            S.DISCONNECTED,
            C.ATTACHED,
            "queued and sent once connected; then an ACK or NACK is expected",
        ),
        ("presence", GET, S.CONNECTED, C.ATTACHED, "nothing is sent: the members are known"),
        (
            "presence",
            GET,
            S.CONNECTED,
            None,
            "not attached; ctrl+s attaches and lists who is there",
        ),
        (
            "presence",
            GET,
            S.CONNECTED,
            C.ATTACHING,
            "listed as soon as the channel is attached and in sync",
        ),
        (
            "send",
            {"text": "x"},
            S.CONNECTED,
            None,
            (
                "sent as it stands, past the engine, which numbers nothing and waits for nothing; "
                "the service may close the connection"
            ),
        ),
        ("send", {"text": "x"}, S.DISCONNECTED, None, "✕ no socket is open"),
    ],
)
def test_what_follows(
    action: str, args: dict[str, Any], state: S, channel: C | None, said: str
) -> None:
    assert words(action, args, state, channel) == said


def test_what_waits_before_it_is_counted() -> None:
    waiting = Pending(7, {"action": 15, "channel": "a", "messages": []})
    said = words("publish", MESSAGE, S.DISCONNECTED, queued=(waiting, waiting))
    assert said.startswith("queued behind 2 more and sent once connected")


def test_how_often_and_what_is_not_allowed_are_added() -> None:
    assert words("publish", MESSAGE, channel=C.ATTACHED, times=Times(3, 100)) == (
        "sent as #414; an ACK or NACK is expected  3 times, #414 to #416, in 200 ms"
    )
    named = words("publish", MESSAGE | {"id": "x"}, channel=C.ATTACHED, times=Times(3))
    assert named.endswith("  3 times, #414 to #416  the same id each time, so it is delivered once")
    right = Right(False, "publish not allowed by the token", 40160)
    assert words("publish", MESSAGE, channel=C.ATTACHED, right=right).endswith(
        "  40160 is to be expected: publish not allowed by the token"
    )


def test_what_the_service_says_is_not_obeyed() -> None:
    said = words("publish", {"channel": "\x1b[2J", "data": "x"}, S.CLOSED)
    assert "\x1b" not in said
    assert missing("needs a channel").plain == "needs a channel"
