"""Whether there is a network at all (REC3, RTN17j): one HTTP request before a fallback is tried."""

from __future__ import annotations

import asyncio
from typing import Final

from ablytui.net.request import load_client

ABLYS_OWN: Final = "https://internet-up.ably-realtime.com/is-the-internet-up.txt"
"""Its body says `yes` (REC3a)."""

_MOST: Final = 1024
"""Bytes of the body that are looked at."""


async def is_reachable(url: str, limit: float) -> bool:
    """Ask `url`, or Ably's own where it is empty; no answer within `limit` ms is a no.

    Any 2xx of a URL of one's own is a yes (REC3b).
    """
    await load_client()
    import aiohttp

    try:
        async with (
            asyncio.timeout(limit / 1000),
            aiohttp.ClientSession() as session,
            session.get(url or ABLYS_OWN) as answer,
        ):
            body = await answer.content.read(_MOST)
            return answer.ok and (bool(url) or b"yes" in body)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return False
