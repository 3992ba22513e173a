from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input, Static

from ablytui.ui.widgets.titled import Titled


async def test_the_name_is_marked_while_what_it_names_has_the_focus() -> None:
    class Holder(App[None]):
        def compose(self) -> ComposeResult:
            yield Titled("data", Input())
            yield Input(id="other")

    async with Holder().run_test(size=(60, 8)) as pilot:
        titled = pilot.app.query_one(Titled)
        assert str(titled.query_one(".label", Static).content) == "data"
        titled.query_one(Input).focus()
        await pilot.pause()
        assert titled.has_class("-focus")
        pilot.app.query_one("#other").focus()
        await pilot.pause()
        assert not titled.has_class("-focus")
