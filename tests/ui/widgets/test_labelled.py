from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ablytui.ui.widgets.labelled import Labelled


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Labelled("word", id="said")
        yield Labelled("typed", Input())


async def test_it_says_a_label_and_a_value_and_goes_when_there_is_none() -> None:
    app = Host()
    async with app.run_test(size=(60, 10)) as pilot:
        line = app.query_one("#said", Labelled)
        line.say(Content("[b]value[/b]"), Content("! word"))
        await pilot.pause()
        assert line.text == "! word [b]value[/b]"
        assert line.display
        line.say(None)
        await pilot.pause()
        assert line.text == ""
        assert not line.display
        line.say(Content("again"))
        assert line.text == "! word again"


async def test_the_value_begins_in_the_fifteenth_cell() -> None:
    app = Host()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        for line in app.query(Labelled):
            assert line.query_one(".value").region.x == line.region.x + 14


async def test_the_name_is_marked_while_anything_in_what_it_names_has_the_focus() -> None:
    class Holder(App[None]):
        def compose(self) -> ComposeResult:
            yield Labelled("data", Vertical(Vertical(Input(id="deep"))))
            yield Input(id="other")

    async with Holder().run_test(size=(60, 20)) as pilot:
        line = pilot.app.query_one(Labelled)
        label = line.query_one(".label", Static)
        pilot.app.query_one("#deep").focus()
        await pilot.pause()
        assert label.styles.text_style.bold
        pilot.app.query_one("#other").focus()
        await pilot.pause()
        assert not label.styles.text_style.bold
