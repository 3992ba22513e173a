from __future__ import annotations

from typing import Any

from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.observe.attempts import Attempts
from tests.support.entries import event, frame, raw


def connected(n: int, **members: Any) -> Entry:
    return frame({"action": 4, **members}, n=n)


def dial(n: int, url: str) -> Entry:
    return event(EntryKind.UPGRADE, {"url": url}, n=n)


def test_it_holds_the_last_two_of_each() -> None:
    fold = Attempts()
    fold.feed(dial(1, "ws://a"))
    fold.feed(connected(2, connectionId="x", connectionDetails={"maxIdleInterval": 5}))
    assert (fold.url_before, fold.url) == ("", "ws://a")
    assert fold.granted_before is None
    fold.feed(dial(3, "ws://b"))
    fold.feed(connected(4, connectionId="y"))
    fold.feed(connected(5, connectionId="y", connectionDetails={"siteCode": "s"}))
    assert (fold.url_before, fold.url) == ("ws://a", "ws://b")
    assert fold.granted is not None
    assert fold.granted_before is not None
    assert (fold.granted_before.n, fold.granted.n) == (4, 5)
    assert fold.granted.details.site_code == "s"


def test_what_is_sent_and_what_is_broken_changes_nothing_or_is_empty() -> None:
    fold = Attempts()
    fold.feed(frame({"action": 4, "connectionId": "x"}, n=1, out=True))
    fold.feed(frame({"action": 15, "connectionId": "x"}, n=2))
    assert fold.granted is None
    fold.feed(raw(b"\xc1", n=3))
    fold.feed(connected(4, connectionId=5, connectionDetails="no"))
    assert fold.granted is not None
    assert fold.granted.id is None
