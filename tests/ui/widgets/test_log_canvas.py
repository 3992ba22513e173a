"""Drawing the log."""

from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.present.around import Around
from ablytui.ui.widgets.log_canvas import LogCanvas
from tests.support.entries import ListSource, PairLinks, flood


class CanvasApp(App[None]):
    def compose(self) -> ComposeResult:
        yield LogCanvas(ListSource(flood(5)), Around(links=PairLinks({1: (3, 5.0)})))


async def test_it_draws_what_it_was_given_and_nothing_below() -> None:
    app = CanvasApp()
    async with app.run_test(size=(80, 10)):
        canvas = app.query_one(LogCanvas)
        assert canvas.count == 0
        canvas._rows.grew(5)
        canvas._selected = 3
        canvas.refresh()
        lines = [strip.text for strip in canvas.render_lines(canvas.size.region)]
        assert [line.strip()[:1] for line in lines[:5]] == ["╭", "│", "╰", "4", "5"]
        assert [line.strip() for line in lines[5:]] == [""] * 5
        assert canvas.new == 0
        assert {strip.cell_length for strip in canvas.render_lines(canvas.size.region)} == {80}
