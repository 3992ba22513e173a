"""The HTTP side on aiohttp, imported at the first request: 0.3 s that a WebSocket never pays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from ablytui.net.tasks import spawn
from ablytui.service import problems
from ablytui.service.problems import problem
from ablytui.service.rest import Request, Response, error_response

if TYPE_CHECKING:
    from aiohttp import web

BODY_TIME: Final = 30.0
"""Seconds that a body may take; who is slower is cut off."""

IDLE_TIME: Final = 75.0
"""Seconds between two requests on one connection."""

Handler = Callable[[Request], Awaitable[Response | None]]
"""Answers a request; None drops the connection without a word."""


class Web:
    """Takes transports over, with what was read of them.

    `limit` is the bytes of a body, `most` how many connections there are at the same time.
    """

    def __init__(self, handler: Handler, limit: int, most: int) -> None:
        self._handler = handler
        self._limit, self._most = limit, most
        self._runner: web.AppRunner | None = None
        self._starting: asyncio.Task[None] | None = None
        self._waiting: set[asyncio.Transport] = set()

    def take(self, transport: asyncio.Transport, raw: bytes) -> None:
        """Serve this connection from now on; `raw` is what was read already."""
        server = None if self._runner is None else self._runner.server
        there = 0 if server is None else len(server.connections)
        if there + len(self._waiting) >= self._most:
            transport.abort()
        elif self._runner is not None:
            self._hand_over(transport, raw)
        else:
            self._wait(transport, raw)

    def _wait(self, transport: asyncio.Transport, raw: bytes) -> None:
        transport.pause_reading()
        self._waiting.add(transport)
        if self._starting is None:
            self._starting = spawn(self._start(), name="start of the HTTP side")
        self._starting.add_done_callback(lambda _: self._late(transport, raw))

    async def stop(self) -> None:
        """End every connection."""
        if self._starting is not None:
            self._starting.cancel()
        for transport in self._waiting:
            transport.abort()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _start(self) -> None:
        # In a thread, so that the loop, and a screen on it, stay alive meanwhile.
        await asyncio.to_thread(__import__, "aiohttp.web")
        from aiohttp import web

        app = web.Application(client_max_size=self._limit)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(
            app,
            handler_cancellation=False,
            access_log=None,
            shutdown_timeout=1,
            keepalive_timeout=IDLE_TIME,
        )
        await runner.setup()
        self._runner = runner

    def _late(self, transport: asyncio.Transport, raw: bytes) -> None:
        self._waiting.discard(transport)
        if self._runner is None:
            transport.abort()
        elif not transport.is_closing():
            self._hand_over(transport, raw)
            transport.resume_reading()

    def _hand_over(self, transport: asyncio.Transport, raw: bytes) -> None:
        assert self._runner is not None
        server = self._runner.server
        assert server is not None
        handler = server()
        handler.connection_made(transport)
        transport.set_protocol(handler)
        handler.data_received(raw)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        try:
            async with asyncio.timeout(BODY_TIME):
                body = await request.read()
        except TimeoutError:
            answer: Response | None = None
        except web.HTTPRequestEntityTooLarge:
            text = f"the body is larger than {self._limit} bytes"
            answer = error_response(problem(problems.TOO_LARGE, text))
        else:
            headers: dict[str, str] = {}
            for name, value in request.headers.items():
                headers.setdefault(name.lower(), value)
            remote = request.remote or ""
            asked = Request(request.method, request.raw_path, headers, body, remote)
            answer = await self._handler(asked)
        if answer is None:
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError
        response = web.Response(status=answer.status, body=answer.body)
        for name, value in answer.headers:
            response.headers.add(name, value)
        return response
