"""Pieces of a line are cut and filled by cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.visible import visible
from ablytui.ui.present.segments import Role, Seg, fit_segs, text_of, width_of


@pytest.mark.parametrize(
    ("texts", "width", "shown"),
    [
        (["ab", "cd"], 6, "abcd  "),
        (["ab", "cd"], 4, "abcd"),
        (["ab", "cd"], 3, "ab…"),
        (["ab", "cd"], 2, "a…"),
        (["漢字", "x"], 4, "漢…"),
        (["漢字"], 3, "漢…"),
        (["ab"], 0, ""),
        ([], 2, "  "),
    ],
)
def test_fit(texts: list[str], width: int, shown: str) -> None:
    fitted = text_of(fit_segs([Seg(text) for text in texts], width))
    assert fitted.rstrip() == shown.rstrip()


@given(st.lists(st.text(max_size=12), max_size=6), st.integers(0, 30))
def test_exactly_the_width(texts: list[str], width: int) -> None:
    segs = [Seg(visible(text), Role.MUTED) for text in texts]
    assert width_of(fit_segs(segs, width)) == width
