from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.connection import Channel
from ablytui.protocol.message import Flag
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.rights import Right, right_of
from tests.support.app import connection_in

ATTACHED = ChannelState.ATTACHED


def jwt(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


@pytest.mark.parametrize(
    ("channel", "right"),
    [
        (
            Channel("a", ATTACHED, modes=int(Flag.PUBLISH | Flag.SUBSCRIBE)),
            Right(allowed=True, words="publish allowed"),
        ),
        (
            Channel("a", ATTACHED, modes=int(Flag.SUBSCRIBE)),
            Right(False, "publish not allowed by the capability", 40160),
        ),
        (
            Channel("a", ATTACHED, modes=int(Flag.SUBSCRIBE), asked_modes=int(Flag.SUBSCRIBE)),
            Right(False, "publish not among the modes asked for", 40165),
        ),
        (Channel("a", ATTACHED), Right()),
        (Channel("a", ChannelState.DETACHED, modes=int(Flag.SUBSCRIBE)), Right()),
    ],
)
def test_rtl4m_an_attached_channel_says_what_was_granted(channel: Channel, right: Right) -> None:
    connection = connection_in(S.CONNECTED).evolve(channels={"a": channel})
    assert right_of("publish", connection, "a") == right


@pytest.mark.parametrize(
    ("token", "right"),
    [
        (None, Right()),
        (TokenDetails("opaque"), Right()),
        (
            TokenDetails("t", capability='{"a":["publish"]}'),
            Right(allowed=True, words="publish allowed by the token"),
        ),
        (
            TokenDetails("t", capability='{"a":["subscribe"]}'),
            Right(False, "publish not allowed by the token", 40160),
        ),
        (
            TokenDetails(jwt({"x-ably-capability": '{"b":["*"]}'})),
            Right(False, "publish not allowed by the token", 40160),
        ),
        (
            TokenDetails(jwt({"x-ably-capability": {"*": ["*"]}})),
            Right(allowed=True, words="publish allowed by the token"),
        ),
        (TokenDetails(jwt([])), Right()),
        (TokenDetails("a.!.c"), Right()),
    ],
)
def test_a_token_says_what_it_is_good_for(token: TokenDetails | None, right: Right) -> None:
    connection = connection_in(S.CONNECTED).evolve(token=token, channels={})
    assert right_of("publish", connection, "a") == right


def test_what_needs_no_right_has_none() -> None:
    connection = connection_in(S.CONNECTED)
    assert right_of("send", connection, "a") == Right()
    assert right_of("publish", connection, "") == Right()


@given(st.text())
def test_no_token_breaks_it(text: str) -> None:
    connection = connection_in(S.CONNECTED)
    for token in (text, f"a.{text}.c", jwt({"x-ably-capability": text})):
        right_of("publish", connection.evolve(token=TokenDetails(token)), "zz")
