from __future__ import annotations

import pytest
from textual.binding import Binding

from ablytui.capture.filter import parse
from ablytui.protocol.actions import ACTIONS
from ablytui.protocol.states import ConnectionState
from ablytui.protocol.visible import cells
from ablytui.ui.keys import APP, KEYS, SCREEN, key_sign
from ablytui.ui.present.helping import (
    FILTERS,
    LEGENDS,
    Sign,
    _keys,
    drawn,
    key_section,
    sections,
)
from ablytui.ui.present.layout import Pane

PANES = f"1-{sum(command.id.startswith('pane.') for command in SCREEN)}"
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
        ("/", "show only some rows"),
    ]


def test_the_second_way_does_not_begin_as_the_first_does() -> None:
    both = [
        Binding("j", "move(1)", tooltip="Move one row down"),
        Binding("k", "move(-1)", tooltip="Move one row up"),
    ]
    assert key_section("", both).rows[0].meaning == "move one row down; up"


def test_every_action_and_other_keys_are_told() -> None:
    mine, general = sections(Pane.FRAMES, OWN, "frames", {"connect": ("question_mark", "f9")})
    assert [section.title for section in mine] == ["frames", "signs"]
    connection = {row.drawn: row.meaning for row in general[0].rows}
    assert connection["? F9"] == "connect, or retry now"
    letters = {key_sign(KEYS[action.id][0]) for action in ACTIONS if KEYS[action.id]}
    assert set(connection) == letters - {"c"} | {"? F9", "F3-F8"}
    every = {row.drawn: row.meaning for row in general[1].rows}
    assert every[PANES] == "go to the numbered pane"
    keys = {_keys(c.keys) for c in (*SCREEN, *APP) if c.keys and not c.id.startswith("pane.")}
    assert set(every) == keys | {PANES, "tab"}
    assert all(every.values())


def test_the_filters_it_tells_are_filters() -> None:
    for sign in FILTERS:
        assert parse(sign.drawn) is not None
    text = drawn("", *sections(Pane.FRAMES, OWN, "frames", {}), 90).plain
    assert all(sign.drawn in text for sign in FILTERS)
    assert "channel:orders*" not in drawn("", *sections(Pane.STATE, OWN, "state", {}), 90).plain


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
