"""RTN14 and RTN15c: opening, and the answers to resume and recover."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import ID, Bench, in_state, params

CLASSIC = DialectName.CLASSIC
LOST = {"code": 80018, "statusCode": 400, "message": "invalid connection key"}


def test_rtn14_a_clean_attempt_becomes_connected() -> None:
    bench = in_state(S.CONNECTING)
    assert bench.dials == [
        {
            "key": "app.key:secret",
            "format": "msgpack",
            "echo": "true",
            "heartbeats": "false",
            "v": "6",
            "agent": bench.dials[0]["agent"],
        }
    ]
    bench.connected()
    assert bench.story == ["connecting", "connected"]
    assert (bench.conn.id, bench.conn.key) == (ID, "conn1!key")
    assert set(bench.timers) == {"idle"}


def test_classic_sends_the_old_names_and_nothing_else() -> None:
    bench = Bench(params(CLASSIC, client_id="me", echo=False))
    bench.do(e.ConnectRequested())
    assert list(bench.dials[0]) == ["key", "client_id", "protocol", "echo"]


def test_rtn14c_no_connected_in_time() -> None:
    bench = in_state(S.CONNECTING, params(realtime_request_timeout=500))
    bench.later(499)
    assert bench.state is S.CONNECTING
    bench.later(1)
    (change,) = bench.changes
    assert (change.current, change.reason.code, change.point) == (S.DISCONNECTED, 50003, "RTN14c")  # type: ignore[union-attr]
    assert bench.open == set()


def test_rtn14d_retries_follow_rtb1_and_say_so_truly() -> None:
    bench = in_state(S.CONNECTING)
    for coefficient in (1, 4 / 3, 5 / 3, 2, 2):
        bench.refused()
        (change,) = bench.changes
        assert change.retry_in is not None
        assert change.retry_in == pytest.approx(15_000 * coefficient * 0.9)
        bench.later(change.retry_in - 1)
        assert bench.state is S.DISCONNECTED
        bench.later(1)
        assert bench.state is S.CONNECTING


def test_rtn14e_suspended_after_the_ttl_of_all_attempts_together() -> None:
    bench = in_state(S.CONNECTING)
    bench.refused()
    while bench.state is not S.SUSPENDED:
        bench.later(1_000)
        if bench.state is S.CONNECTING:
            bench.refused()
    assert bench.mono - 1_000 == pytest.approx(120_000, abs=1_000)
    assert bench.conn.error_reason == ErrorInfo(80002, 400, bench.conn.error_reason.message)  # type: ignore[union-attr]


def test_rtn14e_an_attempt_under_way_is_abandoned() -> None:
    bench = in_state(S.CONNECTING, params(realtime_request_timeout=500_000))
    bench.later(120_000)
    assert bench.state is S.SUSPENDED
    assert bench.open == set()


def test_rtn14f_suspended_goes_on_for_ever_without_backoff() -> None:
    bench = in_state(S.SUSPENDED)
    for _ in range(3):
        bench.later(30_000)
        assert bench.state is S.CONNECTING
        bench.refused()
        (change,) = bench.changes
        assert (change.current, change.retry_in, change.point) == (S.SUSPENDED, 30_000, "RTN14f")
    bench.later(30_000)
    bench.connected()
    bench.lost()
    bench.refused()
    assert bench.state is S.DISCONNECTED, "a success ends the suspension"


@pytest.mark.parametrize(
    ("dialect", "strict", "mode"),
    [
        (DialectName.CURRENT, False, "resume"),
        (DialectName.CURRENT, True, "clean"),
        (CLASSIC, False, "clean"),
    ],
)
def test_rtn14h_resume_after_the_ttl_is_the_dialects_choice(
    dialect: DialectName,
    strict: bool,
    mode: str,
) -> None:
    bench = in_state(S.SUSPENDED, params(dialect, strict_ttl=strict))
    bench.later(30_000)
    assert ("resume" in bench.dials[0]) == (mode == "resume")


@pytest.mark.parametrize(("strict", "kept"), [(False, "conn1!key"), (True, None)])
def test_rtn9c_under_the_strict_rule_nothing_is_kept_in_suspended(
    strict: bool, kept: str | None
) -> None:
    """However long the idle interval is, which the check before a dial adds to the TTL."""
    bench = in_state(S.SUSPENDED, params(strict_ttl=strict))
    assert bench.conn.key == kept
    bench.do(e.ConnectRequested(1))
    assert ("resume" in bench.dials[0]) is (kept is not None)


def test_rtn15g_the_wall_clock_notices_that_the_machine_slept() -> None:
    bench = in_state(S.CONNECTED, params(CLASSIC))
    bench.wall += 10 * 60_000
    bench.lost()
    assert "resume" not in bench.dials[0]
    awake = in_state(S.CONNECTED, params(CLASSIC))
    awake.lost()
    assert awake.dials[0]["resume"] == "conn1!key"
    assert awake.dials[0]["connection_serial"] == "-1"


@pytest.mark.parametrize(
    ("dialect", "status", "current"),
    [(DialectName.CURRENT, 401, S.DISCONNECTED), (CLASSIC, 401, S.FAILED), (CLASSIC, 0, S.FAILED)],
)
def test_a_refused_handshake(dialect: DialectName, status: int, current: S) -> None:
    bench = in_state(S.CONNECTING, params(dialect))
    bench.refused(status=status, refused=True)
    (change,) = bench.changes
    assert change.current is current
    if dialect is CLASSIC:
        assert change.reason == ErrorInfo(40100, 401, "Unauthorized")


def test_a_refusal_that_names_its_error_is_quoted_and_twice_is_worth_a_word() -> None:
    bench = in_state(S.CONNECTING)
    error = ErrorInfo(40101, 401, "no such key")
    bench.refused(status=401, refused=True, error=error)
    assert bench.changes[0].reason == error
    bench.later(20_000)
    bench.refused(status=401, refused=True, error=error)
    assert [x.level for x in bench.last if isinstance(x, fx.Notice)] == ["warning"]


def test_unreachable_is_no_refusal_in_classic() -> None:
    bench = in_state(S.CONNECTING, params(CLASSIC))
    bench.refused()
    assert (bench.state, bench.conn.error_reason.code) == (S.DISCONNECTED, 80003)  # type: ignore[union-attr]


def test_classic_tls_failure_is_1015() -> None:
    bench = in_state(S.CONNECTING, params(CLASSIC))
    bench.refused(tls=True)
    assert (bench.changes[0].current, bench.changes[0].point) == (S.FAILED, "close 1015")


def test_rtn15c6_same_id_is_resumed() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": "x"},), 3))
    bench.lost()
    bench.connected()
    (change,) = bench.changes
    assert (change.current, change.reason, change.point) == (S.CONNECTED, None, "RTN15c6")
    assert [m["action"] for m in bench.sent] == [10, 15]
    assert bench.sent[0]["channelSerial"] == "s1"
    assert bench.sent[1]["msgSerial"] == 0
    assert bench.conn.msg_serial == 1


def test_rtn15c7_another_id_is_lost() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": "x"},)))
    bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    bench.do(e.PublishRequested("chan", ({"data": "y"},)))
    bench.lost()
    bench.connected("other", error=LOST)
    (change,) = bench.changes
    assert (change.current, change.reason.code, change.point) == (S.CONNECTED, 80018, "RTN15c7")  # type: ignore[union-attr]
    assert bench.conn.error_reason == change.reason
    assert [m.get("msgSerial") for m in bench.sent] == [None, 0], "resent under a new serial"


def test_a_classic_resume_leaves_its_channels_alone() -> None:
    bench = in_state(S.CONNECTED, params(CLASSIC))
    bench.lost()
    bench.connected(connectionSerial=5, error={"code": 80006})
    assert bench.sent == []
    assert bench.conn.channels["chan"].state == "attached"
    bench.lost()
    bench.later(1_000)
    bench.connected("other")
    assert [m["action"] for m in bench.sent] == [10]


def test_rtn24_connected_again_is_an_update_and_lowers_the_idle_limit() -> None:
    bench = in_state(S.CONNECTED)
    details = {"connectionKey": "k2", "maxIdleInterval": 1_000}
    bench.receive({"action": 4, "connectionId": ID, "connectionDetails": details, "error": LOST})
    (change,) = bench.changes
    assert (change.event, change.current, change.reason.code) == ("update", S.CONNECTED, 80018)  # type: ignore[union-attr]
    assert bench.conn.key == "k2"
    bench.later(11_000)
    assert bench.conn.error_reason.status_code == 408  # type: ignore[union-attr]


def test_a_connected_without_details_is_taken() -> None:
    bench = Bench(params(CLASSIC))
    bench.do(e.ConnectRequested(), e.SocketOpened(1))
    bench.receive(
        {"action": 4, "connectionId": "x", "connectionKey": "old", "connectionSerial": -1}
    )
    assert (bench.state, bench.conn.key, bench.conn.connection_serial) == (S.CONNECTED, "old", -1)
    assert "idle" not in bench.timers


def test_rsa15c_another_client_id_is_fatal() -> None:
    bench = Bench(params(client_id="me"))
    bench.do(e.ConnectRequested())
    bench.connected(connectionDetails={"connectionKey": "k", "clientId": "you"})
    assert (bench.state, bench.changes[0].reason.code) == (S.FAILED, 40102)  # type: ignore[union-attr]
    assert bench.open == set()


@pytest.mark.parametrize("answer", [{}, {"error": LOST}])
def test_rtn16_recover_is_judged_by_the_error(answer: dict[str, Any]) -> None:
    bench = Bench(
        params(recover='{"connectionKey":"old!k","msgSerial":6,"channelSerials":{"a":"s5"}}')
    )
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["recover"] == "old!k"
    assert bench.conn.channels["a"].state == "initialized", "RTN16j: prepared, not attached"
    bench.refused()
    bench.later(20_000)
    assert bench.dials[0]["recover"] == "old!k", "until the first CONNECTED"
    bench.connected(**answer)
    assert bench.conn.msg_serial == (0 if answer else 6)
    bench.do(e.AttachRequested("a"))
    assert bench.sent == [{"action": 10, "channel": "a", "channelSerial": "s5"}]
    bench.lost()
    assert "recover" not in bench.dials[0], "RTN16k"


def test_a_classic_recovery_carries_its_serial() -> None:
    bench = Bench(params(CLASSIC))
    key = RecoveryKey(CLASSIC, "old!k", 3, connection_serial=12)
    bench.do(e.RecoverRequested(key))
    assert bench.dials[0]["recover"] == "old!k"
    assert bench.dials[0]["connection_serial"] == "12"


def test_a_hand_made_resume() -> None:
    bench = Bench(params(CLASSIC, resume="k!1", connection_serial=3))
    bench.do(e.ConnectRequested())
    assert (bench.dials[0]["resume"], bench.dials[0]["connection_serial"]) == ("k!1", "3")
    bench.connected("new", error=LOST)
    assert bench.changes[0].point == "RTN15c7"


def test_rtn15c2_a_classic_resume_with_an_error_says_so_in_its_point() -> None:
    bench = in_state(S.CONNECTED, params(CLASSIC))
    bench.lost()
    bench.connected(error={"code": 80006, "message": "expired"})
    (change,) = bench.changes
    assert (change.point, change.reason.code) == ("RTN15c2", 80006)  # type: ignore[union-attr]
    assert bench.conn.error_reason == change.reason


@pytest.mark.parametrize("value", [-50_000, 10**400, "nonsense"])
def test_rtn23a_a_senseless_interval_promises_nothing(value: Any) -> None:
    bench = Bench(params())
    bench.do(e.ConnectRequested())
    details = {"connectionKey": "k", "maxIdleInterval": value, "connectionStateTtl": value}
    bench.connected(connectionDetails=details)
    assert "idle" not in bench.timers
    bench.lost()
    assert bench.timers["ttl"][1] == bench.mono + 120_000
