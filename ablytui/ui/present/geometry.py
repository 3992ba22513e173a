"""Where the diagram puts each state and each edge, cell by cell, at the sizes that draw edges.

Pure numbers. `Layout.routes` has one entry for each edge of `protocol.states.EDGES`; a test holds
that there is none too few and none too many, and that each runs from its state to its state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.canvas import DOWN, Box, Point, cells_of, direction


@dataclass(frozen=True, slots=True)
class Place:
    """One state. `name` is the cell of the first letter, or of the glyph where that is drawn.

    `fill` is the row of cells that is filled when the state is the current one. `note` is the
    last cell of the visits and of the time; in a frame they stand in its lower side instead.
    """

    name: Point
    fill: Box
    note: Point | None = None
    frame: Box | None = None

    @property
    def body(self) -> Box:
        """All of it: what an edge has to touch."""
        return self.frame or self.fill


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge; its last cell is the arrow head."""

    cells: tuple[Point, ...]
    facing: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing of all states. `hub` is the box whose middle is free for words."""

    size: Point
    places: Mapping[S, Place]
    routes: Mapping[tuple[S, S], Route]
    fuse: tuple[Point, ...]
    """The cells that burn, the first to burn first."""
    label: Point
    """The first letter of the words on the fuse."""
    boxed: bool
    """Every state has a frame and its glyph; else only connecting has, and names stand bare."""


def _route(*corners: Point, facing: Point | None = None) -> Route:
    cells = tuple(cells_of(corners))
    return Route(cells, facing or direction(*cells[-2:]))


def _framed(x: int, y: int, width: int, height: int, name_y: int | None = None) -> Place:
    name_y = y + 1 if name_y is None else name_y
    return Place(
        name=(x + 2, name_y),
        fill=Box(x + 1, name_y, width - 2, 1),
        frame=Box(x, y, width, height),
    )


def _bare(state: S, x: int, y: int, note: Point) -> Place:
    # The half blocks at both ends belong to the fill.
    return Place(name=(x, y), fill=Box(x - 1, y, len(state) + 2, 1), note=note)


def _fuse(first: int, last: int) -> tuple[Point, ...]:
    return tuple(cells_of([(first, 0), (last, 0)]))


LARGE: Final = Layout(
    size=(61, 17),
    places={
        S.SUSPENDED: _framed(2, 1, 17, 3),
        S.INITIALIZED: _framed(2, 5, 17, 3),
        S.CLOSED: _framed(2, 13, 17, 3),
        S.CONNECTING: _framed(22, 1, 16, 15, name_y=6),
        S.DISCONNECTED: _framed(41, 1, 18, 3),
        S.CONNECTED: _framed(41, 5, 18, 3),
        S.FAILED: _framed(41, 9, 18, 3),
        S.CLOSING: _framed(41, 13, 18, 3),
    },
    routes={
        (S.INITIALIZED, S.CONNECTING): _route((18, 6), (21, 6)),
        (S.CLOSED, S.CONNECTING): _route((18, 14), (21, 14)),
        (S.SUSPENDED, S.CONNECTING): _route((19, 2), (21, 2)),
        (S.CONNECTING, S.SUSPENDED): _route((21, 2), (19, 2)),
        (S.CONNECTING, S.DISCONNECTED): _route((38, 2), (40, 2)),
        (S.DISCONNECTED, S.CONNECTING): _route((40, 2), (38, 2)),
        (S.CONNECTING, S.CONNECTED): _route((38, 6), (40, 6)),
        (S.CONNECTING, S.FAILED): _route((38, 10), (40, 10)),
        (S.FAILED, S.CONNECTING): _route((40, 10), (38, 10)),
        (S.CONNECTING, S.CLOSING): _route((38, 14), (40, 14)),
        (S.CLOSING, S.CONNECTING): _route((40, 14), (38, 14)),
        (S.CONNECTED, S.DISCONNECTED): _route((51, 5), (51, 4)),
        (S.CONNECTED, S.FAILED): _route((51, 7), (51, 8)),
        (S.CONNECTED, S.CLOSING): _route((58, 6), (60, 6), (60, 14), (59, 14)),
        (S.DISCONNECTED, S.SUSPENDED): _route((50, 1), (50, 0), (11, 0), (11, 1)),
        (S.DISCONNECTED, S.CLOSED): _route((50, 1), (50, 0), (0, 0), (0, 14), (1, 14)),
        (S.SUSPENDED, S.CLOSED): _route((2, 2), (0, 2), (0, 14), (1, 14)),
        (S.CLOSING, S.CLOSED): _route((50, 15), (50, 16), (11, 16), (11, 15)),
    },
    fuse=_fuse(49, 12),
    label=(21, 0),
    boxed=True,
)
"""61x17: a box for each state."""

MEDIUM: Final = Layout(
    size=(46, 12),
    places={
        S.SUSPENDED: _bare(S.SUSPENDED, 4, 2, (12, 3)),
        S.INITIALIZED: _bare(S.INITIALIZED, 2, 5, (12, 6)),
        S.CLOSED: _bare(S.CLOSED, 7, 9, (10, 10)),
        S.CONNECTING: Place((18, 5), Box(18, 5, 10, 1), frame=Box(17, 1, 12, 10)),
        S.DISCONNECTED: _bare(S.DISCONNECTED, 33, 2, (44, 3)),
        S.CONNECTED: _bare(S.CONNECTED, 33, 5, (44, 6)),
        S.FAILED: _bare(S.FAILED, 33, 7, (44, 8)),
        S.CLOSING: _bare(S.CLOSING, 33, 9, (44, 10)),
    },
    routes={
        (S.INITIALIZED, S.CONNECTING): _route((14, 5), (16, 5)),
        (S.CLOSED, S.CONNECTING): _route((14, 9), (16, 9)),
        (S.SUSPENDED, S.CONNECTING): _route((14, 2), (16, 2)),
        (S.CONNECTING, S.SUSPENDED): _route((16, 2), (14, 2)),
        (S.CONNECTING, S.DISCONNECTED): _route((29, 2), (31, 2)),
        (S.DISCONNECTED, S.CONNECTING): _route((31, 2), (29, 2)),
        (S.CONNECTING, S.CONNECTED): _route((29, 5), (31, 5)),
        (S.CONNECTING, S.FAILED): _route((29, 7), (31, 7)),
        (S.FAILED, S.CONNECTING): _route((31, 7), (29, 7)),
        (S.CONNECTING, S.CLOSING): _route((29, 9), (31, 9)),
        (S.CLOSING, S.CONNECTING): _route((31, 9), (29, 9)),
        (S.CONNECTED, S.DISCONNECTED): _route((34, 4), (34, 3)),
        (S.CONNECTED, S.FAILED): _route((34, 6), facing=DOWN),
        (S.CONNECTED, S.CLOSING): _route((43, 5), (45, 5), (45, 9), (41, 9)),
        (S.DISCONNECTED, S.SUSPENDED): _route((39, 1), (39, 0), (8, 0), (8, 1)),
        (S.DISCONNECTED, S.CLOSED): _route((39, 1), (39, 0), (0, 0), (0, 9), (5, 9)),
        (S.SUSPENDED, S.CLOSED): _route((2, 2), (0, 2), (0, 9), (5, 9)),
        (S.CLOSING, S.CLOSED): _route((34, 10), (34, 11), (12, 11), (12, 10)),
    },
    fuse=_fuse(38, 9),
    label=(19, 0),
    boxed=False,
)
"""46x12: only connecting has a box."""
