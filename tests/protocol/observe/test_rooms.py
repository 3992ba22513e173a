from __future__ import annotations

import pytest

from ablytui.protocol.observe import rooms
from ablytui.protocol.observe.rooms import NEVER, Rooms
from tests.support.rows import IN, OUT, frame


def test_only_what_was_asked_for_is_attached() -> None:
    fold = Rooms(1_000)
    fold.sent(frame(0, OUT, {"action": 10, "channel": "a"}), "a")
    assert fold.attached == set()
    assert fold.received(frame(0, IN, {"action": 11, "channel": "a"}), "a") == []
    assert fold.attached == {"a"}
    fold.received(frame(0, IN, {"action": 9, "channel": "a"}), "a")
    assert fold.attached == set()


def test_a_new_transport_has_nothing() -> None:
    fold = Rooms(1_000)
    fold.sent(frame(0, OUT, {"action": 10, "channel": "a"}), "a")
    fold.received(frame(0, IN, {"action": 11, "channel": "a", "flags": 1}), "a")
    assert fold.due == 1_000
    seen = fold.attached
    fold.clear()
    assert (fold.due, fold.attached, fold.attached is seen) == (NEVER, set(), True)


def test_more_channels_than_can_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST", 3)
    fold = Rooms(1_000)
    for name in "abcde":
        fold.received(frame(0, IN, {"action": 15, "channel": name}), name)
        fold.received(frame(0, IN, {"action": 11, "channel": name, "flags": 1}), name)
    assert len(fold.attached) == 3
    assert fold.received(frame(0, IN, {"action": 15, "channel": "e"}), "e") == []


def test_a_long_name_is_cut() -> None:
    (found,) = Rooms(1).received(frame(0, IN, {"action": 11, "channel": "x" * 900}), "x" * 900)
    assert len(found.text) < 120
