"""A channel's log."""

from __future__ import annotations

import pytest

from ablytui.protocol.codec import Format
from ablytui.protocol.message import Flag, ProtocolAction
from ablytui.service.channels import Attachment, Channel, Made, Stored


def stored(n: int, *, at: float = 0, action: ProtocolAction = ProtocolAction.MESSAGE) -> Stored:
    item = {"id": f"i{n}", "serial": f"m{n}", "data": b"\xff"}
    return Stored("c", f"s{n:03}", action, "p", {"id": f"f{n}"}, (item,), at, 10)


def filled(*numbers: int) -> Channel:
    channel = Channel("c", "s000", 0)
    for n in numbers:
        channel.add(stored(n, at=n), 3, 1_000)
    return channel


def test_positions() -> None:
    channel = filled(1, 2)
    assert channel.head == "s002"
    assert [s.serial for s in channel.after("s000")] == ["s001", "s002"]
    assert [s.serial for s in channel.after("s001")] == ["s002"]
    assert channel.after("s002") == []
    assert all(channel.holds(s) for s in ("s000", "s001", "s002"))
    assert not channel.holds("s0015")
    assert Channel("c", "s9", 0).head == "s9"


def test_the_oldest_goes_and_its_place_becomes_the_floor() -> None:
    channel = filled(1, 2, 3, 4)
    assert (channel.floor, channel.size) == ("s001", 30)
    assert not channel.holds("s000")
    assert channel.holds("s001")
    assert channel.known("i1") is None
    assert channel.known("i4") == "m4"


def test_age_and_bytes() -> None:
    channel = filled(1, 2, 3)
    channel.expire(3)
    assert (channel.floor, list(channel.log)) == ("s002", ["s003"])
    channel.add(stored(4), 10, 15)
    assert list(channel.log) == ["s004"]
    channel.add(stored(5), 10, 1)
    assert list(channel.log) == ["s005"]  # the newest always stays


def test_forget() -> None:
    channel = filled(1, 2)
    channel.forget("s100")
    assert (channel.head, channel.size) == ("s100", 0)
    assert not channel.holds("s002")


def test_messages_newest_first() -> None:
    channel = filled(1)
    channel.add(stored(2, action=ProtocolAction.PRESENCE), 9, 999)
    channel.add(stored(3), 9, 999)
    assert [i["id"] for _, i in channel.history()] == ["i3", "i1"]
    assert channel.known("i2") is None


@pytest.mark.parametrize("fmt", list(Format))
def test_a_frame_is_made_once_for_all_that_are_told_the_same(fmt: Format) -> None:
    one, other = Attachment("c", Flag.SUBSCRIBE), Attachment("c", Flag.SUBSCRIBE)
    first = Attachment("c", Flag.SUBSCRIBE, {"delta": "vcdiff"})
    second = Attachment("c", Flag.SUBSCRIBE, {"delta": "vcdiff"})
    data = "/w==" if fmt is Format.JSON else b"\xff"
    for n in (1, 2):
        made: Made = {}
        told = [a.next(stored(n), fmt, made) for a in (one, first, other, second)]
        assert [t["messages"][0]["data"] for t in told] == [data] * 4
        assert told[0] is told[2]
        assert told[1] is told[3]
        assert told[0] is not told[1]
        assert len(made) == 2


@pytest.mark.parametrize(
    ("modes", "action", "hears"),
    [
        (Flag.SUBSCRIBE, ProtocolAction.MESSAGE, True),
        (Flag.SUBSCRIBE, ProtocolAction.PRESENCE, False),
        (Flag.PRESENCE_SUBSCRIBE, ProtocolAction.PRESENCE, True),
        (Flag.PUBLISH, ProtocolAction.MESSAGE, False),
    ],
)
def test_modes(modes: Flag, action: ProtocolAction, hears: bool) -> None:
    assert Attachment("c", modes).hears(stored(1, action=action)) is hears
