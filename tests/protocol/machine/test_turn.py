"""The one place that changes a connection refuses what the table does not have."""

from __future__ import annotations

import pytest

from ablytui.protocol.connection import Channel, Connection
from ablytui.protocol.effects import Announce, CancelTimer, StartTimer
from ablytui.protocol.events import Moment
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.states import EDGES, ChannelState, ConnectionState
from tests.support.machine import params

NOW = Moment(100.0, 0.0, 0.0)
PAIRS = [(a, b) for a in ConnectionState for b in ConnectionState]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_only_edges_are_taken(old: ConnectionState, new: ConnectionState) -> None:
    turn = Turn(Connection(params(), state=old), NOW)
    if new in EDGES[old]:
        turn.move(new, point="x")
        assert turn.conn.state is new
        assert len(turn.effects) == 1
    else:
        with pytest.raises(AssertionError, match="no edge"):
            turn.move(new, point="x")
        assert (turn.conn.state, turn.effects) == (old, [])


def test_a_restarted_timer_has_a_new_generation() -> None:
    turn = Turn(Connection(params()), NOW)
    turn.start("retry", 5)
    turn.start("retry", 7)
    turn.cancel("retry", "idle")
    assert turn.effects == [
        StartTimer("retry", 1, 5),
        StartTimer("retry", 2, 7),
        CancelTimer("retry"),
    ]
    assert turn.conn.timers == {}


def test_sending_without_a_socket_does_nothing() -> None:
    turn = Turn(Connection(params(), socket=1, opened=False), NOW)
    turn.send({"action": 0})
    assert turn.effects == []


def test_the_same_state_is_an_update() -> None:
    turn = Turn(Connection(params()), NOW)
    turn.announce_channel(Channel("a", ChannelState.ATTACHED), ChannelState.ATTACHED)
    (announced,) = turn.effects
    assert isinstance(announced, Announce)
    assert announced.change.event == "update"
