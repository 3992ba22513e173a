from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import OptionList

from ablytui.ui.widgets.choice_list import ChoiceList


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield ChoiceList("a", "b", "c")

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.chosen.append(message.option_index)


async def test_letters_move_as_in_the_log_and_enter_chooses() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.query_one(ChoiceList).focus()
        await pilot.press("g", "enter", "j", "enter", "G", "enter", "k", "enter")
        assert app.chosen == [0, 1, 2, 1]
