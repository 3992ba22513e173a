from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.protocol.keyparts import PartKind
from ablytui.protocol.params import DialectName
from ablytui.ui.present.recovery import read
from ablytui.ui.widgets.key_parts import KeyParts
from tests.support.app import KEY, RECOVERY_KEY


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.parts = KeyParts(blink=False)
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.parts

    def on_key_parts_edited(self, message: KeyParts.Edited) -> None:
        self.told.append((message.kind, message.channel, message.value))

    def on_key_parts_submitted(self) -> None:
        self.told.append("submitted")

    def on_key_parts_left(self) -> None:
        self.told.append("left")

    def show(self, text: str, *, revealed: bool = False) -> None:
        reading = read(text, DialectName.CURRENT, revealed=revealed)
        self.parts.show(reading, revealed=revealed)


async def test_what_is_typed_is_told_with_the_part_it_belongs_to() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        app.parts.line.focus()
        await pilot.press("down", "9", "down", "x", "enter")
        assert app.told == [
            (PartKind.MSG_SERIAL, "", "4149"),
            (PartKind.CHANNEL, "orders:eu", "0172658597@a:44x"),
            "submitted",
        ]
        assert app.parts.channel == "orders:eu"


async def test_a_number_takes_nothing_that_would_break_the_text_round_it() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        app.parts.line.focus()
        await pilot.press("down", "comma", "right_curly_bracket", "quotation_mark", "space", "1")
        assert app.told == [(PartKind.MSG_SERIAL, "", "4141")]


async def test_the_cursor_skips_what_has_no_value_and_leaves_at_the_top() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        app.parts.line.focus()
        seen = []
        for _ in range(5):
            assert app.parts.part is not None
            seen.append(app.parts.part.name)
            await pilot.press("down")
        assert seen == ["connectionKey", "msgSerial", "orders:eu", "audit", "audit"]
        await pilot.press("up", "up", "up", "up")
        assert app.told == ["left"]


async def test_a_key_that_is_typed_faster_than_it_is_read_is_not_taken_back() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        app.parts.line.focus()
        await pilot.press("down", "1", "2")
        app.show(RECOVERY_KEY.replace("414", "4141"))  # of the letter before
        assert app.parts.line.value == "41412"
        app.parts.fill()
        assert app.parts.line.value == "4141"


async def test_the_secret_is_typed_in_the_dark() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        app.parts.line.focus()
        await pilot.pause()
        assert app.parts.line.password
        assert app.parts.line.value == KEY
        app.show(RECOVERY_KEY, revealed=True)
        assert not app.parts.line.password
        app.show(RECOVERY_KEY)
        await pilot.press("down")
        assert not app.parts.line.password


async def test_without_the_focus_the_line_is_out_of_sight_and_can_be_come_to() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        app.set_focus(None)
        await pilot.pause()
        assert app.parts.line.size.width == 0
        await pilot.press("tab")
        assert app.parts.line.has_focus
        await pilot.pause()
        assert app.parts.line.size.width > 8
        app.show("")
        await pilot.pause()
        assert not app.parts.line.display


async def test_a_click_goes_to_a_part() -> None:
    app = Host()
    async with app.run_test(size=(90, 12)) as pilot:
        app.show(RECOVERY_KEY)
        await pilot.pause()
        await pilot.click(KeyParts, offset=(20, 4))
        await pilot.pause()
        assert app.parts.channel == "audit"
        assert app.parts.line.has_focus
