"""Whatever a peer sends: nothing raises, one socket at most, and the log stays readable.

Frames are the ones that a client knows, with any of their members replaced by something else,
written in either format and, now and then, damaged as bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ablytui.capture.redact import Redactor
from ablytui.decoders.items import items
from ablytui.decoders.meta import Meta
from ablytui.decoders.payloads import Payloads, Undelivered
from ablytui.decoders.registry import default_registry
from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.codec import Head, decode, read_head
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.machine.step import step
from ablytui.protocol.observe.counts import Counts
from ablytui.protocol.observe.fold import Observer
from ablytui.protocol.observe.links import Links
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.visible import visible
from ablytui.worker.recorder import frame_row
from tests.support.joined import Joined
from tests.support.machine import DETAILS, ID, Bench, in_state, params
from tests.support.rows import entry, upgrade

CIPHER = (("chan", "AAECAwQFBgcICQoLDA0ODw"),)

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, 1, -1, 15, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, -(2**63), 10**400, -(10**400)]
    ),
    st.sampled_from([0.0, 4.0, 1.5, -0.0, 1e300, float("nan"), float("inf"), -float("inf")]),
    st.sampled_from(["", "0", "4", "-1", "9" * 25, "chan", ID, "sq:", "sq:1", ":", "json", "\x00"]),
    st.sampled_from(["\ud800", "\udfffx", "a\u202eb", "😀", "x" * 300, "vcdiff", "utf-8/base64"]),
    st.binary(max_size=12),
    st.sampled_from([[], {}, [None], [[]], {"a": {}}, {"": None}, [1, "x", {"y": [2]}]]),
)
NAMES = st.sampled_from(
    [
        "action",
        "channel",
        "channelSerial",
        "connectionId",
        "connectionKey",
        "connectionDetails",
        "novel",
        "id",
        "connectionSerial",
        "count",
        "error",
        "flags",
        "msgSerial",
        "messages",
        "presence",
        "timestamp",
        "params",
        "res",
        "auth",
        "state",
        "annotations",
    ]
)
INNER = st.sampled_from(
    [
        "id",
        "data",
        "encoding",
        "clientId",
        "action",
        "timestamp",
        "extras",
        "connectionKey",
        "connectionStateTtl",
        "maxIdleInterval",
        "maxMessageSize",
        "code",
        "statusCode",
        "message",
        "href",
        "cause",
        "serials",
        "accessToken",
        "connectionId",
        "name",
        "version",
        "serial",
    ]
)
ERROR = {"code": 80003, "statusCode": 400, "message": "no"}
PRESENCE = [{"clientId": "amy", "connectionId": "c9", "action": 2, "id": "c9:0:0", "data": "x"}]
MESSAGE = {"id": "m:0", "data": "eA==", "encoding": "base64", "extras": {"delta": {"from": "m:0"}}}
KNOWN: list[dict[str, Any]] = [
    {"action": 0, "id": "p"},
    {"action": 1, "msgSerial": 0, "count": 1, "res": [{"serials": ["s"]}]},
    {"action": 2, "msgSerial": 0, "count": 2, "error": ERROR},
    {"action": 4, "connectionId": ID, "connectionDetails": DETAILS, "connectionSerial": -1},
    {"action": 4, "connectionId": "other", "connectionDetails": DETAILS, "error": ERROR},
    {"action": 6, "error": ERROR},
    {"action": 8},
    {"action": 9, "error": ERROR},
    {"action": 9, "channel": "chan", "error": ERROR},
    {"action": 11, "channel": "chan", "channelSerial": "s", "flags": 983_041, "params": {"a": "b"}},
    {"action": 13, "channel": "chan", "error": ERROR},
    {"action": 14, "channel": "chan", "presence": PRESENCE, "id": "c9:0", "timestamp": 5},
    {"action": 15, "channel": "chan", "messages": [MESSAGE], "connectionSerial": 3, "id": "m"},
    {"action": 16, "channel": "chan", "channelSerial": "sq:1", "presence": PRESENCE},
    {"action": 17, "auth": {"accessToken": "t"}},
    {"action": 19, "channel": "chan", "state": [{}]},
    {"action": 21, "channel": "chan", "annotations": [{}]},
    {"action": 99},
]


@st.composite
def bodies(draw: st.DrawFn) -> dict[Any, Any]:
    """A frame that a client knows, with some of its members replaced."""
    body: dict[Any, Any] = dict(draw(st.sampled_from(KNOWN)))
    for replaced in draw(st.lists(NAMES, max_size=3)):
        body[replaced] = draw(VALUES)
    places: list[Any] = [
        name for name, value in body.items() if isinstance(value, (dict, list)) and value
    ]
    if draw(st.booleans()) and places:
        name: str = draw(st.sampled_from(places))
        body[name] = _damaged(body[name], draw(INNER), draw(VALUES))
    return body


def _damaged(value: Any, name: str, hostile: Any) -> Any:
    if isinstance(value, dict):
        return {**value, name: hostile}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{**value[0], name: hostile}, *value[1:], hostile]
    return [hostile]


def written(body: dict[Any, Any], fmt: Format) -> bytes:
    """As a careless encoder writes it: NaN, halves of characters, whatever the format holds."""
    if fmt is Format.JSON:
        return json.dumps(body, default=lambda data: data.decode("latin-1")).encode()
    packed: bytes = msgpack.packb(_small(body), unicode_errors="surrogatepass")
    return packed


def _small(value: Any) -> Any:
    """MessagePack has no integer beyond 64 bits."""
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return float("inf")
    if isinstance(value, dict):
        return {name: _small(inner) for name, inner in value.items()}
    return [_small(inner) for inner in value] if isinstance(value, list) else value


@st.composite
def frames(draw: st.DrawFn) -> tuple[Opcode, bytes]:
    """One frame of either format, in one of eight damaged as bytes."""
    fmt = draw(st.sampled_from(Format))
    payload = written(draw(bodies()), fmt)
    match draw(st.integers(0, 15)):
        case 0:
            payload = payload[: draw(st.integers(0, len(payload)))]
        case 1:
            payload = b"\xef\xbb\xbf" + payload
        case 2:
            payload = payload[:-1] + b',"action":9,"action":4,"channel":null}'
        case 3:
            payload = payload[:-1] + b',"deep":' + b"[" * 1_200
        case 4:
            at = draw(st.integers(0, len(payload)))
            payload = payload[:at] + draw(st.binary(max_size=3)) + payload[at + 1 :]
        case 5:
            return Opcode.TEXT if fmt is Format.MSGPACK else Opcode.BINARY, payload
        case _:
            pass
    return fmt.opcode, payload


BEHAVIOUR = st.one_of(
    frames(),
    st.sampled_from(
        ["lost", "refused", "opened", "later", "connect", "publish", "attach", "enter"]
    ),
)
REGISTRY = default_registry()


def _do(bench: Bench, what: Any, ref: int) -> None:
    match what:
        case (opcode, payload):
            head = read_head(payload, opcode)
            bench.do(e.FrameArrived(bench.attempt, opcode, payload, head))
        case "lost" if bench.conn.opened:
            bench.lost()
        case "refused" if bench.conn.socket is not None and not bench.conn.opened:
            bench.refused()
        case "opened" if bench.conn.socket is not None and not bench.conn.opened:
            bench.do(e.SocketOpened(bench.attempt))
        case "later":
            bench.later(3_000)
        case "connect":
            bench.do(e.ConnectRequested(ref))
        case "publish":
            bench.do(e.PublishRequested("chan", ({"data": "x"},), ref))
        case "attach":
            bench.do(e.AttachRequested("chan", ref))
        case "enter":
            bench.do(e.PresenceRequested("chan", {"action": 2, "clientId": "amy"}, ref))
        case _:
            pass


@pytest.mark.parametrize("dialect", DialectName)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=st.lists(BEHAVIOUR, max_size=12), start=st.sampled_from([S.CONNECTING, S.CONNECTED]))
def test_no_story_raises_or_opens_two_sockets(
    dialect: DialectName, story: list[Any], start: S
) -> None:
    """RTN, RSF1: the bench fails on a second socket, a send without one, a second answer."""
    bench = in_state(start, params(dialect))
    for ref, what in enumerate(story, 100):
        _do(bench, what, ref)
        assert len(bench.open) <= 1
        assert isinstance(bench.conn.msg_serial, int)
    for effect in bench.effects:
        if isinstance(effect, fx.Send):
            json.dumps(effect.message).encode()
    for ref in range(100, 100 + len(story)):
        bench.reply(ref)


TERRIBLE: list[Any] = [
    *(None, True, 0, -1, 1.5, 4.0, "4", "", "x", "\ud800", [], {}, [None], [{}], {"": []}),
    *(2**53 + 1, 2**63, 2**64, 10**400, -(10**400), 1e300, float("nan"), float("inf")),
]
"""One of each kind, for every member in turn."""


@pytest.mark.parametrize("body", KNOWN, ids=lambda body: "-".join(map(str, body)))
@pytest.mark.parametrize("dialect", DialectName)
def test_every_member_may_be_anything(dialect: DialectName, body: dict[str, Any]) -> None:
    """RSF1: each member of each frame, and each member of what is inside it, one at a time."""
    given_params = params(dialect)
    for start in (S.CONNECTING, S.CONNECTED):
        bench = in_state(start, given_params)
        if start is S.CONNECTING:
            bench.do(e.SocketOpened(bench.attempt))
        else:
            bench.do(e.PublishRequested("chan", ({"data": "x"},), 7))
            bench.do(e.PingRequested(8))
        observer = Observer(wall0=1_700_000_000_000.0)
        observer.feed(1, upgrade(0.0))
        before = bench.conn
        for n, changed in enumerate(_each_changed(body), 2):
            payload = written(changed, Format.JSON)
            head = read_head(payload, Opcode.TEXT)
            step(before, e.FrameArrived(bench.attempt, Opcode.TEXT, payload, head), MOMENT)
            frame = WireFrame(Direction.IN, Opcode.TEXT, True, payload, len(payload))
            observer.feed(n, frame_row(n * 2_000_000, 1, frame, head))


MOMENT = e.Moment(2_000.0, 1_700_000_001_000.0, 0.5)


def _each_changed(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in (*body, "timestamp", "id", "flags", "channel", "error"):
        for value in TERRIBLE:
            yield {**body, name: value}
    for name, value in body.items():
        inner = value[0] if isinstance(value, list) else value
        for place in (*inner, "timestamp", "id", "cause") if isinstance(inner, dict) else ():
            for terrible in TERRIBLE:
                yield {**body, name: _damaged(value, place, terrible)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(passed=st.lists(st.tuples(frames(), st.sampled_from(Direction)), min_size=1, max_size=6))
def test_whoever_reads_a_log_reads_any_frame(
    passed: list[tuple[tuple[Opcode, bytes], Direction]],
) -> None:
    """Observer, counts, pairs, decoders and masking never raise, and show what a screen can take."""
    observer = Observer(wall0=1_700_000_000_000.0)
    counts, links = Counts(), Links()
    redactor = Redactor(b"t" * 32, secrets=["app.key:a-long-secret"])
    rows: list[Row] = [upgrade(0.0)]
    for number, ((opcode, payload), direction) in enumerate(passed, 1):
        head = read_head(payload, opcode)
        assert isinstance(head, Head) or head.why
        row = frame_row(number * 2_000_000, 1, WireFrame(direction, opcode, True, payload, 1), head)
        redactor.row(row)
        assert len(row.payload) == len(payload)
        rows.append(row)
        _shown(payload, opcode)
    for n, row in enumerate(rows, 1):
        found = observer.feed(n, row)
        assert all(visible(each.text).encode("utf-8") for each in found)
        counts.feed(entry(n, row))
        links.feed(entry(n, row))
    observer.tick(100_000_000)


def _shown(payload: bytes, opcode: Opcode) -> None:
    meta = Meta(direction=Direction.IN, opcode=opcode, key=b"k" * 16)
    for name in (None, *REGISTRY.names()):
        for line in REGISTRY.render(payload, meta, name).lines:
            text = "".join(span.text for span in (*line.value, *line.right))
            assert " view failed: " not in text
            visible(text).encode("utf-8")
    body = decode(payload, opcode)
    if isinstance(body, dict):
        list(items(body, "message"))
        list(items(body, "presence"))
        with contextlib.suppress(Undelivered):
            Payloads({"chan": b"k" * 16}).messages("chan", body)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    given_frames=st.lists(frames(), min_size=1, max_size=8),
    dialect=st.sampled_from(DialectName),
    fmt=st.sampled_from(Format),
)
def test_a_session_survives_any_frames_and_its_log_is_readable(
    given_frames: list[tuple[Opcode, bytes]], dialect: DialectName, fmt: Format
) -> None:
    """Every row comes back from the disk, in order, and every row of ours is JSON."""
    asyncio.run(_survives(given_frames, dialect, fmt))


async def _survives(
    given_frames: list[tuple[Opcode, bytes]], dialect: DialectName, fmt: Format
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asked = ConnectParams(dialect=dialect, format=fmt, cipher=CIPHER)
        world = Joined(asked, folder=Path(folder))
        world.start()
        world.do("attach", channel="chan", params={"delta": "vcdiff"})
        for opcode, payload in given_frames:
            world.wire.arrive(opcode, payload)
            world.pump()
            assert sum(wire.open for wire in world.wires.values()) <= 1
        entries = world.entries()
        assert world.store.error is None
        assert [each.n for each in entries] == list(range(1, len(entries) + 1))
        for each in entries:
            if each.kind is not EntryKind.FRAME:
                assert json.loads(each.payload)
        await world.close()
