"""The one WebSocket: `dial` for our side, `accept` and `refuse` for the service's.

One `asyncio.Protocol` over websockets' sans-I/O core serves both, so that fragments, control
frames, automatic pongs, compression and CLOSE are seen in true order on either side.
"""

from __future__ import annotations

import asyncio
import ssl as _ssl
from collections.abc import Sequence
from typing import Any

from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.uri import WebSocketURI

from ablytui.net.answer import head_end, not_opened, refusal
from ablytui.net.dialing import connect, default_context, dial_failure, plain
from ablytui.net.listener import Ended, Failure, Handshake, Listener
from ablytui.net.stream import CLOGGED, CLOSE_TIMEOUT, LINGER, Cork, Wire
from ablytui.net.tap import ClientTap, ServerTap
from ablytui.net.tasks import spawn
from ablytui.protocol.uri import Target

__all__ = [
    "CLOGGED",
    "CLOSE_TIMEOUT",
    "Cork",
    "Ended",
    "Failure",
    "Handshake",
    "Listener",
    "Wire",
    "accept",
    "dial",
    "refuse",
]


def dial(
    target: Target,
    listener: Listener,
    *,
    headers: Sequence[tuple[str, str]] = (),
    ssl: _ssl.SSLContext | None = None,
    compression: bool = True,
    close_timeout: float = CLOSE_TIMEOUT,
    clogged_at: int = CLOGGED,
) -> Wire:
    """Dial, inside a running loop; the listener is told later, never within this call.

    Args:
        target: Where to, `tls` included.
        listener: Owner of the wire.
        headers: Further headers of the upgrade; one of ours with the same name gives way.
        ssl: For a target with `tls`; the system's trust store if None.
        compression: Offer permessage-deflate (RFC 7692).
        close_timeout: Seconds for the peer to answer our CLOSE.
        clogged_at: Bytes unsent above which `clogged` is called.
    """
    wire = _Dialled(target, listener, compression, close_timeout, clogged_at)
    wire.start(headers, ssl)
    return wire


def accept(
    transport: asyncio.Transport,
    head: bytes,
    listener: Listener,
    *,
    compression: bool = True,
    max_size: int | None = None,
    close_timeout: float = CLOSE_TIMEOUT,
    clogged_at: int = CLOGGED,
    cork: Cork | None = None,
) -> Wire:
    """Take a transport over and answer its upgrade with 101.

    `opened` is called right after this returns, or within the first `send`, whichever is first.
    A request that is no valid upgrade is answered with 4xx: then the wire is not open, and the
    listener is told nothing at all.

    Args:
        transport: Of the protocol in front, which is left behind.
        head: Everything read so far: the whole request head, perhaps frames after it.
        listener: Owner of the wire.
        compression: Agree to permessage-deflate if offered.
        max_size: Bytes of the largest message taken (else 1009); None takes all.
        close_timeout: Seconds for the peer to answer our CLOSE.
        clogged_at: Bytes unsent above which `clogged` is called.
        cork: Shared by the wires that are written to in one go.
    """
    core = ServerTap(compression=compression, max_size=max_size)
    wire = _Accepted(core, listener, close_timeout=close_timeout, clogged_at=clogged_at, cork=cork)
    wire.serve(transport, head)
    return wire


def refuse(
    transport: asyncio.Transport,
    head: bytes,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
) -> None:
    """Answer an upgrade, whose head was read, with something other than 101, and close."""
    transport.write(refusal(head, status, headers, body))
    transport.close()


class _Dialled(Wire):
    """The dialling side: everything before the 101."""

    def __init__(
        self,
        target: Target,
        listener: Listener,
        compression: bool,
        close_timeout: float,
        clogged_at: int,
    ) -> None:
        uri = WebSocketURI(target.tls, target.host, target.port, "", "")
        self._client = ClientTap(uri, compression=compression)
        super().__init__(self._client, listener, close_timeout=close_timeout, clogged_at=clogged_at)
        self._target = target
        self._connecting = True
        self._task: asyncio.Task[None] | None = None
        self._request = b""
        self._answer = bytearray()
        self._phases: dict[str, float] = {}
        self._since = 0.0

    def start(self, headers: Sequence[tuple[str, str]], context: _ssl.SSLContext | None) -> None:
        """Begin."""
        where = self._target
        self._task = spawn(self._dial(headers, context), name=f"dial {where.host}:{where.port}")

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begin the closing handshake, or abandon the dial."""
        if self._connecting:
            self._abandon()
        else:
            super().close(code, reason)

    def abort(self) -> None:
        """End TCP with a reset, or abandon the dial."""
        if self._connecting:
            self._abandon()
        else:
            super().abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP, and TLS if any, is there: ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        if not self._connecting:  # abandoned in this turn of the loop
            transport.abort()
            return
        self._take(transport)
        if self._target.tls:
            self._lap("tls")
        self._since = self._loop.time()
        self.put(self._request)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        self.bytes_in += len(data)
        if self._connecting:
            self._handshake(data)
        else:
            self._feed(data)

    def eof_received(self) -> None:
        """The peer ends TCP."""
        super().eof_received()
        if self._connecting:
            self._conclude()

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone."""
        if self._connecting and self._transport is None:
            return  # TLS failed, and asyncio tells of an end without a beginning: `_dial` reports
        if self._connecting:
            words = f"{plain(exc)} during the handshake" if exc else ""
            self._settle(not_opened(self._core.handshake_exc, self._answer, self._phases, words))
        super().connection_lost(exc)

    async def _dial(
        self, headers: Sequence[tuple[str, str]], context: _ssl.SSLContext | None
    ) -> None:
        where, securing = self._target, False
        try:
            self._request = self._upgrade(headers)
            options: dict[str, Any] = {}
            if where.tls:
                options = {"server_hostname": where.host, "ssl_shutdown_timeout": LINGER}
                options["ssl"] = context or default_context()
            sock = await connect(where.host, where.port, self._phases)
            self._since = self._loop.time()
            securing = where.tls
            await self._loop.create_connection(lambda: self, sock=sock, **options)
        except Exception as error:  # noqa: BLE001  # whatever it is, there is no socket
            self._settle(dial_failure(error, self._phases, tls=securing))

    def _upgrade(self, extra: Sequence[tuple[str, str]]) -> bytes:
        request = self._client.connect()
        request.path = self._target.resource
        for name in {name for name, _ in extra}:
            if name in request.headers:
                del request.headers[name]
        for name, value in extra:
            request.headers[name] = value
        self._client.send_request(request)
        return self._client.take_writes()

    def _handshake(self, data: bytes) -> None:
        before = len(self._answer)
        self._answer += data
        # The head is fed apart, so that `opened` comes before frames in the same packet.
        cut = max(head_end(self._answer, before) - before, 0)
        self._client.receive_data(data[:cut] if cut else data)
        self._conclude()
        rest = data[cut:] if cut else b""
        if rest and self._connecting:
            self._client.receive_data(rest)
            self._conclude()
        elif rest:
            self._feed(rest)

    def _conclude(self) -> None:
        core = self._client
        if core.state is State.OPEN:
            self._lap("http")
            self._connecting = False
            answer = core.events_received()[0]
            assert isinstance(answer, Response)
            self._opened()
            headers = tuple(answer.headers.raw_items())
            self._tell(self._listener.opened, Handshake(101, headers, dict(self._phases)))
        elif core.handshake_exc is not None:
            self._lap("http")
            self._settle(not_opened(core.handshake_exc, self._answer, self._phases))

    def _lap(self, phase: str) -> None:
        self._phases[phase] = (self._loop.time() - self._since) * 1e3

    def _settle(self, failure: Failure) -> None:
        if not self._connecting:
            return
        self._stop()
        self._tell(self._listener.failed, failure)

    def _abandon(self) -> None:
        self._stop()
        if self._task is not None:
            self._task.cancel()
        # An answer whose body never ended still has a status to tell of.
        failure = not_opened(None, self._answer, self._phases)
        if not failure.status:
            failure = Failure("abandoned", phases=dict(self._phases))
        self._loop.call_soon(self._tell, self._listener.failed, failure)

    def _stop(self) -> None:
        self._connecting = False
        self._over = self._core.gone = True
        if self._transport is not None:
            self._transport.abort()


class _Accepted(Wire):
    """The accepting side: from the request head to the 101."""

    _handshake: Handshake | None = None
    _early = b""

    def serve(self, transport: asyncio.Transport, head: bytes) -> None:
        """Answer the upgrade."""
        core = self._core
        assert isinstance(core, ServerTap)
        self.bytes_in += len(head)
        self._take(transport)
        transport.set_protocol(self)
        end = head_end(head) or len(head)
        core.receive_data(head[:end])
        request = next(iter(core.events_received()), None)
        if not isinstance(request, Request):
            self._deny(core.take_writes() or refusal(head, 400, (), b"Not an upgrade request.\n"))
            return
        core.send_response(core.accept(request))
        answer = core.take_writes()
        if core.state is not State.OPEN:
            self._deny(answer)
            return
        self.put(answer)
        self._opened()
        self._early = head[end:]
        self._handshake = Handshake(101, tuple(request.headers.raw_items()), {}, request.path)
        self._loop.call_soon(self._announce)

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone."""
        self._announce()
        super().connection_lost(exc)

    def _deny(self, answer: bytes) -> None:
        self._over = self._core.gone = True
        assert self._transport is not None
        self._transport.write(answer)
        self._transport.close()

    def _announce(self) -> None:
        if self._handshake is None:
            return
        handshake, self._handshake = self._handshake, None
        early, self._early = self._early, b""
        self._tell(self._listener.opened, handshake)
        if early:
            self._feed(early)
