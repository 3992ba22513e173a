"""A grid of cells to draw lines, frames and words on.

Each cell keeps four arms, none, light or heavy, so lines may meet and cross in any order; its
glyph is looked up at the end. A glyph that is put on a cell covers its arms. Knows no states and
no theme: a style is a text that Textual reads, and may name theme variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from textual.content import Content, Span


class Weight(IntEnum):
    """How thick an arm is."""

    NONE = 0
    LIGHT = 1
    HEAVY = 2


Point = tuple[int, int]
"""Column and row, from the upper left corner."""

UP: Final[Point] = (0, -1)
RIGHT: Final[Point] = (1, 0)
DOWN: Final[Point] = (0, 1)
LEFT: Final[Point] = (-1, 0)

_SIDES: Final = (UP, RIGHT, DOWN, LEFT)

HEADS: Final = {UP: "▲", RIGHT: "►", DOWN: "▼", LEFT: "◄"}
"""The arrow head that points in a direction."""

GLYPHS: Final = " ╴╸╷╮┑╻┒┓╶─╾╭┬┭┎┰┱╺╼━┍┮┯┏┲┳╵╯┙│┤┥╽┧┪╰┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
"""The line glyph by the weights of its arms up, right, down and left, as digits of base 3."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, its frame included."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The last column."""
        return self.x + self.width - 1

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.y + self.height - 1

    def covers(self, point: Point) -> bool:
        """Whether this cell is in it."""
        x, y = point
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def framed(self, point: Point) -> bool:
        """Whether the frame runs through this cell."""
        x, y = point
        return self.covers(point) and (x in {self.x, self.right} or y in {self.y, self.bottom})


class Cell(NamedTuple):
    """One drawn cell."""

    glyph: str
    style: str


def cells_of(corners: Sequence[Point]) -> list[Point]:
    """Every cell of a line through these corners, first and last included."""
    cells = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        step = ((x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0))
        while cells[-1] != (x1, y1):
            cells.append((cells[-1][0] + step[0], cells[-1][1] + step[1]))
    return cells


def direction(start: Point, end: Point) -> Point:
    """The direction from a cell to its neighbour."""
    return end[0] - start[0], end[1] - start[1]


class Canvas:
    """Draw, then read `rows`, `lines` or `content`."""

    def __init__(
        self,
        width: int,
        height: int,
        settled: tuple[list[list[int]], list[str], list[str]] | None = None,
    ) -> None:
        self.width = width
        self.height = height
        size = width * height
        self._open = settled is None
        self._arms, self._glyphs, self._styles = settled or (
            [[0, 0, 0, 0] for _ in range(size)],
            [""] * size,
            [""] * size,
        )
        self._ranks = [0] * size if self._open else []

    def _at(self, point: Point) -> int:
        x, y = point
        if not (0 <= x < self.width and 0 <= y < self.height):
            raise IndexError(f"{point} is outside {self.width}x{self.height}")
        return y * self.width + x

    def arms(self, point: Point) -> tuple[int, int, int, int]:
        """The weights of a cell's arms: up, right, down, left."""
        up, right, down, left = self._arms[self._at(point)]
        return up, right, down, left

    def _arm(self, point: Point, side: Point, weight: Weight, style: str, rank: int) -> None:
        if not self._open:
            raise RuntimeError("a settled canvas takes words only")
        at = self._at(point)
        arms = self._arms[at]
        index = _SIDES.index(side)
        arms[index] = max(arms[index], weight)
        if rank >= self._ranks[at]:
            self._ranks[at] = rank
            self._styles[at] = style

    def line(
        self,
        cells: Sequence[Point],
        style: str,
        *,
        weight: Weight = Weight.LIGHT,
        rank: int = 0,
        stub: bool = False,
    ) -> None:
        """A line through neighbouring cells.

        It enters the last cell but does not leave it; with `stub` it runs into the first one
        from behind. Of two lines through a cell that of the higher rank gives it its style, of
        equals the later.
        """
        for start, end in pairwise(cells):
            side = direction(start, end)
            self._arm(start, side, weight, style, rank)
            self._arm(end, (-side[0], -side[1]), weight, style, rank)
        if stub and len(cells) > 1:
            dx, dy = direction(cells[0], cells[1])
            self._arm(cells[0], (-dx, -dy), weight, style, rank)

    def frame(self, box: Box, style: str, *, weight: Weight = Weight.LIGHT, rank: int = 0) -> None:
        """The four sides of a box."""
        left, top = box.x, box.y
        right, bottom = box.right, box.bottom
        corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        self.line(cells_of(corners), style, weight=weight, rank=rank)

    def put(self, point: Point, text: str, style: str) -> None:
        """Words, one cell a character, over whatever is there."""
        x, y = point
        for offset, char in enumerate(text):
            at = self._at((x + offset, y))
            self._glyphs[at] = char
            self._styles[at] = style

    def cell(self, point: Point) -> Cell:
        """What stands in a cell."""
        at = self._at(point)
        return Cell(self._glyph(at), self._styles[at])

    def _glyph(self, at: int) -> str:
        up, right, down, left = self._arms[at]
        return self._glyphs[at] or GLYPHS[up * 27 + right * 9 + down * 3 + left]

    def settled(self) -> Canvas:
        """A copy to write words on: its lines are looked up once, and no more can be drawn."""
        drawn = (self._arms, list(self._looked_up()), list(self._styles))
        return Canvas(self.width, self.height, drawn)

    def _looked_up(self) -> Sequence[str]:
        if not self._open:
            return self._glyphs
        return [self._glyph(at) for at in range(len(self._glyphs))]

    def lines(self) -> list[str]:
        """The bare text, without the blanks at the end of a row."""
        return [row.plain.rstrip() for row in self.rows()]

    def rows(self) -> list[Content]:
        """The rows for a widget; neighbours of one style make one span."""
        glyphs = self._looked_up()
        return [
            _row(
                "".join(glyphs[start : start + self.width]),
                tuple(self._styles[start : start + self.width]),
            )
            for start in range(0, len(glyphs), self.width)
        ]

    def content(self) -> Content:
        """The whole drawing."""
        return Content("\n").join(self.rows())


@lru_cache(maxsize=256)
def _row(glyphs: str, styles: tuple[str, ...]) -> Content:
    """A clock that ticks changes a row or two of a drawing; the others are at hand."""
    spans = []
    start = 0
    for style, cells in groupby(styles):
        end = start + len(list(cells))
        if style:
            spans.append(Span(start, end, style))
        start = end
    return Content(glyphs, spans)
