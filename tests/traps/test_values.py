"""Values that look like nothing, and numbers that are no plain ints."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from ablytui.decoders.chain import undo
from ablytui.decoders.items import items
from ablytui.protocol import events as e
from ablytui.protocol.codec import Format, Head, encode, read_head
from ablytui.protocol.frame import Opcode
from ablytui.protocol.message import MODES, Flag, action_name, details_from_wire, flag_names
from ablytui.protocol.observe.traffic import read_traffic
from ablytui.protocol.params import DialectName
from ablytui.protocol.presence import items_of
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import ID, Bench, in_state, message, params
from tests.support.service import FORMS
from tests.support.service import Bench as Service

CLASSIC = DialectName.CLASSIC
OF_DETAILS = {"connectionKey": "conn1!key"}


def connected_with(details: dict[str, Any]) -> Bench:
    bench = Bench()
    bench.do(e.ConnectRequested())
    bench.connected(connectionDetails=OF_DETAILS | details)
    assert bench.state is S.CONNECTED
    return bench


@pytest.mark.parametrize("given", [{}, {"maxIdleInterval": 0}, {"maxIdleInterval": None}])
def test_no_idle_promise_is_no_idle_timer_not_a_timeout_at_once(given: dict[str, Any]) -> None:
    """CD2h, RTN23a: 0, null and missing all promise nothing."""
    bench = connected_with(given)
    assert "idle" not in bench.timers
    bench.later(3_600_000)
    assert bench.state is S.CONNECTED


@pytest.mark.parametrize("given", [{}, {"connectionStateTtl": 0}, {"connectionStateTtl": None}])
def test_no_ttl_keeps_the_default_and_is_not_suspended_at_once(given: dict[str, Any]) -> None:
    """CD2f, RTN14e: only a real value replaces the 120 s."""
    bench = connected_with(given)
    bench.lost()
    bench.refused()
    assert bench.state is S.DISCONNECTED
    assert bench.timers["ttl"][1] - bench.mono == 120_000


@pytest.mark.parametrize("value", [5000, 5000.0, "5000"])
def test_numbers_may_come_as_floats_or_strings(value: Any) -> None:
    """RSA4f answers and MessagePack encoders change the type; integral is integral."""
    details = {"maxIdleInterval": value, "connectionStateTtl": value, "maxMessageSize": value}
    read = details_from_wire({"connectionDetails": details})
    assert (read.max_idle_interval, read.connection_state_ttl, read.max_message_size) == (5000,) * 3
    body = {"action": 15.0 if isinstance(value, float) else value, "msgSerial": value}
    for payload, opcode in (
        (msgpack.packb(body), Opcode.BINARY),
        (encode(body, Format.JSON), Opcode.TEXT),
    ):
        head = read_head(payload, opcode)
        assert isinstance(head, Head)
        assert head.msg_serial == 5000
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 11.0, "channel": "chan", "flags": str(983_044)})
    assert bench.conn.channels["chan"].modes == 983_040


def test_half_a_number_is_none() -> None:
    """Coercing stops where a value would change."""
    read = details_from_wire(
        {"connectionDetails": {"maxIdleInterval": 1.5, "maxMessageSize": True}}
    )
    assert (read.max_idle_interval, read.max_message_size) == (None, None)


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_the_service_invents_no_number_that_javascript_cannot_hold(dialect: str, fmt: str) -> None:
    """IEEE doubles end at 2^53: timestamps, serials and flags stay below."""
    service = Service()
    client = service.dial(dialect, fmt)
    client.attach("news", flags=0xFFFFFFFF)
    client.publish("news", 2**53 - 1, {"data": "x"})
    numbers = [n for m in client.got for n in _numbers(m)]
    assert numbers
    assert all(abs(n) < 2**53 for n in numbers)
    assert client.publish("news", 2**53, {"data": "y"})[-1]["action"] != 1


def _numbers(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [n for inner in value.values() for n in _numbers(inner)]
    if isinstance(value, list):
        return [n for inner in value for n in _numbers(inner)]
    return [value] if isinstance(value, int) else []


def test_flags_are_unsigned_and_wider_than_16_bits() -> None:
    """TR3: mode bits reach 25, and bit 31 is no sign."""
    top = 1 << 31 | int(Flag.OBJECT_PUBLISH)
    assert flag_names(top) == ("OBJECT_PUBLISH", "bit 31")
    assert int(MODES) > 0xFFFF
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 11, "channel": "chan", "flags": top})
    assert bench.conn.channels["chan"].modes == Flag.OBJECT_PUBLISH


@pytest.mark.parametrize("fmt", Format)
def test_serials_of_64_bits_are_kept_whole(fmt: Format) -> None:
    """RTN10: i64, in both formats."""
    serial = 2**63 - 1
    bench = Bench(params(CLASSIC))
    bench.do(e.ConnectRequested())
    bench.connected()
    payload = encode({"action": 15, "channel": "c", "connectionSerial": serial}, fmt)
    bench.do(e.FrameArrived(1, fmt.opcode, payload, read_head(payload, fmt.opcode)))
    assert bench.conn.connection_serial == serial


@pytest.mark.parametrize("number", [2**64, 10**30, -(2**63) - 1, 10**400])
def test_a_number_beyond_64_bits_is_none(number: int) -> None:
    """RTN10: one of them would make a duplicate of everything that follows, or raise."""
    bench = Bench(params(CLASSIC))
    bench.do(e.ConnectRequested())
    bench.connected()
    bench.receive({"action": 99})
    body = f'{{"action":15,"channel":"c","connectionSerial":{number},"timestamp":{number}}}'
    head = read_head(body.encode(), Opcode.TEXT)
    bench.do(e.FrameArrived(1, Opcode.TEXT, body.encode(), head))
    assert bench.conn.connection_serial == -1
    assert read_traffic(body.encode(), Opcode.TEXT).timestamp is None


def test_a_connection_serial_of_minus_one_is_a_value() -> None:
    """RTN10c: a fresh CONNECTED says −1; a resume repeats it, and 0 is the first frame."""
    bench = Bench(params(CLASSIC))
    bench.do(e.ConnectRequested())
    bench.connected(connectionSerial=-1)
    assert bench.conn.connection_serial == -1
    bench.lost()
    assert bench.dials[0]["connection_serial"] == "-1"
    bench.connected(connectionSerial=-1)
    bench.attached("c", connectionSerial=0)
    assert bench.conn.connection_serial == 0
    assert bench.conn.channels["c"].state == "attached"


def test_a_msg_serial_of_zero_is_acknowledged() -> None:
    """RTN7b: the first publish has msgSerial 0."""
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": "x"},), 7))
    assert bench.sent[0]["msgSerial"] == 0
    bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    assert bench.error(7) is None
    assert bench.reply(7) is not None


def test_a_missing_count_means_one_frame() -> None:
    """TR4: an ACK without `count` answers one frame and not the next."""
    bench = in_state(S.CONNECTED)
    for ref in (7, 8):
        bench.do(e.PublishRequested("chan", ({"data": "x"},), ref))
    bench.receive({"action": 1, "msgSerial": 0})
    assert bench.reply(7) is not None
    assert bench.reply(8) is None


def test_action_zero_is_a_heartbeat_and_not_a_missing_action() -> None:
    """TR2: HEARTBEAT is 0; only its absence is malformed."""
    assert action_name(0) == "HEARTBEAT"
    assert action_name(None) == "-"
    bench = in_state(S.CONNECTED)
    bench.do(e.PingRequested(5))
    bench.receive({"action": 0, "id": bench.sent[0]["id"]})
    assert bench.reply(5) is not None


def test_the_service_takes_zero_for_a_value() -> None:
    """msgSerial 0 is ACKed, message action 0 and presence action 0 are kept as they are."""
    service = Service()
    client = service.dial(clientId="bob")
    client.attach("news")
    got = client.publish("news", 0, {"data": "", "action": 0})
    assert [(m["action"], m.get("msgSerial")) for m in got if m["action"] == 1] == [(1, 0)]
    (item,) = next(m["messages"] for m in got if m["action"] == 15)
    assert (item["action"], item["data"]) == (0, "")


def test_a_message_action_of_zero_is_told() -> None:
    """TM5: 0 is CREATE."""
    (item,) = items({"messages": [{"action": 0, "data": 0}]}, "message")
    assert (item["action"], item["data"]) == (0, 0)


def test_nulls_are_absent() -> None:
    """RTN: explicit nulls of other encoders never count as values."""
    bench = in_state(S.CONNECTED)
    serial = bench.conn.channels["chan"].channel_serial
    bench.receive(
        {"action": 11, "channel": "chan", "channelSerial": None, "params": None, "error": None}
        | {"flags": None}
    )
    channel = bench.conn.channels["chan"]
    assert (channel.state, channel.channel_serial, channel.params) == ("attached", serial, ())
    assert bench.conn.error_reason is None
    bench.receive({"action": 4, "connectionId": ID, "error": None, "connectionDetails": None})
    assert bench.state is S.CONNECTED
    assert bench.changes[0].reason is None
    (item,) = items(
        {"id": "f", "messages": [{"data": None, "encoding": None, "id": None}]}, "message"
    )
    assert (item["data"], item["id"]) == (None, "f:0")
    (member,) = items_of({"presence": [{"clientId": "amy", "action": None, "id": None}]})
    assert "id" not in member


@pytest.mark.parametrize("encoding", ["", None])
def test_an_empty_encoding_is_none(encoding: Any) -> None:
    """RSL6: nothing to undo, and nothing left over."""
    decoded = undo("x", encoding)
    assert (decoded.data, decoded.encoding, decoded.problem) == ("x", None, "")


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_the_service_reads_nulls_as_absent(dialect: str, fmt: str) -> None:
    """PY writes `"params": null` in ATTACH and `"data": null` in messages."""
    service = Service()
    client = service.dial(dialect, fmt)
    (attached, *_) = client.attach("news", params=None, channelSerial=None, flags=None)
    assert (attached["action"], attached.get("error")) == (11, None)
    got = client.publish("news", 0, {"name": None, "data": None, "encoding": None, "extras": None})
    assert 1 in [m["action"] for m in got]


def test_an_error_of_null_is_no_error_for_a_resume() -> None:
    """RTN15c6: `"error": null` beside the same id is a clean resume."""
    bench = in_state(S.CONNECTED)
    bench.lost()
    bench.do(e.SocketOpened(bench.attempt))
    bench.do(
        message(
            bench.attempt,
            {"action": 4, "connectionId": ID, "connectionDetails": OF_DETAILS, "error": None},
        )
    )
    assert bench.changes[-1].point == "RTN15c6"
