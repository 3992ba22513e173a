from __future__ import annotations

import pytest
from textual.content import Content

from ablytui.ui.present.layout import Pane
from ablytui.ui.widgets.pane_tabs import tabs_line


@pytest.mark.parametrize("width", [48, 60, 74, 80, 109])
@pytest.mark.parametrize("focused", [True, False])
def test_the_row_fits_and_has_every_pane(width: int, focused: bool) -> None:
    text = tabs_line(Pane.STATE, 128_397, Content("▼ follow"), width, focused=focused)
    assert text.cell_length <= width
    assert text.plain.startswith("▌" if focused else " ")
    for number, word in enumerate(("Frames", "State", "Conn", "Chan", "Faults"), 1):
        assert f"{number} {word}" in text.plain
    assert ("128,397" in text.plain) is (width >= 74)
    assert text.plain.rstrip().endswith("▼ follow") is (width >= 60)


def test_only_the_chosen_one_is_bold() -> None:
    text = tabs_line(Pane.STATE, 0, Content(""), 80, focused=True)
    bold = [text.plain[s.start : s.end] for s in text.spans if s.style == "bold $text-primary"]
    assert bold == ["State"]
