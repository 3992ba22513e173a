"""The model: copied with changes, and what is derived from it."""

from __future__ import annotations

import pytest

from ablytui.protocol.connection import Channel, Connection, Timer
from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ChannelState, ConnectionState


def test_evolving_leaves_the_old_one_alone() -> None:
    old = Connection(ConnectParams())
    new = old.evolve(state=ConnectionState.CONNECTING, attempt=3)
    assert (old.state, old.attempt) == (ConnectionState.INITIALIZED, 0)
    assert new == Connection(ConnectParams(), state=ConnectionState.CONNECTING, attempt=3)
    assert Channel("c").evolve(state=ChannelState.FAILED) == Channel("c", ChannelState.FAILED)


def test_it_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Connection(ConnectParams()).state = ConnectionState.CLOSED  # type: ignore[misc]


def test_rtn21_what_connected_gave_overrides_the_parameter() -> None:
    conn = Connection(ConnectParams(connection_state_ttl=5_000))
    assert conn.state_ttl == 5_000
    assert conn.evolve(details=ConnectionDetails(connection_state_ttl=9)).state_ttl == 9


@pytest.mark.parametrize(("interval", "limit"), [(None, None), (0, None), (15_000, 25_000)])
def test_rtn23a_the_idle_limit(interval: int | None, limit: float | None) -> None:
    details = ConnectionDetails(max_idle_interval=interval)
    assert Connection(ConnectParams(), details=details).idle_limit == limit


def test_when_things_are_due() -> None:
    conn = Connection(ConnectParams(), timers={"retry": Timer(1, 7.0), "ttl": Timer(2, 9.0)})
    assert (conn.retry_at, conn.suspend_at) == (7.0, 9.0)
    assert Connection(ConnectParams()).retry_at is None
