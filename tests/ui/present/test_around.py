"""What stands around a row."""

from __future__ import annotations

from datetime import UTC

from ablytui.protocol.log import Entry, EntryKind
from ablytui.ui.present.around import Around, NoLinks, TimeMode, moment
from tests.support.entries import event, frame


def test_the_time_modes_go_round() -> None:
    seen = [TimeMode.CLOCK]
    while (following := seen[-1].next) not in seen:
        seen.append(following)
    assert set(seen) == set(TimeMode)


def test_nothing_is_known_of_any_pair() -> None:
    links = NoLinks()
    assert links.answer_of(1) is links.question_of(1) is links.latency(1) is None
    assert not links.waiting(1)
    assert not links.is_duplicate(1)


def test_a_dial_is_looked_for_only_within_its_attempt() -> None:
    rows: dict[int, Entry] = {
        1: event(EntryKind.UPGRADE, {}, n=1, attempt=1),
        2: event(EntryKind.SOCKET, {}, n=2, attempt=1),
        3: event(EntryKind.HANDSHAKE, {}, n=3, attempt=2),
    }
    around = Around(peek=rows.get)
    found = around.upgrade_of(rows[2])
    assert found is rows[1]
    assert around.upgrade_of(rows[3]) is None
    assert around.upgrade_of(frame({"action": 0}, n=1)) is None


def test_no_number_is_beyond_dates() -> None:
    assert moment(1e30, UTC) == moment(0, UTC)
