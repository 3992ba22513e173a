"""REC3: the connectivity check, against a real HTTP server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from ablytui.worker import reachability
from ablytui.worker.reachability import is_reachable
from tests.support.wires import free_port

Serve = Callable[[int, str], str]


@pytest.fixture
async def answers() -> AsyncIterator[dict[str, object]]:
    told: dict[str, object] = {"status": 200, "text": "yes\n"}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=int(str(told["status"])), text=str(told["text"]))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    told["url"] = f"http://127.0.0.1:{port}/is-the-internet-up.txt"
    yield told
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "text", "own", "ablys"),
    [(200, "yes\n", True, True), (204, "", True, False), (200, "no", True, False)]
    + [(status, "yes", False, False) for status in (404, 500, 503)],
)
async def test_what_is_a_yes(
    answers: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    text: str,
    own: bool,
    ablys: bool,
) -> None:
    answers |= {"status": status, "text": text}
    url = str(answers["url"])
    assert await is_reachable(url, 5_000) == own
    monkeypatch.setattr(reachability, "ABLYS_OWN", url)
    assert await is_reachable("", 5_000) == ablys


async def test_nobody_there_is_a_no() -> None:
    assert not await is_reachable(f"http://127.0.0.1:{free_port()}/", 5_000)
    assert not await is_reachable("http://[nonsense", 5_000)
