from __future__ import annotations

from dataclasses import replace
from typing import Any

from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.observe.firings import KEPT, Firing, Firings
from tests.support.entries import event


def notice(n: int, **members: Any) -> Entry:
    return event(EntryKind.NOTICE, members, n=n)


def fault(n: int, name: str, message: str, sign: str = "withheld") -> Entry:
    return notice(n, level="info", message=message, fault=sign, name=name)


def test_alike_are_counted_and_the_last_come_first() -> None:
    fold = Firings()
    fold.feed(fault(1, "suppress", "ACK swallowed"))
    fold.feed(fault(2, "cut", "TCP cut"))
    fold.feed(notice(3, level="info", message="no fault"))
    fold.feed(fault(4, "suppress", "ACK swallowed"))
    fold.feed(fault(5, "error", "ERROR sent: by you", "added"))
    assert [(f.name, f.text, f.count, f.n, f.adds) for f in fold.latest] == [
        ("error", "ERROR sent: by you", 1, 5, True),
        ("suppress", "ACK swallowed", 2, 4, False),
        ("cut", "TCP cut", 1, 2, False),
    ]
    assert isinstance(fold.latest[0], Firing)


def test_one_without_a_name_has_that_of_what_was_done() -> None:
    fold = Firings()
    fold.feed(notice(1, level="info", message="TCP cut: the caption", fault="withheld"))
    assert fold.latest[0].name == "TCP cut"


def test_what_cannot_be_read_is_none_and_many_are_not_kept() -> None:
    fold = Firings()
    fold.feed(notice(1, fault=3, message=[]))
    fold.feed(replace(notice(2), payload=b"{"))
    assert not fold.latest
    for n in range(KEPT + 5):
        fold.feed(fault(n, "suppress", f"MESSAGE {n} swallowed"))
    assert len(fold.latest) == KEPT
    assert fold.latest[-1].n == 5
