"""RTN16g: the key with which this connection is taken up elsewhere."""

from __future__ import annotations

import pytest

from ablytui.protocol import events as e
from ablytui.protocol.machine.recoverable import recovery_key
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, parse
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import in_state, params


@pytest.mark.parametrize("state", list(S))
def test_rtn16g2_where_there_is_one(state: S) -> None:
    there = state in {S.CONNECTED, S.DISCONNECTED}
    assert (recovery_key(in_state(state).conn) is not None) == there


def test_it_has_exactly_the_members_of_ably_in_their_order() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("later"))
    assert recovery_key(bench.conn) == (
        '{"connectionKey":"conn1!key","msgSerial":0,"channelSerials":{"chan":"s1"}}'
    )


def test_classic_writes_three_parts_and_reads_them() -> None:
    bench = in_state(S.CONNECTED, params(DialectName.CLASSIC))
    text = recovery_key(bench.conn)
    assert text == "conn1!key:-1:0"
    assert parse(text, DialectName.CLASSIC) == RecoveryKey(
        DialectName.CLASSIC, "conn1!key", 0, connection_serial=-1
    )


def test_it_lives_while_the_connection_is_being_resumed() -> None:
    bench = in_state(S.CONNECTED)
    bench.lost()
    assert bench.state is S.CONNECTING
    assert recovery_key(bench.conn) is not None
