"""RTL6, RTN7, RTN19, RTP8 and RTP16: what needs an ACK."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.lossy import Lossy
from tests.support.machine import Bench, in_state, params

ENTER = {"action": 2, "clientId": "me"}


def publish(bench: Bench, *refs: int) -> None:
    for ref in refs:
        bench.do(e.PublishRequested("chan", ({"data": ref},), ref))


def test_rtn7b_serials_count_from_zero() -> None:
    bench = in_state(S.CONNECTED)
    publish(bench, 1, 2)
    sent = [x.message for x in bench.effects if isinstance(x, fx.Send)]
    assert [m["msgSerial"] for m in sent if m["action"] == 15] == [0, 1]
    assert all("msgSerial" not in m for m in sent if m["action"] != 15)


def test_rtn7a_an_ack_covers_count_frames_and_gives_their_serials() -> None:
    bench = in_state(S.CONNECTED)
    publish(bench, 1, 2, 3)
    bench.receive({"action": 1, "msgSerial": 0, "count": 2, "res": [{"serials": ["a"]}, None]})
    assert bench.reply(1) == fx.Reply(1, {"msgSerial": 0, "serials": ["a"]})
    assert bench.reply(2) == fx.Reply(2, {"msgSerial": 1, "serials": []})
    assert bench.reply(3) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgSerial": 0, "error": {"code": 40160, "message": "no"}}, 40160),
        ({"msgSerial": 0}, 50001),
    ],
)
def test_nack(body: dict[str, Any], code: int) -> None:
    bench = in_state(S.CONNECTED)
    publish(bench, 1)
    bench.receive({"action": 2, **body})
    assert bench.error(1) == code


def test_an_ack_that_jumps_leaves_the_older_ones_unacknowledged() -> None:
    bench = in_state(S.CONNECTED)
    publish(bench, 1, 2)
    bench.receive({"action": 1, "msgSerial": 1, "count": 1})
    assert bench.error(1) == 50001
    assert bench.error(2) is None
    bench.receive({"action": 1, "msgSerial": 0, "count": 1})
    assert bench.conn.pending == ()


@pytest.mark.parametrize("state", list(S))
def test_rtl6c_queue_or_refuse(state: S) -> None:
    bench = in_state(state)
    publish(bench, 1)
    if state is S.CONNECTED:
        assert bench.sent[0]["msgSerial"] == 0
    elif state in {S.INITIALIZED, S.CONNECTING, S.DISCONNECTED}:
        assert bench.reply(1) is None
        assert len(bench.conn.queued) == 1
    else:
        # A suspended connection suspends the channel too, which is refused first (RTL6c4).
        assert bench.error(1) in {90000, 90001}


def test_rtn19a_what_was_sent_goes_before_what_was_queued() -> None:
    bench = in_state(S.CONNECTED)
    publish(bench, 1)
    bench.lost()
    publish(bench, 2)
    bench.connected()
    assert [(m["messages"][0]["data"], m["msgSerial"]) for m in bench.sent[1:]] == [(1, 0), (2, 1)]


def test_rsl1i_too_large() -> None:
    bench = Bench(params())
    bench.do(e.ConnectRequested())
    bench.connected(connectionDetails={"connectionKey": "k", "maxMessageSize": 10})
    bench.do(e.PublishRequested("chan", ({"name": "n", "data": "0123456789"},), 1))
    assert bench.error(1) == 40009
    bench.do(e.PublishRequested("chan", ({"name": "n", "data": "012345678"},), 2))
    assert bench.reply(2) is None


def test_rtp8_presence_on_an_attached_channel() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PresenceRequested("chan", ENTER, 1))
    assert bench.sent == [
        {"action": 14, "channel": "chan", "presence": [ENTER], "msgSerial": 0},
    ]


def test_rtp8d_entering_attaches_and_waits_for_it() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PresenceRequested("new", ENTER, 1))
    assert [m["action"] for m in bench.sent] == [10]
    publish(bench, 2)
    assert bench.sent[0]["msgSerial"] == 0, "a message does not wait behind it"
    bench.receive({"action": 11, "channel": "new"})
    assert [(m["action"], m["msgSerial"]) for m in bench.sent] == [(14, 1)]


def test_presence_whose_channel_fails_is_refused() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PresenceRequested("new", ENTER, 1))
    bench.receive({"action": 9, "channel": "new", "error": {"code": 40160, "message": "no"}})
    assert bench.error(1) == 40160
    bench.do(e.PresenceRequested("new", ENTER, 2))
    assert bench.error(2) == 90001


def test_presence_needs_a_name() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.PresenceRequested("chan", {"action": 2}, 1))
    assert bench.error(1) == 91000
    named = in_state(S.CONNECTED, params(client_id="me"))
    named.do(e.PresenceRequested("chan", {"action": 2}, 1))
    assert [m["action"] for m in named.sent] == [14]


def test_rtl11_a_detached_channel_fails_the_presence_that_waited_for_it() -> None:
    bench = in_state(S.DISCONNECTED)
    bench.do(e.PresenceRequested("new", ENTER, 1), e.DetachRequested("new", 2))
    assert bench.error(1) == 90001
    bench.do(e.AttachRequested("new"), e.ConnectRequested())
    bench.connected()
    bench.receive({"action": 11, "channel": "new"})
    assert bench.sent == []


MOVES = ("publish", "enter", "detach", "attach", "arrive", "ack", "nack", "cut", "dial", "wait")


@pytest.mark.parametrize("dialect", DialectName)
@settings(max_examples=200, deadline=None)
@given(
    moves=st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 3)), max_size=60),
    forgetful=st.booleans(),
)
def test_rtn19a_nothing_is_lost_doubled_or_out_of_order(
    dialect: DialectName,
    moves: list[tuple[str, int]],
    forgetful: bool,
) -> None:
    """Whatever a network does: one answer for each wish, and each message once a connection."""
    bench = Bench(params(dialect))
    bench.do(e.ConnectRequested())
    world = Lossy(bench)
    world.watch()
    for ref, (move, number) in enumerate(moves, start=1):
        make_move(world, move, number, ref, keep=not (forgetful and number == 3))
    world.heal()
    assert bench.state is S.CONNECTED
    assert (bench.conn.pending, bench.conn.queued) == ((), ())
    assert all(bench.reply(ref) is not None for ref in world.asked), "each has its one answer"
    taken = [list(held.published.values()) for held in world.held.values()]
    assert all(len(one) == len(set(one)) for one in taken), "once a connection"
    for one in taken:
        messages = [ref for kind, ref in one if kind == "publish"]
        assert messages == sorted(messages), "in the order they were asked for"
    everything = {ref for one in taken for _, ref in one}
    granted = {ref for ref in world.asked if (r := bench.reply(ref)) and not r.error}
    published = {i for i, (m, _) in enumerate(moves, start=1) if m in {"publish", "enter"}}
    assert granted & published <= everything


def make_move(world: Lossy, move: str, number: int, ref: int, *, keep: bool) -> None:
    item = {"data": (move, ref)}
    match move:
        case "publish":
            world.wish(e.PublishRequested(f"c{number % 2}", (item,), ref))
        case "enter":
            presence = {"action": 2, "clientId": "me", **item}
            world.wish(e.PresenceRequested(f"c{number % 2}", presence, ref))
        case "detach":
            world.wish(e.DetachRequested(f"c{number % 2}", ref))
        case "attach":
            world.wish(e.AttachRequested(f"c{number % 2}", ref))
        case "arrive":
            world.arrive(number)
        case "ack" | "nack":
            world.acknowledge(number, good=move == "ack")
        case "cut":
            world.cut()
        case "dial":
            world.answer_dial(up=number > 0, keep=keep)
        case "wait":
            world.bench.later((100, 2_000, 20_000, 130_000)[number])
            world.watch()
