from __future__ import annotations

import pytest

from ablytui.protocol.log import EntryKind, Row, Sum
from ablytui.protocol.observe.tallies import KEPT, MOST, Tallies
from ablytui.protocol.states import ChannelState as C
from tests.support.rows import IN, OUT, entry, frame, other


def fed(*rows: Row) -> Tallies:
    tallies = Tallies()
    for n, row in enumerate(rows, start=1):
        tallies.feed(entry(n, row))
    return tallies


def moved(at: float, current: str, channel: str = "a") -> Row:
    row = other(at, EntryKind.CHANNEL, channel=channel, current=current)
    row.channel = channel
    return row


def test_what_passed_is_told_by_channel_and_direction() -> None:
    tallies = fed(
        frame(1, IN, {"action": 15, "channel": "a"}),
        frame(2, OUT, {"action": 15, "channel": "a", "msgSerial": 0}),
        frame(3, IN, {"action": 14, "channel": "b"}),
        frame(4, OUT, {"action": 10, "channel": "c"}),
        frame(5, IN, {"action": 0}),
    )
    assert list(tallies.of) == ["a", "b", "c"]
    counted = {name: (each.frames_in, each.frames_out) for name, each in tallies.of.items()}
    assert counted == {"a": (1, 1), "b": (1, 0), "c": (0, 0)}
    assert [each.last_n for each in tallies.of.values()] == [2, 3, 4]
    assert tallies.of["c"].last_at is None


def test_sums_come_to_the_same_as_the_frames() -> None:
    tallies = fed(frame(1, IN, {"action": 15, "channel": "a"}))
    tallies.messages(
        [Sum("a", 9, 900, 10, 10_000), Sum("z", 1, 5, 11, 11_000), Sum(None, 1, 5, 12, 0)]
    )
    assert (tallies.of["a"].frames_in, tallies.of["a"].last_n, tallies.of["a"].last_at) == (
        10,
        10,
        10_000,
    )
    assert tallies.of["z"].frames_in == 1


@pytest.mark.parametrize(("flags", "resumed"), [(4 | 65536, True), (65536, False), (None, False)])
def test_attached_is_remembered(flags: int | None, resumed: bool) -> None:
    row = frame(7, IN, {"action": 11, "channel": "a", "flags": flags})
    tally = fed(row).of["a"]
    assert (tally.attached_n, tally.attached_at, tally.resumed) == (1, row.at, resumed)


def test_the_history_has_each_change_once_and_is_bounded() -> None:
    tallies = fed(moved(1, "attaching"), moved(2, "attached"), moved(3, "attached"), moved(4, "no"))
    assert [state for _, state in tallies.of["a"].history] == [C.ATTACHING, C.ATTACHED]
    many = fed(*(moved(i, ("attaching", "attached")[i % 2]) for i in range(KEPT * 2)))
    assert len(many.of["a"].history) == KEPT


def test_channels_are_bounded() -> None:
    rows = (frame(i, IN, {"action": 15, "channel": f"c{i}"}) for i in range(MOST + 5))
    assert len(fed(*rows).of) == MOST
