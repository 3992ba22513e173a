"""Places in the log."""

from __future__ import annotations

from ablytui.protocol.format import Format
from ablytui.protocol.log import EntryKind
from ablytui.ui.present.segments import Role
from ablytui.ui.widgets.landmarks import Landmarks
from tests.support.entries import event, frame, state


def marks() -> Landmarks:
    places = Landmarks()
    places.add(
        [
            state("connecting", "connected", n=10),
            frame({"action": 0}, n=11),
            frame({"action": 2, "error": {"code": 40160}}, n=12),
            state("connected", "disconnected", n=20),
        ],
    )
    return places


def test_plain_frames_are_none() -> None:
    assert len(marks()) == 3


def test_the_loudest_wins() -> None:
    places = marks()
    assert places.loudest(1, 30) is Role.WRONG
    assert places.loudest(10, 11) is Role.GOOD
    assert places.loudest(13, 30) is Role.WARN
    assert places.loudest(11, 11) is None


def test_changes_of_state_are_found_both_ways() -> None:
    places = marks()
    assert [places.state_before(n) for n in (10, 11, 20, 99)] == [None, 10, 10, 20]
    assert [places.state_after(n) for n in (0, 10, 12, 20)] == [10, 20, 20, None]


def test_what_was_told_is_not_told_again() -> None:
    places = marks()
    places.add([state("connecting", "connected", n=10)])
    assert len(places) == 3


def test_dials_are_remembered() -> None:
    places = Landmarks()
    url = {"url": "ws://h/?format=msgpack"}
    places.add([event(EntryKind.UPGRADE, url, n=1, at=5, attempt=4)])
    places.add([event(EntryKind.UPGRADE, {"url": "ws://h/?v=6"}, n=2, at=9, attempt=5)])
    assert places.dials == {4: 5000, 5: 9000}
    assert places.formats == {4: Format.MSGPACK, 5: Format.JSON}
