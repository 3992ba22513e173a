from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.message import Message

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.around import Around
from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.why_failed import WhyFailed
from tests.support import views
from tests.support.entries import WALL0, frame

REASON = ErrorInfo(40101, 401, "no such key")
ERROR = frame({"action": 9, "error": {"code": 40101, "message": "no"}}, n=4, at=2_317)


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        view = views.view(S.FAILED, came_from=S.CONNECTING, reason=REASON, point="RTN14g")
        self.pane = WhyFailed(view)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_why_failed_chosen(self, message: WhyFailed.Chosen) -> None:
        self.heard.append(message)

    def on_why_failed_row_wanted(self, message: WhyFailed.RowWanted) -> None:
        self.heard.append(message)

    def on_why_failed_copied(self, message: WhyFailed.Copied) -> None:
        self.heard.append(message)

    def rows(self) -> list[str]:
        size = self.pane.size
        return [self.pane.render_line(y).text.rstrip() for y in range(size.height)]


async def test_choices_are_walked_and_done() -> None:
    app = Host()
    async with app.run_test(size=(76, 12)) as pilot:
        app.pane.focus()
        await pilot.press("up", "enter", "down", "enter", "j", "j", "j", "enter")
        first, second, copied = app.heard
        assert isinstance(first, WhyFailed.Chosen)
        assert first.choice.field == "key"
        assert isinstance(second, WhyFailed.Chosen)
        assert second.choice.field == "token"
        assert isinstance(copied, WhyFailed.Copied)
        assert copied.text.startswith("40101 no such key")


async def test_the_cause_can_be_gone_to() -> None:
    app = Host()
    async with app.run_test(size=(76, 12)) as pilot:
        app.pane.focus()
        await pilot.press("l")
        app.pane.source(ERROR, Around(WALL0))
        await pilot.pause()
        assert any("↓ 4 ERROR" in row for row in app.rows())
        await pilot.press("l", "y")
        ns = [each.n for each in app.heard if isinstance(each, WhyFailed.RowWanted)]
        assert ns == [1, 4]


@pytest.mark.parametrize(
    ("word", "kind"), [("Edit the key", WhyFailed.Chosen), ("ERROR", WhyFailed.RowWanted)]
)
async def test_a_click_does_it_too(word: str, kind: type[Message]) -> None:
    app = Host()
    async with app.run_test(size=(76, 12)) as pilot:
        app.pane.source(ERROR, Around(WALL0))
        await pilot.pause()
        y = next(y for y, row in enumerate(app.rows()) if word in row)
        await pilot.click(WhyFailed, offset=(20, y))
        await pilot.pause()
        assert [type(each) for each in app.heard] == [kind]


async def test_another_failure_begins_anew() -> None:
    app = Host()
    async with app.run_test(size=(76, 12)) as pilot:
        app.pane.source(ERROR, Around(WALL0))
        app.pane.focus()
        await pilot.press("down")
        app.pane.begin()
        app.pane.show(
            views.view(S.FAILED, came_from=S.CONNECTING, reason=ErrorInfo(50000, 500, "oops"))
        )
        await pilot.pause()
        assert app.rows()[0].strip().startswith("50000  oops")
        assert not any("ERROR" in row for row in app.rows())
        await pilot.press("enter")
        (chosen,) = app.heard
        assert isinstance(chosen, WhyFailed.Chosen)
        assert chosen.choice.what == "connect"
