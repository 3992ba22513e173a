"""Timers and names of the realm."""

from __future__ import annotations

import pytest

from ablytui.protocol.events import Moment
from ablytui.service.events import Break
from ablytui.service.options import ServiceOptions
from ablytui.service.realm import Realm, bad_channel
from tests.support.granting import by_token, grant
from tests.support.service import Bench, data_of


def test_timers_run_in_order_and_once() -> None:
    realm = Realm(ServiceOptions(), ("a.b:c",), lambda n: "x" * n)
    ran: list[str] = []
    realm.after(20, lambda: ran.append("b"))
    realm.after(10, lambda: ran.append("a"))
    realm.after(20, lambda: ran.append("c"))
    assert realm.next_due() == 10
    realm.now = Moment(20, 0, 0)
    realm.run_due()
    realm.run_due()
    assert ran == ["a", "b", "c"]
    assert realm.next_due() is None


@pytest.mark.parametrize("name", ["a", "a:b", "a[b]", "é 日本", "x" * 2048, "a?b"])
def test_good_names(name: str) -> None:
    assert bad_channel(name) is None


@pytest.mark.parametrize("name", ["", ":a", "[a", "a\nb", "a\rb", "x" * 2049, "\ud800", 3, None])
def test_bad_names(name: object) -> None:
    error = bad_channel(name)
    assert error is not None
    assert (error.code, error.status_code) == (40010, 400)


def test_all_channels_together_hold_so_much() -> None:
    bench = Bench(max_backlog_bytes=20_000)
    client = bench.dial()
    for n in range(60):
        client.publish(f"c{n % 3}", n, {"data": "x" * 1_000})
        bench.advance(1)
    channels = list(bench.core.realm.all_channels())
    assert 10_000 < sum(c.size for c in channels) <= 20_000
    # What is left is the newest of each, and whoever stands before it is told.
    counts = [len(c.log) for c in channels]
    assert max(counts) - min(counts) <= 1
    at = client.attach("c0")[0]["channelSerial"]
    for n in range(30):
        client.publish("c1", 100 + n, {"data": "x" * 1_000})
    client.publish("c0", 200, {"data": "y"})
    other = bench.dial()
    for n in range(30):
        client.publish("c1", 300 + n, {"data": "x" * 1_000})
    assert other.attach("c0", channelSerial=at)[0]["error"]["code"] == 80006


def test_a_large_message_alone_stays_within() -> None:
    bench = Bench(max_backlog_bytes=100)
    client = bench.dial()
    client.attach("a")
    for n in range(3):
        assert data_of(client.publish("a", n, {"data": "x" * 500})) == ["x" * 500]
    assert bench.core.realm.apps["app"].channels["a"].size == 0


def test_presence_counts_with_all_that_is_held_of_it() -> None:
    bench = Bench()
    client = bench.dial(clientId="bob")
    long = {"id": "i" * 3_000, "encoding": "e" * 3_000, "extras": {"x": "y" * 3_000}}
    client.presence("a", 0, action=2, **long)
    (channel,) = bench.core.realm.all_channels()
    assert channel.size > 9_000
    assert bench.core.realm.tally.bytes > 9_000


@pytest.mark.parametrize("how", ["close", "disconnect", "lose", "break"])
def test_nothing_is_due_on_a_socket_that_is_gone(how: str) -> None:
    bench = Bench()
    client = by_token(bench, grant(bench).token)
    assert len(bench.core.realm.deadlines) == 1
    match how:
        case "close":
            client.send({"action": 7})
        case "disconnect":
            client.send({"action": 5})
        case "lose":
            client.lose()
        case _:
            bench.happen(Break())
    assert len(bench.core.realm.deadlines) == 0
