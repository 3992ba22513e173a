"""Lines that meet, frames, words, and runs of one style."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from ablytui.ui.present.canvas import (
    GLYPHS,
    HEADS,
    Box,
    Canvas,
    Cell,
    Weight,
    cells_of,
)

SIDES = ("UP", "RIGHT", "DOWN", "LEFT")
ARCS = {"╭": "┌", "╮": "┐", "╯": "┘", "╰": "└"}


def arms_by_name(glyph: str) -> dict[str, int]:
    """The weights of the arms as Unicode's name of the character has them."""
    name = unicodedata.name(ARCS.get(glyph, glyph)).removeprefix("BOX DRAWINGS ")
    words = name.replace("VERTICAL", "UP DOWN").replace("HORIZONTAL", "LEFT RIGHT")
    arms = dict.fromkeys(SIDES, 0)
    if words.split()[0] in {"LIGHT", "HEAVY"} and words.count("LIGHT") + words.count("HEAVY") == 1:
        weight = 1 if words.startswith("LIGHT") else 2
        return arms | {side: weight for side in words.split() if side in SIDES}
    for group in words.split(" AND "):
        weight = 1 if "LIGHT" in group else 2
        arms |= {side: weight for side in group.split() if side in SIDES}
    return arms


@pytest.mark.parametrize("weights", [w for w in itertools.product(range(3), repeat=4) if any(w)])
def test_every_meeting_of_lines_has_its_glyph(weights: tuple[int, int, int, int]) -> None:
    up, right, down, left = weights
    glyph = GLYPHS[up * 27 + right * 9 + down * 3 + left]
    assert arms_by_name(glyph) == dict(zip(SIDES, weights, strict=True))


def test_heavy_wins_over_light_and_rank_over_order() -> None:
    canvas = Canvas(3, 3)
    canvas.line([(1, 0), (1, 1), (1, 2)], "late", weight=Weight.HEAVY, rank=1)
    canvas.line([(0, 1), (1, 1), (2, 1)], "idle")
    assert canvas.lines() == [" ╻", "╶╂╴", " ╹"]
    assert canvas.cell((1, 1)) == Cell("╂", "late")
    canvas.line([(1, 0), (1, 1)], "later", rank=1)
    assert canvas.cell((1, 1)) == Cell("╂", "later")


def test_a_line_runs_into_its_first_cell_only_with_a_stub() -> None:
    canvas = Canvas(3, 2)
    canvas.line([(0, 0), (1, 0), (2, 0)], "", stub=True)
    canvas.line([(0, 1), (1, 1), (2, 1)], "")
    assert canvas.lines() == ["──╴", "╶─╴"]


def test_a_frame_and_words_in_it() -> None:
    canvas = Canvas(5, 3)
    canvas.frame(Box(0, 0, 5, 3), "box", weight=Weight.HEAVY)
    canvas.put((1, 2), "abc", "word")
    assert canvas.lines() == ["┏━━━┓", "┃   ┃", "┗abc┛"]
    assert canvas.cell((2, 2)) == Cell("b", "word")
    assert canvas.arms((2, 2)) == (0, 2, 0, 2)


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (2, 0), (0, 2)])
def test_nothing_is_drawn_outside(point: tuple[int, int]) -> None:
    with pytest.raises(IndexError, match="outside 2x2"):
        Canvas(2, 2).put(point, "x", "")


def test_corners_become_cells() -> None:
    assert cells_of([(0, 0), (2, 0), (2, 1)]) == [(0, 0), (1, 0), (2, 0), (2, 1)]
    assert cells_of([(3, 3)]) == [(3, 3)]


def test_box() -> None:
    box = Box(1, 1, 3, 3)
    assert (box.right, box.bottom) == (3, 3)
    assert box.covers((2, 2))
    assert not box.framed((2, 2))
    assert box.framed((3, 2))
    assert not box.covers((4, 2))


def test_neighbours_of_one_style_make_one_span() -> None:
    canvas = Canvas(4, 2)
    canvas.put((0, 0), "ab", "x")
    canvas.put((3, 0), "c", "y")
    content = canvas.content()
    assert content.plain == "ab c\n    "
    assert [(span.start, span.end, span.style) for span in content.spans] == [
        (0, 2, "x"),
        (3, 4, "y"),
    ]


def test_a_settled_copy_takes_words_and_leaves_its_ground_alone() -> None:
    ground = Canvas(3, 1)
    ground.line([(0, 0), (1, 0), (2, 0)], "line", stub=True)
    copy = ground.settled()
    copy.put((1, 0), "x", "word")
    assert copy.lines() == ["─x╴"]
    assert ground.lines() == ["──╴"]
    assert copy.arms((1, 0)) == ground.arms((1, 0)) == (0, 1, 0, 1)
    with pytest.raises(RuntimeError, match="words only"):
        copy.line([(0, 0), (1, 0)], "")


def test_heads_point_where_they_say() -> None:
    names = {side: unicodedata.name(glyph).split()[1] for side, glyph in HEADS.items()}
    words = {(0, -1): "UP-POINTING", (0, 1): "DOWN-POINTING"}
    assert {side: names[side] for side in words} == words
    assert names[1, 0].startswith("RIGHT")
    assert names[-1, 0].startswith("LEFT")
