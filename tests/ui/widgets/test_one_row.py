"""A row paints again only when it reads otherwise."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from ablytui.ui.present.view import View
from ablytui.ui.widgets.one_row import OneRow
from tests.support import views


class Counting(OneRow):
    """Says how many rows there are, and how often that was painted."""

    painted = 0

    def draw(self, view: View, width: int, *, spin: bool) -> Content:
        return Content(f"{view.rows} in {width}")

    def render(self) -> Content:
        self.painted += 1
        return super().render()


class Row(App[None]):
    def compose(self) -> ComposeResult:
        yield Counting(views.connected())


async def test_the_same_words_are_not_painted_again() -> None:
    async with Row().run_test(size=(30, 3)) as pilot:
        row = pilot.app.query_one(Counting)
        view = views.connected()
        row.show(view)
        await pilot.pause()
        before, text = row.painted, str(row.render())
        before += 1
        assert text == f"{view.rows} in 30"
        row.show(view)
        await pilot.pause()
        assert row.painted == before
        await pilot.resize_terminal(20, 3)
        await pilot.pause()
        assert str(row.render()) == f"{view.rows} in 20"
