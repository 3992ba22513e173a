"""An open WebSocket on a transport: what both sides of a `Wire` have in common.

Moves bytes and tells its `Listener`; decides nothing about Ably. Sending is synchronous into the
transport, nothing is awaited.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from websockets.frames import EXTERNAL_CLOSE_CODES
from websockets.protocol import State

from ablytui.net.dialing import plain
from ablytui.net.listener import Ended, Listener
from ablytui.net.tap import ClientTap, ServerTap
from ablytui.protocol.burst import Burst
from ablytui.protocol.frame import Direction, Opcode, Origin, WireFrame

CLOSE_TIMEOUT: Final = 5.0
"""Seconds for the peer to answer our CLOSE."""

LINGER: Final = 1.0
"""Seconds for the peer to end TCP once nothing more can come."""

CLOGGED: Final = 8 * 1024 * 1024
"""Bytes unsent above which the listener is told."""

_OPEN: Final = State.OPEN


class Cork:
    """What is written to many wires within one turn of the loop goes out at its end.

    To each in one piece: a write is a call to the system, and costs more than what is written.
    """

    def __init__(self) -> None:
        self._wires: list[Wire] = []

    def hold(self, wire: Wire) -> None:
        """This one has something to write."""
        if not self._wires:
            asyncio.get_running_loop().call_soon(self._go)
        self._wires.append(wire)

    def _go(self) -> None:
        wires, self._wires = self._wires, []
        for wire in wires:
            wire.uncork()


class Wire(asyncio.Protocol):
    """One WebSocket connection, made by `dial` or `accept`.

    Attributes:
        bytes_in: Bytes read, handshake included, under TLS after decryption.
        bytes_out: Bytes handed to the transport, likewise.
        drained: Called when the backlog of a clogged wire has gone.
        many: Takes the first frames of several that came at once, at least one each time it is
            called; without it the listener is told of them one by one.
    """

    def __init__(
        self,
        core: ClientTap | ServerTap,
        listener: Listener,
        *,
        close_timeout: float,
        clogged_at: int,
        cork: Cork | None = None,
    ) -> None:
        """`close_timeout` in seconds, `clogged_at` in bytes; `cork` holds back what is written."""
        self.bytes_in = 0
        self.bytes_out = 0
        self.drained: Callable[[], None] | None = None
        self.many: Callable[[Burst], None] | None = None
        self._core = core
        core.sink = self
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._close_timeout = close_timeout
        self._clogged_at = clogged_at
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._cork = cork
        self._waiting: list[bytes] = []
        self._paused = False
        self._aborted = False
        self._late = False  # the peer did not answer our CLOSE in time
        self._lingering = False
        self._over = False  # the last word was said to the listener

    # --- for the owner ---------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Frames can be sent: the 101 has passed, and no CLOSE has in either direction."""
        return self._core.state is _OPEN and not self._core.gone

    @property
    def unsent(self) -> int:
        """Bytes that wait here and in the transport."""
        waiting = sum(map(len, self._waiting))
        return waiting + (0 if self._transport is None else self._transport.get_write_buffer_size())

    def send(
        self, opcode: Opcode, payload: bytes, *, fin: bool = True, origin: Origin = Origin.ENGINE
    ) -> None:
        """Write one frame, at once. Does nothing if the wire is not open.

        Fragments are sent as they are given. A CLOSE goes out as it is, even with an illegal
        code; `close` is for the well-behaved.

        Raises:
            ValueError: A control frame of more than 125 bytes, or in fragments (RFC 6455 §5.5).
        """
        if opcode >= Opcode.CLOSE and (len(payload) > 125 or not fin):
            raise ValueError("a control frame has at most 125 bytes and no fragments")
        self._announce()
        if not self.is_open:
            return
        self._core.send(opcode, payload, fin, origin)
        if opcode is Opcode.CLOSE and not self._core.gone:
            self._bound(self._close_timeout)

    def send_ready(self, frame: bytes) -> bool:
        """Write a whole data frame of a server that was framed before, and show it to nobody.

        False, and nothing is written, where the peer has agreed to compression: its frames are
        its own. Does nothing if the wire is not open.
        """
        self._announce()
        core = self._core
        if core.deflate is not None:
            return False
        if core.state is _OPEN and not core.gone:
            self.put(frame)
        return True

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begin the closing handshake, or abandon the dial; harmless when there is nothing to end.

        A code that may not be sent (RFC 6455 §7.4) becomes 1000, a reason is cut to the 123
        bytes that fit. A peer that does not answer in time is aborted.
        """
        self.send(Opcode.CLOSE, close_payload(code, reason))

    def abort(self) -> None:
        """End TCP with a reset and no CLOSE, as a broken network does, or abandon the dial."""
        self._announce()
        transport = self._transport
        if self._core.gone or transport is None:
            return
        self._aborted = self._core.gone = True
        self._waiting.clear()
        self._option(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def pause_reading(self) -> None:
        """Take nothing more from the socket. Frames of the present read still come.

        While paused neither the peer's CLOSE nor its end is noticed.
        """
        self._paused = True
        if self._transport is not None and not self._core.gone:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._paused = False
        if self._transport is not None and not self._core.gone:
            self._transport.resume_reading()

    def write_raw(self, data: bytes) -> None:
        """Write bytes as they are, to show a peer illegal frames. The listener sees no frame."""
        self._announce()
        if self._core.state is not State.CONNECTING and not self._core.gone:
            self.put(data)

    # --- for the core ----------------------------------------------------------------------------

    def put(self, data: bytes) -> None:
        """Write to the transport."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self.bytes_out += len(data)
        if self._cork is None:
            transport.write(data)
            return
        if not self._waiting:
            self._cork.hold(self)
        self._waiting.append(data)

    def uncork(self) -> None:
        """Write what was held back."""
        waiting, transport = self._waiting, self._transport
        if not waiting:
            return
        self._waiting = []
        if transport is not None and not transport.is_closing():
            transport.write(waiting[0] if len(waiting) == 1 else b"".join(waiting))

    def end_output(self) -> None:
        """Half-close where TCP can, and wait for the peer's end; TLS closes at once."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._core.state is State.CONNECTING:
            return  # a refusal, which the handshake's own code brings to its end
        self.uncork()
        if not transport.can_write_eof():
            transport.close()
        else:
            with suppress(OSError):  # the peer may have reset meanwhile
                transport.write_eof()

    def seen(self, frame: WireFrame) -> None:
        """Show a frame."""
        # Inside the core's parser, where an exception would be taken for a fault of the peer's.
        try:
            self._listener.frame(frame)
        except Exception as error:  # noqa: BLE001  # it goes to the loop's exception handler
            self._complain(error)

    def came(self, burst: Burst) -> None:
        """Show several frames, as long as there is somebody to show them to."""
        while burst.left and not self._core.gone:
            if self.many is None:
                self.seen(burst.take())
                continue
            before = burst.taken
            try:
                self.many(burst)
            except Exception as error:  # noqa: BLE001  # as above
                self._complain(error)
                burst.taken = max(burst.taken, before + 1)

    # --- for the transport -----------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        self.bytes_in += len(data)
        self._feed(data)

    def eof_received(self) -> None:
        """The peer ends TCP: so do we, once everything is written."""
        if not self._core.gone:
            self._core.receive_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone."""
        self._core.gone = True
        if self._timer is not None:
            self._timer.cancel()
        if not self._over:
            self._over = True
            self._tell(self._listener.ended, self._end(exc))

    def pause_writing(self) -> None:
        """Too much waits."""
        self._tell(self._listener.clogged)

    def resume_writing(self) -> None:
        """It has drained."""
        if self.drained is not None:
            self._tell(self.drained)

    # --- inside ----------------------------------------------------------------------------------

    def _announce(self) -> None:
        """Tell of the open socket before anything else is told; see the accepting side."""

    def _take(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        # asyncio does it by itself only for sockets made with an explicit protocol number.
        self._option(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(high=self._clogged_at)

    def _option(self, level: int, name: int, value: int | bytes) -> None:
        assert self._transport is not None
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            with suppress(OSError):  # closed already
                sock.setsockopt(level, name, value)

    def _opened(self) -> None:
        self._core.agree()
        if self._paused:
            self.pause_reading()

    def _feed(self, data: bytes) -> None:
        core = self._core
        if core.gone:
            return
        core.receive(data)
        if core.state is _OPEN or self._lingering or core.gone:
            return
        if core.closed is not None or core.fault is not None:
            # Both have closed, or the peer is past talking to: only TCP's end is left.
            self._lingering = True
            self._bound(min(LINGER, self._close_timeout))

    def _bound(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._late = not self._lingering
        self._core.gone = True
        if self._transport is not None:
            self._transport.abort()

    def _end(self, exc: Exception | None) -> Ended:
        core = self._core
        by_us = core.began is Direction.OUT
        if core.fault is not None:
            code, error = core.fault
            return Ended(code, "", by_us=True, clean=False, error=error)
        if core.closed is not None:
            code, reason = core.closed
            return Ended(code, reason, by_us, clean=core.close_sent is not None)
        if self._aborted:
            return Ended(1006, "", by_us=by_us or core.began is None, clean=False)
        if self._late:
            error = f"no answer to our CLOSE within {self._close_timeout:g} s"
        elif exc is not None:
            error = plain(exc)
        elif str(core.parser_exc).startswith("stream ends"):
            error = "the connection ended within a frame"
        else:
            error = "the connection ended without a CLOSE frame"
        return Ended(1006, "", by_us, clean=False, error=error)

    def _tell(self, call: Callable[..., None], *args: Any) -> None:
        try:
            call(*args)
        except Exception as error:  # noqa: BLE001  # it goes to the loop's exception handler
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        self._loop.call_exception_handler(
            {"message": "a listener of a wire failed", "exception": error, "protocol": self}
        )


def framed(opcode: Opcode, payload: bytes) -> bytes:
    """A whole frame of a server (RFC 6455 §5.2), for `Wire.send_ready`."""
    size = len(payload)
    first = 0x80 | opcode
    if size < 126:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def close_payload(code: int, reason: str) -> bytes:
    """The payload of a CLOSE that may be sent: 1000 in place of an illegal code (RFC 6455 §7.4)."""
    legal = code in EXTERNAL_CLOSE_CODES or 3000 <= code <= 4999
    text = reason.encode("utf-8", "replace")[:123].decode("utf-8", "ignore")
    return (code if legal else 1000).to_bytes(2, "big") + text.encode()
