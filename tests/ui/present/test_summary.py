"""User data on one line."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.ui.present.summary import error_segs, preview


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
