"""Messages in a row: the same connection as `step` makes of them one by one."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol.codec import encode, read_plain
from ablytui.protocol.events import Moment
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.machine import plainly
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params

MESSAGE = {"action": 15, "channel": "chan"}
OTHER = {"action": 15, "channel": "elsewhere"}


def serial(number: int, **more: Any) -> dict[str, Any]:
    return {**MESSAGE, "connectionSerial": number, **more}


def given(bench: Bench, bodies: list[dict[str, Any]], attempt: int) -> int:
    """Give the bodies in a row, and the taken ones by `step` too; how many were taken."""
    heads = read_plain([encode(body, Format.JSON) for body in bodies], Opcode.TEXT)
    assert len(heads) == len(bodies)
    now = Moment(bench.mono, bench.wall, bench.roll)
    conn, taken = plainly.arrived(bench.conn, attempt, heads, now)
    for body in bodies[:taken]:
        bench.receive(body)
        assert bench.last == (fx.Deliver(body["channel"]),)
    assert conn == bench.conn
    return taken


@pytest.mark.parametrize(
    ("dialect", "bodies", "taken"),
    [
        (DialectName.CURRENT, [MESSAGE, {**MESSAGE, "channelSerial": "s2"}, MESSAGE], 3),
        (DialectName.CURRENT, [{**MESSAGE, "channelSerial": s} for s in ("s3", "s2", "")], 3),
        (DialectName.CURRENT, [MESSAGE, OTHER, MESSAGE], 1),
        (DialectName.CURRENT, [OTHER], 0),
        (DialectName.CURRENT, [serial(5), serial(1)], 2),
        (DialectName.CLASSIC, [serial(0), serial(4), serial(9)], 3),
        (DialectName.CLASSIC, [serial(2), serial(1), serial(3)], 1),
        (DialectName.CLASSIC, [serial(0), MESSAGE, serial(0)], 2),
        (DialectName.CURRENT, [], 0),
    ],
)
def test_a_row_is_what_its_messages_are(
    dialect: DialectName, bodies: list[dict[str, Any]], taken: int
) -> None:
    assert given(in_state(S.CONNECTED, params(dialect)), bodies, 1) == taken


def test_nothing_of_another_socket_or_before_parameters_that_wait() -> None:
    bench = in_state(S.CONNECTED)
    assert given(bench, [MESSAGE], 2) == 0
    bench.conn = bench.conn.evolve(wanted=params())
    assert given(bench, [MESSAGE], 1) == 0


def test_a_channel_whose_deltas_must_be_applied_is_none_of_these() -> None:
    bench = in_state(S.CONNECTED)
    channel = bench.conn.channels["chan"]
    bench.conn = bench.conn.evolve(
        channels={"chan": channel.evolve(asked_params=(("delta", "vcdiff"),))}
    )
    assert bench.conn.channels["chan"].deltas
    assert given(bench, [MESSAGE], 1) == 0


def test_rtl18_while_a_channel_recovers_its_position_stays() -> None:
    bench = in_state(S.CONNECTED)
    channel = bench.conn.channels["chan"]
    bench.conn = bench.conn.evolve(channels={"chan": channel.evolve(recovering=True)})
    assert given(bench, [{**MESSAGE, "channelSerial": "s9"}], 1) == 1
    assert bench.conn.channels["chan"].channel_serial == "s1"
