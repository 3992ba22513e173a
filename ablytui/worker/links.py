"""The sockets of a Session: at most one that counts, and those that are still on their way out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from ablytui.decoders.payloads import for_format
from ablytui.net.listener import Listener
from ablytui.net.wire import Wire
from ablytui.protocol import effects as fx
from ablytui.protocol.codec import encode
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode, Origin
from ablytui.protocol.uri import Target
from ablytui.worker.link import Link, Owner


class Dialer(Protocol):
    """Opens a wire: `net.wire.dial`, or a fake."""

    def __call__(self, target: Target, listener: Listener, /) -> Wire:
        """Begin to dial; exactly one of `opened` and `failed` of the listener follows."""


class Links:
    """Opens, writes to and leaves sockets, by the attempt they belong to."""

    def __init__(self, owner: Owner, dialer: Dialer) -> None:
        self._owner = owner
        self._dialer = dialer
        self._links: dict[int, Link] = {}
        self._gone = asyncio.Event()
        self._gone.set()

    def dial(self, attempt: int, target: Target) -> None:
        """Begin to dial; the owner hears of it."""
        self._gone.clear()
        link = Link(self._owner, attempt)
        self._links[attempt] = link
        link.wire = self._dialer(target, link)
        link.wire.many = link.burst

    def send(self, effect: fx.Send, fmt: Format) -> None:
        """One message in the connection's format."""
        message = for_format(effect.message, fmt)
        self._write(effect.attempt, fmt.opcode, encode(message, fmt), Origin.ENGINE)

    def send_raw(self, effect: fx.SendRaw) -> None:
        """One frame as it is."""
        self._write(effect.attempt, effect.opcode, effect.payload, effect.origin)

    def _write(self, attempt: int, opcode: Opcode, payload: bytes, origin: Origin) -> None:
        link = self._links.get(attempt)
        if link is not None and link.wire is not None:
            link.wire.send(opcode, payload, origin=origin)

    def close(self, attempt: int, code: int = 1000, reason: str = "") -> None:
        """Begin the closing handshake, or give up a dial."""
        self._leave(attempt, lambda wire: wire.close(code, reason))

    def abort(self, attempt: int) -> None:
        """End without a closing handshake."""
        self._leave(attempt, lambda wire: wire.abort())

    def _leave(self, attempt: int, how: Callable[[Wire], None]) -> None:
        link = self._links.get(attempt)
        if link is not None and link.wire is not None:
            link.left = True
            how(link.wire)

    def forget(self, attempt: int) -> None:
        """A socket has ended."""
        self._links.pop(attempt, None)
        if not self._links:
            self._gone.set()

    def pause(self) -> None:
        """Read nothing for now; the peers' sends back up instead of being dropped."""
        for link in self._links.values():
            if link.wire is not None:
                link.wire.pause_reading()

    def resume(self) -> None:
        """Read on."""
        for link in self._links.values():
            if link.wire is not None:
                link.wire.resume_reading()

    async def end(self, limit: float) -> None:
        """Close all, and abort what has not ended after `limit` seconds."""
        for attempt in tuple(self._links):
            self.close(attempt)
        try:
            await asyncio.wait_for(self._gone.wait(), limit)
        except TimeoutError:
            for attempt in tuple(self._links):
                self.abort(attempt)
            await asyncio.wait_for(self._gone.wait(), limit)
