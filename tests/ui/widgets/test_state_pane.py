"""The State pane at its sizes, its keys, and how each state looks."""

from __future__ import annotations

import dataclasses
from datetime import UTC
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.message import Message

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.view import View
from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.pane_title import PaneTitle
from ablytui.ui.widgets.state_pane import Diagram, StatePane
from tests.support import views
from tests.support.paints import count_paints

SIZES = {"large": (61, 18), "medium": (46, 13), "list": (40, 12)}


class Pane(App[None]):
    """The pane alone."""

    def __init__(self, view: View | None = None, theme: str = "ably-dark") -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.view = view
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield StatePane(self.view)

    @property
    def pane(self) -> StatePane:
        return self.query_one(StatePane)

    def rows(self) -> list[str]:
        diagram = self.query_one(Diagram)
        return [diagram.render_line(y).text.rstrip() for y in range(diagram.size.height)]

    def head(self) -> str:
        return self.query_one(PaneTitle).render_line(0).text.rstrip()

    def on_diagram_row_wanted(self, message: Diagram.RowWanted) -> None:
        self.heard.append(message)

    def on_diagram_copied(self, message: Diagram.Copied) -> None:
        self.heard.append(message)


def with_past() -> View:
    history = (
        views.past(S.CONNECTING, S.CONNECTED, 99_800, n=5, point="RTN6"),
        views.past(S.CONNECTED, S.DISCONNECTED, 12_000, n=20, reason=views.LOST),
        views.past(S.DISCONNECTED, S.CONNECTING, 11_900, n=21),
        views.past(S.CONNECTING, S.DISCONNECTED, 10_400, n=25, reason=views.LOST),
    )
    view = dataclasses.replace(views.disconnected(), history=history, zone=UTC)
    return dataclasses.replace(view, wall=1_699_970_840_985.0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", list(S))
def test_look_of_each_state(snap_compare: Any, state: S, size: str) -> None:
    assert snap_compare(Pane(views.STATES[state]()), terminal_size=SIZES[size])


@pytest.mark.parametrize("state", [S.DISCONNECTED, S.CLOSED])
def test_light_look(snap_compare: Any, state: S) -> None:
    app = Pane(views.STATES[state](), "ably-light")
    assert snap_compare(app, terminal_size=SIZES["large"])


def test_look_with_room_for_the_past(snap_compare: Any) -> None:
    assert snap_compare(Pane(with_past()), terminal_size=(80, 19))


async def test_it_waits_for_its_first_view() -> None:
    app = Pane()
    async with app.run_test(size=(61, 18)) as pilot:
        assert set(app.rows()) == {""}
        app.pane.show(views.connected())
        await pilot.pause()
        assert "● connected" in app.rows()[6]
        assert app.head().endswith("resumed, continuity kept")


async def test_it_takes_the_drawing_that_fits_when_its_size_changes() -> None:
    app = Pane(views.disconnected())
    async with app.run_test(size=(61, 18)) as pilot:
        await pilot.pause()
        assert app.rows()[0].startswith("╭──────────┬")
        await pilot.resize_terminal(46, 13)
        await pilot.pause()
        assert app.rows()[0].startswith("╭───────┬─")
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert app.rows()[3].startswith("▌ ◇ disconnected")


async def test_it_repaints_only_when_the_drawing_is_another_one() -> None:
    view = views.disconnected()
    app = Pane(view)
    async with app.run_test(size=(61, 18)) as pilot:
        await pilot.pause()
        with count_paints(app.pane.diagram) as paints:
            app.pane.show(dataclasses.replace(view, frames_in=7, now=view.now + 10))
            assert paints == []
            app.pane.show(dataclasses.replace(view, now=view.now + 101))
            assert len(paints) == 1


async def test_keys_step_through_the_changes_and_ask_for_a_row() -> None:
    app = Pane(with_past())
    async with app.run_test(size=(61, 18)) as pilot:
        app.pane.focus()
        await pilot.pause()
        await pilot.press("left")
        assert app.head().endswith("1 change ago  11.9 s")
        assert "┃connecting┃" in app.rows()[5]
        assert " next     disconnected after 1.5 s" in app.rows()
        await pilot.press("left", "left", "left", "left")
        assert app.head().endswith("3 changes ago  1:39")
        assert "▐connected▌" in app.rows()[5]
        assert any(row.startswith(" rule     RTN6: CONNECTED opens") for row in app.rows())
        await pilot.press("right", "enter")
        assert app.heard == [Diagram.RowWanted(20)] or app.heard[0].n == 20  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert app.head().endswith("80003 transport lost")
        await pilot.press("right")
        assert app.head().endswith("80003 transport lost")


async def test_a_change_that_is_looked_at_stays_when_others_follow() -> None:
    view = with_past()
    app = Pane(view)
    async with app.run_test(size=(61, 18)) as pilot:
        app.pane.focus()
        await pilot.press("left")
        later = dataclasses.replace(
            view, history=(*view.history, views.past(S.DISCONNECTED, S.CONNECTING, 0, n=30))
        )
        later = dataclasses.replace(
            later, connection=view.connection.evolve(state=S.CONNECTING, since=views.NOW)
        )
        app.pane.show(later)
        assert app.pane.diagram.back == 2
        await pilot.pause()
        assert app.head().endswith("2 changes ago  11.9 s")


async def test_leaving_goes_back_to_now() -> None:
    app = Pane(with_past())
    async with app.run_test(size=(61, 18)) as pilot:
        app.pane.focus()
        await pilot.press("left")
        assert app.pane.diagram.back == 1
        app.set_focus(None)
        await pilot.pause()
        assert app.pane.diagram.back == 0
        assert app.head().endswith("80003 transport lost")


async def test_nothing_to_step_to_and_no_row_to_show() -> None:
    app = Pane(views.initialized())
    async with app.run_test(size=(61, 18)) as pilot:
        app.pane.focus()
        await pilot.press("left", "right", "enter", "escape")
        assert app.heard == []
        assert app.pane.diagram.back == 0


async def test_a_click_takes_the_focus() -> None:
    app = Pane(views.connected())
    async with app.run_test(size=(61, 18)) as pilot:
        app.set_focus(None)
        await pilot.click(Diagram)
        assert app.focused is app.pane.diagram
        await pilot.pause()
        assert app.head().startswith("▌2 State")


async def test_why_is_told_on_request_and_can_be_copied() -> None:
    app = Pane(with_past())
    async with app.run_test(size=(46, 13)) as pilot:
        app.pane.focus()
        await pilot.press("i")
        assert app.rows()[0].startswith("━► ◇")
        assert app.rows()[1] == " reason   80003 The transport was lost (close"
        assert any(row.startswith(" next     connecting in 11.4 s") for row in app.rows())
        await pilot.press("y")
        (copied,) = app.heard
        assert isinstance(copied, Diagram.Copied)
        assert copied.text.splitlines()[0] == "connecting → disconnected"
        await pilot.press("i")
        assert app.rows()[0].startswith("╭───")
        await pilot.press("i", "escape")
        assert app.rows()[0].startswith("╭───")


async def test_the_change_that_is_looked_at_is_marked_beside_the_drawing() -> None:
    app = Pane(with_past())
    async with app.run_test(size=(80, 19)) as pilot:
        app.pane.focus()
        await pilot.press("left", "left")
        grounds = [
            {
                segment.style.bgcolor
                for segment in app.query_one(Diagram).render_line(y)
                if segment.style
            }
            for y in range(1, 4)
        ]
        assert [len(each) > 1 for each in grounds] == [False, True, False]
