"""What an inbound frame does: delivery, serials, duplicates, and signs of life."""

from __future__ import annotations

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.codec import Undecodable
from ablytui.protocol.frame import Opcode
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import in_state, params

CLASSIC = DialectName.CLASSIC


def test_rtl17_delivered_only_while_attached() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 15, "channel": "chan", "channelSerial": "s2"})
    assert bench.last == (fx.Deliver("chan"),)
    assert bench.conn.channels["chan"].channel_serial == "s2", "RTL15b"
    bench.receive({"action": 15, "channel": "elsewhere"})
    assert bench.last == ()
    bench.receive({"action": 15, "channel": "chan"})
    assert bench.conn.channels["chan"].channel_serial == "s2", "an absent serial changes nothing"
    bench.receive({"action": 14, "channel": "chan", "channelSerial": "s3"})
    assert bench.last == ()
    assert bench.conn.channels["chan"].channel_serial == "s3", "RTL15b"


def test_the_serial_of_a_sync_is_not_the_channels() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 16, "channel": "chan", "channelSerial": "seq:cursor"})
    assert bench.conn.channels["chan"].channel_serial == "s1"


def test_classic_drops_what_it_has_seen() -> None:
    bench = in_state(S.CONNECTED, params(CLASSIC))
    for serial in (0, 1, 2):
        bench.receive({"action": 15, "channel": "chan", "connectionSerial": serial})
        assert bench.last == (fx.Deliver("chan"),)
    for serial in (1, 2):
        bench.receive({"action": 15, "channel": "chan", "connectionSerial": serial})
        assert bench.last == (fx.Duplicate(serial),)
    assert bench.conn.connection_serial == 2
    bench.receive({"action": 9, "channel": "chan", "connectionSerial": 2, "error": {"code": 1}})
    assert bench.conn.channels["chan"].state == "attached", "a duplicate of any action"


def test_current_has_no_connection_serial() -> None:
    bench = in_state(S.CONNECTED)
    for serial in (5, 1):
        bench.receive({"action": 15, "channel": "chan", "connectionSerial": serial})
        assert bench.last == (fx.Deliver("chan"),)


def test_anything_inbound_is_a_sign_of_life() -> None:
    bench = in_state(S.CONNECTED)
    for event in (
        e.FrameArrived(1, Opcode.PING, b"", None),
        e.FrameArrived(1, Opcode.TEXT, b"[1]", Undecodable("an array")),
        e.FrameArrived(1, Opcode.PONG, b"", None),
    ):
        bench.later(20_000)
        bench.do(event)
        assert bench.state is S.CONNECTED
    bench.later(20_000)
    bench.receive({"action": 99})
    bench.later(20_000)
    assert bench.state is S.CONNECTED


def test_auth_is_told_and_a_key_needs_nothing() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 17})
    assert [type(x) for x in bench.last] == [fx.Notice]
    assert bench.state is S.CONNECTED
