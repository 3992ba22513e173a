from __future__ import annotations

import pytest
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.design import ColorSystem

from ablytui.ui.fewcolours import FewColours, contrast, few_colours, nearest
from ablytui.ui.theme import THEMES


def shown(style: str, *, standard: bool) -> Style:
    (segment,) = FewColours(standard=standard).apply(
        [Segment("x", Style.parse(style))], Color(0, 0, 0)
    )
    assert segment.style is not None
    return segment.style


def system(theme_name: str) -> dict[str, str]:
    theme = next(each for each in THEMES if each.name == theme_name)
    colors: ColorSystem = theme.to_color_system()
    return colors.generate()


@pytest.mark.parametrize(("theme", "grounds"), [("ably-dark", 3), ("ably-light", 2)])
def test_titles_keep_a_ground_of_their_own_with_256(theme: str, grounds: int) -> None:
    found = system(theme)
    shown = [
        nearest((*Color.parse(found[name]).rgb,)) for name in ("background", "surface", "panel")
    ]
    assert shown[0] != shown[2]
    assert len(set(shown)) == grounds


@pytest.mark.parametrize(
    ("style", "number"),
    [
        ("#9BE3B9 on #0F1115", 10),
        ("#F5A0A8 on #0F1115", 9),
        ("#9DCCF8 on #0F1115", 12),
        ("#FFAE8F on #0F1115", 3),
        ("#F3DBA3 on #0F1115", 11),
        ("#D0BFF7 on #0F1115", 13),
        ("#D6DAE0 on #0F1115", 15),
        ("#8A8D92 on #0F1115", 7),
        ("#55585D on #0F1115", 8),
        ("#0F1115 on #5BC98C", 0),
        ("#55585D on #2A4158", 15),
        ("#0B4A24 on #FBFBFC", 0),
        ("#B3202F on #FBFBFC", 1),
    ],
)
def test_text_keeps_its_hue_with_16(style: str, number: int) -> None:
    color = shown(style, standard=True).color
    assert color is not None
    assert (color.type, color.number) == (ColorType.STANDARD, number)


@pytest.mark.parametrize("theme", [each.name for each in THEMES])
def test_all_text_can_be_read_with_16(theme: str) -> None:
    found = system(theme)
    for ink in ("foreground", "text-success", "text-error", "text-warning", "text-primary"):
        for ground in ("background", "surface", "panel", "block-cursor-background", "success"):
            letters = Color.parse(found[ink])
            back = Color.parse(found[ground])
            style = shown(f"{letters.hex6} on {back.hex6}", standard=True)
            assert style.color is not None
            assert style.bgcolor is not None
            assert contrast(style.color.number or 0, style.bgcolor.number or 0) >= 3, (ink, ground)


def test_weight_and_what_is_no_theme_colour_stay() -> None:
    style = shown("bold underline red on default", standard=True)
    assert style == Style.parse("bold underline red on default")
    assert shown("strike", standard=False) == Style.parse("strike")


@pytest.mark.parametrize(
    ("name", "many"), [("truecolor", 0), ("256", 1), ("standard", 1), (None, 0)]
)
def test_it_is_for_those_terminals_alone(name: str | None, many: int) -> None:
    assert len(few_colours(name)) == many
