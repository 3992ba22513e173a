"""The routes are the table of edges, and each runs from its state to its state."""

from __future__ import annotations

import pytest

from ablytui.protocol.states import EDGES
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.canvas import Box, Point
from ablytui.ui.present.diagram import edges
from ablytui.ui.present.geometry import LARGE, MEDIUM, Layout

LAYOUTS = [pytest.param(LARGE, id="large"), pytest.param(MEDIUM, id="medium")]


def near(box: Box, point: Point) -> bool:
    return Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2).covers(point)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_routes_are_the_table(layout: Layout) -> None:
    table = {(source, target) for source, targets in EDGES.items() for target in targets}
    assert set(layout.routes) == table == set(edges())
    assert set(layout.places) == set(S)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_route_runs_from_its_state_to_its_state(layout: Layout) -> None:
    for (source, target), route in layout.routes.items():
        first, last = route.cells[0], route.cells[-1]
        assert near(layout.places[source].body, first), (source, target)
        ahead = (last[0] + route.facing[0], last[1] + route.facing[1])
        goal = layout.places[target].body
        assert goal.covers(last) or near(goal, ahead)
        # It ends nowhere else, and passes through no state on its way.
        others = [place.body for state, place in layout.places.items() if state is not target]
        assert not any(box.covers(ahead) for box in others), (source, target)
        back = route.cells[-2:-1] or (first,)
        assert not any(box.covers(cell) for box in others for cell in back if cell != first)
        inner = route.cells[1:-1]
        assert not any(p.body.covers(cell) for cell in inner for p in layout.places.values())
        assert len(set(route.cells)) == len(route.cells)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_two_states_share_a_cell(layout: Layout) -> None:
    taken: dict[Point, S] = {}
    for state, place in layout.places.items():
        body = place.body
        for x in range(body.x, body.right + 1):
            for y in range(body.y, body.bottom + 1):
                assert (x, y) not in taken, (state, taken[x, y])
                taken[x, y] = state


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_fuse_lies_on_the_edge_that_it_burns(layout: Layout) -> None:
    cells = layout.routes[S.DISCONNECTED, S.SUSPENDED].cells
    assert set(layout.fuse) < set(cells)
    assert cells.index(layout.fuse[0]) < cells.index(layout.fuse[-1])
