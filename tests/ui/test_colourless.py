from __future__ import annotations

import re

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.colourless import colourless
from ablytui.ui.settings import Settings
from ablytui.ui.theme import CONNECTION, DARK, THEMES
from tests.support.app import make_app
from tests.support.pilot import opened
from tests.support.seen import screen_text, styled


def plain(style: str) -> Style:
    segment = Segment("x", Style.parse(style))
    (shown,) = colourless(DARK).apply([segment], Color(0, 0, 0))
    assert shown.style is not None
    return shown.style


@pytest.mark.parametrize(
    ("style", "left"),
    [
        ("bold #5BC98C on #0F1115", "bold"),
        ("#0F1115 on #5BC98C", "reverse"),
        ("#D6DAE0 on #2B4158", "reverse"),
        ("#D6DAE0 on #1D2938", "underline"),
        ("#D6DAE0 on #1D222A", ""),
        ("#55585D on #0F1115", "dim"),
        ("strike #D6DAE0 on #0F1115", "strike"),
        ("reverse #D6DAE0 on #0F1115", "reverse"),
    ],
)
def test_what_is_left_of_a_style(style: str, left: str) -> None:
    shown = plain(style)
    assert (shown.color, shown.bgcolor) == (None, None)
    attributes = ("bold", "dim", "italic", "underline", "strike", "reverse")
    assert {name for name in attributes if getattr(shown, name)} == set(left.split())


@pytest.mark.parametrize("name", [theme.name for theme in THEMES])
@pytest.mark.parametrize("state", [S.DISCONNECTED, S.CONNECTED, S.FAILED])
async def test_no_colour_is_left_and_the_state_is_told(
    state: S, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = make_app(state, settings=Settings.for_tests(name))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("k")
        shown = list(styled(app))
        assert all((style.color, style.bgcolor) == (None, None) for _, style in shown)
        badge = "".join(text for text, style in shown[:4] if style.reverse)
        assert f"{CONNECTION[state].glyph} {state.value}" in badge
        assert re.search(rf"\b{state.value}\b", screen_text(app))
        assert [text for text, style in shown if style.reverse and "14:0" in text], "the cursor"
