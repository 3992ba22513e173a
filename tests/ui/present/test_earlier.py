from __future__ import annotations

from ablytui.protocol.log import Entry
from ablytui.ui.present.earlier import BACK, earlier_serials
from tests.support.entries import frame


def heard(n: int, channel: str, serial: str, *, out: bool = False) -> Entry:
    body = {"action": 15, "channel": channel, "channelSerial": serial}
    return frame(body, n=n, out=out)


def test_it_is_the_serial_of_some_frames_ago() -> None:
    rows = [heard(n, "a", f"s{n}") for n in range(30, 0, -1)]
    assert earlier_serials(rows, ["a"]) == {"a": f"s{30 - BACK}"}


def test_it_is_the_oldest_where_there_are_few_and_none_where_there_is_one() -> None:
    rows = [heard(3, "a", "s3"), heard(2, "b", "x"), heard(1, "a", "s1")]
    assert earlier_serials(rows, ["a", "b", "c"]) == {"a": "s1"}


def test_what_was_sent_and_what_is_no_serial_does_not_count() -> None:
    rows = [heard(3, "a", "s3"), heard(2, "a", "s2", out=True), heard(1, "a", "")]
    assert earlier_serials(rows, ["a"]) == {}
