from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.message import Message

from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.filter_row import KEPT, FilterRow


class OneRowApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Message] = []

    def on_mount(self) -> None:
        for each in THEMES:
            self.register_theme(each)
        self.theme = "ably-dark"

    def compose(self) -> ComposeResult:
        yield FilterRow(blink=False)

    def on_filter_row_typed(self, message: FilterRow.Typed) -> None:
        self.heard.append(message)

    def on_filter_row_kept(self, message: FilterRow.Kept) -> None:
        self.heard.append(message)

    def on_filter_row_cleared(self, message: FilterRow.Cleared) -> None:
        self.heard.append(message)

    def on_filter_row_turned(self, message: FilterRow.Turned) -> None:
        self.heard.append(message)


@pytest.mark.parametrize(
    ("key", "kind"),
    [("enter", FilterRow.Kept), ("escape", FilterRow.Cleared), ("tab", FilterRow.Turned)],
)
async def test_each_key_is_one_message(key: str, kind: type[Message]) -> None:
    app = OneRowApp()
    async with app.run_test(size=(100, 5)) as pilot:
        row = app.query_one(FilterRow)
        assert not row.display
        row.open("")
        await pilot.press("a", key)
        texts = [m.text for m in app.heard if isinstance(m, FilterRow.Typed)]
        assert texts[-1] == "a"
        assert isinstance(app.heard[-1], kind)


async def test_earlier_filters_are_kept_once_and_bounded() -> None:
    app = OneRowApp()
    async with app.run_test(size=(100, 5)) as pilot:
        row = app.query_one(FilterRow)
        for n in range(KEPT + 10):
            row.remember(f"f{n}")
        row.remember(f"f{KEPT}")
        row.open("")
        await pilot.press(*["up"] * (KEPT + 20))
        assert row.editor.value == "f10"
        await pilot.press(*["down"] * (KEPT - 1))
        assert row.editor.value == f"f{KEPT}"


async def test_the_keys_go_where_there_is_no_room_and_an_error_takes_their_place() -> None:
    app = OneRowApp()
    async with app.run_test(size=(100, 5)) as pilot:
        row = app.query_one(FilterRow)
        row.open("")
        row.say("3 matches")
        await pilot.pause()
        assert row.query_one(".outcome").render_line(0).text.strip().endswith("esc clear")
        row.say("a term is missing at 3", wrong=True)
        await pilot.pause()
        assert row.query_one(".outcome").render_line(0).text.strip() == "a term is missing at 3"
