"""The Session, joined to a real service in memory: order, recovery, answers, and secrets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ablytui.net.listener import Failure
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind
from ablytui.protocol.news import Told
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.service import events as sv
from tests.support.joined import KEY, Joined

BOTH = pytest.mark.parametrize("fmt", Format)
DIALECTS = pytest.mark.parametrize("dialect", DialectName)
Make = Callable[..., Joined]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    worlds: list[Joined] = []

    def build(params: ConnectParams | None = None, **options: Any) -> Joined:
        world = Joined(params or ConnectParams(), folder=tmp_path, **options)
        worlds.append(world)
        return world

    yield build
    for world in worlds:
        await world.close()


async def test_a_state_row_directly_follows_its_cause(make: Make) -> None:
    world = make(ConnectParams(format=Format.JSON))
    world.start()
    assert world.kinds == ["STATE", "UPGRADE", "HANDSHAKE", "FRAME", "STATE"]
    assert world.states == ["connecting", "connected"]
    world.do("attach", channel="c")
    assert world.kinds[5:] == ["CHANNEL", "FRAME", "FRAME", "CHANNEL"]
    assert [n for n, _ in world.rows] == list(range(1, len(world.rows) + 1))
    assert [e.n for e in world.entries()] == [n for n, _ in world.rows]


@DIALECTS
@BOTH
async def test_what_was_missed_is_replayed_after_a_resume(
    make: Make,
    dialect: DialectName,
    fmt: Format,
) -> None:
    world = make(ConnectParams(dialect=dialect, format=fmt))
    world.start()
    world.do("attach", channel="c")
    world.publish("c", "before")
    before = world.session.connection.id
    world.reachable = False
    world.do("drop")
    world.publish("c", "missed 1", "missed 2")
    world.reachable = True
    world.advance(30_000)
    conn = world.session.connection
    assert (conn.state, conn.id) == ("connected", before)
    assert conn.channels["c"].state == "attached"
    world.publish("c", "after")
    assert world.datas == ["before", "missed 1", "missed 2", "after"], "each once"
    verdict = world.members(EntryKind.VERDICT)[-1]
    assert (verdict["asked"], verdict["outcome"]) == ("resume", "resumed")
    assert verdict["oldId"] == verdict["newId"] == before
    assert verdict["channels"]["c"]["replayed"] == 2


@DIALECTS
async def test_a_lost_state_gets_a_new_id_and_the_error(make: Make, dialect: DialectName) -> None:
    world = make(ConnectParams(dialect=dialect))
    world.start()
    world.do("attach", channel="c")
    before = world.session.connection.id
    world.happen(sv.Forget())
    world.do("drop")
    world.advance(2_000)
    conn = world.session.connection
    assert conn.id != before
    assert conn.error_reason is not None
    assert conn.error_reason.code == (80018 if dialect is DialectName.CURRENT else 80008)
    verdict = world.members(EntryKind.VERDICT)[-1]
    assert (verdict["outcome"], verdict["newId"]) == ("lost", conn.id)
    assert conn.channels["c"].state == "attached"


@DIALECTS
@BOTH
async def test_a_key_made_in_one_process_recovers_in_another(
    make: Make,
    dialect: DialectName,
    fmt: Format,
) -> None:
    params = ConnectParams(dialect=dialect, format=fmt)
    one = make(params)
    one.start()
    one.do("attach", channel="c")
    one.publish("c", "seen")
    key = one.session.recovery_key()
    assert key is not None
    one.reachable = False
    one.do("drop")
    one.publish("c", "missed")
    two = make(params, other=one)
    two.session.do("recover", {"key": key})
    two.pump()
    conn = two.session.connection
    assert (conn.state, conn.error_reason) == ("connected", None)
    two.do("attach", channel="c")
    two.advance(2_000)
    assert two.datas in (["missed"], [])
    verdict = two.members(EntryKind.VERDICT)[-1]
    assert (verdict["asked"], verdict["outcome"]) == ("recover", "recovered")


async def test_classic_duplicates_are_dropped_and_marked(make: Make) -> None:
    world = make(ConnectParams(dialect=DialectName.CLASSIC, format=Format.JSON))
    world.start()
    world.do("attach", channel="c")
    world.publish("c", "one")
    again = next(r for _, r in world.rows if r.kind is EntryKind.FRAME and b"one" in r.payload)
    world.wire.arrive(Opcode.TEXT, again.payload)
    assert len(world.delivered) == 1
    marked = [news for news in world.news if getattr(news, "duplicate", False)]
    assert len(marked) == 1


@pytest.mark.parametrize(
    ("action", "args", "text"),
    [
        ("dance", {}, "there is no action 'dance'"),
        ("drop", {}, "no socket is open"),
        ("ping", {}, "the connection is initialized"),
        ("attach", {}, "channel is missing or not a string"),
        ("recover", {"key": "x"}, "key: a recovery key is a JSON object and starts with {"),
    ],
)
async def test_refusals_are_answers(make: Make, action: str, args: Any, text: str) -> None:
    world = make()
    assert world.do(action, **args).error == ErrorInfo(40000, 400, text)
    assert world.rows == []


async def test_what_changes_nothing_is_granted(make: Make) -> None:
    world = make()
    assert world.do("close").error is None
    world.start()
    assert world.do("connect").error is None
    assert world.do("ping").value["rtt"] == 0
    assert world.do("close").error is None
    assert world.states == ["connecting", "connected", "closing", "closed"]


async def test_publish_presence_and_raw_frames(make: Make) -> None:
    world = make(ConnectParams(format=Format.JSON, client_id="me"))
    world.start()
    assert world.do("publish", channel="c", data="x").value["msgSerial"] == 0
    assert world.do("presence", channel="c", action="enter").value == {
        "msgSerial": 1,
        "serials": [],
    }
    assert world.do("send", text='{"action":0,"id":"hand"}').error is None
    frames = [r for _, r in world.rows if r.kind is EntryKind.FRAME]
    by_hand = [r.origin for r in frames if b'"hand"' in r.payload]
    assert by_hand == ["user", "peer"]
    assert [m.kind for m in world.delivered] == ["presence"]


async def test_a_refused_handshake_is_two_rows_and_a_state(make: Make) -> None:
    world = make(ConnectParams(dialect=DialectName.CLASSIC))
    body = b'{"error":{"code":40101,"statusCode":401,"message":"no such key"}}'
    world.refusal = Failure("HTTP 401", 401, refused=True, body=body)
    world.start()
    assert world.kinds == ["STATE", "UPGRADE", "HANDSHAKE", "SOCKET", "STATE"]
    assert world.members(EntryKind.STATE)[-1]["reason"]["code"] == 40100
    assert world.members(EntryKind.SOCKET)[0]["error"] == "HTTP 401"


async def test_the_error_in_a_refusal_is_the_reason_in_current(make: Make) -> None:
    world = make()
    body = b'{"error":{"code":40101,"statusCode":401,"message":"no such key"}}'
    world.refusal = Failure("HTTP 401", 401, refused=True, body=body)
    world.start()
    last = world.members(EntryKind.STATE)[-1]
    assert (last["event"], last["reason"]["code"]) == ("disconnected", 40101)
    assert last["retryIn"] > 0


async def test_giving_up_a_dial_is_nobodys_refusal(make: Make) -> None:
    world = make(ConnectParams(dialect=DialectName.CLASSIC))
    world.session.start()
    world.session.do("drop")
    world.pump()
    assert world.session.connection.state != "failed"


async def test_garbage_and_fragments_are_shown_and_harm_nothing(make: Make) -> None:
    world = make(ConnectParams(format=Format.JSON))
    world.start()
    world.do("attach", channel="c")
    for payload in (b"garbage", b"\xff\xfe", b"[1]", b'{"action":99}', b"{" * 3000):
        world.wire.arrive(Opcode.TEXT, payload)
    world.wire.arrive(Opcode.BINARY, b"\x81\xa6action")
    whole = b'{"action":15,"channel":"c","messages":[{"data":"in two"}]}'
    world.wire.arrive(Opcode.TEXT, whole[:20], fin=False)
    world.wire.arrive(Opcode.PING, b"between")
    world.wire.arrive(Opcode.CONT, whole[20:])
    assert world.session.connection.state == "connected"
    last = [r for _, r in world.rows if r.kind is EntryKind.FRAME][-3:]
    assert [(r.opcode, r.fin, r.action) for r in last] == [
        (Opcode.TEXT, False, None),
        (Opcode.PING, True, None),
        (Opcode.CONT, True, 15),
    ]
    assert world.datas == ["in two"]


HOSTILE = (
    r'{"action":9,"error":{"code":1,"message":"\ud800"}}',
    r'{"action":13,"channel":"c","error":"\ud800"}',
    r'{"action":6,"error":{"code":1,"message":"m","detail":{"\ud800":"\ud800"}}}',
    r'{"action":11,"channel":"c","channelSerial":"\ud800","params":{"\ud800":null}}',
    r'{"action":4,"connectionId":"\ud800","connectionDetails":{"connectionKey":"\ud800"}}',
    '{"action":4,"connectionDetails":{"connectionStateTtl":N,"maxIdleInterval":N}}',
    '{"action":4,"connectionDetails":{"connectionStateTtl":-9,"maxIdleInterval":-99999}}',
    '{"action":9,"error":{"code":N,"statusCode":N,"message":{}}}',
    '{"action":1,"msgSerial":N,"count":N}',
    '{"action":2,"msgSerial":0,"count":-3,"res":[1,{"serials":3}]}',
    '{"action":15,"channel":"c","connectionSerial":N,"flags":N}',
)


@DIALECTS
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_values_are_shown_and_the_engine_goes_on(
    make: Make,
    dialect: DialectName,
    text: str,
) -> None:
    world = make(ConnectParams(dialect=dialect, format=Format.JSON))
    world.start()
    world.do("attach", channel="c")
    world.wire.arrive(Opcode.TEXT, text.replace("N", "9" * 400).encode())
    world.do("drop")
    world.advance(2_000)
    world.do("connect")
    world.advance(2_000)
    assert world.session.connection.state == "connected"
    assert world.do("attach", channel="c").error is None
    assert world.do("publish", channel="c", data="x").error is None
    assert [e.n for e in world.entries()] == [n for n, _ in world.rows]


async def test_parameters_change_with_the_next_dial(make: Make) -> None:
    world = make()
    changed = ConnectParams(endpoint="localhost", tls=False, key=KEY, client_id="me")
    assert world.session.set_params(changed).result().error is None
    world.start()
    assert "clientId=me" in world.wire.target.resource
    later = replace(changed, echo=False, format=Format.JSON)
    assert world.session.set_params(later).result().error is None
    assert world.session.connection.params is changed
    assert world.do("attach", channel="c").error is None
    world.wire.abort()
    world.pump()
    assert "echo=false" in world.wire.target.resource
    assert "resume=" in world.wire.target.resource
    assert world.do("publish", channel="c", data="x").error is None


class Elsewhere(Joined):
    """A service that is not on this machine, by its name at least."""

    def given(self, params: ConnectParams) -> ConnectParams:
        return replace(super().given(params), endpoint="service.example")


@DIALECTS
async def test_rtn20_the_system_tells_of_its_network(tmp_path: Path, dialect: DialectName) -> None:
    world = Elsewhere(ConnectParams(dialect=dialect), folder=tmp_path)
    world.start()
    world.tell_network(False)
    world.pump()
    assert world.states[-2:] == ["connected", "disconnected"]
    world.advance(1_000)
    assert world.states[-1] == "disconnected"
    world.tell_network(True)
    world.pump()
    assert world.states[-2:] == ["connecting", "connected"]
    assert "resume=" in world.wire.target.resource
    told = [m["message"] for m in world.members(EntryKind.NOTICE)]
    assert told == [
        "The system says that the network is gone",
        "The system says that there is a network (again)",
    ]
    await world.close()


@DIALECTS
async def test_a_sleep_past_the_ttl(make: Make, dialect: DialectName) -> None:
    world = make(ConnectParams(dialect=dialect))
    world.start()
    world.do("attach", channel="c")
    world.clock.sleep(3_600_000)
    world.advance(1_000)
    assert world.states[-3:] == ["disconnected", "connecting", "connected"]
    assert ("resume=" in world.wire.target.resource) is (dialect is DialectName.CURRENT)
    assert world.session.connection.channels["c"].state == "attached"
    assert [s for s in world.states if s == "suspended"] == []


@DIALECTS
async def test_retry_in_is_what_truly_happens(make: Make, dialect: DialectName) -> None:
    world = make(ConnectParams(dialect=dialect))
    world.start()
    world.reachable = False
    world.wire.ended_by_peer(1006)
    world.pump()
    for n in range(2, 6):
        told = world.members(EntryKind.STATE)[-1]
        assert told["event"] == "disconnected"
        coefficient = min((n + 2) / 3, 2)
        assert 15_000 * coefficient * 0.8 <= told["retryIn"] <= 15_000 * coefficient
        before = len(world.wires)
        world.clock.advance(told["retryIn"] - 1)
        assert len(world.wires) == before
        world.clock.advance(2)
        assert len(world.wires) == before + 1
        world.pump()


async def test_rtn15a_a_socket_that_is_not_read_is_concluded_like_any_loss(make: Make) -> None:
    world = make()
    world.start()
    world.do("attach", channel="c")
    world.wire.listener.clogged()
    assert world.states[-2:] == ["disconnected", "connecting"]
    assert world.session._recorder.observer.due() == world.session._due
    world.advance(10_000)
    (verdict,) = world.members(EntryKind.VERDICT)
    assert verdict["outcome"] == "resumed"


async def test_a_full_backlog_pauses_the_socket_until_it_has_drained(make: Make) -> None:
    world = make()
    world.start()
    world.store.overfull = True
    world.wire.arrive(Opcode.TEXT, b'{"action":0}')
    assert world.wire.paused
    world.store._on_drained()
    assert not world.wire.paused


async def test_the_connection_outlives_its_log(make: Make) -> None:
    world = make()
    world.start()
    world.store._on_error("no space left on device")
    (told,) = [news.notice for news in world.news if isinstance(news, Told)]
    assert (told.level, told.message) == (
        "error",
        "The recording ended: no space left on device",
    )
    assert world.do("ping").error is None


async def test_the_end_refuses_what_is_open_and_leaves_no_timer(make: Make) -> None:
    world = make()
    world.reachable = False
    world.start()
    waiting = world.session.do("connect")
    await world.close()
    assert waiting.result().error is not None
    assert world.clock.pending == []


def on_disk(folder: Path) -> bytes:
    """The capture with its -wal."""
    return b"".join(path.read_bytes() for path in folder.glob("kept.ablycap*"))


@DIALECTS
@BOTH
async def test_no_secret_reaches_the_disk_or_a_listener(
    make: Make,
    tmp_path: Path,
    dialect: DialectName,
    fmt: Format,
) -> None:
    capture = tmp_path / "kept.ablycap"
    world = make(ConnectParams(dialect=dialect, format=fmt), capture=capture)
    world.start()
    world.do("attach", channel="c")
    secrets = {KEY, KEY.partition(":")[2], world.session.connection.key}
    world.do("drop")
    world.advance(2_000)
    secrets.add(world.session.connection.key)
    recovery = world.session.recovery_key()
    world.do("send", text=f'{{"action":0,"note":"{KEY}"}}')
    world.do("recover", key=recovery)
    world.advance(2_000)
    world.do("close")
    assert world.entries()
    held = on_disk(tmp_path)
    told = b"".join(row.payload for _, row in world.rows)
    assert b"connected" in held
    for secret in secrets:
        assert secret
        for form in (secret, secret.replace(":", "%3A").replace("!", "%21")):
            assert form.encode() not in held
            assert form.encode() not in told
    outbound = [r for _, r in world.rows if r.direction is Direction.OUT]
    assert all(r.size == len(r.payload) for r in outbound)
