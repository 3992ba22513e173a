"""Parameters that change in every state: when they count, and what they leave as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.format import Format
from ablytui.protocol.machine import wishes
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params

KEY = RecoveryKey(DialectName.CURRENT, "old!k", 3, (("news", "s9"),))
RECOVER = '{"connectionKey":"c1!k","msgSerial":6,"channelSerials":{"a":"1@1"}}'
BUSY = {S.CONNECTING, S.CONNECTED, S.CLOSING}


@pytest.mark.parametrize("state", list(S))
def test_parameters_count_at_once_unless_something_is_under_way(state: S) -> None:
    bench = in_state(state)
    before, pending = bench.conn.params, bench.conn.socket
    changed = params(client_id="me")
    bench.do(e.ParamsChanged(changed, 1))
    assert bench.reply(1) == fx.Reply(1)
    assert bench.conn.params is (before if state in BUSY else changed)
    assert bench.state is state
    assert bench.conn.socket == pending


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ({"client_id": "me"}, {"clientId": "me", "resume": "conn1!key"}),
        ({"format": Format.JSON}, {"format": "json", "resume": "conn1!key"}),
        ({"echo": False}, {"echo": "false", "resume": "conn1!key"}),
        ({"heartbeats": True}, {"heartbeats": "true", "resume": "conn1!key"}),
        ({"params": (("x", "y"),)}, {"x": "y", "resume": "conn1!key"}),
        ({"key": "other.k1:secret"}, {"key": "other.k1:secret"}),
        ({"key": None, "token": "tok"}, {"accessToken": "tok"}),
    ],
)
def test_while_connected_they_wait_for_the_next_dial(
    change: dict[str, Any], query: dict[str, str]
) -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"name": "n"},), 5))
    bench.do(e.ParamsChanged(replace(bench.conn.params, **change), 1))
    assert not bench.sent
    assert bench.state is S.CONNECTED
    bench.lost()
    assert query.items() <= bench.dials[0].items()
    assert ("resume" in bench.dials[0]) is ("resume" in query)
    bench.connected("conn1" if "resume" in query else "conn2")
    (again,) = [m for m in bench.sent if m["action"] == 15]
    assert again["msgSerial"] == 0
    assert bench.conn.channels["chan"].state is C.ATTACHING
    bench.receive({"action": 1, "msgSerial": 0})
    assert bench.reply(5)
    assert bench.error(5) is None


def test_an_attempt_goes_on_by_what_it_began_with() -> None:
    bench = Bench(params(fallback_hosts=(("f.example", None),)))
    bench.do(e.ConnectRequested())
    bench.do(e.ParamsChanged(params(client_id="me"), 1))
    bench.refused()
    bench.do(e.InternetChecked(1, ok=True))
    assert bench.conn.host == "f.example"
    assert "clientId" not in bench.dials[0]
    bench.refused()
    assert bench.state is S.DISCONNECTED
    assert bench.conn.params.client_id == "me"
    bench.later(15_000)
    assert bench.dials[0]["clientId"] == "me"


def test_the_last_of_several_edits_counts() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.ParamsChanged(params(client_id="one"), 1), e.ParamsChanged(params(), 2))
    bench.lost()
    assert "clientId" not in bench.dials[0]
    assert bench.dials[0]["resume"] == "conn1!key"


@pytest.mark.parametrize("state", [S.INITIALIZED, S.CLOSED, S.FAILED])
@pytest.mark.parametrize(
    ("change", "query"),
    [
        ({"recover": RECOVER}, {"recover": "c1!k"}),
        ({"resume": "k1!x"}, {"resume": "k1!x"}),
    ],
)
def test_rtn16k_what_is_asked_for_at_rest_is_taken_up(
    state: S, change: dict[str, Any], query: dict[str, str]
) -> None:
    bench = in_state(state)
    bench.do(e.ParamsChanged(replace(bench.conn.params, **change)), e.ConnectRequested())
    assert query.items() <= bench.dials[0].items()
    bench.connected("conn7")
    assert bench.conn.msg_serial == (6 if "recover" in change else 0)
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ConnectRequested())
    assert not {"recover", "resume"} & bench.dials[0].keys()


@pytest.mark.parametrize("state", list(S))
def test_rtn16_a_wish_to_recover_takes_the_latest_parameters_along(state: S) -> None:
    bench = in_state(state)
    bench.do(e.ParamsChanged(params(port=9, recover=RECOVER)), e.RecoverRequested(KEY, 4))
    (dial,) = [x for x in bench.last if isinstance(x, fx.Dial)]
    assert dial.target.port == 9
    assert dict(dial.target.query)["recover"] == "old!k"
    bench.connected("conn3")
    assert bench.reply(4)
    assert bench.error(4) is None
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ConnectRequested())
    assert "recover" not in bench.dials[0]


def test_rtn16k_taken_back_before_it_was_used() -> None:
    bench = Bench(params(recover=RECOVER))
    bench.do(e.AttachRequested("a", 1), e.ParamsChanged(params()), e.ConnectRequested())
    assert "recover" not in bench.dials[0]
    assert bench.conn.msg_serial == 0
    bench.connected()
    (attach,) = bench.sent
    assert attach["channel"] == "a"


def test_rtn16j_a_channel_that_was_asked_for_gets_its_serial() -> None:
    bench = Bench(params())
    bench.do(e.AttachRequested("a", 1), e.ParamsChanged(params(recover=RECOVER)))
    bench.do(e.ConnectRequested())
    bench.connected()
    (attach,) = bench.sent
    assert attach["channelSerial"] == "1@1"


def test_rtn16f1_an_edit_that_cannot_be_read_is_told() -> None:
    bench = Bench(params())
    bench.do(e.ParamsChanged(params(recover="nonsense")))
    assert [x.level for x in bench.last if isinstance(x, fx.Notice)] == ["error"]
    bench.do(e.ConnectRequested())
    assert "recover" not in bench.dials[0]


def test_a_connection_that_lives_is_not_given_up_for_another_recovery() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.ParamsChanged(params(recover=RECOVER)))
    bench.lost()
    assert bench.dials[0]["resume"] == "conn1!key"
    assert "recover" not in bench.dials[0]


@pytest.mark.parametrize("state", [S.DISCONNECTED, S.SUSPENDED])
@pytest.mark.parametrize(
    ("change", "mode"),
    [
        ({"client_id": "me"}, "resume"),
        ({"echo": False}, "resume"),
        ({"disconnected_retry_timeout": 7}, "resume"),
        ({"key": "other.k1:secret"}, "clean"),
        ({"endpoint": "elsewhere.example"}, "clean"),
        ({"port": 9}, "clean"),
        ({"tls": True}, "clean"),
        ({"dialect": DialectName.CLASSIC}, "clean"),
    ],
)
def test_what_was_kept_is_resumed_only_by_the_same_key_at_the_same_place(
    state: S, change: dict[str, Any], mode: str
) -> None:
    bench = in_state(state)
    bench.do(e.ParamsChanged(replace(bench.conn.params, **change), 1))
    assert bench.reply(1) == fx.Reply(1)
    serials = {channel.channel_serial for channel in bench.conn.channels.values()}
    assert (serials == {None}) == (mode == "clean"), "a serial means nothing elsewhere"
    bench.do(e.ConnectRequested())
    assert bench.conn.mode == mode
    assert ("resume" in bench.dials[0]) == (mode == "resume")
    bench.connected()
    assert bench.state is S.CONNECTED


def test_a_recovery_that_is_due_at_the_start_outlives_an_edit() -> None:
    bench = in_state(S.INITIALIZED)
    bench.conn = wishes.prepare(bench.conn, KEY)
    bench.do(e.ParamsChanged(params(port=9)))
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["recover"] == "old!k"
