"""Every event in every state, and long random runs: what may never happen does not happen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Opcode
from ablytui.protocol.machine.step import initial, step
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey
from ablytui.protocol.states import EDGES, ChannelChange, ConnectionState, StateChange
from tests.support.machine import ID, Bench, in_state, message, params

S = ConnectionState
ERROR = {"code": 50000, "statusCode": 500, "message": "x"}
TOKEN = {"code": 40142, "statusCode": 401, "message": "expired"}
RECOVERY = {
    DialectName.CURRENT: RecoveryKey(DialectName.CURRENT, "old!k", 4, (("chan", "s9"),)),
    DialectName.CLASSIC: RecoveryKey(DialectName.CLASSIC, "old!k", 4, connection_serial=7),
}

MEMBER: dict[str, Any] = {
    "action": 2,
    "clientId": "me",
    "connectionId": ID,
    "id": f"{ID}:1:0",
    "timestamp": 5,
}

BODIES: list[dict[str, Any]] = [
    {"action": 0},
    {"action": 1, "msgSerial": 0, "count": 1},
    {"action": 2, "msgSerial": 0, "count": 1, "error": ERROR},
    {"action": 3},
    {"action": 4, "connectionId": ID, "connectionDetails": {"connectionKey": "k2"}},
    {"action": 4, "connectionId": "other", "error": {"code": 80018}},
    {"action": 4},
    {"action": 5},
    {"action": 6},
    {"action": 6, "error": TOKEN},
    {"action": 7},
    {"action": 8},
    {"action": 9, "error": ERROR},
    {"action": 9, "error": TOKEN},
    {"action": 9, "channel": "chan", "error": ERROR},
    {"action": 9, "channel": None},
    {"action": 10, "channel": "chan"},
    {"action": 11, "channel": "chan", "flags": 4},
    {"action": 11, "channel": "chan", "flags": 1},
    {"action": 11, "channel": "unheard of"},
    {"action": 13, "channel": "chan"},
    {"action": 14, "channel": "chan", "presence": [], "connectionSerial": 1},
    {"action": 15, "channel": "chan", "messages": [], "connectionSerial": 2, "channelSerial": "s"},
    {"action": 16, "channel": "chan", "presence": []},
    {"action": 14, "channel": "chan", "presence": [MEMBER, MEMBER | {"action": 3, "id": "x"}]},
    {"action": 16, "channel": "chan", "channelSerial": "a:1", "presence": [MEMBER]},
    {"action": 16, "channel": "chan", "channelSerial": "b:", "presence": [MEMBER, None, 5]},
    {"action": 17},
    {"action": 99},
    {},
]


def wishes(dialect: DialectName, ref: int) -> list[e.Wish]:
    return [
        e.ConnectRequested(ref),
        e.CloseRequested(ref),
        e.DisconnectRequested(ref),
        e.DropRequested(ref),
        e.RecoverRequested(RECOVERY[dialect], ref),
        e.PingRequested(ref),
        e.AttachRequested("chan", ref),
        e.AttachRequested("new", ref),
        e.AttachRequested("chan", ref, (("rewind", "1"),), 131_072),
        e.AttachRequested("new", ref, (("delta", "vcdiff"),)),
        e.DetachRequested("chan", ref),
        e.PublishRequested("chan", ({"data": "x"},), ref),
        e.PresenceRequested("chan", {"action": 2, "clientId": "me"}, ref),
        e.MembersRequested("chan", ref),
        e.MembersRequested("new", ref),
        e.MembersRequested("chan", ref, "me", wait_for_sync=False),
        e.SendRequested(Opcode.TEXT, b"{}", ref),
        e.ParamsChanged(params(dialect), ref),
        e.AuthorizeRequested(None, ref),
        e.AuthorizeRequested(TokenDetails("given"), ref),
        e.DetachRequested("new", ref),
        e.PresenceRequested("new", {"action": 2, "clientId": "me"}, ref),
        e.ParamsChanged(params(dialect, client_id="bob", recover="k:1:2"), ref),
        e.ParamsChanged(params(dialect, port=9, queue_messages=False), ref),
        e.ParamsChanged(params(dialect, resume="k", auth_url="http://h/"), ref),
    ]


def tokens(bench: Bench) -> list[e.Event]:
    """What can become of a request for a token: the one under way, and one before it."""
    error = ErrorInfo(40170, 401, "none")
    return [
        event
        for number in (bench.conn.fetches, max(bench.conn.fetches - 1, 0))
        for event in (
            e.TokenArrived(number, TokenDetails("fetched")),
            e.TokenArrived(number, TokenDetails("ann's", client_id="ann")),
            e.TokenArrived(number, TokenDetails("ends", expires=1), 5.0),
            e.TokenFailed(number, error),
            e.TokenFailed(number, error, forbidden=True),
        )
    ]


def sockets(attempt: int) -> list[e.Event]:
    return [
        e.SocketOpened(attempt),
        e.DialFailed(attempt, "refused"),
        e.DialFailed(attempt, "HTTP 401", status=401, refused=True),
        e.DialFailed(attempt, "TLS", tls=True),
        e.DialFailed(attempt, "HTTP 503", status=503, refused=True),
        e.InternetChecked(attempt, ok=True),
        e.InternetChecked(attempt, ok=False),
        e.SocketClogged(attempt),
        e.FrameArrived(attempt, Opcode.PING, b"", None),
        e.FrameArrived(attempt, Opcode.TEXT, b"garbage", None),
        *(
            e.SocketClosed(attempt, code, "", False, True)
            for code in (1000, 1001, 1003, 1009, 4000)
        ),
        *(message(attempt, body) for body in BODIES),
    ]


def catalogue(bench: Bench, dialect: DialectName) -> list[e.Event]:
    names = ("request", "retry", "ttl", "idle", "close", "channel:chan", "channel-retry:chan")
    timers = [e.TimerFired(n, t[0]) for n, t in bench.timers.items()]
    stale = [e.TimerFired(name, 0) for name in (*names, "token", "auth")]
    return [
        *wishes(dialect, 7),
        *sockets(bench.attempt),
        *sockets(max(bench.attempt - 1, 0)),
        *timers,
        *stale,
        *(
            e.DecodingFailed(name, "s0", ErrorInfo(code, 400, "bad delta"))
            for name in ("chan", "unheard of")
            for code in (40018, 40019)
        ),
        *tokens(bench),
        e.NetworkChanged(online=False),
        e.NetworkChanged(online=True),
    ]


def check(bench: Bench, before: ConnectionState, effects: tuple[fx.Effect, ...]) -> None:
    state = before
    for effect in effects:
        if isinstance(effect, fx.Announce) and isinstance(effect.change, StateChange):
            change = effect.change
            assert change.previous is state
            if change.event == "update":
                assert change.current is state is S.CONNECTED
            else:
                assert change.current in EDGES[state]
                assert change.event is change.current
                assert change.point
            state = change.current
        elif isinstance(effect, fx.Announce):
            assert isinstance(effect.change, ChannelChange)
            assert (effect.change.event == "update") == (
                effect.change.previous is effect.change.current
            )
    assert bench.state is state
    if state in {S.CLOSED, S.FAILED}:
        assert not bench.timers
        assert not bench.open
        assert bench.conn.key is None
    if state not in {S.DISCONNECTED, S.SUSPENDED}:
        assert "retry" not in bench.timers
    if state not in {S.CONNECTING, S.CONNECTED}:
        assert bench.fetching == set()
    if state is not S.CONNECTED:
        assert "auth" not in bench.timers or state is S.CLOSING
    if state is S.CONNECTING:
        assert len(bench.fetching) + len(bench.open) <= 1, "a token first, or a dial"
    assert len(bench.fetching) <= 1
    assert ("token" in bench.timers) == bool(bench.fetching)
    assert set(bench.timers) == set(bench.conn.timers)
    assert {n: g for n, (g, _) in bench.timers.items()} == {
        n: t.generation for n, t in bench.conn.timers.items()
    }


WAYS: dict[str, dict[str, Any]] = {
    "key": {},
    "token": {"token": "t", "key": None},
    "token and key": {"token": "t", "client_id": "bob"},
    "auth url": {"auth_url": "http://h/", "key": None, "client_id": "bob"},
    "elsewhere": {"endpoint": "service.example"},
    "ending token": {"token": '{"token":"t","issued":1,"expires":9}', "query_time": True},
}
WAY = pytest.mark.parametrize("way", list(WAYS)[:4])
"""The rest differs by few events, which the random runs find."""


@WAY
@pytest.mark.parametrize("dialect", DialectName)
@pytest.mark.parametrize("state", ConnectionState)
def test_every_event_in_every_state_keeps_to_the_edges(
    state: ConnectionState, dialect: DialectName, way: str
) -> None:
    given = replace(params(dialect), **WAYS[way])
    count = len(catalogue(in_state(state, given), dialect))
    reached = set()
    for index in range(count):
        bench = in_state(state, given)
        event = catalogue(bench, dialect)[index]
        effects = bench.do(event)
        check(bench, state, effects)
        reached |= {
            x.change.current
            for x in effects[:]
            if isinstance(x, fx.Announce)
            and isinstance(x.change, StateChange)
            and x.change.previous is state
        }
    assert reached - {state} == EDGES[state], "machine and table are the same set"


@WAY
@pytest.mark.parametrize("dialect", DialectName)
@pytest.mark.parametrize("state", ConnectionState)
def test_every_wish_is_answered_or_kept(
    state: ConnectionState,
    dialect: DialectName,
    way: str,
) -> None:
    given = replace(params(dialect), **WAYS[way])
    for index in range(len(wishes(dialect, 7))):
        bench = in_state(state, given)
        attempt = bench.attempt
        bench.do(wishes(dialect, 7)[index])
        bench.do(e.SocketClosed(attempt, 1006, "", True, False))
        bench.do(e.ConnectRequested())
        for _ in range(4):
            bench.later(200_000)
            if bench.state is S.CONNECTING and bench.conn.socket is not None:
                bench.refused()
        bench.do(e.CloseRequested())
        bench.later(20_000)
        assert bench.reply(7) is not None, wishes(dialect, 7)[index]


@pytest.mark.parametrize("hosts", [None, (("a.example", None), ("b.example", 9))])
@pytest.mark.parametrize("dialect", DialectName)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_random_runs(dialect: DialectName, hosts: Any, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(list(WAYS)))
    bench = Bench(replace(params(dialect, fallback_hosts=hosts), **WAYS[way]))
    bench.do(e.ConnectRequested())
    ref = 10
    for _ in range(data.draw(st.integers(1, 40))):
        events = catalogue(bench, dialect)
        index = data.draw(st.integers(-3, len(events) - 1))
        before = bench.state
        if index < 0:
            if bench.attempt in bench.open and data.draw(st.booleans()):
                effects = bench.connected(data.draw(st.sampled_from([ID, "other"])))
            else:
                effects = bench.later(data.draw(st.sampled_from([10, 2_000, 30_000, 130_000])))
        else:
            event = events[index]
            if getattr(event, "ref", 0):
                ref += 1
                event = wishes(dialect, ref)[index]
            effects = bench.do(event)
        check(bench, before, effects)
        assert len(bench.open) <= 1
        waiting = {*bench.conn.authorizing, *(r for each in bench.conn.auths for r in each)}
        assert not waiting & bench.replies.keys(), "answered, and waiting still"
        assert all(len(answers) == 1 for answers in bench.replies.values())
        serials = [p.msg_serial for p in bench.conn.pending]
        assert serials == sorted(set(serials), key=lambda s: s or 0), "no serial twice, in order"
        assert all(s is not None and s < bench.conn.msg_serial for s in serials)
    end(bench)
    asked = range(11, ref + 1)
    assert [r for r in asked if bench.reply(r) is None] == [], "each wish has its one answer"


def end(bench: Bench) -> None:
    """Close, and let every socket that there was end."""
    bench.do(e.CloseRequested())
    for attempt in range(1, bench.attempt + 1):
        bench.do(e.SocketClosed(attempt, 1006, "", True, False))
    bench.later(20_000)
    assert bench.state in {S.INITIALIZED, S.CLOSED, S.FAILED}


def test_a_late_word_of_an_old_socket_changes_nothing() -> None:
    bench = in_state(S.CONNECTED)
    bench.lost()
    assert bench.attempt == 2
    before = bench.conn
    assert bench.do(message(1, {"action": 9, "error": ERROR})) == ()
    assert bench.do(e.SocketClosed(1, 1000, "", False, True)) == ()
    assert bench.conn == before


def test_a_stale_timer_is_nobodys() -> None:
    bench = in_state(S.CONNECTING)
    generation = bench.timers["request"][0]
    assert bench.do(e.TimerFired("request", generation - 1)) == ()
    assert bench.state is S.CONNECTING
    bench.do(e.TimerFired("request", generation))
    assert bench.state is S.DISCONNECTED


def test_an_unreadable_recovery_key_is_told_and_the_connection_is_clean() -> None:
    conn, effects = initial(params(recover="{nonsense"))
    assert [type(x) for x in effects] == [fx.Notice]
    assert conn.recover is None
    _, more = step(conn, e.ConnectRequested(), e.Moment(0, 0, 0))
    (dial,) = [x for x in more if isinstance(x, fx.Dial)]
    assert dial.target.mode == "clean"


def test_step_is_pure() -> None:
    conn, _ = initial(params())
    first = step(conn, e.ConnectRequested(1), e.Moment(5, 6, 0.1))
    assert step(conn, e.ConnectRequested(1), e.Moment(5, 6, 0.1)) == first
    assert conn.state is S.INITIALIZED
