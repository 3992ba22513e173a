"""The rows of loss and of the answers to a resume, told from outside (RTN15, RTN16, RTN19)."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Opcode
from ablytui.protocol.machine.recoverable import recovery_key
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, parse
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params
from tests.support.rows_told import (
    BOTH,
    by_token,
    connected,
    error,
    failed_for_want_of_a_token,
    publish,
    sends,
)

CLASSIC, CURRENT = DialectName.CLASSIC, DialectName.CURRENT


def with_token(dialect: DialectName, *, renewable: bool = True) -> Bench:
    return in_state(S.CONNECTED, by_token(dialect, renewable=renewable))


# --- 5.4 ----------------------------------------------------------------------------------------


@BOTH
def test_rtn15a_at_once_but_no_more_than_once_a_second(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.lost()
    assert [c.event for c in bench.changes] == [S.DISCONNECTED, S.CONNECTING]
    bench.mono += 300
    bench.connected()
    bench.mono += 100
    bench.lost()
    assert bench.state is S.DISCONNECTED
    (change,) = bench.changes
    assert change.retry_in == pytest.approx(600)
    bench.later(599)
    assert bench.state is S.DISCONNECTED
    bench.later(1)
    assert bench.state is S.CONNECTING
    assert "resume" in bench.dials[0]


@BOTH
def test_rtn14d_an_immediate_retry_that_fails_waits_by_n_2(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.lost()
    bench.refused()
    (change,) = bench.changes
    assert change.retry_in is not None
    assert change.retry_in == pytest.approx(15_000 * 4 / 3 * 0.9)
    assert change.reason
    assert change.reason.code == 80003
    bench.later(change.retry_in)
    assert bench.dials[0]["resume"] == "conn1!key"


@BOTH
def test_rtn23a_silence_is_a_loss(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.later(24_999)
    assert bench.state is S.CONNECTED
    bench.receive({"action": 0})
    bench.later(24_999)
    assert bench.state is S.CONNECTED
    bench.do(e.PingRequested(1))
    bench.later(1)
    assert next(c.event for c in bench.changes) == S.DISCONNECTED
    reason = bench.changes[0].reason
    assert reason
    assert (reason.code, reason.status_code) == (80003, 408)
    assert any(isinstance(x, fx.AbortSocket | fx.CloseSocket) for x in bench.last)


@BOTH
@pytest.mark.parametrize("heartbeats", [True, False])
def test_rtn23b_pings_count_unless_heartbeats_were_asked_for(
    dialect: DialectName, heartbeats: bool
) -> None:
    bench = connected(dialect, heartbeats=heartbeats)
    bench.later(20_000)
    bench.do(e.FrameArrived(1, Opcode.PING, b"", None))
    bench.later(5_000)
    assert (bench.state is S.CONNECTED) is not heartbeats


@BOTH
def test_rtn23a_no_promise_no_timer(dialect: DialectName) -> None:
    bench = Bench(params(dialect))
    bench.do(e.ConnectRequested(), e.SocketOpened(1))
    details = {"connectionKey": "k", "connectionStateTtl": 1000, "maxIdleInterval": 0}
    bench.receive({"action": 4, "connectionId": "x", "connectionDetails": details})
    bench.later(10_000_000)
    assert bench.state is S.CONNECTED


@BOTH
@pytest.mark.parametrize("given", [error(80003, 503), error(50000, 500), error(40100, 401), {}])
def test_rtn15h3_disconnected_is_resumed_at_once(
    dialect: DialectName, given: dict[str, Any]
) -> None:
    bench = connected(dialect)
    bench.receive({"action": 6, **given})
    effects = list(bench.last)
    if bench.state is not S.CONNECTING:
        effects += bench.do(e.SocketClosed(1, 1000, "", False, True))
    assert bench.state is S.CONNECTING
    wanted = given["error"]["code"] if given else 80003
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == wanted
    dials = [x for x in effects if isinstance(x, fx.Dial)]
    assert dict(dials[0].target.query)["resume"] == "conn1!key"


@BOTH
def test_rtn15h2_a_token_error_gets_a_new_token_and_resumes(dialect: DialectName) -> None:
    bench = with_token(dialect)
    bench.receive({"action": 6, **error(40142, 401)})
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    assert bench.state in {S.CONNECTING, S.DISCONNECTED}
    bench.do(e.TokenArrived(next(iter(bench.fetching)), TokenDetails("second")))
    assert bench.dials[0]["resume"] == "conn1!key"
    assert "second" in bench.dials[0].values()
    assert bench.state is S.CONNECTING


@BOTH
def test_rtn15h2i_a_renewal_that_fails(dialect: DialectName) -> None:
    bench = with_token(dialect)
    bench.receive({"action": 6, **error(40142, 401)})
    bench.do(e.SocketClosed(1, 1000, "", False, True))
    number = next(iter(bench.fetching))
    bench.do(e.TokenFailed(number, ErrorInfo(40170, 401, "x")))
    assert bench.state is S.DISCONNECTED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 80019
    assert "retry" in bench.timers


@BOTH
def test_rtn15h1_without_a_way_to_renew_it_is_final(dialect: DialectName) -> None:
    bench = with_token(dialect, renewable=False)
    bench.receive({"action": 6, **error(40142, 401)})
    failed_for_want_of_a_token(bench, 40142)


@BOTH
def test_rtn15j_an_error_is_final_and_fails_channels(dialect: DialectName) -> None:
    bench = connected(dialect)
    publish(bench, 4)
    bench.receive({"action": 9, **error(50000, 500)})
    assert bench.state is S.FAILED
    assert bench.conn.channels["chan"].state is C.FAILED
    assert bench.error(4) == 50000
    bench.lost(1000)
    bench.later(1_000_000)
    assert bench.state is S.FAILED


@BOTH
def test_rtl14_an_error_of_a_channel_leaves_the_connection(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 9, "channel": "chan", **error(40160, 401)})
    assert bench.state is S.CONNECTED
    assert bench.conn.channels["chan"].state is C.FAILED
    assert bench.conn.error_reason is None


@BOTH
def test_rtn24_a_second_connected_is_an_update(dialect: DialectName) -> None:
    bench = connected(dialect)
    details = {"connectionKey": "new!key", "connectionStateTtl": 5_000, "maxIdleInterval": 0}
    body = {"action": 4, "connectionId": "conn1", "connectionDetails": details}
    bench.receive({**body, **error(40142, 401)})
    (change,) = bench.changes
    assert (change.event, change.current) == ("update", S.CONNECTED)
    assert change.reason
    assert change.reason.code == 40142
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 40142
    assert bench.conn.key == "new!key"
    bench.later(1_000)
    bench.lost()
    assert bench.dials[0]["resume"] == "new!key"
    bench.later(5_000)
    assert bench.state is S.SUSPENDED


@BOTH
def test_closed_unasked(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 8})
    assert [c.event for c in bench.changes] == [S.CLOSING, S.CLOSED]
    assert bench.changes[-1].reason
    assert bench.changes[-1].reason.code == 80017
    assert bench.conn.channels["chan"].state is C.DETACHED


# --- 5.5 ----------------------------------------------------------------------------------------


@BOTH
def test_rtn15c6_resumed(dialect: DialectName) -> None:
    bench = connected(dialect)
    publish(bench, 4)
    publish(bench, 5)
    bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    bench.lost()
    bench.connected()
    sent = sends(bench.last, 15)
    assert [m["msgSerial"] for m in sent] == [1]
    assert bool(sends(bench.last, 10)) is (dialect is CURRENT)
    assert bench.conn.channels["chan"].state is (C.ATTACHING if dialect is CURRENT else C.ATTACHED)
    if dialect is CURRENT:
        assert sends(bench.last, 10)[0]["channelSerial"] == "s1"
    publish(bench, 6)
    assert sends(bench.last, 15)[0]["msgSerial"] == 2
    assert bench.conn.error_reason is None


@BOTH
@pytest.mark.parametrize("given", [error(80008), {}])
def test_rtn15c7_lost(dialect: DialectName, given: dict[str, Any]) -> None:
    bench = connected(dialect)
    publish(bench, 4)
    publish(bench, 5)
    bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    bench.lost()
    bench.do(e.PublishRequested("chan", ({"name": "q"},), 6))
    bench.connected("conn2", **given)
    change = next(c for c in bench.changes if c.event == S.CONNECTED)
    code = change.reason.code if change.reason else None
    assert code == (80008 if given else None)
    reason = bench.conn.error_reason
    assert (reason.code if reason else None) == code
    assert bench.state is S.CONNECTED
    assert [(m["msgSerial"], m["messages"][0]["name"]) for m in sends(bench.last, 15)] == [
        (0, "5"),
        (1, "q"),
    ]
    assert bench.conn.msg_serial == 2
    assert len(sends(bench.last, 10)) == 1
    assert bench.conn.channels["chan"].state is C.ATTACHING
    assert bench.conn.key == "conn2!key"
    bench.receive({"action": 1, "msgSerial": 0, "count": 2})
    assert bench.error(5) is None
    assert bench.reply(5)
    assert bench.reply(6)


@pytest.mark.parametrize("code", [80006, 80007, 80012])
def test_rtn15c2_classic_partial_loss(code: int) -> None:
    bench = connected(CLASSIC)
    publish(bench, 4)
    bench.lost()
    bench.connected(**error(code))
    assert bench.state is S.CONNECTED
    assert bench.conn.channels["chan"].state is C.ATTACHED
    assert not sends(bench.last, 10)
    assert [m["msgSerial"] for m in sends(bench.last, 15)] == [0]
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == code
    assert any(isinstance(x, fx.Notice) and x.level == "warning" for x in bench.last)


@BOTH
def test_rtn15c5_a_token_error_in_answer_to_a_resume(dialect: DialectName) -> None:
    bench = with_token(dialect)
    bench.lost()
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 9, **error(40142, 401)})
    bench.do(e.TokenArrived(next(iter(bench.fetching)), TokenDetails("second")))
    assert bench.state is S.CONNECTING
    assert bench.dials[0]["resume"] == "conn1!key"


@BOTH
def test_rtn15c4_another_error_in_answer_to_a_resume(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.lost()
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 9, **error(80018)})
    assert bench.state is S.FAILED
    assert bench.conn.key is None


def test_classic_duplicates_are_dropped_and_serial_follows() -> None:
    bench = connected(CLASSIC)

    def arrives(serial: int) -> tuple[fx.Effect, ...]:
        body = {"action": 15, "channel": "chan", "messages": [{"name": "n"}]}
        return bench.receive({**body, "connectionSerial": serial})

    for serial in (0, 1, 5):
        assert any(isinstance(x, fx.Deliver) for x in arrives(serial))
    for serial in (5, 3, 0):
        assert any(isinstance(x, fx.Duplicate) for x in arrives(serial))
        assert not any(isinstance(x, fx.Deliver) for x in bench.last)
    bench.lost()
    assert bench.dials[0]["connection_serial"] == "5"
    bench.connected(connectionSerial=5)
    assert any(isinstance(x, fx.Duplicate) for x in arrives(5))
    assert any(isinstance(x, fx.Deliver) for x in arrives(6))
    bench.lost()
    if bench.state is S.DISCONNECTED:
        bench.later(1_000)
    assert dict(bench.dials[0])["connection_serial"] == "6"
    bench.connected("conn2", **error(80008))
    assert bench.conn.connection_serial == -1
    bench.receive({"action": 11, "channel": "chan", "flags": 0})
    assert any(isinstance(x, fx.Deliver) for x in arrives(0))


@pytest.mark.parametrize("connected_with", [-1, 5, None])
def test_classic_a_resumed_connected_does_not_turn_the_serial_back(
    connected_with: int | None,
) -> None:
    bench = connected(CLASSIC)
    body = {"action": 15, "channel": "chan", "messages": [{"name": "n"}], "connectionSerial": 7}
    bench.receive(body)
    bench.lost()
    bench.connected(connectionSerial=connected_with)
    bench.receive(body)
    assert any(isinstance(x, fx.Duplicate) for x in bench.last)


# --- resume or clean ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "strict"), [(CLASSIC, False), (CURRENT, False), (CURRENT, True)]
)
def test_rtn15g_past_the_ttl(dialect: DialectName, strict: bool) -> None:
    bench = connected(dialect, strict_ttl=strict)
    publish(bench, 4)
    bench.mono += 135_001
    bench.wall += 135_001
    bench.lost()
    assert bench.state is S.CONNECTING
    resumes = dialect is CURRENT and not strict
    assert ("resume" in bench.dials[0]) is resumes
    assert ("connection_serial" in bench.dials[0]) is False
    bench.connected("conn2")
    assert bench.state is S.CONNECTED
    assert bench.conn.error_reason is None
    assert len(sends(bench.last, 10)) == 1


@pytest.mark.parametrize("dialect", [CLASSIC])
def test_rtn15g_within_the_ttl(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.mono += 134_000
    bench.wall += 134_000
    bench.lost()
    assert "resume" in bench.dials[0]


@BOTH
def test_rtn14h_after_suspended(dialect: DialectName) -> None:
    bench = in_state(S.SUSPENDED, params(dialect))
    kept = dialect is CURRENT
    assert (bench.conn.key is not None) is kept
    assert (bench.conn.id is not None) is kept
    bench.later(30_000)
    assert bench.state is S.CONNECTING
    assert ("resume" in bench.dials[0]) is kept
    bench.connected("conn2")
    assert bench.conn.channels["chan"].state is C.ATTACHING
    attach = sends(bench.last, 10)
    assert len(attach) == 1
    assert ("channelSerial" in attach[0]) is kept


@BOTH
@pytest.mark.parametrize("jump", [-3_600_000, 3_600_000])
def test_a_clock_that_is_set_changes_no_wait(dialect: DialectName, jump: int) -> None:
    """The wall clock alone moves: that is no sleep."""
    bench = connected(dialect)
    bench.wall += jump
    bench.later(10_000)
    bench.receive({"action": 0})
    bench.wall += jump
    bench.lost()
    assert bench.state is S.CONNECTING
    bench.refused()
    wait = bench.changes[-1].retry_in
    assert wait is not None
    bench.later(wait)
    assert bench.state is S.CONNECTING


@BOTH
def test_a_sleep_past_the_ttl(dialect: DialectName) -> None:
    bench = connected(dialect)
    # Asleep: both clocks ran, nothing was served; on waking the idle timer is the first to fire.
    bench.mono += 3_600_000
    bench.wall += 3_600_000
    bench.later(0)
    assert bench.changes[0].event == S.DISCONNECTED
    assert bench.state is S.CONNECTING
    assert ("resume" in bench.dials[0]) is (dialect is CURRENT)
    assert bench.story.count("suspended") == 0


@BOTH
def test_a_sleep_while_disconnected(dialect: DialectName) -> None:
    bench = in_state(S.DISCONNECTED, params(dialect))
    bench.mono += 3_600_000
    bench.wall += 3_600_000
    bench.later(0)
    assert bench.story[-1] == "suspended"
    assert not bench.open
    bench.later(30_000)
    assert bench.state is S.CONNECTING
    assert ("resume" in bench.dials[0]) is (dialect is CURRENT)
    bench.connected("conn2")
    assert bench.state is S.CONNECTED


# --- recover ------------------------------------------------------------------------------------


CURRENT_KEY = '{"connectionKey":"c1!k","msgSerial":6,"channelSerials":{"a":"1@1","b":"2@1"}}'


def recovering(dialect: DialectName, key: str) -> Bench:
    bench = Bench(params(dialect, recover=key))
    bench.do(e.ConnectRequested())
    return bench


def test_rtn16_recover_current() -> None:
    bench = recovering(CURRENT, CURRENT_KEY)
    assert bench.dials[0]["recover"] == "c1!k"
    assert "resume" not in bench.dials[0]
    bench.refused()
    bench.later(15_000)
    assert bench.dials[0]["recover"] == "c1!k"
    bench.connected("conn1")
    assert bench.conn.msg_serial == 6
    assert {n: c.state for n, c in bench.conn.channels.items()} == {
        "a": C.INITIALIZED,
        "b": C.INITIALIZED,
    }
    assert not bench.sent
    publish(bench, 3)
    assert sends(bench.last, 15)[0]["msgSerial"] == 6
    bench.do(e.AttachRequested("a"))
    assert bench.sent[0]["channelSerial"] == "1@1"
    bench.lost()
    assert "recover" not in bench.dials[0]
    assert bench.dials[0]["resume"] == "conn1!key"


@pytest.mark.parametrize(
    ("text", "key", "serial", "msg_serial"),
    [
        ("a8Sd!x9:12", "a8Sd!x9", "12", 0),
        ("a8Sd!x9:12:3", "a8Sd!x9", "12", 3),
        ("KEY:-1:0", "KEY", "-1", 0),
        ("a:b:12:3", "a:b", "12", 3),
    ],
)
def test_rtn16_recover_classic(text: str, key: str, serial: str, msg_serial: int) -> None:
    bench = recovering(CLASSIC, text)
    assert bench.dials[0]["recover"] == key
    assert bench.dials[0]["connection_serial"] == serial
    bench.connected("conn1", connectionSerial=int(serial))
    assert bench.conn.msg_serial == msg_serial


@BOTH
def test_rtn16l_a_recovery_that_failed(dialect: DialectName) -> None:
    bench = recovering(dialect, CURRENT_KEY if dialect is CURRENT else "KEY:12:3")
    bench.do(e.AttachRequested("a", 2))
    bench.connected("conn9", **error(80008))
    assert bench.conn.msg_serial == 0
    assert bench.state is S.CONNECTED
    assert bench.conn.error_reason
    assert bench.conn.error_reason.code == 80008


@BOTH
@pytest.mark.parametrize("which", ["other", "garbage"])
def test_rtn16f1_an_unreadable_key_connects_clean(dialect: DialectName, which: str) -> None:
    other = "KEY:12:3" if dialect is CURRENT else CURRENT_KEY
    bench = recovering(dialect, other if which == "other" else "garbage")
    assert "recover" not in bench.dials[0]
    assert any(isinstance(x, fx.Notice) and x.level == "error" for x in bench.effects)


@BOTH
@pytest.mark.parametrize("state", list(S))
def test_recover_wish_from_every_state(dialect: DialectName, state: S) -> None:
    bench = in_state(state, params(dialect))
    if state in {S.CONNECTED, S.DISCONNECTED}:
        publish(bench, 4)
    text = CURRENT_KEY if dialect is CURRENT else "c1!k:12:6"
    key = parse(text, dialect)
    assert isinstance(key, RecoveryKey)
    bench.do(e.RecoverRequested(key, 8))
    dials = [x for x in bench.last if isinstance(x, fx.Dial)]
    if not dials:
        for attempt in list(bench.open):
            bench.do(e.SocketClosed(attempt, 1000, "", True, True))
        dials = [x for x in bench.effects if isinstance(x, fx.Dial)]
    assert dict(dials[-1].target.query)["recover"] == "c1!k"
    assert bench.state is S.CONNECTING
    if state in {S.CONNECTED, S.DISCONNECTED}:
        assert bench.error(4) == 40000
    bench.connected("conn5")
    assert bench.reply(8)
    assert bench.error(8) is None
    assert bench.conn.msg_serial == 6
    wanted = {"a", "b"} if dialect is CURRENT else set()
    assert wanted <= set(bench.conn.channels)
    assert all(c.state is C.INITIALIZED for c in bench.conn.channels.values())


# --- 5.7 ----------------------------------------------------------------------------------------


@BOTH
def test_rtn13_pings(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.PingRequested(1))
    bench.do(e.PingRequested(2))
    first, second = (m["id"] for m in sends(tuple(bench.effects), 0))
    assert first != second
    bench.receive({"action": 0, "id": "stranger"})
    assert not bench.reply(1)
    assert not bench.reply(2)
    bench.mono += 40
    bench.receive({"action": 0, "id": second})
    assert not bench.reply(1)
    assert bench.reply(2)
    bench.later(9_959)
    assert not bench.reply(1)
    bench.later(1)
    answer = bench.reply(1)
    assert answer
    assert answer.error
    assert (answer.error.code, answer.error.status_code) == (50003, 504)


@BOTH
@pytest.mark.parametrize("state", [S.CONNECTING, S.DISCONNECTED])
def test_rtn13d_deferred_pings(dialect: DialectName, state: S) -> None:
    bench = in_state(state, params(dialect))
    bench.do(e.PingRequested(1))
    assert not bench.sent
    bench.later(11_000)
    if bench.state is S.DISCONNECTED:
        bench.later(20_000)
    if bench.state is S.DISCONNECTED:
        bench.do(e.ConnectRequested())
    assert not bench.reply(1)
    bench.connected()
    assert len(sends(bench.last, 0)) == 1
    bench.later(9_999)
    assert not bench.reply(1)
    bench.later(1)
    assert bench.error(1) == 50003


@BOTH
@pytest.mark.parametrize("end", ["close", "error", "suspended"])
def test_rtn13b_pings_fail_with_the_connection(dialect: DialectName, end: str) -> None:
    bench = connected(dialect, realtime_request_timeout=1_000_000)
    bench.do(e.PingRequested(1))
    if end == "close":
        bench.do(e.CloseRequested())
        assert bench.reply(1)
    elif end == "error":
        bench.receive({"action": 9, **error(50000)})
    else:
        bench.lost()
        bench.later(120_000)
        assert bench.state is S.SUSPENDED
    assert bench.error(1) is not None


@BOTH
def test_rtn13_a_ping_whose_transport_was_lost(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.PingRequested(1))
    bench.later(9_000)
    bench.lost()
    assert not bench.reply(1)
    bench.later(5_000)
    assert not bench.reply(1)
    bench.connected()
    pings = sends(bench.last, 0)
    assert len(pings) == 1
    bench.later(9_000)
    assert not bench.reply(1)
    bench.receive({"action": 0, "id": pings[0]["id"]})
    answer = bench.reply(1)
    assert answer
    assert answer.error is None


def test_classic_a_heartbeat_without_an_id_answers() -> None:
    for dialect, answered in ((CLASSIC, True), (CURRENT, False)):
        bench = connected(dialect)
        bench.do(e.PingRequested(1))
        bench.receive({"action": 0})
        assert bool(bench.reply(1)) is answered


# --- 5.8 ----------------------------------------------------------------------------------------


@BOTH
def test_rtn12(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.CloseRequested(1))
    assert bench.state is S.CLOSING
    bench.later(9_999)
    assert bench.state is S.CLOSING
    bench.later(1)
    assert bench.state is S.CLOSED
    assert bench.changes[-1].reason is None
    assert bench.reply(1)
    assert bench.error(1) is None
    for state in (S.DISCONNECTED, S.SUSPENDED):
        bench = in_state(state, params(dialect))
        bench.do(e.CloseRequested(1))
        assert not bench.sent
        assert bench.state is S.CLOSED
        assert not bench.timers
        assert bench.reply(1)
        assert bench.error(1) is None


@BOTH
@pytest.mark.parametrize("state", list(S))
def test_rtn16g2_when_there_is_a_recovery_key(dialect: DialectName, state: S) -> None:
    bench = in_state(state, params(dialect))
    there = recovery_key(bench.conn) is not None
    assert there is (state in {S.CONNECTED, S.DISCONNECTED})
