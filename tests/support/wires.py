"""Both ends of a wire for tests: a listener that remembers, a server to be scripted, raw peers."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from websockets.utils import accept_key

from ablytui.net.wire import Ended, Failure, Handshake, Wire, accept, dial, refuse
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.protocol.uri import Target

PATIENCE = 5.0
"""Seconds until a test that waits in vain fails."""


async def until(condition: Callable[[], object], what: str = "condition") -> None:
    """Let the loop turn until `condition()` is true."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110  # polling is the point
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(f"in vain: {what}") from None


def target(port: int, *, tls: bool = False, host: str = "127.0.0.1", **query: str) -> Target:
    """Where a local server listens."""
    return Target(host, port, tls, tuple(query.items()), "clean")


class Heard:
    """A listener that keeps everything, in order, in `story`: names and frames.

    Each `on_…` hook, if set, is called after its event was kept. `wire` is set by its maker.
    """

    wire: Wire

    def __init__(self) -> None:
        self.story: list[str | WireFrame] = []
        self.handshake: Handshake | None = None
        self.failure: Failure | None = None
        self.end: Ended | None = None
        self.clogs = 0
        self.on_opened: Callable[[], object] | None = None
        self.on_frame: Callable[[WireFrame], object] | None = None
        self.on_ended: Callable[[], object] | None = None

    def opened(self, handshake: Handshake) -> None:
        assert not self.story, f"opened after {self.story}"
        self.story.append("opened")
        self.handshake = handshake
        if self.on_opened:
            self.on_opened()

    def failed(self, failure: Failure) -> None:
        assert not self.story, f"failed after {self.story}"
        self.story.append("failed")
        self.failure = failure

    def frame(self, frame: WireFrame) -> None:
        assert self.handshake is not None, "a frame before opened"
        assert self.end is None, "a frame after ended"
        self.story.append(frame)
        if self.on_frame:
            self.on_frame(frame)

    def ended(self, end: Ended) -> None:
        assert self.handshake is not None, "ended before opened"
        assert self.end is None, "ended twice"
        self.story.append("ended")
        self.end = end
        if self.on_ended:
            self.on_ended()

    def clogged(self) -> None:
        self.clogs += 1

    @property
    def frames(self) -> list[WireFrame]:
        return [f for f in self.story if isinstance(f, WireFrame)]

    @property
    def brief(self) -> list[tuple[str, str, bytes]]:
        """(direction, opcode, payload) of each frame."""
        return [(f.direction.value, f.opcode.name, f.payload) for f in self.frames]

    @property
    def received(self) -> list[bytes]:
        """Payloads of the data frames that came in."""
        return [
            f.payload
            for f in self.frames
            if f.direction is Direction.IN and f.opcode < Opcode.CLOSE
        ]

    async def settled(self) -> None:
        """Until the dial was decided."""
        await until(lambda: self.handshake or self.failure, "opened or failed")

    async def gone(self) -> Ended:
        """Until the socket has ended."""
        await until(lambda: self.end, "ended")
        assert self.end is not None
        return self.end


def dialled(where: Target, **options: object) -> Heard:
    """Dial with a listener that remembers; its `wire` is set."""
    heard = Heard()
    heard.wire = dial(where, heard, **options)  # type: ignore[arg-type]
    return heard


class Accepted(Heard):
    """The server's end of one connection."""

    resource: str = ""

    def send(self, *texts: str) -> None:
        for text in texts:
            self.wire.send(Opcode.TEXT, text.encode())


Refusal = tuple[int, list[tuple[str, str]], bytes]


class ScriptedServer:
    """A WebSocket server on port 0 of 127.0.0.1 that does what a test says.

    `async with ScriptedServer() as server:` — `server.port`, `server.target`, `server.accepted`
    (every connection, in order; each has `wire`, `frames`, `received`, `end`).

    Args:
        on_accept: Called with each new connection once it is open; may send, close, abort.
        on_frame: Called with the connection and each frame that comes in.
        echo: Send each text and binary frame back.
        refuse: Answer upgrades with (status, headers, body); may be changed meanwhile.
        compression: Agree to permessage-deflate.
        tls: Context of a TLS server.
        max_size: Of a message, in bytes.
        close_timeout: Seconds, of the server's wires.
    """

    def __init__(
        self,
        on_accept: Callable[[Accepted], object] | None = None,
        on_frame: Callable[[Accepted, WireFrame], object] | None = None,
        *,
        echo: bool = False,
        refuse: Refusal | None = None,
        compression: bool = False,
        tls: ssl.SSLContext | None = None,
        max_size: int | None = None,
        close_timeout: float = 5.0,
    ) -> None:
        self.on_accept = on_accept
        self.on_frame = on_frame
        self.echo = echo
        self.refuse = refuse
        self.compression = compression
        self.tls = tls
        self.max_size = max_size
        self.close_timeout = close_timeout
        self.accepted: list[Accepted] = []
        self.heads: list[bytes] = []
        self.port = 0
        self._fronts: set[_Front] = set()
        self._server: asyncio.Server | None = None

    @property
    def target(self) -> Target:
        return target(self.port, tls=self.tls is not None)

    async def connection(self, number: int = 0) -> Accepted:
        """The connection of that number, once it is open."""
        await until(lambda: len(self.accepted) > number, f"connection {number}")
        connection = self.accepted[number]
        await connection.settled()
        return connection

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Front(self), "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for front in self._fronts:
            front.transport.abort()
        for connection in self.accepted:
            connection.wire.abort()
        await until(lambda: all(c.end for c in self.accepted), "end of the server's wires")
        await self._server.wait_closed()

    def _take(self, transport: asyncio.Transport, head: bytes) -> None:
        self.heads.append(head)
        if self.refuse is not None:
            refuse(transport, head, *self.refuse)
            return
        connection = Accepted()
        connection.resource = head.split(b" ", 2)[1].decode()
        connection.on_opened = lambda: self.on_accept and self.on_accept(connection)
        connection.on_frame = lambda frame: self._framed(connection, frame)
        connection.wire = accept(
            transport,
            head,
            connection,
            compression=self.compression,
            max_size=self.max_size,
            close_timeout=self.close_timeout,
        )
        if connection.wire.is_open:
            self.accepted.append(connection)

    def _framed(self, connection: Accepted, frame: WireFrame) -> None:
        if frame.direction is Direction.OUT:
            return
        if self.on_frame:
            self.on_frame(connection, frame)
        if self.echo and frame.opcode < Opcode.CLOSE:
            connection.wire.send(frame.opcode, frame.payload, fin=frame.fin)


class _Front(asyncio.Protocol):
    """Reads the request head, then hands the transport over."""

    transport: asyncio.Transport

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server._fronts.add(self)

    def data_received(self, data: bytes) -> None:
        self._head += data
        if b"\r\n\r\n" in self._head:
            self._server._fronts.discard(self)
            self._server._take(self.transport, self._head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._fronts.discard(self)


class RawServer:
    """A TCP server on port 0 whose every connection is given to a coroutine."""

    def __init__(
        self,
        talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    ) -> None:
        self._talk = talk
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def target(self) -> Target:
        return target(self.port)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (asyncio.CancelledError, OSError):
            pass
        finally:
            writer.transport.abort()


def answer_101(head: bytes, *further: str) -> bytes:
    """A 101 to the request `head`, as a server makes it, with further header lines."""
    key = head.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0].decode()
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(key)}",
        *further,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
