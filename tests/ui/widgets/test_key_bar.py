from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from ablytui.ui.widgets.key_bar import KeyBar, groups, line, shortest

LOCAL = [
    Binding("n", "next", "next/prev"),
    Binding("N", "prev", "next/prev"),
    Binding("slash", "filter", "filter"),
]
APP = [
    Binding("ctrl+q", "quit", "quit"),
    Binding("ctrl+p", "palette", "palette"),
    Binding("q", "quit", "quit"),
]


def test_neighbours_with_one_word_stand_together() -> None:
    assert groups(LOCAL) == [(["n", "N"], "next/prev", "n"), (["/"], "filter", "slash")]


def test_one_key_for_each_word_and_the_way_out_last() -> None:
    assert [(b.key, b.description) for b in shortest(APP)] == [("ctrl+p", "palette"), ("q", "quit")]


@pytest.mark.parametrize("width", range(0, 60, 7))
def test_the_line_fits(width: int) -> None:
    assert line(LOCAL, shortest(APP), width).cell_length <= max(width, 0)


def test_what_is_last_goes_first_and_the_right_end_stays() -> None:
    assert line(LOCAL, shortest(APP), 60).plain.startswith("n N next/prev  / filter ")
    narrow = line(LOCAL, shortest(APP), 34).plain
    assert narrow.startswith("n N next/prev ")
    assert "filter" not in narrow
    assert narrow.endswith("^p palette  q quit")


class Host(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "mark", "mark it")]
    marked = 0

    def compose(self) -> ComposeResult:
        yield Pane("text")
        yield KeyBar()

    def action_mark(self) -> None:
        self.marked += 1


class Pane(Static, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "app.mark", "copy")]


async def test_it_follows_the_focus_and_a_click_is_the_key() -> None:
    app = Host()
    async with app.run_test(size=(60, 10)) as pilot:
        bar = app.query_one(KeyBar)
        app.query_one(Pane).focus()
        await pilot.pause()
        assert bar.render().plain.startswith("y copy")
        await pilot.click(KeyBar, offset=(2, 0))
        await pilot.pause()
        assert app.marked == 1
        app.set_focus(None)
        await pilot.pause()
        assert "copy" not in bar.render().plain
