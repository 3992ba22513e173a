from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.widgets.several import Several


class Holder(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []

    def compose(self) -> ComposeResult:
        yield Several(("one", "two", "three", "four"))

    def on_several_changed(self, message: Several.Changed) -> None:
        self.values.append(message.value)


async def test_words_are_turned_on_and_off_by_keys() -> None:
    app = Holder()
    async with app.run_test(size=(24, 8)) as pilot:
        several = app.query_one(Several)
        several.focus()
        await pilot.press("space", "right", "right", "space", "up", "space", "left", "space")
        assert app.values == ["one", "one,three", "three", "three,four"]
        assert several.value == "three,four"
        assert several.size.height == 2
        several.fill(["two", "nonsense"])
        assert several.value == "two"
        assert several.render().plain == "· one    ✓ two  \n· three  · four "


async def test_words_are_turned_by_a_click() -> None:
    app = Holder()
    async with app.run_test(size=(24, 8)) as pilot:
        await pilot.click(Several, offset=(12, 1))
        assert app.values == ["four"]
        await pilot.click(Several, offset=(4, 0))
        assert app.values == ["four", "one,four"]
