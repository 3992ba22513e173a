"""One HTTP request of the client, answered or not, with a bound on what is read of the answer."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass


class RequestFailed(Exception):
    """There was no answer; the text says why in a few plain words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` has one byte more than was allowed where it was longer than that."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters; empty where there is none."""
        named = {name.lower(): value for name, value in self.headers}
        return named.get("content-type", "").partition(";")[0].strip().lower()


async def load_client() -> None:
    """Load the HTTP client, in a thread: frames and timers go on meanwhile.

    It takes a third of a second, so whoever knows that a request comes, with a time limit that
    runs, loads it before; most connections never need it.
    """
    if not hasattr(sys.modules.get("aiohttp"), "ClientSession"):
        await asyncio.to_thread(importlib.import_module, "aiohttp")


async def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    limit: int,
    opens_within: float | None = None,
) -> Answer:
    """Make a request and read at most `limit` bytes of the answer. Redirects are followed.

    How long it may take is for the caller to say, by cancelling it; `opens_within` bounds, in ms,
    the wait for a connection alone.

    Raises:
        RequestFailed: No connection, or what came back is no HTTP.
    """
    await load_client()
    import aiohttp

    opens = None if opens_within is None else opens_within / 1000
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=opens)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, url, headers=headers, data=body) as answer,
        ):
            read = bytearray()
            async for chunk in answer.content.iter_any():
                read += chunk
                if len(read) > limit:
                    break
            return Answer(answer.status, tuple(answer.headers.items()), bytes(read[: limit + 1]))
    except aiohttp.ClientConnectorDNSError:
        raise RequestFailed("the name of the host is not known") from None
    except aiohttp.ClientConnectorCertificateError:
        raise RequestFailed("the certificate of the host is not accepted") from None
    except aiohttp.ClientConnectorError as bad:
        why = bad.strerror or "no connection"
        raise RequestFailed(why[:1].lower() + why[1:]) from None
    except aiohttp.TooManyRedirects:
        raise RequestFailed("it redirects without end") from None
    except aiohttp.InvalidURL:
        raise RequestFailed("the URL cannot be used") from None
    except aiohttp.ConnectionTimeoutError:
        raise RequestFailed("no connection in time") from None
    except aiohttp.ClientError as bad:
        raise RequestFailed(str(bad) or type(bad).__name__) from None
    except (OSError, ValueError, asyncio.IncompleteReadError) as bad:
        raise RequestFailed(str(bad) or type(bad).__name__) from None
