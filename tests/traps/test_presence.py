"""Ids of presence items and of syncs, which say more than they seem to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ablytui.protocol import presence as who
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import in_state
from tests.support.service import FORMS
from tests.support.service import Bench as Service

SEQUENCE = re.compile(r"[A-Za-z0-9_-]+:[^:]*")


def item(**members: Any) -> who.Item:
    (found,) = who.items_of({"presence": [{"clientId": "amy", "connectionId": "c1", **members}]})
    return found


@pytest.mark.parametrize(
    ("name", "made_up"),
    [
        ("c1:0:0", False),
        ("c1:12:3", False),
        ("left-9:0:0", True),
        ("c2:0:0", True),
        ("c1:0", True),
        ("c1:0:0:0", True),
        ("c1:x:0", True),
        ("c1", True),
        ("", True),
        (None, True),
        (7, True),
    ],
)
def test_an_id_of_another_pattern_was_made_by_the_service(name: Any, made_up: bool) -> None:
    """RTP2b1: such are compared by time; a missing id (of a SYNC) is one too."""
    assert who.synthesised(item(id=name)) is made_up


def test_ids_are_compared_as_numbers_and_made_up_ones_by_time() -> None:
    """RTP2b1, RTP2b2: `10` comes after `9`, and a synthesised leave beats an older member."""
    assert who.newer(item(id="c1:10:0"), item(id="c1:9:5"))
    assert not who.newer(item(id="c1:9:5", timestamp=99), item(id="c1:10:0", timestamp=1))
    assert who.newer(item(timestamp=5), item(id="c1:10:0", timestamp=4))
    assert not who.newer(item(timestamp=3), item(id="c1:10:0", timestamp=4))


def test_a_member_without_an_id_in_a_sync_is_a_member() -> None:
    """TP3a, RTP2b1: a service may leave ids out there."""
    bench = in_state(S.CONNECTED)
    page = {"action": 16, "channel": "chan", "channelSerial": "s1:"}
    bench.receive({**page, "presence": [{"clientId": "amy", "connectionId": "c1", "action": 1}]})
    (member,) = bench.conn.channels["chan"].presence.present()
    assert member["clientId"] == "amy"


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_the_services_sync_ids_hold_no_mark_that_ends_them_early(dialect: str, fmt: str) -> None:
    """RTP18: JS takes `[A-Za-z0-9_-]+`; `@`, `.` and `:` break its end of sync."""
    service = Service()
    for name in ("amy", "bob"):
        client = service.dial(dialect, fmt, clientId=name, client_id=name)
        client.attach("c")
        client.presence("c", 0, action=2)
    got = service.dial(dialect, fmt).attach("c")
    pages = [m["channelSerial"] for m in got if m["action"] == 16]
    assert pages
    assert all(SEQUENCE.fullmatch(serial) for serial in pages)
    assert [serial.endswith(":") for serial in pages] == [False] * (len(pages) - 1) + [True]


def test_the_services_leaves_of_those_who_vanished_are_recognisable() -> None:
    """RTP2b1: the id does not begin with the connectionId of who is gone."""
    service = Service()
    gone = service.dial(clientId="amy")
    gone.attach("c")
    gone.presence("c", 0, action=2)
    watcher = service.dial()
    watcher.attach("c")
    gone.lose()
    service.advance(30_000)
    (leave,) = [i for m in watcher.got if m["action"] == 14 for i in m["presence"]][-1:]
    assert leave["action"] == 3
    assert who.synthesised(item(**leave))


@pytest.mark.parametrize("serial", ["a@1:", "a.b:c", "s:1:2", "s"])
def test_any_sync_id_is_taken_from_others(serial: str) -> None:
    """RTP18a, RTP18b: the part before the first colon names the sync."""
    bench = in_state(S.CONNECTED)
    presence = [{"clientId": "amy", "connectionId": "c1", "action": 1, "id": "c1:0:0"}]
    message = {"action": 16, "channel": "chan", "channelSerial": serial, "presence": presence}
    bench.receive(message)
    found = bench.conn.channels["chan"].presence
    assert [m["clientId"] for m in found.present()] == ["amy"]
    assert found.syncing is bool(serial.partition(":")[2])


def test_another_sync_discards_the_one_that_runs() -> None:
    """RTP18a: who only the first one named has to be named again."""
    bench = in_state(S.CONNECTED)

    def page(serial: str, *names: str) -> None:
        presence = [
            {"clientId": n, "connectionId": n, "action": 1, "id": f"{n}:0:0"} for n in names
        ]
        bench.receive(
            {"action": 16, "channel": "chan", "channelSerial": serial, "presence": presence}
        )

    page("one:1", "amy")
    page("two:1", "bob")
    page("two:", "cat")
    members = bench.conn.channels["chan"].presence.present()
    assert sorted(m["clientId"] for m in members) == ["bob", "cat"]
