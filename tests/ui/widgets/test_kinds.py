from __future__ import annotations

from textual.app import App, ComposeResult
from textual.screen import Screen

from ablytui.ui.widgets.kinds import Kinds


class Holder(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []

    def compose(self) -> ComposeResult:
        yield Kinds()

    def action_turn(self, by: int) -> None:
        self.asked.append(by)

    def action_kind(self, action: str) -> None:
        self.asked.append(action)


async def test_keys_and_clicks_are_actions_of_the_screen() -> None:
    screen = Holder()

    class Stage(App[None]):
        def get_default_screen(self) -> Screen[None]:
            return screen

    async with Stage().run_test(size=(60, 5)) as pilot:
        kinds = screen.query_one(Kinds)
        kinds.focus()
        await pilot.press("right", "left")
        await pilot.click(Kinds, offset=(10, 0))
        await pilot.pause()
        assert screen.asked == [1, -1, "attach"]
        kinds.kind = "send"
        assert kinds.render().plain == "Publish  Attach  Detach  Presence  Raw frame"


async def test_a_narrow_row_has_narrow_gaps() -> None:
    class Stage(App[None]):
        def compose(self) -> ComposeResult:
            yield Kinds()

    async with Stage().run_test(size=(44, 5)) as pilot:
        kinds = pilot.app.query_one(Kinds)
        assert kinds.render().plain == "Publish Attach Detach Presence Raw frame"
        await pilot.resize_terminal(36, 5)
        await pilot.pause()
        assert kinds.render().plain == "Publish Attach Detach Presence Raw"
