from __future__ import annotations

import pytest

from ablytui.ui.playbill import Playing


@pytest.mark.parametrize(
    ("step", "steps", "over"),
    [(0, 3, False), (2, 3, False), (3, 3, True), (4, 3, True), (0, 0, True)],
)
def test_it_is_over_with_its_last_step(step: int, steps: int, over: bool) -> None:
    assert Playing("Hello", step, steps).over is over
