from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.widgets.channel_field import ChannelField


class Holder(App[None]):
    def compose(self) -> ComposeResult:
        yield ChannelField(("a", "b", "", "bad\x1b"), blink=False)


async def test_the_known_channels_are_gone_through_and_others_typed() -> None:
    async with Holder().run_test(size=(60, 8)) as pilot:
        field = pilot.app.query_one(ChannelField)
        assert field.known == ("a", "b")
        field.editor.focus()
        for key, name in (("down", "a"), ("down", "b"), ("down", "a"), ("up", "b"), ("x", "bx")):
            await pilot.press(key)
            assert field.text == name
        await pilot.press("up")
        assert field.text == "b"
        await pilot.click(".unit")
        assert field.text == "a"
        field.know(())
        await pilot.press("down")
        assert field.text == "a"
