from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from ablytui.protocol.visible import visible
from ablytui.ui.present.wirelook import look


@pytest.mark.parametrize(
    ("message", "width", "rows", "drawn"),
    [
        ({"action": 0}, 40, 1, '{"action":0}'),
        ({"action": 15, "messages": [{"a": 1}, None]}, 20, 3, None),
        ({"a": "x" * 40}, 20, 1, '{"a":"xxxx…xxx"}'),
        ({"a": b"\x00\xff"}, 40, 1, '{"a":<2 B 00ff>}'),
        ({"a": 'say "hi"\x1b\u202e'}, 60, 1, '{"a":"say \\"hi\\"\\u001b\\u202e"}'),
        ({"a": {"a": {}}}, 60, 1, '{"a":{"a":{}}}'),
        ({}, 10, 1, "{}"),
    ],
)
def test_a_frame_is_drawn(message: dict[str, Any], width: int, rows: int, drawn: str) -> None:
    found = look(message, width, rows).plain
    assert drawn is None or found == drawn
    assert found.replace("\n", "").startswith("{")


def test_rows_break_at_the_edge_and_nowhere_else() -> None:
    message = {"action": 15, "channel": "orders:eu", "messages": [{"data": "a b c d e"}]}
    found = look(message, 20, 9).plain
    whole = '{"action":15,"channel":"orders:eu","messages":[{"data":"a b c d e"}]}'
    assert found.replace("\n", "") == whole
    assert [len(line) for line in found.split("\n")][:-1] == [20, 20, 20]


def test_names_are_muted_and_values_are_not() -> None:
    styles = {str(span.style) for span in look({"a": 1}, 20, 1).spans}
    assert styles == {"$foreground 80%", "$foreground"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=40)
@given(
    st.dictionaries(st.text(max_size=20), VALUES, max_size=6), st.integers(1, 90), st.integers(1, 5)
)
def test_it_fits_and_nothing_in_it_is_obeyed(
    message: dict[str, Any], width: int, rows: int
) -> None:
    lines = look(message, width, rows).plain.split("\n")
    assert len(lines) <= rows
    assert all(cell_len(line) <= max(width, 2) for line in lines)
    assert all(visible(line) == line for line in lines)


def test_what_is_huge_or_deep_costs_little() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"a": deep}
    assert "{…}" in look(deep, 80, 3).plain
    look({"data": "x" * 5_000_000, "list": list(range(100_000))}, 80, 3)
