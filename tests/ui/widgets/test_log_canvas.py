"""Drawing the log."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

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


@pytest.mark.parametrize("no_color", [False, True])
@pytest.mark.parametrize("crop", [Region(0, 0, 80, 10), Region(0, 2, 80, 3), Region(7, 1, 30, 6)])
async def test_its_own_way_to_the_screen_brings_what_textuals_does(
    crop: Region, no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = CanvasApp()
    async with app.run_test(size=(80, 10)):
        canvas = app.query_one(LogCanvas)
        canvas._rows.grew(5)
        canvas._selected = 3
        canvas._styles_cache.clear()
        own = canvas.render_lines(crop)
        theirs = canvas._styles_cache.render_widget(canvas, crop)
        assert [strip.text for strip in own] == [strip.text for strip in theirs]
        assert [[s.style for s in strip] for strip in own] == [
            [s.style for s in strip] for strip in theirs
        ]
        canvas.styles.padding = 1
        padded = canvas.render_lines(Region(0, 0, 80, 10))
        assert padded[0].text.strip() == "", "what is around it is left to Textual"
