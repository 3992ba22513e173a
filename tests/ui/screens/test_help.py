from __future__ import annotations

import pytest
from textual.widgets import Static

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.screens.help import HelpDialog
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.screens.recover import RecoverDialog
from tests.support.app import make_app
from tests.support.pilot import opened


def text(dialog: HelpDialog) -> str:
    return str(dialog.query_one("#help-text", Static).content)


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
@pytest.mark.parametrize(
    ("keys", "says", "key"),
    [
        (("1",), "Every frame, handshake and change of state", "follow"),
        (("2",), "Where the connection is", "Look at the change before"),
        (("3",), "What was asked for", "Copy the connection URI"),
        (("4",), "Every channel", "Copy the channel serial"),
        (("k", "enter"), "Everything about one frame", "Show the next row"),
    ],
)
async def test_it_is_of_the_pane_that_has_the_focus(
    keys: tuple[str, ...], says: str, key: str, size: tuple[int, int]
) -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press(*keys)
        await pilot.pause()
        before = app.focused
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpDialog)
        told = " ".join(text(app.screen).split()).lower()
        assert says.lower() in told
        assert key.lower() in told
        assert "scroll left" not in told
        await pilot.press("escape")
        assert isinstance(app.screen, MainScreen)
        assert app.focused is before


async def test_over_a_dialog_it_tells_its_keys_even_while_typing() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("f1")
        assert isinstance(app.screen, HelpDialog)
        assert "^s" in text(app.screen)
        await pilot.press("f1")
        assert isinstance(app.screen, RecoverDialog)


async def test_it_scrolls_where_it_is_longer_than_the_screen() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await pilot.pause()
        body = app.screen.query_one("#dialog-body")
        assert body.scroll_y == 0
        await pilot.press("pagedown", "j")
        await pilot.pause()
        assert body.scroll_y == 11
