"""The states in one row."""

from __future__ import annotations

import dataclasses

from textual.app import App, ComposeResult

from ablytui.ui.widgets.state_line import StateLine
from tests.support import views
from tests.support.paints import count_paints


class Line(App[None]):
    def compose(self) -> ComposeResult:
        yield StateLine()


async def test_it_shows_what_fits_and_repaints_only_for_that() -> None:
    app = Line()
    async with app.run_test(size=(80, 3)) as pilot:
        line = app.query_one(StateLine)
        view = views.disconnected()
        line.show(view)
        await pilot.pause()
        assert line.render_line(0).text.strip() == (
            "◐ connecting ━━► ◇ disconnected  ╌► ◐ connecting 11.4 s  ╌► ◆ suspended 1:17"
        )
        with count_paints(line) as paints:
            line.show(dataclasses.replace(view, frames_in=1, now=view.now + 50))
            assert paints == []
            line.show(dataclasses.replace(view, now=view.now + 101))
            assert len(paints) == 1
        await pilot.resize_terminal(60, 3)
        await pilot.pause()
        assert line.render_line(0).text.startswith("━► ◇  ╌► ◐ connecting")
