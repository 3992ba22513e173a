"""The protocol in front of every connection: it reads a request head and hands the socket on.

An Upgrade goes to the service's WebSocket side, everything else to the HTTP side, each with the
bytes that were read. Bounded in size and time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ablytui.net.clock import Clock, Timer

HEAD_LIMIT: Final = 16_384
"""Bytes of a request head. A query may carry a token."""

HEAD_TIME: Final = 10_000
"""Ms that a request head may take."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request head, read leniently; `headers` has lower-case names, of a repeated one the first."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def upgrade(self) -> bool:
        """Whether a WebSocket is asked for (RFC 6455 §4.2.1)."""
        return "websocket" in self.headers.get("upgrade", "").lower()


def read_head(raw: bytes) -> Head | None:
    """The head at the start of `raw`; None if it is not one of HTTP."""
    lines = raw.partition(b"\r\n\r\n")[0].decode("ascii", "surrogateescape").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/"):
        return None
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return Head(parts[0], parts[1], headers)


HandOver = Callable[[asyncio.Transport, Head, bytes], None]
"""Takes transport, head, and everything that was read."""


class Front(asyncio.Protocol):
    """One connection until its request head is there.

    `fronts` holds those that still read, at most `most` of them; `to_web` and `to_wire` take over.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        to_wire: HandOver,
        to_web: HandOver,
        fronts: set[Front],
        most: int,
    ) -> None:
        self._clock = clock
        self._to_wire, self._to_web = to_wire, to_web
        self._fronts, self._most = fronts, most
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._timer: Timer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP is there."""
        assert isinstance(transport, asyncio.Transport)
        if len(self._fronts) >= self._most:
            transport.abort()
            return
        self._transport = transport
        self._fronts.add(self)
        self._timer = self._clock.call_later(HEAD_TIME, self.abort)

    def data_received(self, data: bytes) -> None:
        """Collect, and hand over once the head is whole."""
        start = max(len(self._buffer) - 3, 0)
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n", start)
        if end < 0 and len(self._buffer) <= HEAD_LIMIT:
            return
        transport = self._leave()
        if transport is None:
            return
        raw = bytes(self._buffer)
        if end < 0 or end > HEAD_LIMIT:
            _refuse(transport, 431, "Request Header Fields Too Large")
            return
        head = read_head(raw)
        if head is None:
            _refuse(transport, 400, "Bad Request")
        elif head.upgrade:
            self._to_wire(transport, head, raw)
        else:
            self._to_web(transport, head, raw)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The peer went before it said what it wants."""
        self._leave()

    def abort(self) -> None:
        """The head took too long, or the service stops."""
        transport = self._leave()
        if transport is not None:
            transport.abort()

    def _leave(self) -> asyncio.Transport | None:
        self._fronts.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        transport, self._transport = self._transport, None
        return transport


def _refuse(transport: asyncio.Transport, status: int, phrase: str) -> None:
    answer = f"HTTP/1.1 {status} {phrase}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    transport.write(answer.encode())
    transport.close()
