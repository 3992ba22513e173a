"""The wishes that are open: each has a number, and a future that gets its one Reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo

Told = Callable[[Reply], None] | None
"""Called with the answer in its true place among the news, which a future is not."""


class Refs:
    """Numbers wishes and answers them; an answer to a wish that is not open is nobody's."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[asyncio.Future[Reply], Told]] = {}
        self._last = 0

    def new(self, told: Told = None) -> tuple[int, asyncio.Future[Reply]]:
        """A number for a new wish, and where its answer will be."""
        self._last += 1
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._open[self._last] = (future, told)
        return self._last, future

    def answer(self, reply: Reply) -> None:
        """Answer the wish that the Reply names."""
        future, told = self._open.pop(reply.ref, (None, None))
        if future is not None and not future.done():
            future.set_result(reply)
            if told is not None:
                told(reply)

    def refuse(self, ref: int, why: str) -> None:
        """A wish that cannot be granted: 40000 and why."""
        self.answer(Reply(ref, error=ErrorInfo(40000, 400, why)))

    def refuse_all(self, why: str) -> None:
        """Nothing that is open will be done any more."""
        for ref in tuple(self._open):
            self.refuse(ref, why)
