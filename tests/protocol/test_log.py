"""Rows say what the lines of `drive` say."""

from __future__ import annotations

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.log import channel_members, error_wire, state_members
from ablytui.protocol.states import ChannelChange, ChannelState, ConnectionState, StateChange

S = ConnectionState


@pytest.mark.parametrize(("retry_in", "there"), [(None, False), (0.4, True), (99.6, True)])
def test_retry_in_is_there_exactly_when_a_timed_retry_follows(
    retry_in: float | None,
    there: bool,
) -> None:
    change = StateChange(S.CONNECTED, S.DISCONNECTED, S.DISCONNECTED, None, retry_in, "RTN15a")
    members = state_members(change)
    assert ("retryIn" in members) == there
    if retry_in is not None:
        assert members["retryIn"] == round(retry_in)


def test_an_update_says_so() -> None:
    reason = ErrorInfo(80006, 400, "gone")
    change = ChannelChange(
        "c", ChannelState.ATTACHED, ChannelState.ATTACHED, "update", False, reason
    )
    assert channel_members(change) == {
        "channel": "c",
        "previous": "attached",
        "current": "attached",
        "event": "update",
        "resumed": False,
        "reason": {"code": 80006, "statusCode": 400, "message": "gone"},
    }
    assert error_wire(None) is None
