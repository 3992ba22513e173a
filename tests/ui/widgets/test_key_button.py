from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.widgets.key_button import KeyButton


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.button = KeyButton("ctrl+s", "Send", "send", suggested=True)
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.button

    def on_key_button_pressed(self, message: KeyButton.Pressed) -> None:
        assert message.control is self.button
        self.pressed.append(message.action)


async def test_it_is_pressed_by_click_and_by_enter_but_not_while_grey() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.click(KeyButton)
        app.button.focus()
        await pilot.press("enter")
        assert app.pressed == ["send", "send"]
        app.button.grey(True)
        await pilot.press("enter")
        await pilot.click(KeyButton)
        assert app.pressed == ["send", "send"]
        assert app.button.has_class("-off")
        app.button.grey(False)
        await pilot.press("space")
        assert app.pressed == ["send"] * 3


async def test_it_can_be_renamed() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.button.rename("Hide secrets")
        await pilot.pause()
        assert app.button.render().plain == "ctrl+s Hide secrets"
        assert app.button.size.width == len("ctrl+s Hide secrets")
