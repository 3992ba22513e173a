from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Row
from ablytui.protocol.observe.recent import CHANNELS, IDS, PER_CHANNEL, SMALL, RecentIds
from tests.support.rows import IN, frame


def message(channel: str, ident: str, pad: int = 0) -> Row:
    body = {"action": 15, "channel": channel, "id": ident, "messages": [{"data": "x" * pad}]}
    return frame(1, IN, body)


def test_known_by_channel() -> None:
    recent = RecentIds()
    recent.add(message("a", "f"))
    assert recent.known("a", ["f:0", "g:0"]) == 1
    assert recent.known("a", ["f:0"]) == 1  # asking does not forget
    assert recent.known("b", ["f:0"]) == 0


def test_long_messages_are_known_but_not_kept() -> None:
    recent = RecentIds()
    recent.add(message("a", "small"))
    recent.add(message("a", "long", SMALL))
    assert not recent._kept["a"]
    assert recent.known("a", ["small:0", "long:0"]) == 2


def test_memory_is_bounded() -> None:
    recent = RecentIds()
    for i in range(PER_CHANNEL + 1):
        recent.add(message("a", f"m{i}"))
    assert recent.known("a", ["m0:0"]) == 0
    assert recent.known("a", [f"m{PER_CHANNEL}:0"]) == 1
    for i in range(IDS + 1):
        recent.add(message("a", f"l{i}", SMALL))
    assert len(recent._ids["a"]) == IDS
    for i in range(CHANNELS):
        recent.add(message(f"c{i}", "x"))
    assert len(recent._kept) == CHANNELS
    assert "a" not in recent._kept
    assert "a" not in recent._ids


@given(
    st.lists(st.tuples(st.sampled_from("aab"), st.sampled_from([0, 0, 0, SMALL])), min_size=1),
    st.integers(0, 40),
)
def test_several_at_once_are_remembered_like_one_by_one(
    said: list[tuple[str, int]], before: int
) -> None:
    rows = [message(channel, f"m{i}", pad) for i, (channel, pad) in enumerate(said)]
    alone, together = RecentIds(), RecentIds()
    for recent in (alone, together):
        for i in range(before):
            recent.add(message("a", f"before{i}"))
    for row in rows:
        alone.add(row)
    channels = [channel for channel, _ in said]
    together.add_all(channels, [row.payload for row in rows], Opcode.TEXT)
    assert vars(together) == vars(alone)
    assert list(together._kept) == list(alone._kept)


def test_a_frame_without_a_channel_is_nobodys() -> None:
    recent = RecentIds()
    row = message("a", "f")
    row.channel = None
    recent.add(row)
    assert recent._kept == {}
