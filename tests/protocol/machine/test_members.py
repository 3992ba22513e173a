"""RTP1, RTP5, RTP11, RTP17: what presence goes through with its channel."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.recovery import RecoveryKey
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import ID, Bench, in_state

NACK = {"code": 40160, "statusCode": 401, "message": "denied"}


def member(client: str, connection: str = "c1", action: int = 1, serial: int = 0) -> dict[str, Any]:
    return {
        "action": action,
        "clientId": client,
        "connectionId": connection,
        "id": f"{connection}:{serial}:0",
        "timestamp": 100 + serial,
        "data": f"{client}-data",
    }


def there(*members: dict[str, Any], given: ConnectParams | None = None) -> Bench:
    """An attached channel `chan` on which these are present."""
    bench = in_state(S.CONNECTED, given)
    bench.receive({"action": 11, "channel": "chan", "flags": 1, "channelSerial": "s1"})
    sync(bench, "q:", *members)
    return bench


def sync(bench: Bench, serial: str | None, *members: dict[str, Any]) -> None:
    body = {"action": 16, "channel": "chan", "channelSerial": serial, "presence": list(members)}
    bench.receive({k: v for k, v in body.items() if v is not None})


def presence(bench: Bench, *members: dict[str, Any]) -> None:
    bench.receive({"action": 14, "channel": "chan", "presence": list(members)})


def told(bench: Bench) -> list[tuple[int, str]]:
    """Action and clientId of what the last call delivered."""
    found = [x for x in bench.last if isinstance(x, fx.DeliverPresence)]
    return [(i["action"], i["clientId"]) for x in found for i in x.items]


def names(bench: Bench, ref: int) -> list[str] | None:
    answer = bench.reply(ref)
    if answer is None:
        return None
    assert isinstance(answer.value, fx.Members)
    return [item["clientId"] for item in answer.value.items]


def get(bench: Bench, ref: int, **more: Any) -> list[str] | None:
    bench.do(e.MembersRequested("chan", ref, **more))
    return names(bench, ref)


def test_rtp2_only_what_changes_the_map_is_delivered() -> None:
    bench = there()
    presence(bench, member("amy", action=2, serial=5))
    assert told(bench) == [(2, "amy")]
    presence(bench, member("amy", action=4, serial=3))
    assert told(bench) == [], "older"
    presence(bench, member("bob", action=3), member("amy", action=3, serial=6))
    assert told(bench) == [(3, "amy")], "bob was not there (RTP2h)"


def test_rtp11a_get_waits_for_the_sync() -> None:
    bench = in_state(S.CONNECTED)
    assert get(bench, 1) == []
    bench.receive({"action": 11, "channel": "chan", "flags": 1})
    assert get(bench, 2) is None
    sync(bench, "seq1:cursor1", member("amy"))
    assert get(bench, 3, wait_for_sync=False) == ["amy"], "RTP11c1"
    assert names(bench, 2) is None
    sync(bench, "seq1:", member("bob", "c2"))
    assert names(bench, 2) == ["amy", "bob"]


def test_rtp11c_get_narrowed() -> None:
    bench = there(member("amy"), member("bob", "c2"), member("amy", "c3"))
    assert get(bench, 1, client_id="amy") == ["amy", "amy"]
    assert get(bench, 2, connection_id="c2") == ["bob"]
    assert get(bench, 3, client_id="bob", connection_id="c1") == []


@pytest.mark.parametrize("wait", [True, False])
def test_rtp11b_get_attaches(wait: bool) -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.MembersRequested("new", 1, wait_for_sync=wait))
    assert bench.sent == [{"action": 10, "channel": "new"}]
    bench.receive({"action": 11, "channel": "new"})
    assert names(bench, 1) == []


@pytest.mark.parametrize(
    ("flags", "code"),
    [(None, 90001), ({"action": 9, "channel": "new", "error": NACK}, 40160)],
)
def test_rtp11b_get_fails_with_its_channel(flags: dict[str, Any] | None, code: int) -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.MembersRequested("new", 1))
    if flags is None:
        bench.do(e.DetachRequested("new", 9))
        bench.receive({"action": 11, "channel": "new", "flags": 1})
        bench.receive({"action": 13, "channel": "new"})
    else:
        bench.receive(flags)
    assert bench.error(1) == code
    bench.do(e.MembersRequested("new", 2, wait_for_sync=False))
    assert bench.error(2) == 90001


def test_rtp11d_a_suspended_channel_does_not_know() -> None:
    bench = in_state(S.SUSPENDED)
    bench.do(e.MembersRequested("chan", 1))
    assert bench.error(1) == 91005
    bench.do(e.MembersRequested("new", 2))
    assert bench.error(2) == 90000


def test_rtp5f_suspension_keeps_the_members_and_ends_the_waiting() -> None:
    bench = there(member("amy"), member("bob", "c2"))
    bench.receive({"action": 11, "channel": "chan", "flags": 1})
    bench.do(e.MembersRequested("chan", 1))
    bench.receive({"action": 13, "channel": "chan", "error": NACK})
    bench.do(e.MembersRequested("chan", 2, wait_for_sync=False))
    bench.receive({"action": 13, "channel": "chan", "error": NACK})
    assert bench.conn.channels["chan"].state is C.SUSPENDED
    assert bench.error(1) == 91005
    assert names(bench, 2) == ["amy", "bob"]
    assert get(bench, 3, wait_for_sync=False) == ["amy", "bob"]
    bench.do(e.AttachRequested("chan"))
    bench.receive({"action": 11, "channel": "chan", "flags": 1})
    sync(bench, "z:", member("amy"))
    assert told(bench) == [(3, "bob")], "only what has changed is told"


@pytest.mark.parametrize("end", ["detached", "failed"])
def test_rtp5a_the_end_of_the_channel_clears_the_maps_silently(end: str) -> None:
    bench = there(member("amy"), member("me", ID))
    if end == "detached":
        bench.do(e.DetachRequested("chan"))
        bench.receive({"action": 13, "channel": "chan"})
    else:
        bench.receive({"action": 9, "channel": "chan", "error": NACK})
    assert told(bench) == []
    bench.do(e.AttachRequested("chan"))
    bench.receive({"action": 11, "channel": "chan", "flags": 0})
    assert (told(bench), bench.sent) == ([], []), "nobody leaves, nobody enters again"
    assert get(bench, 1) == []


def test_rtp19a_attached_without_has_presence_means_nobody() -> None:
    bench = there(member("amy"), member("bob", "c2"))
    bench.receive({"action": 11, "channel": "chan", "flags": 4})
    assert told(bench) == [], "already attached, and resumed"
    bench.receive({"action": 11, "channel": "chan", "flags": 0})
    assert told(bench) == [(3, "amy"), (3, "bob")]
    (delivery,) = [x for x in bench.last if isinstance(x, fx.DeliverPresence)]
    assert all("id" not in item for item in delivery.items)
    assert {item["timestamp"] for item in delivery.items} == {int(bench.wall)}
    assert [item["data"] for item in delivery.items] == ["amy-data", "bob-data"]
    assert get(bench, 1) == []


@pytest.mark.parametrize(("new_id", "has_id"), [(ID, True), ("other", False)])
def test_rtp17_our_members_enter_again(new_id: str, has_id: bool) -> None:
    bench = there(member("amy"))
    presence(bench, member("me", ID, 2, 7), member("us", ID, 2, 8) | {"encoding": "x"})
    bench.lost()
    bench.connected(new_id)
    bench.receive({"action": 11, "channel": "chan", "flags": 5 if has_id else 1})
    first, second = [m["presence"][0] for m in bench.sent]
    expected = {"action": 2, "clientId": "me", "data": "me-data"}
    assert first == expected | ({"id": f"{ID}:7:0"} if has_id else {}), "RTP17g, RTP17g1"
    assert second["encoding"] == "x"
    assert [m["msgSerial"] for m in bench.sent] == [0, 1]
    assert get(bench, 1) is None, "the sync is awaited"
    sync(bench, "z:")
    assert (3, "me") in told(bench)
    bench.lost()
    bench.do(e.ConnectRequested())
    bench.connected("third")
    bench.receive({"action": 11, "channel": "chan"})
    entering = [m["presence"][0]["clientId"] for m in bench.sent if m["action"] == 14]
    assert entering == ["me", "us"], "also when a sync did not name them"


def test_rtp17i_not_when_it_was_attached_all_along() -> None:
    bench = there(member("me", ID))
    bench.receive({"action": 11, "channel": "chan", "flags": 4})
    assert bench.sent == []
    bench.receive({"action": 11, "channel": "chan", "flags": 1})
    assert [m["action"] for m in bench.sent] == [14], "continuity was lost (RTL12)"


@pytest.mark.parametrize(
    ("leave", "again"),
    [
        (member("me", ID, 3, 9), []),
        (member("me", ID, 3, 9) | {"id": "synthesised:1"}, ["me"]),
        (member("me", "c1", 3, 9), ["me"]),
    ],
)
def test_rtp17b_who_left_does_not_enter_again(leave: dict[str, Any], again: list[str]) -> None:
    bench = there(member("me", ID))
    presence(bench, leave)
    bench.receive({"action": 11, "channel": "chan"})
    assert [m["presence"][0]["clientId"] for m in bench.sent] == again


def test_rtp17e_a_refused_reentry_is_an_update() -> None:
    bench = there(member("me", ID))
    bench.receive({"action": 11, "channel": "chan"})
    bench.receive({"action": 2, "msgSerial": 0, "count": 1, "error": NACK})
    (change,) = bench.channel_changes
    assert (change.event, change.resumed) == ("update", True)
    assert change.reason is not None
    assert change.reason.code == 91004
    assert "'me'" in change.reason.message
    assert change.reason.cause is not None
    assert change.reason.cause.code == 40160
    bench.receive({"action": 11, "channel": "chan"})
    bench.receive({"action": 1, "msgSerial": 1, "count": 1})
    assert bench.channel_changes == []


def test_rtp17e_the_end_of_the_connection_says_enough() -> None:
    bench = there(member("me", ID))
    bench.receive({"action": 11, "channel": "chan"})
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    assert [c.event for c in bench.channel_changes] == [C.DETACHED]


def test_recover_ends_the_waiting() -> None:
    bench = there(member("amy"))
    bench.receive({"action": 11, "channel": "chan", "flags": 1})
    bench.do(e.MembersRequested("chan", 1))
    bench.do(e.RecoverRequested(RecoveryKey(DialectName.CURRENT, "old!k", 4), 2))
    assert bench.error(1) == 40000
    assert not bench.conn.channels["chan"].presence.members
