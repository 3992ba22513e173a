from __future__ import annotations

import pytest
from textual.binding import Binding

from ablytui.protocol.actions import ACTIONS
from ablytui.protocol.states import ConnectionState
from ablytui.protocol.visible import cells
from ablytui.ui.keys import KEYS, label
from ablytui.ui.present.helping import LEGENDS, Sign, drawn, key_section, sections
from ablytui.ui.present.layout import Pane

OWN = [
    Binding("j,down", "move(1)", "down", show=False),
    Binding("k,up", "move(-1)", "up", show=False),
    Binding("slash", "seek('open')", "filter", tooltip="Show only some rows"),
]


def test_what_goes_both_ways_is_one_row() -> None:
    section = key_section("frames", OWN)
    assert section.title == "frames"
    assert [(row.drawn, row.meaning) for row in section.rows] == [
        ("j ↓ k ↑", "down; up"),
        ("/", "Show only some rows"),
    ]


def test_every_action_and_other_keys_are_told() -> None:
    mine, general = sections(Pane.FRAMES, OWN, "frames", {"connect": ("question_mark", "f9")})
    assert [section.title for section in mine] == ["frames", "signs"]
    connection = {row.meaning.split(":")[0]: row.drawn for row in general[0].rows}
    assert connection[label(ACTIONS[0])] == "? F9"
    assert set(connection) == {label(action) for action in ACTIONS if KEYS[action.id]}


def test_each_pane_has_a_legend_and_no_sign_has_two_meanings() -> None:
    assert set(LEGENDS) == set(Pane)
    for legend in LEGENDS.values():
        drawn_signs = [sign.drawn for sign in legend]
        assert len(set(drawn_signs)) == len(drawn_signs)
        assert all(sign.meaning for sign in legend)


@pytest.mark.parametrize("width", [40, 70, 87, 120])
def test_nothing_is_wider_than_its_room_or_lost(width: int) -> None:
    mine, general = sections(Pane.STATE, OWN, "state", {})
    text = drawn("Where the connection is.", mine, general, width).plain
    assert max(map(cells, text.splitlines())) <= width
    words = text.split()
    for sign in (*LEGENDS[Pane.STATE], Sign("green", "", "connected")):
        assert set(sign.meaning.split()) <= {word.strip(",:;") for word in words} | set(words)
    assert {state.value for state in ConnectionState} <= set(words)
    lines = text.splitlines()
    beside = any("connection" in line and "state" in line.split() for line in lines)
    assert beside is (width >= 84)


def test_a_dialog_has_no_legend() -> None:
    mine, _ = sections(None, OWN, "here", {})
    assert [section.title for section in mine] == ["here"]
    assert sections(None, [], "here", {})[0] == []
