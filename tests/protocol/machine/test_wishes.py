"""RTN11, RTN13, RTN16 and raw frames."""

from __future__ import annotations

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.frame import Opcode
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, build
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params

KEY = RecoveryKey(DialectName.CURRENT, "old!k", 4, (("other", "s9"),))


@pytest.mark.parametrize(
    ("state", "point", "mode"),
    [
        (S.INITIALIZED, "RTN11f", "clean"),
        (S.DISCONNECTED, "RTN11c", "resume"),
        (S.SUSPENDED, "RTN11c", "resume"),
        (S.CLOSING, "RTN11b", "clean"),
        (S.CLOSED, "RTN11d", "clean"),
        (S.FAILED, "RTN11d", "clean"),
    ],
)
def test_rtn11_connect(state: S, point: str, mode: str) -> None:
    bench = in_state(state)
    bench.do(e.ConnectRequested(9))
    (change,) = bench.changes
    assert (change.current, change.point) == (S.CONNECTING, point)
    assert ("resume" in bench.dials[0]) == (mode == "resume")
    assert bench.reply(9) is None
    bench.connected()
    assert bench.reply(9) is not None


def test_rtn11d_nothing_is_left_of_the_old_connection() -> None:
    bench = in_state(S.CLOSED)
    bench.do(e.ConnectRequested())
    assert bench.conn.channels["chan"].state == "initialized"
    assert (bench.conn.error_reason, bench.conn.msg_serial) == (None, 0)


def test_rtn11b_the_old_closed_touches_nothing() -> None:
    bench = in_state(S.CLOSING)
    bench.do(e.ConnectRequested())
    assert bench.open == {2}
    assert bench.conn.channels["chan"].state == "initialized"
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    assert bench.state is S.CONNECTING


@pytest.mark.parametrize("state", [S.CONNECTED, S.CONNECTING])
def test_connect_where_it_changes_nothing(state: S) -> None:
    bench = in_state(state)
    bench.do(e.ConnectRequested(9))
    assert bench.changes == []
    assert (bench.reply(9) is None) == (state is S.CONNECTING)


@pytest.mark.parametrize("state", list(S))
def test_rtn16_recover_from_any_state(state: S) -> None:
    bench = in_state(state)
    if state in {S.CONNECTED, S.DISCONNECTED, S.CONNECTING}:
        bench.do(e.PublishRequested("chan", ({"data": 1},), 1))
    before = bench.attempt
    bench.do(e.RecoverRequested(KEY, 2))
    assert bench.state is S.CONNECTING
    assert bench.dials[0]["recover"] == "old!k"
    assert "resume" not in bench.dials[0]
    assert bench.attempt == before + 1, "the counter of attempts goes on"
    assert bench.sent == [], "an open socket is left without CLOSE"
    if state in {S.CONNECTED, S.DISCONNECTED, S.CONNECTING}:
        assert bench.error(1) == 40000
    assert bench.conn.channels["other"].channel_serial == "s9"
    bench.connected("recovered")
    assert bench.reply(2) == fx.Reply(2)
    assert bench.conn.msg_serial == 4


@pytest.mark.parametrize("state", list(S))
def test_rtn13_ping(state: S) -> None:
    bench = in_state(state)
    bench.do(e.PingRequested(3))
    if state is S.CONNECTED:
        name = bench.sent[0]["id"]
        bench.later(25)
        bench.receive({"action": 0, "id": "another"})
        bench.receive({"action": 0})
        assert bench.reply(3) is None
        bench.receive({"action": 0, "id": name})
        assert bench.reply(3) == fx.Reply(3, {"rtt": 25.0})
    elif state in {S.CONNECTING, S.DISCONNECTED}:
        assert bench.reply(3) is None
        if state is S.DISCONNECTED:
            bench.do(e.ConnectRequested())
        bench.connected()
        assert [m["action"] for m in bench.sent][-1] == 0, "RTN13d"
    else:
        assert bench.error(3) == 40000, "RTN13b"


def test_rtn13c_a_ping_does_not_wait_for_ever_and_two_do_not_share_an_id() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PingRequested(3), e.PingRequested(4))
    assert bench.sent[0]["id"] != bench.sent[1]["id"]
    bench.later(10_000)
    assert (bench.error(3), bench.error(4)) == (50003, 50003)


def test_a_raw_frame_goes_out_as_it_is() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.SendRequested(Opcode.TEXT, b'{"action":99', 1))
    assert bench.last[0] == fx.SendRaw(1, Opcode.TEXT, b'{"action":99')
    assert bench.reply(1) is not None
    closed = in_state(S.CLOSED)
    closed.do(e.SendRequested(Opcode.TEXT, b"x", 1))
    assert closed.error(1) == 90000


def test_rtn11b_leaves_a_recovery_behind_too() -> None:
    bench = Bench(params(recover=build(KEY)))
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["recover"] == "old!k"
    bench.do(e.CloseRequested(), e.ConnectRequested())
    assert "recover" not in bench.dials[0]


def test_rtn11d_the_details_of_the_old_connection_are_gone() -> None:
    bench = Bench(params())
    bench.do(e.ConnectRequested())
    details = {"connectionKey": "k", "connectionStateTtl": 1_000, "clientId": "me"}
    bench.connected(connectionDetails=details)
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ConnectRequested())
    assert bench.timers["ttl"][1] == bench.mono + 120_000
    assert bench.conn.client_id is None


def test_rtn13_a_classic_heartbeat_may_come_back_without_an_id() -> None:
    bench = in_state(S.CONNECTED, params(DialectName.CLASSIC))
    bench.do(e.PingRequested(1), e.PingRequested(2))
    bench.receive({"action": 0})
    assert (bench.reply(1) is None, bench.reply(2) is None) == (False, True)
    bench.receive({"action": 0})
    assert bench.reply(2) is not None
    bench.receive({"action": 0})
