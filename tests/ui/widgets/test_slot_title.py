from __future__ import annotations

from textual.style import Style

from ablytui.ui.present.layout import SLOT, WORD, Pane, number_of
from ablytui.ui.widgets.slot_title import SlotTitle


def test_every_pane_of_the_place_is_a_link_with_its_number() -> None:
    for pane in SLOT:
        lead = SlotTitle(pane).lead
        for each in SLOT:
            assert f"{number_of(each)} {WORD[each]}" in lead.plain
        links = [
            s.style.meta["@click"]
            for s in lead.spans
            if isinstance(s.style, Style) and s.style.meta
        ]
        assert links == [f"screen.pane({each.value!r})" for each in SLOT]


def test_only_the_pane_itself_is_bold() -> None:
    lead = SlotTitle(Pane.CHANNELS).lead
    bold = [lead.plain[s.start : s.end] for s in lead.spans if "bold" in str(s.style)]
    assert bold == ["Channels 0"]


def test_counts_stand_beside_the_words() -> None:
    title = SlotTitle(Pane.FRAMES)
    title.count(Pane.FRAMES, 46_194)
    title.count(Pane.CHANNELS, 7)
    assert title.lead.plain.startswith("1 Frames 46,194  4 Channels 7")
