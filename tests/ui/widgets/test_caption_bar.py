from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.playbill import Playing
from ablytui.ui.theme import DARK
from ablytui.ui.widgets.caption_bar import CaptionBar


class Case(App[None]):
    def compose(self) -> ComposeResult:
        yield CaptionBar(signs=("space", ".", ",", "s"))

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name


async def test_it_comes_with_a_scenario_and_grows_once_for_a_long_caption() -> None:
    app = Case()
    async with app.run_test(size=(80, 10)) as pilot:
        bar = app.query_one(CaptionBar)
        assert not bar.display
        bar.show(Playing("Drain", 1, 3, "short"))
        await pilot.pause()
        assert bar.display
        assert not bar.has_class("-long")
        bar.show(Playing("Drain", 2, 3, "long " * 20))
        await pilot.pause()
        assert bar.has_class("-long")
        bar.show(Playing("Drain", 3, 3, "short"))
        await pilot.pause()
        assert bar.has_class("-long")
        lines = str(bar.render()).split("\n")
        assert lines[0].startswith("■ Drain")
        assert lines[1] == "short"
