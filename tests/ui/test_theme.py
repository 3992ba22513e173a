"""Names of colours only, one look for each state, and text that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import ablytui.ui
from ablytui.protocol.states import ChannelState, ConnectionState
from ablytui.protocol.visible import cells
from ablytui.ui import theme


def test_each_state_has_its_look() -> None:
    assert set(theme.CONNECTION) == set(ConnectionState)
    assert set(theme.CHANNEL) == set(ChannelState)
    assert len({look.glyph for look in theme.CONNECTION.values()}) == len(ConnectionState)
    assert len({look.glyph for look in theme.CHANNEL.values()}) == len(ChannelState)


def test_one_meaning_for_one_glyph() -> None:
    assert theme.CHANNEL[ChannelState.ATTACHED] == theme.CONNECTION[ConnectionState.CONNECTED]
    for state in ("initialized", "suspended", "failed"):
        assert theme.CHANNEL[ChannelState(state)] == theme.CONNECTION[ConnectionState(state)]


def test_glyphs_take_one_cell() -> None:
    glyphs = [look.glyph for look in theme.CONNECTION.values()] + list(theme.SPINNER)
    assert all(cells(glyph) == 1 for glyph in glyphs)


@pytest.mark.parametrize(
    ("state", "badge"),
    [
        ("disconnected", "bold auto on $warning"),
        ("closed", "bold $foreground on $foreground 22%"),
        ("failed", "bold auto on $error"),
    ],
)
def test_text_on_a_fill(state: str, badge: str) -> None:
    assert theme.CONNECTION[ConnectionState(state)].badge == badge


def test_only_connecting_turns_four_times_a_second() -> None:
    turned = [theme.spun(ConnectionState.CONNECTING, age) for age in (0, 249, 250, 500, 750, 1000)]
    assert turned == ["◐", "◐", "◓", "◑", "◒", "◐"]
    assert theme.spun(ConnectionState.CLOSED, 400) == "■"


def test_no_colour_is_named_outside_the_theme() -> None:
    found = []
    for path in Path(ablytui.ui.__file__).parent.rglob("*"):
        if path.suffix in {".py", ".tcss"} and path.name != "theme.py":
            text = path.read_text()
            found += [(path.name, match) for match in re.findall(r"#[0-9A-Fa-f]{6}\b", text)]
    assert found == []


def contrast(front: Color, back: Color) -> float:
    def light(color: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in color.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    one, two = sorted((light(front), light(back)), reverse=True)
    return (one + 0.05) / (two + 0.05)


@pytest.mark.parametrize("own", theme.THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("name", ["primary", "secondary", "accent", "success", "warning", "error"])
def test_coloured_text_can_be_read(own: Theme, name: str) -> None:
    colors = own.to_color_system().generate()
    text, ground = Color.parse(colors[f"text-{name}"]), Color.parse(colors["background"])
    assert contrast(text, ground) >= 7
    cursor = ground.blend(Color.parse(colors["primary"]), 0.30)
    assert contrast(text, cursor) >= 4.9


@pytest.mark.parametrize("own", theme.THEMES, ids=lambda t: t.name)
def test_faint_and_filled_text_can_be_read(own: Theme) -> None:
    colors = own.to_color_system().generate()
    ground, front = Color.parse(colors["background"]), Color.parse(colors["foreground"])
    assert contrast(ground.blend(front, 0.62), ground) >= 4.4
    assert contrast(front, ground.blend(front, 0.22)) >= 4.5
    for name in ("primary", "success", "warning", "error"):
        fill = Color.parse(colors[name])
        assert contrast(fill.get_contrast_text(1.0), fill) >= 4.5


def test_names_do_not_hide_those_of_textual() -> None:
    assert not {own.name for own in theme.THEMES} & set(BUILTIN_THEMES)
