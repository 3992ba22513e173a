"""Frames that came together leave what they leave one by one: log, connection, news, timers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ablytui.protocol.codec import Plain, encode, read_plain
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.worker import bursts
from tests.support.joined import KEY, Joined


class Even(Random):
    """However often it is asked."""

    def random(self) -> float:
        return 0.25


def world_of(folder: Path, fmt: Format, dialect: DialectName) -> Joined:
    world = Joined(ConnectParams(format=fmt, dialect=dialect), folder=folder, rows=False)
    world.session._random = Even()
    world.start()
    for channel in ("c", "d"):
        assert world.do("attach", channel=channel).error is None
    return world


def message(channel: Any = "c", **members: Any) -> dict[str, Any]:
    return {"action": 15, "channel": channel, "messages": [{"data": "x"}], **members}


serials = st.one_of(st.none(), st.text("abc012", max_size=3))
datas = st.sampled_from(
    [
        "x",
        "50%",
        "%41",
        KEY,
        KEY.rpartition(":")[2],
        "é",
        "\\u0041",
        'a"b',
        "connectionKey",
        "y" * 3000,
    ]
)
messages = st.builds(
    message,
    st.sampled_from(["c", "c", "c", "c", "d", "d", "other", "", None, 7]),
    id=st.sampled_from(["a:0", "b:0", "c:0", None]),
    channelSerial=serials,
    connectionSerial=st.one_of(st.none(), st.integers(-2, 8), st.just(2**70)),
    messages=st.lists(st.builds(lambda data: {"data": data}, datas), max_size=2),
)
odd_messages = st.builds(
    message,
    flags=st.one_of(st.none(), st.integers(0, 3)),
    msgSerial=st.one_of(st.none(), st.integers(0, 3)),
    count=st.one_of(st.none(), st.just("1")),
    error=st.sampled_from([None, {"code": 40000}, "wrong", {}]),
)
others: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"action": 0},
        {"action": 1, "msgSerial": 0, "count": 1},
        {"action": 14, "channel": "c", "presence": [{"action": 2, "clientId": "a"}]},
        {"action": 9, "channel": "c", "error": {"code": 90001}},
        {"action": 11, "channel": "c", "channelSerial": "9", "flags": 2},
        {"action": 13, "channel": "d", "error": {"code": 90001}},
        {"action": 13, "channel": "d"},
        {"action": 4, "connectionDetails": {"connectionKey": "another-key-for-it"}},
        {"action": 6, "error": {"code": 80003}},
        {"action": 17},
        {"messages": []},
        {"action": "15"},
        {"action": 15.0, "channel": "c"},
    ]
)
raw = st.sampled_from(
    [b"", b"{", b"\xff", b"null", b'{"action":15,"channel":"c","x":"\xff"}', b"\x81\xa1", b"\xc1"]
)
bodies = st.one_of(messages, messages, messages, messages, odd_messages, others)
items = st.one_of(bodies, bodies, bodies, bodies, bodies, bodies, raw)


def payload(item: dict[str, Any] | bytes, fmt: Format) -> bytes:
    if isinstance(item, bytes):
        return item
    if fmt is Format.MSGPACK:
        item = {k: v for k, v in item.items() if v != 2**70}
    return encode(item, fmt)


def outcome(world: Joined) -> tuple[Any, ...]:
    """Everything that can be seen of it."""
    session = world.session
    return (
        [(e, e.payload) for e in world.entries()],
        session.connection,
        world.news,
        world.clock.pending,
        session._recorder.observer.due(),
        session._due,
        world.wire.open,
        (world.store.appended, world.store.settled, world.store.backlog),
    )


async def compared(folder: Path, fmt: Format, dialect: DialectName, payloads: list[bytes]) -> None:
    alone, together = (world_of(folder, fmt, dialect) for _ in range(2))
    for each in payloads:
        alone.wire.arrive(fmt.opcode, each)
    together.wire.arrive_together(fmt.opcode, payloads)
    assert outcome(together) == outcome(alone)
    # What was remembered for a verdict shows when the connection is taken up again.
    for world in (alone, together):
        world.pump()
        if world.wire.open:
            world.wire.ended_by_peer(1006)
        world.advance(3_000)
    assert outcome(together) == outcome(alone)
    for world in (alone, together):
        await world.close()


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(Format), st.sampled_from(DialectName), st.lists(items, max_size=40))
@example(Format.JSON, DialectName.CURRENT, [message(id=f"m{n}:0") for n in range(300)])
@example(Format.MSGPACK, DialectName.CLASSIC, [message(connectionSerial=n) for n in (*range(9), 3)])
def test_together_is_one_by_one(
    folder: Path, fmt: Format, dialect: DialectName, made: list[dict[str, Any] | bytes]
) -> None:
    asyncio.run(compared(folder, fmt, dialect, [payload(item, fmt) for item in made]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bursts")


@contextmanager
def counted(world: Joined) -> Iterator[list[int]]:
    """How many rows each run has that reaches the store."""
    runs: list[int] = []
    append = world.store.append_run

    def counting(run: Any) -> None:
        runs.append(len(run.payloads))
        append(run)

    world.store.append_run = counting  # type: ignore[method-assign]
    yield runs


async def test_plain_messages_are_one_run_up_to_what_is_none(folder: Path) -> None:
    world = world_of(folder, Format.JSON, DialectName.CURRENT)
    plain = encode(message(), Format.JSON)
    secret = encode(message(messages=[{"data": KEY}]), Format.JSON)
    with counted(world) as runs:
        world.wire.arrive_together(Opcode.TEXT, [plain] * 5 + [secret] + [plain] * 300)
    assert runs == [5, 1, 4, 16, 64, 128, 87]
    frames = [e for e in world.entries() if e.kind is EntryKind.FRAME and e.action == 15]
    assert len(frames) == 306
    assert KEY.encode() not in b"".join(e.payload for e in frames)
    await world.close()


@pytest.mark.parametrize("pattern", ["d", "cd", "cccccd"])
async def test_what_needs_the_ordinary_way_is_not_read_over_and_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    world = world_of(folder, Format.JSON, DialectName.CURRENT)
    channels = world.session.connection.channels
    deltas = channels["d"].evolve(asked_params=(("delta", "vcdiff"),))
    world.session.connection = world.session.connection.evolve(channels={**channels, "d": deltas})
    looked_at = []

    def reading(payloads: list[bytes], opcode: Opcode) -> list[Plain]:
        looked_at.append(len(payloads))
        return read_plain(payloads, opcode)

    monkeypatch.setattr(bursts, "read_plain", reading)
    made = [encode(message(name), Format.JSON) for name in pattern * (600 // len(pattern))]
    world.wire.arrive_together(Opcode.TEXT, made)
    assert len([e for e in world.entries() if e.action == 15]) == 600
    assert sum(looked_at) < 5 * 600
    await world.close()


async def test_who_listens_hears_of_each_message(folder: Path) -> None:
    world = world_of(folder, Format.JSON, DialectName.CURRENT)
    world.session.subscribe(lambda _: None, rows=True)
    with counted(world) as runs:
        world.wire.arrive_together(Opcode.TEXT, [encode(message(), Format.JSON)] * 3)
    assert runs == []
    assert world.datas == ["x", "x", "x"]
    await world.close()


async def test_a_burst_that_fills_the_backlog_pauses_the_socket(folder: Path) -> None:
    world = world_of(folder, Format.JSON, DialectName.CURRENT)
    world.store.overfull = True
    world.wire.arrive_together(Opcode.TEXT, [encode(message(), Format.JSON)] * 3)
    assert world.wire.paused
    await world.close()
