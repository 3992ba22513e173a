from __future__ import annotations

from datetime import UTC

from textual.app import App, ComposeResult

from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.view import View
from ablytui.ui.widgets.first_run import FirstRun
from ablytui.ui.widgets.frames_pane import FramesPane, NoRows
from tests.support.app import connection_in
from tests.support.clock import FakeClock
from tests.support.entries import WALL0, ListSource, flood


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.pane = FramesPane(now=lambda: 0)
        self.noted = 0

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_frames_pane_noted(self) -> None:
        self.noted += 1


async def test_the_title_counts_and_says_whether_the_end_is_followed() -> None:
    app = Host()
    async with app.run_test(size=(120, 20)) as pilot:
        app.pane.open(ListSource(flood(1_234)), wall0=WALL0, zone=UTC, clock=FakeClock())
        await pilot.pause()
        assert app.pane.total == 1_234
        assert app.pane.note.plain == "▼ follow"
        app.pane.take_focus()
        await pilot.press("k")
        await pilot.pause()
        assert app.pane.note.plain == "▲ paused"
        assert app.noted >= 2


async def test_first_run_stands_in_the_logs_place_until_there_is_something() -> None:
    bare = View(connection_in(S.INITIALIZED, params=ConnectParams()).evolve(attempt=0))
    app = Host()
    async with app.run_test(size=(120, 20)) as pilot:
        app.pane.show(bare)
        await pilot.pause()
        assert app.query_one(FirstRun).display
        assert not app.pane.log_view.display
        app.pane.show(View(connection_in(S.CONNECTED), rows=1))
        await pilot.pause()
        assert not app.query_one(FirstRun).display
        assert app.pane.log_view.display


def test_no_rows_are_no_rows() -> None:
    source = NoRows()
    assert (source.last(), list(source.rows(1, 9)), source.row(1)) == (0, [], None)
