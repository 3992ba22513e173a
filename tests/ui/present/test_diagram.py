"""The drawings, to the cell, and that they show the table of edges and nothing else."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator

import pytest

from ablytui.protocol.states import EDGES
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui import theme
from ablytui.ui.present.canvas import HEADS, Canvas, Point
from ablytui.ui.present.diagram import (
    EXIT,
    IDLE,
    VISITED,
    large,
    line,
    listing,
    medium,
)
from ablytui.ui.present.geometry import LARGE, MEDIUM, Layout
from ablytui.ui.present.view import View
from tests.support import views

Draw = Callable[[View], Canvas]

LARGE_DISCONNECTED = """\
╭──────────┬──────── suspended in 1:17 ┅┅┅┅┅┅┅┅┅┅┅╮
│ ╭────────▼──────╮   ╭──────────────╮   ┏━━━━━━━━┷━━━━━━━┓
├─┤ ◆ suspended   │◄─►│              │◄━►┃ ◇ disconnected ┃
│ ╰───────────────╯   │              │   ┗ 10.4 s ━━━━ ×3 ┛
│                     │              │             ▲
│ ╭───────────────╮   │              │   ╭─────────┴──────╮
│ │ ○ initialized ├──►│ ◐ connecting │──►│ ● connected    ├─╮
│ ╰─────────── ×1 ╯   │              │   ╰─────────┬── ×2 ╯ │
│                     │ next try in  │             ▼        │
│                     │    11.4 s    │   ╭────────────────╮ │
│                     │ ━━━━━╌╌╌╌╌╌  │◄─►│ ✕ failed       │ │
│                     │              │   ╰────────────────╯ │
│                     │   retry 3    │                      │
│ ╭───────────────╮   │ backoff 5/3  │   ╭────────────────╮ │
╰►│ ■ closed      ├──►│              │◄─►│ □ closing      │◄╯
  ╰────────▲──────╯   ╰────────── ×5 ╯   ╰────────┬───────╯
           ╰──────────────────────────────────────╯
"""

LARGE_SUSPENDED = """\
╭──────────┲━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
│ ┏━━━━━━━━▼━━━━━━┓   ╭──────────────╮   ╭────────┸───────╮
├─┨ ◆ suspended   ┃◄─►│              │◄─►│ ◇ disconnected │
│ ┗ 18.0 s ━━━ ×1 ┛   │              │   ╰──────────── ×7 ╯
│                     │              │             ▲
│ ╭───────────────╮   │              │   ╭─────────┴──────╮
│ │ ○ initialized ├──►│ ◐ connecting │──►│ ● connected    ├─╮
│ ╰─────────── ×1 ╯   │              │   ╰─────────┬── ×2 ╯ │
│                     │ next try in  │             ▼        │
│                     │    12.0 s    │   ╭────────────────╮ │
│                     │ ━━━━━━╌╌╌╌╌  │◄─►│ ✕ failed       │ │
│                     │              │   ╰────────────────╯ │
│                     │  every 30 s  │                      │
│ ╭───────────────╮   │              │   ╭────────────────╮ │
╰►│ ■ closed      ├──►│              │◄─►│ □ closing      │◄╯
  ╰────────▲──────╯   ╰────────── ×9 ╯   ╰────────┬───────╯
           ╰──────────────────────────────────────╯
"""

LARGE_CONNECTING = """\
╭──────────┬──────────────────────────────────────╮
│ ╭────────▼──────╮   ┏━━━━━━━━━━━━━━┓   ╭────────┴───────╮
├─┤ ◆ suspended   │◄─►┃              ┃◄━►│ ◇ disconnected │
│ ╰───────────────╯   ┃              ┃   ╰──────────── ×3 ╯
│                     ┃              ┃             ▲
│ ╭───────────────╮   ┃              ┃   ╭─────────┴──────╮
│ │ ○ initialized ├──►┃ ◐ connecting ┃──►│ ● connected    ├─╮
│ ╰─────────── ×1 ╯   ┃              ┃   ╰─────────┬── ×2 ╯ │
│                     ┃  attempt 3   ┃             ▼        │
│                     ┃ 1.2 of 10 s  ┃   ╭────────────────╮ │
│                     ┃ ━╌╌╌╌╌╌╌╌╌╌  ┃◄─►│ ✕ failed       │ │
│                     ┃              ┃   ╰────────────────╯ │
│                     ┃    resume    ┃                      │
│ ╭───────────────╮   ┃              ┃   ╭────────────────╮ │
╰►│ ■ closed      ├──►┃              ┃◄─►│ □ closing      │◄╯
  ╰────────▲──────╯   ┗ 1.2 s ━━━ ×6 ┛   ╰────────┬───────╯
           ╰──────────────────────────────────────╯
"""

LARGE_CLOSED = """\
╭──────────┬──────────────────────────────────────╮
│ ╭────────▼──────╮   ╭──────────────╮   ╭────────┴───────╮
├─┤ ◆ suspended   │◄─►│              │◄─►│ ◇ disconnected │
│ ╰───────────────╯   │              │   ╰────────────────╯
│                     │              │             ▲
│ ╭───────────────╮   │              │   ╭─────────┴──────╮
│ │ ○ initialized ├──►│ ◐ connecting │──►│ ● connected    ├─╮
│ ╰─────────── ×1 ╯   │              │   ╰─────────┬── ×2 ╯ │
│                     │              │             ▼        │
│                     │              │   ╭────────────────╮ │
│                     │              │◄─►│ ✕ failed       │ │
│                     │              │   ╰────────────────╯ │
│                     │              │                      │
│ ┏━━━━━━━━━━━━━━━┓   │              │   ╭────────────────╮ │
╰►┃ ■ closed      ┠──►│              │◄─►│ □ closing      │◄╯
  ┗ 4.0 s ━▲━━ ×1 ┛   ╰────────── ×2 ╯   ╰────────┰─── ×1 ╯
           ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
"""

MEDIUM_DISCONNECTED = """\
╭───────┬───────── 1:17 left ┅┅┅┅┅┅┅┅┅┅╮
│       ▼        ╭──────────╮          │
├── suspended ◄─►│          │◄━►▐disconnected▌
│                │          │     ▲ 10.4 s ×3
│                │          │     │
│ initialized ──►│connecting│──► connected ──╮
│          ×1    │          │     ▼        ×2│
│                │  11.4 s  │◄─► failed      │
│                │ 3, ×5/3  │                │
╰────► closed ──►│          │◄─► closing ◄───╯
            ▲    ╰───────×5─╯     │
            ╰─────────────────────╯
"""

MEDIUM_CONNECTED = """\
╭───────┬──────────────────────────────╮
│       ▼        ╭──────────╮          │
├── suspended ◄─►│          │◄─► disconnected
│                │          │     ▲
│                │          │     │
│ initialized ──►│connecting│━━►▐connected▌──╮
│          ×1    │          │     ▼  3.4 s ×2│
│                │in 188 ms │◄─► failed      │
│                │          │                │
╰────► closed ──►│          │◄─► closing ◄───╯
            ▲    ╰───────×2─╯     │
            ╰─────────────────────╯
"""

MEDIUM_FAILED = """\
╭───────┬──────────────────────────────╮
│       ▼        ╭──────────╮          │
├── suspended ◄─►│          │◄─► disconnected
│                │          │     ▲
│                │          │     │
│ initialized ──►│connecting│──► connected ──╮
│          ×1    │          │     ▼          │
│                │          │◄━►▐failed▌     │
│                │          │       41.0 s ×1│
╰────► closed ──►│          │◄─► closing ◄───╯
            ▲    ╰───────×1─╯     │
            ╰─────────────────────╯
"""

LIST_DISCONNECTED = """\
  ○ initialized    ×1
  ◐ connecting     ×5 ╌► next in 11.4 s
  ● connected      ×2
▌ ◇ disconnected   ×3    10.4 s
  ◆ suspended         ╌► in 1:17
  □ closing
  ■ closed
  ✕ failed
"""


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (large(views.disconnected()), LARGE_DISCONNECTED),
        (large(views.suspended()), LARGE_SUSPENDED),
        (large(views.connecting()), LARGE_CONNECTING),
        (large(views.closed()), LARGE_CLOSED),
        (medium(views.disconnected()), MEDIUM_DISCONNECTED),
        (medium(views.connected()), MEDIUM_CONNECTED),
        (medium(views.failed()), MEDIUM_FAILED),
        (listing(views.disconnected()), LIST_DISCONNECTED),
    ],
)
def test_drawing_to_the_cell(drawn: Canvas, expected: str) -> None:
    assert "\n".join(drawn.lines()) + "\n" == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (78, "◐ connecting ━━► ◇ disconnected  ╌► ◐ connecting 11.4 s  ╌► ◆ suspended 1:17"),
        (60, "━► ◇  ╌► ◐ connecting 11.4 s  ╌► ◆ suspended 1:17"),
        (48, "━► ◇  ╌► ◐ connecting 11.4 s"),
        (10, "━► ◇"),
    ],
)
def test_line_is_whole_parts(width: int, expected: str) -> None:
    assert line(views.disconnected(), width).plain == expected


def test_line_before_the_first_change() -> None:
    assert line(views.initialized(), 78).plain == "○ initialized"
    assert line(views.initialized(), 10).plain == "○ initiali"


# --- drawing and table are the same set ----------------------------------------------------------

LAYOUTS = [pytest.param(LARGE, large, id="large"), pytest.param(MEDIUM, medium, id="medium")]


@pytest.mark.parametrize(("layout", "draw"), LAYOUTS)
@pytest.mark.parametrize("state", list(S))
def test_heads_drawn_are_the_ends_of_the_table(layout: Layout, draw: Draw, state: S) -> None:
    canvas = draw(views.STATES[state]())
    heads = {
        (x, y): glyph
        for y in range(canvas.height)
        for x in range(canvas.width)
        if (glyph := canvas.cell((x, y)).glyph) in HEADS.values()
    }
    wanted = {
        layout.routes[source, target].cells[-1]: HEADS[layout.routes[source, target].facing]
        for source, targets in EDGES.items()
        for target in targets
    }
    assert heads == wanted


@pytest.mark.parametrize(("layout", "draw"), LAYOUTS)
@pytest.mark.parametrize("state", list(S))
def test_lines_drawn_are_the_lines_of_the_table(layout: Layout, draw: Draw, state: S) -> None:
    """No arm outside the frames but those of routes, and every arm of every route is there."""
    canvas = draw(views.STATES[state]())
    cells = {cell for route in layout.routes.values() for cell in route.cells}
    for y, x in itertools.product(range(canvas.height), range(canvas.width)):
        inside = any(p.frame and p.frame.covers((x, y)) for p in layout.places.values())
        if any(canvas.arms((x, y))) and not inside:
            assert (x, y) in cells
    for route in layout.routes.values():
        for cell in route.cells[1:]:
            assert any(canvas.arms(cell))
        for start, end in itertools.pairwise(route.cells):
            side = [(0, -1), (1, 0), (0, 1), (-1, 0)].index((end[0] - start[0], end[1] - start[1]))
            assert canvas.arms(start)[side]


# --- styles --------------------------------------------------------------------------------------


def test_two_way_edge_keeps_the_head_at_its_other_end() -> None:
    canvas = large(views.disconnected())
    assert canvas.cell((38, 2)) == ("◄", EXIT)
    assert canvas.cell((39, 2)) == ("━", theme.HEALS)
    assert canvas.cell((40, 2)) == ("►", f"bold {theme.HEALS}")


def test_exits_are_brighter_than_idle_edges() -> None:
    canvas = large(views.connecting())
    assert canvas.cell((19, 2)).style == EXIT
    assert canvas.cell((21, 2)) == ("►", IDLE)
    assert canvas.cell((51, 4)) == ("▲", IDLE)


def test_boxes_by_visits() -> None:
    canvas = large(views.disconnected())
    assert canvas.cell((2, 5)).style == VISITED
    assert canvas.cell((4, 6)).style == theme.PLAIN
    assert canvas.cell((2, 13)).style == IDLE
    assert canvas.cell((4, 14)).style == theme.FAINT
    assert canvas.cell((41, 1)).style == theme.HEALS
    assert canvas.cell((42, 2)).style == canvas.cell((57, 2)).style == "bold auto on $warning"
    assert canvas.cell((58, 2)).style == theme.HEALS


def test_last_edge_keeps_its_colour_on_the_box_that_it_left() -> None:
    canvas = large(views.suspended())
    assert canvas.cell((50, 1)) == ("┸", theme.HEALS)
    assert canvas.cell((49, 1)) == ("─", VISITED)


@pytest.mark.parametrize(("layout", "draw"), LAYOUTS)
def test_fuse_burns_one_cell_at_a_time(layout: Layout, draw: Draw) -> None:
    view = views.disconnected()
    burnt = []
    for left in range(120_000, -1, -1000):
        timers = views.view(S.DISCONNECTED, timers={"ttl": left}).connection.timers
        now = dataclasses.replace(view, connection=view.connection.evolve(timers=timers))
        burnt.append(draw(now).lines()[0].count("┅"))
    assert burnt[0] == 0
    assert burnt[-1] > 15
    # The words on it get shorter now and then, which uncovers one cell more.
    assert all(after - before <= 2 for before, after in itertools.pairwise(burnt))


def test_the_last_edge_of_a_damaged_log_is_not_drawn() -> None:
    view = views.view(S.CONNECTED, came_from=S.CLOSED)
    plain = views.view(S.CONNECTED)
    assert large(view).lines() == large(plain).lines()


@pytest.mark.parametrize("count", [1, 99, 999, 1000, 2_000_000])
@pytest.mark.parametrize("lasts", [0, 999, 59_999, 3_599_999, 86_399_999, 10**10])
def test_no_word_leaves_its_room(count: int, lasts: int) -> None:
    for state in S:
        view = views.view(state, lasts=lasts, visits=dict.fromkeys(S, count))
        empty = views.view(state, visits={})
        for draw in (large, medium):
            drawn, bare = draw(view), draw(empty)
            heads = {c for c in cells(bare) if bare.cell(c).glyph in HEADS.values()}
            assert heads == {c for c in cells(drawn) if drawn.cell(c).glyph in HEADS.values()}
            corners = {c for c in cells(bare) if bare.cell(c).glyph in "╭╮╰╯┏┓┗┛"}
            assert all(drawn.cell(c).glyph == bare.cell(c).glyph for c in corners)
        listing(view)


def cells(canvas: Canvas) -> Iterator[Point]:
    return itertools.product(range(canvas.width), range(canvas.height))
