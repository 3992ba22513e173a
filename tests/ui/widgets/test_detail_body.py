"""Lines that hold others."""

from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.present.detail import DetailLine
from ablytui.ui.present.segments import Seg
from ablytui.ui.widgets.detail_body import DetailBody


class BodyApp(App[None]):
    def compose(self) -> ComposeResult:
        yield DetailBody()


def line(text: str, below: int = 0) -> DetailLine:
    return DetailLine((Seg(text),), indent=3, below=below)


async def test_folds_inside_folds_and_paging() -> None:
    app = BodyApp()
    async with app.run_test(size=(20, 4)) as pilot:
        body = app.query_one(DetailBody)
        body.focus()
        body.set_lines([line("a", 3), line("b", 2), line("c"), line("d"), line("e")])
        await pilot.press("j", "left", "k", "left")
        assert body.count == 2
        await pilot.press("right")
        assert body.count == 3
        await pilot.press("end")
        assert body.cursor == 2
        assert body.render_line(2).text.strip() == "e"
        body.set_lines([line(str(n)) for n in range(50)])
        await pilot.press("pagedown", "pagedown")
        assert body.cursor == 6
        assert body.scroll_offset.y == 3
        await pilot.press("home")
        assert body.scroll_offset.y == 0
