"""Frames that are not what they should be: shown, told of, and no harm to the connection."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest

from ablytui.decoders.meta import Meta
from ablytui.decoders.registry import default_registry
from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.closecodes import close_name
from ablytui.protocol.codec import Undecodable, decode, read_head
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind
from ablytui.protocol.message import action_name, flag_names
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.joined import Joined, Make
from tests.support.machine import DETAILS, ID, Bench, in_state, params
from tests.support.service import FORMS
from tests.support.service import Bench as Service

ERROR = {"code": 40160, "statusCode": 401, "message": "no"}
TEXT, BINARY = Opcode.TEXT, Opcode.BINARY


def notes(world: Joined) -> list[str]:
    """What was remarked about the traffic."""
    return [m["text"] for m in world.members(EntryKind.ANOMALY)]


def arrives(world: Joined, payload: bytes, opcode: Opcode = TEXT) -> None:
    """Bytes come in on the open socket."""
    world.wire.arrive(opcode, payload)
    world.pump()


def shown(payload: bytes, opcode: Opcode) -> str:
    """The detail view of a frame."""
    meta = Meta(direction=Direction.IN, opcode=opcode)
    rendered = default_registry().render(payload, meta)
    return "\n".join(
        f"{line.name} " + "".join(span.text for span in (*line.value, *line.right))
        for line in rendered.lines
    )


# --- which connection, which channel ------------------------------------------------------------


@pytest.mark.parametrize("channel", [{}, {"channel": None}, {"channel": ""}])
@pytest.mark.parametrize("state", [S.CONNECTING, S.CONNECTED])
def test_an_error_with_a_channel_of_null_ends_the_connection(
    state: S, channel: dict[str, Any]
) -> None:
    """RTN15j, RTN14g: null and "" name no channel, so the ERROR is the connection's."""
    bench = in_state(state)
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 9, "error": ERROR, **channel})
    assert bench.state is S.FAILED


async def test_a_channel_of_null_in_an_error_is_remarked_on(make: Make) -> None:
    """RTN15j: clients differ on it, so a person is told."""
    world = make(format=Format.JSON)
    arrives(world, b'{"action":9,"channel":null,"error":{"code":50000}}')
    assert world.states[-1] == "failed"
    assert any("ERROR with a channel that is null" in note for note in notes(world))


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_the_service_leaves_the_channel_out_of_a_connections_error(dialect: str, fmt: str) -> None:
    """RTN14g: JS takes an ERROR with any `channel` member for a channel's."""
    service = Service()
    refused = service.dial(dialect, fmt, key="app.kid:wrong")
    large = service.dial(dialect, fmt)
    large.too_large(10**9)
    for client in (refused, large):
        assert client.got[-1]["action"] == 9
        assert "channel" not in client.got[-1]


@pytest.mark.parametrize("dialect", DialectName)
@pytest.mark.parametrize("details", [{}, {"connectionDetails": None}, {"connectionDetails": "x"}])
def test_connected_without_details_is_a_connection(
    dialect: DialectName, details: dict[str, Any]
) -> None:
    """RTN21: 0.8 had none; the top-level key is used and every default stays."""
    bench = Bench(params(dialect))
    bench.do(e.ConnectRequested(), e.SocketOpened(1))
    bench.receive({"action": 4, "connectionId": ID, "connectionKey": "top!key", **details})
    assert (bench.state, bench.conn.key, bench.conn.state_ttl) == (S.CONNECTED, "top!key", 120_000)
    assert bench.conn.idle_limit is None
    bench.lost()
    assert bench.dials[0]["resume"] == "top!key"


def test_of_two_connection_keys_the_one_in_the_details_wins() -> None:
    """CD2b over TR4e, where both are there and differ."""
    bench = Bench()
    bench.do(e.ConnectRequested())
    bench.connected(connectionKey="top!key", connectionDetails=DETAILS)
    assert bench.conn.key == DETAILS["connectionKey"]
    bench.receive({"action": 4, "connectionId": ID, "connectionKey": "other!key"})
    assert bench.conn.key == "other!key"


# --- what nobody named --------------------------------------------------------------------------


@pytest.mark.parametrize("action", [3, 18, 22, 99, 254, 2**40, -1])
def test_an_unknown_action_is_shown_and_changes_nothing_but_the_idle_timer(action: int) -> None:
    """RTF1, RTN23a: any frame is a sign of life."""
    bench = in_state(S.CONNECTED)
    before = bench.conn
    bench.mono += 7_000
    assert bench.receive({"action": action, "channel": "chan", "error": ERROR}) == ()
    assert bench.conn.last_mono == bench.mono
    bench.conn = bench.conn.evolve(last_mono=before.last_mono, last_wall=before.last_wall)
    assert bench.conn == before


def test_an_unknown_action_puts_off_the_idle_limit() -> None:
    """RTN23a: 25 s of silence end the transport; action 99 is no silence."""
    bench = in_state(S.CONNECTED)
    for _ in range(4):
        bench.later(20_000)
        bench.receive({"action": 99})
    assert bench.state is S.CONNECTED


def test_whatever_nobody_named_keeps_its_number_on_the_screen() -> None:
    """RSF1: raw values stay visible."""
    assert action_name(99) == "ACTION 99"
    assert flag_names(1 << 6 | 1 << 30) == ("bit 6", "bit 30")
    assert close_name(4321) == "private code"
    body = b'{"action":99,"channel":"c","novel":{"a":[1,2]},"flags":64,"error":{"code":12345}}'
    text = shown(body, TEXT)
    for part in ("99 unknown", "novel", "6 unknown", "12345"):
        assert part in text
    text = shown(b'{"action":15,"messages":[{"action":77}],"presence":[{"action":88}]}', TEXT)
    assert "77" in text
    assert "88" in text


def test_unknown_presence_and_message_actions_are_delivered_raw() -> None:
    """RSF1: the application sees the number."""
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 14, "channel": "chan", "presence": [{"clientId": "a", "action": 9}]})
    (told,) = [x for x in bench.last if isinstance(x, fx.DeliverPresence)]
    assert told.items[0]["action"] == 9


@pytest.mark.parametrize("action", [99, 254, 18, 3, 21])
def test_the_service_ignores_what_it_does_not_know(action: int) -> None:
    """RTF1 for the service: noted, and the connection goes on."""
    service = Service()
    client = service.dial()
    assert client.send({"action": action, "channel": "c"}) == []
    assert client.closed is None
    assert client.send({"action": 0, "id": "x"}) == [{"action": 0, "id": "x"}]


# --- no message at all --------------------------------------------------------------------------

NO_MESSAGE: list[tuple[bytes, Opcode]] = [
    (b'[{"action":9}]', TEXT),
    (b"[]", TEXT),
    (b"garbage", TEXT),
    (b"", TEXT),
    (b"null", TEXT),
    (b"17", TEXT),
    (b'{"action":9', TEXT),
    (b'{"action":null}', TEXT),
    (b'{"action":"nine"}', TEXT),
    (b"\xff\xfe{", TEXT),
    (msgpack.packb([{"action": 9}]), BINARY),
    (b"\xc1", BINARY),
    (b"\x82\xa6action", BINARY),
    (b'{"action":9}', BINARY),
    (b"[" * 5_000, TEXT),
    (b"\x91" * 5_000, BINARY),
]


@pytest.mark.parametrize(("payload", "opcode"), NO_MESSAGE, ids=lambda part: repr(part)[:24])
async def test_what_is_no_message_is_logged_and_the_connection_stays(
    make: Make, payload: bytes, opcode: Opcode
) -> None:
    """RTN: an array, garbage or the wrong kind of frame is dropped, not fatal, and told of."""
    world = make(format=Format.JSON)
    arrives(world, payload, opcode)
    assert world.session.connection.state is S.CONNECTED
    assert notes(world)
    (row,) = [row for _, row in world.rows if row.kind is EntryKind.FRAME][-1:]
    assert (row.payload, row.action) == (payload, None)
    assert shown(payload, opcode) or not payload
    assert world.do("ping").error is None


@pytest.mark.parametrize(("payload", "opcode"), NO_MESSAGE, ids=lambda part: repr(part)[:24])
def test_what_is_no_message_does_not_disturb_the_service(payload: bytes, opcode: Opcode) -> None:
    """The service drops it too, and says so to who watches."""
    service = Service()
    client = service.dial()
    before = len(service.notes)
    client.raw(payload, opcode)
    assert client.closed is None
    assert len(service.notes) > before
    assert client.send({"action": 0}) == [{"action": 0}]


@pytest.mark.parametrize("fmt", Format)
async def test_the_wrong_kind_of_frame_is_read_and_remarked_on(make: Make, fmt: Format) -> None:
    """RTN2a: a text frame on a MessagePack connection, or the reverse, is a fault of the peer."""
    world = make(format=fmt)
    other = Format.JSON if fmt is Format.MSGPACK else Format.MSGPACK
    body = b'{"action":0}' if other is Format.JSON else msgpack.packb({"action": 0})
    arrives(world, body, other.opcode)
    assert any("where the URI asked for" in note for note in notes(world))
    assert world.session.connection.state is S.CONNECTED


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_the_service_writes_in_the_format_asked_for(fmt: str) -> None:
    """PY drops a text frame silently when it asked for msgpack."""
    service = Service()
    service.dial(fmt=fmt).attach("c")
    service.peer("c", "x")  # The bench asserts the format of every Send.
    assert service.clients[1].got[-1]["action"] == 15


ODD_JSON = [
    (b'{"action":9,"action":0,"id":"a","id":"b"}', 0),
    (b'{"action":0,"timestamp":NaN,"x":Infinity,"y":-Infinity}', 0),
    (b'{"action":0,"id":"\\ud800","\\udfff":1}', 0),
    (b'\xef\xbb\xbf{"action":0}', 0),
    (b' \n{"action":0}\r\n ', 0),
    (b'{"action":99,"channel":"\\ud83d","n":1e999}', 99),
]


@pytest.mark.parametrize(("payload", "action"), ODD_JSON)
async def test_odd_json_is_read_shown_and_harmless(make: Make, payload: bytes, action: int) -> None:
    """RFC 8259 §4, §8.2: duplicated keys (the last counts), NaN, half characters, a BOM."""
    world = make(format=Format.JSON)
    arrives(world, payload)
    row = [row for _, row in world.rows if row.kind is EntryKind.FRAME][-1]
    assert row.action == action
    assert world.session.connection.state is S.CONNECTED
    assert not isinstance(decode(payload, TEXT), Undecodable)
    shown(payload, TEXT).encode("utf-8")
    assert world.entries()[-1].payload


@pytest.mark.parametrize(("payload", "action"), ODD_JSON)
def test_odd_json_does_not_disturb_the_service(payload: bytes, action: int) -> None:
    """The same bytes sent by a client."""
    service = Service()
    client = service.dial()
    client.raw(payload)
    assert client.closed is None
    assert client.send({"action": 0, "id": "z"})[-1]["id"] == "z"


def test_of_a_key_given_twice_both_readers_take_the_same_one() -> None:
    """Head and body must not disagree on what a frame is."""
    payload = b'{"action":9,"channel":"a","action":15,"channel":"b"}'
    head, body = read_head(payload, TEXT), decode(payload, TEXT)
    assert not isinstance(head, Undecodable)
    assert isinstance(body, dict)
    assert (head.action, head.channel) == (body["action"], body["channel"]) == (15, "b")


# --- dialects that do not fit -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answer", "note"),
    [
        (
            DialectName.CURRENT,
            {"connectionSerial": -1, "connectionKey": "k!1"},
            "classic CONNECTED",
        ),
        (DialectName.CLASSIC, {}, "without connectionSerial"),
    ],
)
async def test_the_other_dialects_connected_is_judged_by_what_was_asked_and_remarked_on(
    make: Make, asked: DialectName, answer: dict[str, Any], note: str
) -> None:
    """RTN10, RTN15c: continuity is judged by the URI; the mismatch is noted."""
    world = make(dialect=asked, format=Format.JSON, auto_connect=False)
    world.core.handle = lambda *_: []  # type: ignore[method-assign] # A fake service speaks instead.
    world.do("connect")
    body = {"action": 4, "connectionId": ID, "connectionDetails": DETAILS, **answer}
    arrives(world, json.dumps(body).encode())
    assert world.session.connection.state is S.CONNECTED
    assert any(note in each for each in notes(world))
    world.wire.ended_by_peer(1006)
    world.pump()
    resumed = dict(world.wire.target.query)
    assert resumed["resume"] == DETAILS["connectionKey"]
    assert ("connection_serial" in resumed) is (asked is DialectName.CLASSIC)


def test_a_current_connection_counts_no_connection_serial_even_if_one_is_sent() -> None:
    """RTN10 is deleted: a serial must not make a duplicate of anything."""
    bench = in_state(S.CONNECTED)
    for _ in range(2):
        bench.receive({"action": 15, "channel": "chan", "connectionSerial": 3, "messages": [{}]})
        assert [type(x).__name__ for x in bench.last] == ["Deliver"]
