from __future__ import annotations

import pytest

from ablytui.ui.present.layout import Arrangement, Pane, Shape, shape_of

WATCHED = {Pane.FRAMES, Pane.STATE, Pane.CONNECTION}


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((47, 40), Shape.NONE),
        ((200, 13), Shape.NONE),
        ((48, 14), Shape.TINY),
        ((73, 50), Shape.TINY),
        ((74, 14), Shape.SMALL),
        ((109, 50), Shape.SMALL),
        ((110, 31), Shape.SMALL),
        ((200, 31), Shape.SMALL),
        ((110, 32), Shape.STD),
        ((149, 60), Shape.STD),
        ((150, 41), Shape.STD),
        ((150, 42), Shape.WIDE),
    ],
)
def test_the_shape_of_a_size(size: tuple[int, int], shape: Shape) -> None:
    assert shape_of(*size) is shape


@pytest.mark.parametrize(
    ("arrangement", "shape", "seen"),
    [
        (Arrangement(), Shape.NONE, set()),
        (Arrangement(), Shape.WIDE, {*WATCHED, Pane.DETAIL}),
        (
            Arrangement(slot=Pane.CHANNELS),
            Shape.STD,
            {Pane.CHANNELS, Pane.STATE, Pane.CONNECTION},
        ),
        (Arrangement(), Shape.STD, WATCHED),
        (Arrangement(inspecting=True), Shape.STD, {Pane.FRAMES, Pane.DETAIL}),
        (Arrangement(tab=Pane.STATE), Shape.SMALL, {Pane.STATE}),
        (Arrangement(tab=Pane.STATE), Shape.STD, WATCHED),
        (Arrangement(inspecting=True), Shape.TINY, {Pane.DETAIL}),
        (Arrangement(zoomed=Pane.STATE), Shape.WIDE, {Pane.STATE}),
        (Arrangement(zoomed=Pane.DETAIL), Shape.STD, WATCHED),
        (Arrangement(zoomed=Pane.DETAIL, inspecting=True), Shape.STD, {Pane.DETAIL}),
    ],
)
def test_what_is_seen(arrangement: Arrangement, shape: Shape, seen: set[Pane]) -> None:
    assert arrangement.visible(shape) == seen
