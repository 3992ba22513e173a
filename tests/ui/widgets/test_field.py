from __future__ import annotations

import re
from collections.abc import Iterable

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widgets import Input

from ablytui.protocol import checks
from ablytui.ui.widgets.field import PRINTABLE, Choice, Field


class Form(App[None]):
    def __init__(self, fields: Iterable[Field]) -> None:
        super().__init__()
        self.fields = list(fields)
        self.edits: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield from self.fields

    def on_field_edited(self, message: Field.Edited) -> None:
        self.edits.append((message.field.key, message.text))


async def test_a_text_is_checked_as_it_is_typed_and_kept() -> None:
    field = Field("port", "port", check=checks.port, blink=False)
    app = Form([field])
    async with app.run_test() as pilot:
        field.editor.focus()
        await pilot.press("8", "x")
        assert field.text == "8x"
        assert field.problem == "it is a whole number from 1 to 65535, not '8x'"
        assert field.has_class("-wrong")
        assert field.query_one(".wrong").size.height >= 1
        await pilot.press("backspace", "0")
        assert field.problem == ""
        assert not field.has_class("-wrong")
    assert app.edits[-1] == ("port", "80")


async def test_a_choice_turns_both_ways_and_by_click() -> None:
    field = Field("tls", "TLS", choices=("true", "false"), words=("on", "off"))
    app = Form([field])
    async with app.run_test() as pilot:
        field.fill("true")
        field.editor.focus()
        await pilot.press("space")
        assert field.text == "false"
        await pilot.press("left")
        assert field.text == "true"
        await pilot.click(Choice)
        assert field.text == "false"
        assert "off" in str(field.editor.render())
    assert app.edits == [("tls", "false"), ("tls", "true"), ("tls", "false")]


async def test_filling_is_no_edit_but_is_judged() -> None:
    field = Field("port", "port", check=checks.port)
    app = Form([field])
    async with app.run_test() as pilot:
        field.fill("99999999")
        await pilot.pause()
        assert field.problem
    assert app.edits == []


async def test_a_secret_is_dots_until_it_is_revealed() -> None:
    field = Field("key", "key", secret=True)
    async with Form([field]).run_test():
        assert isinstance(field.editor, Input)
        assert field.editor.password
        field.reveal(True)
        assert not field.editor.password


async def test_the_name_is_marked_while_the_cursor_is_there() -> None:
    first, second = Field("a", "a"), Field("b", "b")
    async with Form([first, second]).run_test() as pilot:
        first.editor.focus()
        await pilot.pause()
        assert first.has_class("-focus")
        await pilot.press("tab")
        assert not first.has_class("-focus")
        assert second.has_class("-focus")


def test_a_field_takes_nothing_that_a_terminal_would_obey() -> None:
    assert re.fullmatch(PRINTABLE, "appId.keyId:s é 漢 {}")
    for char in "\x00\x1b\x7f\x9b\u202e\u2028\n":
        assert not re.fullmatch(PRINTABLE, f"a{char}")


def test_the_messages_name_their_sender() -> None:
    choice = Choice(("a",))
    message: Message = Choice.Changed(choice, "a")
    assert message.control is choice
