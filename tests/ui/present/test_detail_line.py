from __future__ import annotations

from ablytui.ui.present.detail_line import DetailLine
from ablytui.ui.present.segments import Seg, width_of


def test_a_line_has_its_width_and_its_mark() -> None:
    line = DetailLine((Seg("name"),), (Seg("str"),), below=2, indent=3)
    text = "".join(seg.text for seg in line.at(20))
    assert text == " ▾ name         str "
    assert "▸" in "".join(seg.text for seg in line.at(20, folded=True))
    assert width_of(line.at(9)) == 9
