from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from ablytui.ui.widgets.key_area import KeyArea, drawn
from tests.support.app import KEY, RECOVERY_KEY
from tests.support.pilot import settle


class Host(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.area = KeyArea(text, blink=False)
        self.submitted = self.left = 0

    def compose(self) -> ComposeResult:
        yield self.area

    def on_key_area_submitted(self) -> None:
        self.submitted += 1

    def on_key_area_left(self) -> None:
        self.left += 1

    def lines(self) -> list[str]:
        return [self.area.render_line(y).text.rstrip() for y in range(self.area.size.height)]


def test_the_secret_is_dots_of_its_own_length() -> None:
    line = drawn(RECOVERY_KEY, revealed=False)
    assert len(line) == len(RECOVERY_KEY)
    assert KEY not in line
    assert f'"gk3T{"•" * 20}"' in line
    assert drawn(RECOVERY_KEY, revealed=True) == RECOVERY_KEY
    assert drawn("short:1:2", revealed=False) == "•••••:1:2"


@given(st.text(max_size=80))
def test_what_is_drawn_is_as_long_as_what_was_typed_and_safe(text: str) -> None:
    shown = drawn(text, revealed=False)
    assert len(shown) == len(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)


async def test_the_document_keeps_what_was_typed_and_the_screen_does_not_show_it() -> None:
    app = Host(RECOVERY_KEY)
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert app.area.text == RECOVERY_KEY
        assert KEY[4:] not in "".join(app.lines())
        app.area.reveal(True)
        assert KEY in "".join(app.lines())


async def test_a_secret_on_a_later_line_is_no_more_readable() -> None:
    app = Host(RECOVERY_KEY.replace(",", ",\n").replace("{", "{\n", 1))
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert app.area.document.line_count > 2
        assert KEY[4:] not in "".join(app.lines())


async def test_where_the_key_breaks_is_marked_under_it() -> None:
    app = Host('{"connectionKey":')
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        app.area.mark(17)
        assert app.lines()[1].index("▴") == 17
        app.area.mark(None)
        assert "▴" not in "".join(app.lines())


async def test_a_key_that_breaks_amid_its_lines_is_underlined_there() -> None:
    app = Host("  " + RECOVERY_KEY.replace("414", "x14"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        app.area.mark(RECOVERY_KEY.index("414"))
        marked = [
            segment.text
            for y in range(3)
            for segment in app.area.render_line(y)
            if segment.style and segment.style.underline
        ]
        assert marked == ["x"]
        assert "▴" not in "".join(app.lines())


@pytest.mark.parametrize("text", ["", "abc", "ab\ncd", "line\n\nend", "a" * 200])
async def test_any_characters_are_replaced_by_others_and_ctrl_z_takes_it_back(text: str) -> None:
    app = Host(text)
    async with app.run_test(size=(60, 10)) as pilot:
        app.area.focus()
        start, end = len(text) // 3, len(text) - len(text) // 4
        app.area.put(start, end, "new")
        assert app.area.text == text[:start] + "new" + text[end:]
        assert app.area.cursor_index == start + 3
        await pilot.press("ctrl+z")
        await settle(pilot, lambda: app.area.text == text)


async def test_down_on_the_last_line_leaves() -> None:
    app = Host(RECOVERY_KEY)
    async with app.run_test(size=(60, 10)) as pilot:
        app.area.focus()
        await pilot.press("down")
        await settle(pilot, lambda: app.area.cursor_location[1] > 0)
        assert app.left == 0
        await pilot.press("down", "down", "down")
        await settle(pilot, lambda: app.left > 0)


async def test_enter_submits_and_adds_no_line() -> None:
    app = Host("abc")
    async with app.run_test(size=(80, 10)) as pilot:
        app.area.focus()
        await pilot.press("enter")
        assert app.submitted == 1
        assert app.area.text == "abc"
