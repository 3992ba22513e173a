from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pytest
from textual.app import App
from textual.widget import Widget
from textual.widgets import Static

from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.widgets.key_button import KeyButton
from tests.support.app import make_app
from tests.support.pilot import at_rest, opened, settle


class Question(Dialog[str]):
    TITLE_TEXT = "A question"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def body(self) -> Iterable[Widget]:
        yield Static("Yes?")

    def buttons(self) -> Iterable[KeyButton]:
        yield KeyButton("y", "Yes", "yes")

    def action_yes(self) -> None:
        self.end("yes")


async def asked(*keys: str, click: str = "") -> list[str | None]:
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(Question(), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        if click:
            await pilot.click(click)
        await pilot.pause()
    return answers


async def test_esc_and_its_words_cancel() -> None:
    assert await asked("escape") == [None]
    assert await asked(click=".out") == [None]


async def test_a_button_does_its_action() -> None:
    assert await asked(click="KeyButton") == ["yes"]


async def test_the_word_at_the_right_changes() -> None:
    app: App[None] = App()
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = Question()
        app.push_screen(dialog)
        await pilot.pause()
        dialog.why("because")
        assert str(dialog.query_one("#dialog-why", Static).content) == "because"


@pytest.mark.parametrize(
    "keys",
    [
        ("f1", "space", "space", "space"),
        ("f1", "enter", "escape", "f1", "enter", "enter"),
    ],
)
async def test_keys_that_come_faster_than_a_dialog_end_it_and_nothing_else(
    keys: tuple[str, ...],
) -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        for key in keys:
            app.simulate_key(key)
        await at_rest(pilot)
        await settle(pilot, lambda: app.screen is screen)
        assert app.screen_stack == [screen]
