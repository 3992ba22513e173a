"""The rows of channels, publishing and presence, told from outside (RTL, RTP, RTN7, RTN19)."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params
from tests.support.rows_told import BOTH, connected, error, publish, sends

CLASSIC, CURRENT = DialectName.CLASSIC, DialectName.CURRENT


def enter(bench: Bench, ref: int, channel: str = "chan", client: str = "bob") -> None:
    bench.do(e.PresenceRequested(channel, {"action": 2, "clientId": client}, ref))


def state(bench: Bench, name: str = "chan") -> C:
    return bench.conn.channels[name].state


# --- publishing (5.6) -----------------------------------------------------------------------------


@BOTH
def test_rtn7b_one_serial_a_frame_and_none_for_the_rest(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.PublishRequested("chan", ({"name": "a"}, {"name": "b"}), 1))
    enter(bench, 2)
    bench.do(e.PingRequested(3), e.AttachRequested("other", 4), e.DetachRequested("chan", 5))
    publish(bench, 6)
    sent = [x.message for x in bench.effects if isinstance(x, fx.Send)]
    assert [m["msgSerial"] for m in sent if m["action"] in {14, 15}] == [0, 1, 2]
    assert not [m for m in sent if m["action"] not in {14, 15} and "msgSerial" in m]


@BOTH
def test_ack_with_count_and_res(dialect: DialectName) -> None:
    bench = connected(dialect)
    for ref in (1, 2, 3, 4):
        publish(bench, ref)
    res = [{"serials": ["x"]}, {"serials": [None]}]
    bench.receive({"action": 1, "msgSerial": 0, "count": 2, "res": res})
    assert [bench.reply(r).value["serials"] for r in (1, 2)] == [["x"], [None]]  # type: ignore[union-attr]
    assert not bench.reply(3)
    bench.receive({"action": 1, "msgSerial": 2})
    assert bench.reply(3)
    assert not bench.reply(4)
    bench.receive({"action": 1, "msgSerial": 0, "count": 2})
    bench.receive({"action": 2, "msgSerial": 1, "count": 1})
    assert not bench.reply(4)
    bench.receive({"action": 2, "msgSerial": 3, "count": 5})
    answer = bench.reply(4)
    assert answer
    assert answer.error
    assert (answer.error.code, answer.error.status_code) == (50001, 500)


@BOTH
def test_an_ack_that_jumps_fails_the_older(dialect: DialectName) -> None:
    bench = connected(dialect)
    for ref in (1, 2, 3):
        publish(bench, ref)
    bench.receive({"action": 1, "msgSerial": 2, "count": 1})
    assert bench.error(1) == 50001
    assert bench.error(2) == 50001
    assert bench.reply(3)
    assert bench.error(3) is None


@BOTH
@pytest.mark.parametrize("count", [0, -1])
def test_a_strange_count_covers_nothing_it_does_not_name(dialect: DialectName, count: int) -> None:
    bench = connected(dialect)
    publish(bench, 1)
    bench.receive({"action": 1, "msgSerial": 0, "count": count})
    assert not bench.reply(1)


@BOTH
@pytest.mark.parametrize("loss", ["drop", "resume lost"])
def test_rtn19a_resent_before_what_was_queued(dialect: DialectName, loss: str) -> None:
    bench = connected(dialect)
    for ref in (1, 2):
        publish(bench, ref)
    bench.lost()
    publish(bench, 3)
    bench.refused()
    publish(bench, 4)
    bench.later(20_000)
    bench.connected("conn1" if loss == "drop" else "conn2")
    names = [m["messages"][0]["name"] for m in sends(bench.last, 15)]
    assert names == ["1", "2", "3", "4"]
    assert [m["msgSerial"] for m in sends(bench.last, 15)] == [0, 1, 2, 3]


@BOTH
@pytest.mark.parametrize("where", [S.INITIALIZED, S.CONNECTING, S.DISCONNECTED])
@pytest.mark.parametrize("queues", [True, False])
def test_rtl6c_queueing(dialect: DialectName, where: S, queues: bool) -> None:
    bench = in_state(where, params(dialect, queue_messages=queues))
    publish(bench, 1, "q")
    assert bench.error(1) == (None if queues else 90000)


@BOTH
@pytest.mark.parametrize("where", [S.SUSPENDED, S.CLOSING, S.CLOSED, S.FAILED])
def test_rtl6c4_refused(dialect: DialectName, where: S) -> None:
    bench = in_state(where, params(dialect))
    publish(bench, 1, "q")
    assert bench.error(1) == 90000


@BOTH
@pytest.mark.parametrize("queues", [True, False])
def test_rtn7d(dialect: DialectName, queues: bool) -> None:
    bench = connected(dialect, queue_messages=queues)
    publish(bench, 1)
    bench.lost()
    assert bench.error(1) == (None if queues else 80003)


@BOTH
def test_rtn7e_at_suspension_with_its_reason(dialect: DialectName) -> None:
    bench = connected(dialect)
    publish(bench, 1)
    bench.lost()
    publish(bench, 2)
    bench.later(120_000)
    assert bench.state is S.SUSPENDED
    assert bench.error(1) == 80002
    assert bench.error(2) == 80002


# --- channels (5.10) ------------------------------------------------------------------------------


@BOTH
def test_rtl12_attached_again(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 11, "channel": "chan", "flags": 4, "channelSerial": "s2"})
    assert not bench.channel_changes
    assert bench.conn.channels["chan"].channel_serial == "s2"
    body = {"action": 11, "channel": "chan", "flags": 0, "channelSerial": "s3", **error(80006)}
    bench.receive(body)
    (change,) = bench.channel_changes
    assert (change.event, change.resumed) == ("update", False)
    assert change.reason
    assert change.reason.code == 80006


@BOTH
def test_rtl5k_attached_where_it_is_not_wanted(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.DetachRequested("chan", 1))
    bench.receive({"action": 11, "channel": "chan"})
    assert sends(bench.last, 12)
    bench.receive({"action": 13, "channel": "chan"})
    assert state(bench) is C.DETACHED
    bench.receive({"action": 11, "channel": "chan"})
    assert sends(bench.last, 12)
    assert state(bench) is C.DETACHED


@BOTH
def test_rtl4f_rtl13b_no_attached_in_time(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.AttachRequested("x", 1))
    bench.receive({"action": 0})
    bench.later(10_000)
    assert state(bench, "x") is C.SUSPENDED
    answer = bench.reply(1)
    assert answer
    assert answer.error
    assert (answer.error.code, answer.error.status_code) == (90007, 408)
    bench.receive({"action": 0})
    bench.later(15_000 * 0.9 - 1)
    assert state(bench, "x") is C.SUSPENDED
    bench.later(1)
    assert state(bench, "x") is C.ATTACHING
    bench.receive({"action": 0})
    bench.later(10_000)
    assert state(bench, "x") is C.SUSPENDED
    bench.receive({"action": 0})
    bench.later(15_000 * 0.9 * 4 / 3 - 1)
    assert state(bench, "x") is C.SUSPENDED
    bench.receive({"action": 0})
    bench.later(1)
    assert state(bench, "x") is C.ATTACHING


@BOTH
def test_rtl13_detached_unasked(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 13, "channel": "chan", **error(90198, 404)})
    assert state(bench) is C.ATTACHING
    assert sends(bench.last, 10)
    bench.receive({"action": 13, "channel": "chan", **error(90198, 404)})
    assert state(bench) is C.SUSPENDED
    bench.receive({"action": 13, "channel": "chan"})
    assert state(bench) is C.ATTACHING


@BOTH
def test_rtl15b2_what_keeps_the_serial(dialect: DialectName) -> None:
    bench = connected(dialect)
    for action, body in ((15, "messages"), (14, "presence"), (21, "annotations"), (19, "state")):
        serial = f"at{action}"
        bench.receive({"action": action, "channel": "chan", "channelSerial": serial, body: []})
        assert bench.conn.channels["chan"].channel_serial == serial
    bench.receive({"action": 15, "channel": "chan", "channelSerial": "", "messages": []})
    assert bench.conn.channels["chan"].channel_serial == "at19"
    bench.receive({"action": 16, "channel": "chan", "channelSerial": "seq:", "presence": []})
    assert bench.conn.channels["chan"].channel_serial == "at19"
    bench.lost()
    bench.later(120_000)
    assert state(bench) is C.SUSPENDED
    assert bench.conn.channels["chan"].channel_serial == "at19"
    bench = connected(dialect)
    bench.do(e.DetachRequested("chan"))
    bench.receive({"action": 13, "channel": "chan"})
    assert bench.conn.channels["chan"].channel_serial is None


@BOTH
@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        (S.DISCONNECTED, C.ATTACHED),
        (S.SUSPENDED, C.SUSPENDED),
        (S.CLOSED, C.DETACHED),
        (S.CLOSING, C.ATTACHED),
    ],
)
def test_rtl3_what_the_connection_does(dialect: DialectName, where: S, wanted: C) -> None:
    assert state(in_state(where, params(dialect))) is wanted


@BOTH
def test_rtl5f_no_detached_in_time(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.DetachRequested("chan", 1))
    bench.later(10_000)
    assert state(bench) is C.ATTACHED
    assert bench.error(1) == 90007


@BOTH
def test_rtl5f_no_detached_in_time_on_the_next_transport(dialect: DialectName) -> None:
    """It returns to its previous state, which on this transport has to be asked for (RTL3d)."""
    bench = connected(dialect)
    bench.do(e.DetachRequested("chan", 1))
    bench.lost()
    bench.connected("conn2")
    assert sends(bench.last, 12)
    assert not bench.reply(1)
    bench.later(10_000)
    assert bench.error(1) == 90007
    assert state(bench) is C.ATTACHING
    assert len(sends(bench.last, 10)) == 1
    bench.receive({"action": 11, "channel": "chan", "flags": 0})
    assert state(bench) is C.ATTACHED


def test_rtl5f_a_channel_that_survived_is_still_attached() -> None:
    bench = connected(CLASSIC)
    bench.do(e.DetachRequested("chan", 1))
    bench.lost()
    bench.connected()
    bench.later(10_000)
    assert bench.error(1) == 90007
    assert state(bench) is C.ATTACHED
    assert not sends(bench.last, 10)


def settle(bench: Bench, name: str) -> None:
    """Answer every ATTACH and DETACH until nothing is asked any more."""
    for _ in range(20):
        now = state(bench, name)
        if now is C.ATTACHING:
            bench.receive({"action": 11, "channel": name, "flags": 0})
        elif now is C.DETACHING:
            bench.receive({"action": 13, "channel": name})
        else:
            return
    raise AssertionError("it never comes to rest")


@BOTH
@pytest.mark.parametrize(
    "wishes", ["ada", "adad", "dad", "da", "ad", "add", "aada", "dada", "daad"]
)
def test_rtl4h_rtl5i_the_last_wish_wins(dialect: DialectName, wishes: str) -> None:
    bench = connected(dialect)
    name = "chan" if wishes[0] == "d" else "new"
    for ref, wish in enumerate(wishes, 1):
        made = e.AttachRequested(name, ref) if wish == "a" else e.DetachRequested(name, ref)
        bench.do(made)
    settle(bench, name)
    assert state(bench, name) is (C.ATTACHED if wishes[-1] == "a" else C.DETACHED)
    for ref, wish in enumerate(wishes, 1):
        answer = bench.reply(ref)
        assert answer, f"{wish} {ref} was never answered"
        assert answer.error is None
        assert answer.value["state"] == ("attached" if wish == "a" else "detached")


@BOTH
@pytest.mark.parametrize("wishes", ["ada", "adad", "dad", "dada"])
@pytest.mark.parametrize("end", ["lost", "failed", "closed", "suspended", "recovered", "silence"])
def test_rtl4h_every_wish_is_answered(dialect: DialectName, wishes: str, end: str) -> None:
    bench = connected(dialect)
    name = "chan" if wishes[0] == "d" else "new"
    for ref, wish in enumerate(wishes, 1):
        bench.do(e.AttachRequested(name, ref) if wish == "a" else e.DetachRequested(name, ref))
    if end == "lost":
        bench.lost()
        bench.connected("conn2")
        settle(bench, name)
    elif end == "failed":
        bench.receive({"action": 9, **error(50000)})
    elif end == "closed":
        bench.do(e.CloseRequested())
        bench.receive({"action": 8})
    elif end == "suspended":
        bench.lost()
        bench.later(120_000)
        bench.later(30_000)
        bench.connected("conn2")
        settle(bench, name)
    elif end == "silence":
        for _ in range(8):
            bench.receive({"action": 0})
            bench.later(10_000)
    else:
        bench.lost()
        bench.refused()
        bench.do(e.CloseRequested())
    for ref in range(1, len(wishes) + 1):
        assert bench.reply(ref), f"{ref} was never answered"


@BOTH
def test_rtn19b_what_was_pending_is_asked_again(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.AttachRequested("x", 1), e.DetachRequested("chan", 2))
    bench.lost()
    bench.connected()
    assert [m["channel"] for m in sends(bench.last, 10)] == ["x"]
    assert [m["channel"] for m in sends(bench.last, 12)] == ["chan"]


@BOTH
def test_rtl5g_detach_while_closing(dialect: DialectName) -> None:
    bench = in_state(S.CLOSING, params(dialect))
    bench.do(e.DetachRequested("chan", 1))
    assert bench.error(1) == 90000


@BOTH
def test_rtl17_not_delivered_unless_attached(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.do(e.AttachRequested("x"))
    for name in ("x", "unknown"):
        bench.receive({"action": 15, "channel": name, "messages": [{"name": "n"}]})
        assert not any(isinstance(x, fx.Deliver) for x in bench.last)


# --- presence -------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("first", ["attaching", "initialized"])
def test_rtp16c_without_queueing_presence_needs_an_attached_channel(
    dialect: DialectName, first: str
) -> None:
    bench = connected(dialect, queue_messages=False)
    if first == "attaching":
        bench.do(e.AttachRequested("x"))
    enter(bench, 1, "x")
    assert bench.error(1) == 90001
    enter(bench, 2)
    assert not bench.reply(2)
    assert len(sends(bench.last, 14)) == 1


@BOTH
def test_rtl3d2_presence_waits_for_its_channel(dialect: DialectName) -> None:
    bench = connected(dialect)
    enter(bench, 1, "x")
    publish(bench, 2, "x")
    assert not sends(tuple(bench.effects), 14)
    assert sends(bench.last, 15)
    bench.receive({"action": 11, "channel": "x", "flags": 0})
    assert sends(bench.last, 14)[0]["msgSerial"] == 1


def member(
    action: int, client: str, serial: str, conn: str = "other", **more: Any
) -> dict[str, Any]:
    return {"action": action, "clientId": client, "connectionId": conn, "id": serial, **more}


def members(bench: Bench, ref: int) -> list[str]:
    bench.do(e.MembersRequested("chan", ref))
    answer = bench.reply(ref)
    assert answer is not None
    return sorted(str(i["clientId"]) for i in answer.value.items)


@BOTH
def test_rtp2_newness(dialect: DialectName) -> None:
    bench = connected(dialect)

    def told(*items: dict[str, Any], **more: Any) -> int:
        bench.receive({"action": 14, "channel": "chan", "presence": list(items), **more})
        return sum(len(x.items) for x in bench.last if isinstance(x, fx.DeliverPresence))

    assert told(member(2, "a", "other:5:0", timestamp=100)) == 1
    assert told(member(4, "a", "other:4:9", timestamp=900)) == 0
    assert told(member(4, "a", "other:5:1", timestamp=1)) == 1
    assert told(member(4, "a", "other:10:0", timestamp=1)) == 1
    assert told(member(3, "a", "synth:1:1", timestamp=0)) == 0
    assert told(member(3, "a", "synth:1:1", timestamp=1)) == 1
    assert members(bench, 7) == []
    # What is inherited from the frame counts too (TP3a, TP3d, TP3g).
    item = {"action": 2, "clientId": "b"}
    assert told(item, id="other:11", connectionId="other", timestamp=5) == 1
    assert members(bench, 8) == ["b"]


@BOTH
def test_rtp18_rtp19_sync(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 14, "channel": "chan", "presence": [member(2, "gone", "other:1:0")]})
    bench.receive({"action": 11, "channel": "chan", "flags": 1})
    sync = {"action": 16, "channel": "chan"}
    bench.do(e.MembersRequested("chan", 5))
    assert not bench.reply(5)
    bench.receive({**sync, "channelSerial": "s:1", "presence": [member(1, "a", "other:2:0")]})
    assert not bench.reply(5)
    bench.receive({"action": 14, "channel": "chan", "presence": [member(3, "a", "other:3:0")]})
    bench.receive({**sync, "channelSerial": "s:", "presence": [member(1, "b", "other:2:1")]})
    answer = bench.reply(5)
    assert answer
    assert [i["clientId"] for i in answer.value.items] == ["b"]
    left = [i for x in bench.last if isinstance(x, fx.DeliverPresence) for i in x.items]
    assert {(i["clientId"], i["action"]) for i in left} >= {("gone", 3)}


@BOTH
def test_rtp19a_attached_without_members(dialect: DialectName) -> None:
    bench = connected(dialect)
    bench.receive({"action": 14, "channel": "chan", "presence": [member(2, "gone", "other:1:0")]})
    bench.receive({"action": 11, "channel": "chan", "flags": 0})
    left = [i for x in bench.last if isinstance(x, fx.DeliverPresence) for i in x.items]
    assert [(i["clientId"], i["action"]) for i in left] == [("gone", 3)]
    assert members(bench, 1) == []


@BOTH
@pytest.mark.parametrize("new_id", ["conn1", "conn2"])
def test_rtp17i_own_members_enter_again(dialect: DialectName, new_id: str) -> None:
    bench = connected(dialect)
    enter(bench, 1, client="bob")
    own = member(2, "bob", "conn1:0:0", "conn1")
    bench.receive({"action": 1, "msgSerial": 0})
    bench.receive({"action": 14, "channel": "chan", "presence": [own]})
    bench.lost()
    bench.connected(new_id)
    if state(bench) is C.ATTACHED:
        return
    bench.receive({"action": 11, "channel": "chan", "flags": 0})
    (again,) = sends(bench.last, 14)
    (item,) = again["presence"]
    assert (item["action"], item["clientId"]) == (2, "bob")
    assert ("id" in item) is (new_id == "conn1")
    bench.receive({"action": 2, "msgSerial": again["msgSerial"], **error(40160, 401)})
    (change,) = bench.channel_changes
    assert change.event == "update"
    assert change.reason
    assert change.reason.code == 91004
