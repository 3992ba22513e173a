"""The names of the columns."""

from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.widgets.log_heads import LogHeads


class HeadsApp(App[None]):
    def compose(self) -> ComposeResult:
        yield LogHeads()


async def test_they_follow_the_width_and_the_highest_number() -> None:
    app = HeadsApp()
    async with app.run_test(size=(80, 3)) as pilot:
        heads = app.query_one(LogHeads)
        assert heads.size.height == 1
        assert heads.render_line(0).text.rstrip() == (
            "      seq time         size action       channel    summary"
        )
        heads.set(1_234_567)
        assert heads.render_line(0).text.startswith("       seq time")
        await pilot.resize_terminal(60, 3)
        await pilot.pause()
        assert heads.render_line(0).text.startswith("   time        action")
