from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from ablytui.protocol.visible import visible
from ablytui.ui.widgets.data_area import DataArea, drawn


@pytest.mark.parametrize(
    ("line", "shown"),
    [("plain", "plain"), ("é—漢", "é—漢"), ("a\x1b[2J", "a·[2J"), ("\u202ex", "·x"), ("\t", "\t")],
)
def test_what_a_terminal_would_obey_is_a_dot(line: str, shown: str) -> None:
    assert drawn(line) == shown


@given(st.text())
def test_it_is_as_long_as_what_was_typed(line: str) -> None:
    shown = drawn(line)
    assert len(shown) == len(line)
    assert all(char == "\t" or visible(char) == char for char in shown)


async def test_the_document_keeps_what_was_typed() -> None:
    class Holder(App[None]):
        def compose(self) -> ComposeResult:
            yield DataArea("a\x1bb", blink=False)

    async with Holder().run_test(size=(40, 8)) as pilot:
        area = pilot.app.query_one(DataArea)
        assert area.text == "a\x1bb"
        assert area.get_line(0).plain == "a·b"
