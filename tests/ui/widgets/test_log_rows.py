"""Which row stands on which line."""

from __future__ import annotations

from array import array

from ablytui.protocol.frame import Opcode
from ablytui.ui.present.around import Around
from ablytui.ui.present.columns import columns_for
from ablytui.ui.present.segments import text_of
from ablytui.ui.widgets.log_rows import LogRows, LogStatus, payload_text
from tests.support.entries import ListSource, flood, raw, state


def rows(count: int = 100) -> LogRows:
    model = LogRows(ListSource(flood(count)), Around())
    model.grew(count)
    return model


def test_without_a_view_it_is_arithmetic() -> None:
    model = rows()
    assert (len(model), model.number(0), model.line_of(100)) == (100, 1, 99)


def test_a_view_is_looked_into() -> None:
    model = rows()
    model.view = array("q", [5, 10, 50])
    assert (len(model), model.number(1)) == (3, 10)
    assert [model.line_of(n) for n in (1, 5, 6, 50, 99)] == [0, 0, 1, 2, 2]


def test_a_page_is_asked_for_once() -> None:
    model = rows()
    model.fetch(10, 50)
    model.fetch(10, 50)
    assert isinstance(model.source, ListSource)
    assert model.source.asked == 1
    assert model.entry(11) is not None
    assert model.source.asked == 1


def test_there_is_nothing_outside() -> None:
    model = rows(3)
    assert model.entry(0) is None
    assert model.entry(4) is None


def test_a_row_that_is_gone_says_so() -> None:
    source = ListSource(flood(3))
    model = LogRows(source, Around())
    model.grew(3)
    source.entries.clear()
    assert "cannot be read" in text_of(model.words(0, columns_for(80), None).segs)


def test_what_is_copied() -> None:
    assert payload_text(raw(b"abc")) == "abc"
    assert payload_text(raw(b"abc", opcode=Opcode.BINARY)) == "616263"
    assert payload_text(state("closing", "closed")).startswith('{"previous"')


def test_the_words_of_the_title() -> None:
    assert LogStatus(True, 0, 1, 1).words.text == "▼ follow"
    assert LogStatus(False, 1234, 1, 1).words.text == "▼ 1,234 new"
    assert LogStatus(False, 0, 1, 1).words.text == "▲ paused"
