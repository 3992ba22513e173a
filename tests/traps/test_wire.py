"""What the WebSocket protocol allows and few peers do (RFC 6455, RFC 7692)."""

from __future__ import annotations

import pytest

from ablytui.protocol import events as e
from ablytui.protocol.closecodes import NEVER_SENT, classic_outcome, sendable
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.protocol.log import EntryKind
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.worker.recorder import frame_row
from tests.net.test_wire import opened
from tests.support.joined import Make
from tests.support.machine import in_state, params
from tests.support.wires import ScriptedServer, until

CLOSE = 0x88


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG])
@pytest.mark.parametrize("size", [0, 125])
def test_pings_and_unasked_pongs_are_signs_of_life(opcode: Opcode, size: int) -> None:
    """RTN23b, RFC 6455 §5.5.2, §5.5.3: with any payload up to 125 bytes."""
    bench = in_state(S.CONNECTED)
    for _ in range(4):
        bench.later(20_000)
        bench.do(e.FrameArrived(bench.attempt, opcode, b"x" * size, None))
    assert bench.state is S.CONNECTED
    assert bench.conn.last_mono == bench.mono


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG])
async def test_pings_and_unasked_pongs_are_rows_of_the_log(make: Make, opcode: Opcode) -> None:
    """RFC 6455 §5.5: control frames stand in the log with what they carry."""
    world = make(format=Format.JSON)
    world.wire.arrive(opcode, b"p" * 125)
    world.pump()
    rows = [row for _, row in world.rows if row.kind is EntryKind.FRAME and row.opcode is opcode]
    assert [(row.direction, row.size) for row in rows] == [(Direction.IN, 125)]
    assert world.session.connection.state is S.CONNECTED


async def test_a_ping_of_125_bytes_is_answered_and_a_pong_unasked_is_not() -> None:
    """RFC 6455 §5.5.2: the pong repeats the ping's payload."""
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.send(Opcode.PONG, b"unasked")
        peer.wire.send(Opcode.PING, b"p" * 125)
        await until(lambda: len(client.frames) == 3)
        assert client.brief == [
            ("in", "PONG", b"unasked"),
            ("in", "PING", b"p" * 125),
            ("out", "PONG", b"p" * 125),
        ]


@pytest.mark.parametrize("code", sorted(NEVER_SENT))
async def test_a_reserved_close_code_is_never_sent_and_a_fault_if_received(code: int) -> None:
    """RFC 6455 §7.4.1: 1005, 1006 and 1015 stand for what happened; a peer's is error 1002."""
    assert not sendable(code)
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        client.wire.close(code)
        assert (await peer.gone()).code == 1000
    async with ScriptedServer() as server:
        client, peer = await opened(server)
        peer.wire.write_raw(bytes((CLOSE, 2)) + code.to_bytes(2, "big"))
        end = await client.gone()
        assert (end.code, end.clean) == (1002, False)


@pytest.mark.parametrize("code", sorted(NEVER_SENT))
async def test_a_reserved_close_code_in_a_frame_is_remarked_on(make: Make, code: int) -> None:
    """RFC 6455 §7.4.1: a person is told who broke the protocol."""
    world = make(format=Format.JSON)
    world.wire.arrive(Opcode.CLOSE, code.to_bytes(2, "big"))
    world.pump()
    notes = [m["text"] for m in world.members(EntryKind.ANOMALY)]
    assert f"close code {code} may not be sent" in notes


def test_an_end_without_a_code_is_a_loss_in_both_dialects() -> None:
    """RTN15a: 1005 is what a plain close of another client looks like."""
    assert (classic_outcome(1005), classic_outcome(1006)) == (None, None)
    for dialect in DialectName:
        bench = in_state(S.CONNECTED, params(dialect))
        bench.lost(1005)
        assert bench.state is S.CONNECTING


async def test_a_compressed_frame_that_was_not_agreed_on_is_a_fault() -> None:
    """RFC 6455 §5.2, RFC 7692 §6: RSV1 means nothing without the extension."""
    async with ScriptedServer() as server:
        client, peer = await opened(server, compression=False)
        peer.wire.write_raw(b"\xc1\x01x")
        assert (await client.gone()).code == 1002


async def test_sizes_tell_the_wire_from_the_inflated_length() -> None:
    """RFC 7692: what came is less than what it says, and both are known."""
    async with ScriptedServer(compression=True) as server:
        client, peer = await opened(server)
        peer.send('{"action":15,"x":"' + "y" * 2_000 + '"}')
        await until(lambda: client.frames)
        (frame,) = client.frames
        assert frame.compressed
        assert frame.wire < 60 < 2_000 < len(frame.payload)


def test_a_row_knows_both_lengths() -> None:
    """RFC 7692: the log keeps the wire's length beside that of what is shown."""
    payload = b'{"action":15,"x":"' + b"y" * 500 + b'"}'
    frame = WireFrame(Direction.IN, Opcode.TEXT, True, payload, 31, compressed=True)
    row = frame_row(1, 1, frame, None)
    assert (row.size, row.wire) == (len(payload), 31)
