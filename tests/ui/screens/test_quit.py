from __future__ import annotations

import pytest
from textual.app import App

from ablytui.ui.screens.quit import QuitDialog


@pytest.mark.parametrize(
    ("key", "answer"),
    [("enter", "close"), ("q", "close"), ("k", "keep"), ("escape", None)],
)
async def test_each_way_out(key: str, answer: str | None) -> None:
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(QuitDialog(), answers.append)
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
    assert answers == [answer]
