"""The pictures of the README: `python -m tests.support.shoot` writes them, `--check` compares.

They come from the app itself, on a session that stands still, so the same code gives the same
bytes; a picture that differs is stale.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.app import AblytuiApp
from ablytui.ui.settings import Settings
from tests.support.app import PARAMS, RECOVERY_KEY, make_app

FOLDER = Path(__file__).parent.parent.parent / "screenshots"
BROKEN_KEY = RECOVERY_KEY[: RECOVERY_KEY.index('"audit":') + len('"audit":')]
_COLOURS = ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_FILTERS", "TEXTUAL_ANIMATIONS")


@dataclass(frozen=True)
class Shot:
    """One picture: which state, how large, and the keys pressed before it is taken."""

    name: str
    state: S
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "ably-dark"
    key: str | None = None
    first: bool = False


SHOTS = (
    Shot("main-160x45", S.DISCONNECTED, (160, 45), ("k",) * 16),
    Shot("main-120x36", S.CONNECTED, (120, 36)),
    Shot("main-80x24", S.DISCONNECTED, (80, 24)),
    Shot("main-60x20", S.DISCONNECTED, (60, 20)),
    Shot("main-light-120x36", S.CONNECTED, (120, 36), theme="ably-light"),
    Shot("detail-120x36", S.CONNECTED, (120, 36), ("k",) * 14 + ("enter",)),
    Shot("recover-120x36", S.CONNECTED, (120, 36), ("r",)),
    Shot("recover-bad-120x36", S.CONNECTED, (120, 36), ("r",), key=BROKEN_KEY),
    Shot("firstrun-120x36", S.INITIALIZED, (120, 36), first=True),
    Shot("state-80x24", S.DISCONNECTED, (80, 24), ("2",)),
)


def app_of(shot: Shot) -> AblytuiApp:
    """The app that a picture is taken of."""
    settings = Settings.for_tests(shot.theme)
    if shot.first:
        bare = replace(PARAMS, key=None, client_id=None)
        return make_app(shot.state, params=bare, local=False, settings=settings)[0]
    app, rig = make_app(shot.state, settings=settings)
    if shot.key is not None:
        rig.session.key = shot.key
    return app


async def picture(shot: Shot) -> str:
    """The picture as SVG."""
    app = app_of(shot)
    async with app.run_test(size=shot.size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        if shot.keys:
            await pilot.press(*shot.keys)
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
