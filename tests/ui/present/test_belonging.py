from __future__ import annotations

from ablytui.protocol.log import Entry
from ablytui.ui.present.around import Around
from ablytui.ui.present.belonging import belonging, is_whole
from tests.support.entries import ListSource, frame, raw, state

LOST = {"code": 80003, "message": "lost"}


def lines(entry: Entry, *rows: Entry, width: int = 60) -> list[str]:
    around = Around(peek=ListSource(rows).row)
    found = belonging(entry, around, width, ())
    return ["".join(seg.text for seg in line.at(width)).rstrip() for line in found]


CONNECTED = frame({"action": 4, "connectionId": "x"}, n=1)
CHANGE = state("connecting", "connected", n=2, point="RTN6")


def test_a_frame_leads_to_the_change_that_it_made() -> None:
    shown = lines(CONNECTED, CONNECTED, CHANGE)
    assert shown[1] == " led to"
    assert shown[2].startswith("   2 state")


def test_a_change_leads_back_to_its_cause_and_says_its_rule() -> None:
    shown = lines(CHANGE, CONNECTED, CHANGE, width=70)
    assert shown[1] == " caused by"
    assert shown[2].startswith("   ↓ 1 CONNECTED")
    assert shown[4] == " meaning"
    assert shown[5] == "   rule           RTN6: CONNECTED opens the connection, and is the"
    assert shown[6] == "                  first message"


def test_sentences_are_broken_to_the_width_and_copied_whole() -> None:
    nack = frame({"action": 2, "error": {"code": 40160, "message": "no"}})
    found = belonging(nack, Around(), 44, ())
    facts = [line for line in found if line.copy and line.copy.startswith("The capability")]
    assert len(facts) == 3
    assert {line.copy for line in facts} == {"The capability does not allow that on this channel."}


def test_what_is_whole() -> None:
    assert is_whole(CONNECTED)
    assert not is_whole(raw(b"{", fin=False))
    assert not is_whole(CHANGE)
