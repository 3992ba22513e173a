"""ACKs of a client that does something else meanwhile, and of one that hears no echo."""

from __future__ import annotations

import pytest

from ablytui.protocol import events as e
from ablytui.protocol.format import Format
from ablytui.protocol.states import ConnectionState as S
from tests.support.joined import Make
from tests.support.machine import in_state


@pytest.mark.parametrize("late", [False, True])
def test_a_detach_cancels_no_publish(*, late: bool) -> None:
    """RTL11a: an ACK counts before DETACHED and after it."""
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": "x"},), 7))
    bench.do(e.DetachRequested("chan", 8))
    assert bench.reply(7) is None
    if late:
        bench.receive({"action": 13, "channel": "chan"})
    bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    assert bench.reply(7) is not None
    assert bench.error(7) is None
    if not late:
        bench.receive({"action": 13, "channel": "chan"})
    assert bench.conn.channels["chan"].state == "detached"


@pytest.mark.parametrize("fmt", Format)
async def test_without_echo_the_ack_is_the_sign_and_own_presence_arrives(
    make: Make, fmt: Format
) -> None:
    """RTN2b, RTP: `echo=false` hides messages only."""
    world = make(format=fmt, echo=False, client_id="amy")
    world.do("attach", channel="c")
    assert world.do("publish", channel="c", data="x").error is None
    assert world.datas == []
    assert world.do("presence", channel="c", action="enter").error is None
    told = [i["clientId"] for d in world.delivered if d.kind == "presence" for i in d.items]
    assert told == ["amy"]


def test_an_ack_that_comes_twice_is_harmless() -> None:
    """RTN7a: JS raises inside; a serial that was covered before is passed over."""
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": "x"},), 7))
    for _ in range(3):
        bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    bench.receive({"action": 2, "msgSerial": 0, "count": 1, "error": {"code": 50000}})
    assert bench.error(7) is None
    assert bench.state is S.CONNECTED
