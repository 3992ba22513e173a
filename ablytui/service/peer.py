"""One client's WebSocket: joins its fragments, and tells the service what happens on it.

Knows nothing of Ably.
"""

from __future__ import annotations

from collections.abc import Callable

from ablytui.net import wire as wires
from ablytui.net.listener import Ended as WireEnded
from ablytui.net.listener import Failure, Handshake
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.service.events import (
    CloseSocket,
    CutSocket,
    Ended,
    Event,
    Opened,
    Received,
    SendPing,
    TooLarge,
)
from ablytui.service.unsent import Unsent


class Peer:
    """One WebSocket.

    `limit` is the bytes of a message, `unsent` is told when it falls behind, `trace` sees every
    frame both ways.
    """

    wire: wires.Wire

    def __init__(
        self,
        number: int,
        happen: Callable[[Event], None],
        gone: Callable[[int], None],
        limit: int,
        *,
        unsent: Unsent,
        trace: Callable[[int, WireFrame], None] | None = None,
    ) -> None:
        self._number, self._trace = number, trace
        self._happen, self._gone = happen, gone
        self._limit, self._unsent = limit, unsent
        self._opcode = Opcode.TEXT
        self._joined = bytearray()

    def perform(self, effect: SendPing | CloseSocket | CutSocket) -> None:
        """Do something to the socket."""
        match effect:
            case SendPing():
                self.wire.send(Opcode.PING, b"")
            case CloseSocket(_, code, reason):
                self.wire.close(code, reason)
            case CutSocket():
                self.wire.abort()

    def opened(self, handshake: Handshake) -> None:
        """The 101 is out."""
        headers: dict[str, str] = {}
        for name, value in handshake.headers:
            headers.setdefault(name.lower(), value)
        self._happen(Opened(self._number, handshake.resource, headers))

    def failed(self, failure: Failure) -> None:
        """Only a dial fails."""

    def frame(self, frame: WireFrame) -> None:
        """Join the data frames that come in."""
        if self._trace is not None:
            self._trace(self._number, frame)
        if frame.direction is Direction.OUT or frame.opcode >= Opcode.CLOSE:
            return
        if frame.opcode is not Opcode.CONT:
            self._opcode = frame.opcode
            self._joined.clear()
        size = len(self._joined) + len(frame.payload)
        if size > self._limit:
            self._joined.clear()
            self._happen(TooLarge(self._number, size))
        elif frame.opcode is not Opcode.CONT and frame.fin:
            self._happen(Received(self._number, self._opcode, frame.payload))
        else:
            self._joined += frame.payload
            if frame.fin:
                whole = bytes(self._joined)
                self._joined.clear()
                self._happen(Received(self._number, self._opcode, whole))

    def ended(self, end: WireEnded) -> None:  # noqa: ARG002
        """The socket is gone."""
        self._unsent.drained(self._number)
        self._gone(self._number)
        self._happen(Ended(self._number))

    def clogged(self) -> None:
        """It does not read, or not fast enough."""
        self._unsent.clogged(self._number, self.wire)

    def drained(self) -> None:
        """It has caught up."""
        self._unsent.drained(self._number)
