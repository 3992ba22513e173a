"""The first row repaints when it reads otherwise."""

from __future__ import annotations

import dataclasses

from textual.app import App, ComposeResult

from ablytui.ui.widgets.status_bar import StatusBar
from tests.support import views
from tests.support.paints import count_paints


class Bar(App[None]):
    def compose(self) -> ComposeResult:
        yield StatusBar()


async def test_it_shows_what_it_is_told_and_repaints_only_then() -> None:
    app = Bar()
    async with app.run_test(size=(80, 3)) as pilot:
        bar = app.query_one(StatusBar)
        view = views.disconnected()
        bar.show(view)
        await pilot.pause()
        assert bar.render_line(0).text.startswith(" ◇ disconnected  10.4 s  80003")
        with count_paints(bar) as paints:
            bar.show(dataclasses.replace(view, rows=99, now=view.now + 20))
            assert paints == []
            bar.show(dataclasses.replace(view, now=view.now + 100))
            assert len(paints) == 1
        await pilot.pause()
        assert "10.5 s" in bar.render_line(0).text


async def test_it_fits_another_width() -> None:
    app = Bar()
    async with app.run_test(size=(160, 3)) as pilot:
        app.query_one(StatusBar).show(views.connected())
        await pilot.resize_terminal(60, 3)
        await pilot.pause()
        row = app.query_one(StatusBar).render_line(0).text
        assert row.rstrip().endswith("↑ 2,290")
        assert len(row) <= 60
