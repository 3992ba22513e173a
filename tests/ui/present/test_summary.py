"""User data on one line."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.ui.present.around import Around
from ablytui.ui.present.segments import text_of
from ablytui.ui.present.summary import error_segs, preview, summary
from tests.support.entries import frame


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("a\nb", r"a\nb"),
        ({"a": [1]}, '{"a":[1]}'),
        (b"\x01\x02", "2 bytes 01 02"),
        (None, ""),
        (1.5, "1.5"),
    ],
)
def test_preview(data: Any, shown: str) -> None:
    assert preview(data) == shown


def test_a_long_or_deep_value_stays_short() -> None:
    assert len(preview("x" * 1_000_000)) < 500
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert preview(deep) == "nested too deeply to show"


def test_errors_in_words() -> None:
    assert error_segs(None) == []
    assert error_segs({"code": 7, "message": "x\x1b"})[0].text == r"7 x\x1b"
    assert error_segs("odd")[0].text == "odd"


@pytest.mark.parametrize(
    ("serial", "shown"),
    [
        ("108@1795574785603-000001", "…603-1"),
        ("108@1795574785603-000000", "…603-0"),
        ("0172658597@a:44", "…a:44"),
        ("e02789ADwBnk@1795574785603-1:7", "…-1:7"),
        ("x", "x"),
    ],
)
def test_the_end_of_a_serial_is_what_tells_it_from_the_next(serial: str, shown: str) -> None:
    message = {"action": 15, "channel": "a", "channelSerial": serial, "messages": [{}]}
    words = text_of(summary(frame(message), message, Around()))
    assert words[: len(shown) + 1] == f"{shown} "
