from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ablytui.protocol.params import ConnectParams
from tests.support.joined import Joined, Make


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Builds a Session and a service joined in memory, started."""
    worlds: list[Joined] = []

    def build(other: Joined | None = None, **asked: Any) -> Joined:
        world = Joined(ConnectParams(**asked), folder=tmp_path, other=other)
        worlds.append(world)
        world.start()
        return world

    yield build
    for world in worlds:
        await world.close()
