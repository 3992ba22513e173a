"""Sizes in few cells."""

from __future__ import annotations

import pytest

from ablytui.ui.present.amounts import limit, size


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, ""), (5, "5"), (9_999, "9999"), (10_000, "10k"), (999_999, "999k"), (1_200_000, "1.2M"),
     (12_000_000, "12M")],
)  # fmt: skip
def test_size(count: int, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(("count", "shown"), [(100, "100 B"), (65_536, "64 kB"), (2 << 20, "2 MB")])
def test_limit(count: int, shown: str) -> None:
    assert limit(count) == shown
