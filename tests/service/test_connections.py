"""What a connection keeps."""

from __future__ import annotations

from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.params import DialectName
from ablytui.service.auth import Identity
from ablytui.service.channels import Stored
from ablytui.service.connections import (
    ANSWERS_KEPT,
    CHANNELS_KEPT,
    Connection,
    Lost,
    Outbox,
    Transport,
)
from ablytui.service.wireform import Asked


def stored(channel: str) -> Stored:
    return Stored(channel, "s", ProtocolAction.MESSAGE, "p", {}, (), 0, 10)


def test_the_outbox_numbers_and_replays() -> None:
    outbox = Outbox(10, 1_000)
    assert [outbox.add(stored("a"), 0) for _ in range(3)] == [0, 1, 2]
    assert [k.serial for k in outbox.after(0)] == [1, 2]
    assert outbox.lost_after(-1) is None


def test_the_outbox_knows_what_is_gone_and_where() -> None:
    outbox = Outbox(2, 1_000)
    for name in "abcd":
        outbox.add(stored(name), 0)
    assert outbox.lost_after(-1) == Lost(80007, ("a", "b"))
    assert outbox.lost_after(0) == Lost(80007, ("b",))
    assert outbox.lost_after(1) is None
    outbox.expire(1)
    assert outbox.lost_after(2) == Lost(80006, ("d",))
    assert outbox.serial == 3


def test_the_outbox_is_bounded_in_bytes() -> None:
    outbox = Outbox(100, 25)
    for _ in range(5):
        outbox.add(stored("a"), 0)
    assert [k.serial for k in outbox.after(-1)] == [3, 4]


def test_answers_become_earlier_ones_with_the_next_transport() -> None:
    connection = Connection("c", "c!k", Identity("a", "a.k"), DialectName.CURRENT, Outbox(1, 1))
    connection.answered(5, {"action": 1})
    assert 5 not in connection.earlier
    asked = Asked(dialect=DialectName.CLASSIC)
    connection.take(Transport(1, asked, connection, 0))
    assert connection.earlier[5] == {"action": 1}
    assert connection.answers == {}
    assert connection.dialect is DialectName.CLASSIC
    for serial in range(3_000):
        connection.answered(serial, {})
    connection.take(Transport(2, asked, connection, 0))
    assert len(connection.earlier) == ANSWERS_KEPT
    assert 2_999 in connection.earlier


def test_the_outbox_remembers_that_something_is_gone_though_not_every_channel() -> None:
    outbox = Outbox(1, 1_000)
    for n in range(CHANNELS_KEPT + 10):
        outbox.add(stored(f"c{n}"), 0)
    lost = outbox.lost_after(-1)
    assert lost is not None
    assert len(lost.channels) == CHANNELS_KEPT
    assert "c0" not in lost.channels
    assert outbox.lost_after(outbox.serial) is None
