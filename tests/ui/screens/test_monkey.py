"""Random keys, faster than the screen answers: nothing may end the app but leaving it."""

from __future__ import annotations

import random

import pytest

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.keys import APP, KEYS, SCREEN
from ablytui.ui.widgets.log_keys import LOG_KEYS
from tests.support.app import make_app
from tests.support.pilot import opened

LEAVING = {"q", "ctrl+q"}
HANDS = (
    "enter", "enter", "escape", "escape", "tab", "shift+tab", "left", "right", "up", "down",
    "ctrl+s", "ctrl+r", "ctrl+n", "ctrl+o", "J", "K", "less_than_sign", "greater_than_sign", "S",
    "A", "5", "i", "colon", "quotation_mark", "vertical_line", "minus", "backspace",
)  # fmt: skip
ALL = sorted(
    {key for keys in KEYS.values() for key in keys}
    | {key for command in (*SCREEN, *APP) for key in command.keys}
    | {key for binding in LOG_KEYS for key in binding.key.split(",")}
)
SIZES = ((120, 36), (160, 45), (80, 24), (60, 20), (48, 14), (30, 8))
TURNS = 7


@pytest.mark.parametrize(("seed", "state"), [(1, S.CONNECTED), (2, S.DISCONNECTED), (3, S.FAILED)])
async def test_no_keys_end_it(seed: int, state: S) -> None:
    chance = random.Random(seed)
    app, _ = make_app(state)
    keys = [key for key in ALL if key not in LEAVING]
    pressed: list[str] = []
    async with app.run_test(size=SIZES[0]) as pilot:
        await opened(pilot)
        for _ in range(TURNS):
            if chance.random() < 0.2:
                await pilot.resize_terminal(*chance.choice(SIZES))
            burst = [chance.choice((*keys, *HANDS)) for _ in range(chance.randrange(1, 7))]
            pressed += burst
            for key in burst:
                app.simulate_key(key)
            await pilot.pause()
            assert app.is_running, pressed
        assert app.screen_stack, pressed
        assert app.return_code is None, pressed
