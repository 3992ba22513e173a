"""The pictures of the README: `python -m tests.support.shoot` writes them, `--check` compares.

They come from the app itself, on a session that stands still or a scenario that is played on a
clock moved by hand, so the same code gives the same bytes; a picture that differs is stale.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.app import AblytuiApp
from ablytui.ui.settings import Settings
from tests.support.app import RECOVERY_KEY, make_app
from tests.support.demos import Theatre
from tests.support.played import Distant

FOLDER = Path(__file__).parent.parent.parent / "screenshots"
BROKEN_KEY = RECOVERY_KEY[: RECOVERY_KEY.index('"audit":') + len('"audit":')]
_PART = 250
"""Ms that a scenario is played before the screen has its turn."""

_COLOURS = ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_FILTERS", "TEXTUAL_ANIMATIONS")


@dataclass(frozen=True)
class Shot:
    """One picture: which state, how large, and the keys pressed before it is taken.

    With a scenario it is this one, played for so many ms.
    """

    name: str
    state: S
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "ably-dark"
    scenario: str = ""
    played: int = 0


_FILTER = ("slash", *"undecodable", "space", "vertical_line", "space", *"anomaly")

SHOTS = (
    Shot("main-120x36", S.CONNECTED, (120, 36), scenario="drop-and-resume", played=8_250),
    Shot("main-160x45", S.DISCONNECTED, (160, 45), ("k",) * 16),
    Shot("state-80x24", S.DISCONNECTED, (80, 24), ("2",)),
    Shot("detail-120x36", S.CONNECTED, (120, 36), ("k",) * 14 + ("enter",)),
    Shot("recover-120x36", S.CONNECTED, (120, 36), ("r",)),
    Shot("failed-120x36", S.FAILED, (120, 36), ("3",), scenario="bad-key", played=4_000),
    Shot("channels-120x36", S.CONNECTED, (120, 36), ("4",), scenario="presence-room", played=6_000),
    Shot(
        "filter-120x36", S.CONNECTED, (120, 36), _FILTER, scenario="strange-frames", played=26_000
    ),
    Shot(
        "light-120x36",
        S.CONNECTED,
        (120, 36),
        (),
        "ably-light",
        scenario="lost-state",
        played=9_000,
    ),
    Shot("demo-120x36", S.CONNECTED, (120, 36), ("s",), scenario="hello", played=3_000),
)


def app_of(shot: Shot) -> AblytuiApp:
    """The app that a picture is taken of."""
    return make_app(shot.state, settings=Settings.for_tests(shot.theme))[0]


async def picture(shot: Shot) -> str:
    """The picture as SVG."""
    theatre = Theatre(world=Distant) if shot.scenario else None
    app = app_of(shot)
    if theatre is not None:
        app = theatre.app(shot.scenario, Settings.for_tests(shot.theme))
    async with app.run_test(size=shot.size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for _ in range(0, shot.played, _PART):
            assert theatre is not None
            await theatre.advance(_PART)
            await pilot.pause()
        if shot.keys:
            await pilot.press(*shot.keys)
        if theatre is not None:
            # What is searched for is found a turn of the clock later.
            await theatre.advance(1)
        await pilot.pause()
        # An editor puts no blank at the end of a line; nor does a diff like one.
        svg = app.export_screenshot(title="ablytui", simplify=True)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


@contextmanager
def plain_environment() -> Iterator[None]:
    """No variable of this terminal may colour a picture."""
    kept = {name: os.environ.pop(name) for name in _COLOURS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def stale(shots: Sequence[Shot] = SHOTS) -> list[str]:
    """The names of the pictures on disk that are not what the app draws."""
    found = []
    with plain_environment():
        for shot in shots:
            path = FOLDER / f"{shot.name}.svg"
            drawn = asyncio.run(picture(shot))
            if not path.is_file() or path.read_text("utf-8") != drawn:
                found.append(shot.name)
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the pictures, or with `--check` say which are stale and exit with 1."""
    if "--check" in arguments:
        names = stale()
        for name in names:
            sys.stderr.write(f"screenshots/{name}.svg is stale: python -m tests.support.shoot\n")
        return 1 if names else 0
    FOLDER.mkdir(exist_ok=True)
    with plain_environment():
        for shot in SHOTS:
            (FOLDER / f"{shot.name}.svg").write_text(asyncio.run(picture(shot)), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
