"""When the picture changes by itself, so that a screen may sleep until then."""

from __future__ import annotations

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import clockwords, waits
from ablytui.ui.present.view import View


def next_tick(view: View, *, animations: bool = True) -> float | None:
    """Ms from `view.now` until some pane would show another time.

    Ten a second below a minute, else one a second, a minute or a day, as the words have it;
    with animations off never more than one a second. None when no clock runs: before the first
    attempt nothing moves.
    """
    least = 100.0 if animations else 1_000.0
    conn = view.connection
    if conn.state is S.INITIALIZED:
        return None
    due = [clockwords.until_next_age(waits.in_state(view), least)]
    due += [
        step
        for wait in waits.waits(view)
        if (step := clockwords.until_next_left(wait.left, least)) is not None
    ]
    # One ms late rather than early: a timer that fires before the step would draw nothing new.
    return min(due) + 1.0
