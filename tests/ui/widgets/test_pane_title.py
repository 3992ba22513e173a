"""One title row for every pane."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button

from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.pane_title import PaneTitle, title_row


@pytest.mark.parametrize(
    ("width", "left", "right"),
    [
        (40, " 3 Connection  local proxy", "e edit"),
        (35, " 3 Connection  local proxy", "e edit"),
        (34, " 3 Connection", "e edit"),
        (22, " 3 Connection", "e edit"),
        (21, " 3 Connection", ""),
        (9, " 3 Conne…", ""),
    ],
)
def test_the_note_goes_first_then_the_right_end(width: int, left: str, right: str) -> None:
    drawn = title_row(
        Content("3 Connection"), "local proxy", Content("e edit"), width, focused=False
    )
    # The last cell stays free.
    assert drawn.plain.rstrip() == (left + right.rjust(width - 1 - len(left))).rstrip()


def test_focus_is_a_mark() -> None:
    drawn = title_row(Content("2 State"), "", Content(""), 20, focused=True)
    assert drawn.plain.startswith("▌2 State")
    assert drawn.spans[0].style == "$primary"


class TwoPanes(App[None]):
    def compose(self) -> ComposeResult:
        for name in ("a", "b"):
            with Vertical(id=name):
                yield PaneTitle(1, name, note="note")
                yield Button(name)

    def on_mount(self) -> None:
        for each in THEMES:
            self.register_theme(each)
        self.theme = "ably-dark"

    def row(self, pane: str) -> str:
        return self.query_one(f"#{pane} PaneTitle", PaneTitle).render_line(0).text


async def test_the_mark_follows_the_focus() -> None:
    app = TwoPanes()
    async with app.run_test(size=(30, 10)) as pilot:
        for focused, other in (("a", "b"), ("b", "a")):
            app.query_one(f"#{focused} Button").focus()
            await pilot.pause()
            assert app.row(focused).startswith("▌1 ")
            assert app.row(other).startswith(" 1 ")
            bold = [s.style for s in app.query_one(f"#{focused} PaneTitle", PaneTitle).lead.spans]
            assert bold[-1] == "bold $text-primary"


async def test_set_changes_what_is_given_and_nothing_else() -> None:
    app = TwoPanes()
    async with app.run_test(size=(30, 10)) as pilot:
        app.set_focus(None)
        title = app.query_one("#a PaneTitle", PaneTitle)
        title.set(right="fact [red]")
        await pilot.pause()
        assert app.row("a").rstrip() == " 1 a  note         fact [red]"
        title.set(title="other", note="")
        await pilot.pause()
        assert app.row("a").rstrip() == " 1 other           fact [red]"
