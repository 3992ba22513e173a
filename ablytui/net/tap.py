"""websockets' sans-I/O cores, opened so that each frame is seen as it passes, in true order.

A core parses, answers PING and CLOSE, and judges what breaks RFC 6455. It hands its bytes to a
`Sink` at once instead of collecting them. Knows no sockets and no loop.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from websockets.client import ClientProtocol
from websockets.extensions.base import Extension
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Close, CloseCode, Frame
from websockets.frames import Opcode as CoreOpcode
from websockets.protocol import Protocol as Core
from websockets.protocol import Side, State
from websockets.server import ServerProtocol
from websockets.typing import ExtensionParameter
from websockets.uri import WebSocketURI

from ablytui.protocol.burst import Burst
from ablytui.protocol.frame import Direction, Opcode, Origin, WireFrame, close_code

_IN: Final = Direction.IN
_OUT: Final = Direction.OUT
_ENGINE: Final = Origin.ENGINE
_TEXT: Final = CoreOpcode.TEXT
_BINARY: Final = CoreOpcode.BINARY
_CLOSE: Final = CoreOpcode.CLOSE

# Lists, not dicts: hashing an enum member runs Python code, an index does not.
_OURS: Final = [Opcode(n) if n in set(Opcode) else Opcode.CONT for n in range(16)]
_THEIRS: Final = [CoreOpcode(n) if n in set(CoreOpcode) else CoreOpcode.CONT for n in range(16)]

# The core logs what its callers learn anyway; nothing may write over a terminal's screen.
_SILENT: Final = logging.getLogger("ablytui.net.core")
_SILENT.setLevel(logging.CRITICAL + 1)


class Sink(Protocol):
    """What a core needs of its wire."""

    def put(self, data: bytes) -> None:
        """Write to the socket, now."""

    def end_output(self) -> None:
        """Nothing more will be written: half-close."""

    def seen(self, frame: WireFrame) -> None:
        """A frame passed. Must not raise."""

    def came(self, burst: Burst) -> None:
        """Several frames came at once. Must not raise; takes all unless the core is `gone`."""


class SizedDeflate(PerMessageDeflate):
    """permessage-deflate (RFC 7692) that remembers the last frame's payload as on the wire."""

    size = 0
    squeezed = False

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        """Inflate; a continuation is compressed if its message began so (§6.2)."""
        self.size = len(frame.data)
        self.squeezed = frame.rsv1 or (frame.opcode is CoreOpcode.CONT and self.decode_cont_data)
        return super().decode(frame, max_size=max_size)

    def encode(self, frame: Frame) -> Frame:
        """Deflate."""
        coded = super().encode(frame)
        self.size = len(coded.data)
        self.squeezed = coded is not frame
        return coded


def _sized(deflate: PerMessageDeflate) -> SizedDeflate:
    return SizedDeflate(
        deflate.remote_no_context_takeover,
        deflate.local_no_context_takeover,
        deflate.remote_max_window_bits,
        deflate.local_max_window_bits,
        deflate.compress_settings,
    )


class ClientDeflate(ClientPerMessageDeflateFactory):
    """The client's offer. In the factory, because frames may share a packet with the 101."""

    def process_response_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Extension]
    ) -> PerMessageDeflate:
        """What the server agreed to."""
        return _sized(super().process_response_params(params, accepted_extensions))


class ServerDeflate(ServerPerMessageDeflateFactory):
    """The server's side of the agreement."""

    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Extension]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        """What the client offered."""
        agreed, deflate = super().process_request_params(params, accepted_extensions)
        return agreed, _sized(deflate)


class Tap(Core):
    """A core whose frames are seen before they are acted on.

    Attributes:
        sink: Gets bytes and frames.
        deflate: Set once the handshake has agreed on compression.
        gone: The socket is no more; whatever is still parsed or sent is dropped.
        began: Who sent the first CLOSE; None if nobody has.
        closed: Code and reason of the peer's CLOSE, legal or not; None if there was none.
        fault: What the peer did against RFC 6455: close code, and plain words.
    """

    sink: Sink
    deflate: SizedDeflate | None = None
    gone = False
    began: Direction | None = None
    closed: tuple[int, str] | None = None
    fault: tuple[int, str] | None = None
    _chunk: bytes = b""  # what the core was given last, to say what broke
    _stub: bytes = b""  # a header that has not come wholly
    _owed = 0  # bytes of the frame within which the core is

    def agree(self) -> None:
        """The handshake is done: know the compression that was agreed on."""
        self.deflate = next((e for e in self.extensions if isinstance(e, SizedDeflate)), None)

    def receive(self, data: bytes) -> None:
        """Parse what came.

        A client's whole, uncompressed messages are cut out here, at a third of the core's cost
        and with a single copy; every other frame goes to the core, one at a time.
        """
        if self.side is Side.SERVER or self.deflate is not None or self._finished():
            self._pass(data)
            return
        if self._stub:
            data, self._stub = self._stub + data, b""
        at = 0
        if self._owed:
            at = min(self._owed, len(data))
            self._owed -= at
            self._pass(data[:at])
        while at < len(data) and not self._finished():
            at = self._next(data, at)

    def _next(self, data: bytes, at: int) -> int:
        """Take the frames from `at` on, up to and including one that is the core's to judge."""
        end = len(data)
        if self.current_size is None:
            at = self._whole(data, at)
            if self.gone:
                return end
        if end - at < 2:
            self._stub = data[at:]
            return end
        size = data[at + 1]
        start = at + (2 if size < 126 else 4 if size == 126 else 10)
        if size > 127:  # masked, which the core refuses
            self._pass(data[at:])
            return end
        if start > end:
            self._stub = data[at:]
            return end
        if size > 125:
            size = int.from_bytes(data[at + 2 : start], "big")
        stop = start + size
        self._pass(data[at:stop])
        self._owed = max(stop - end, 0)
        return min(stop, end)

    def _whole(self, data: bytes, at: int) -> int:
        """Show the whole messages that stand at `at` one after another; where they end."""
        end = len(data)
        while end - at >= 2 and (data[at] == 0x81 or data[at] == 0x82):
            first = data[at]
            payloads: list[bytes] = []
            while end - at >= 2 and data[at] == first:
                size = data[at + 1]
                if size < 126:
                    start = at + 2
                elif size == 126 and end - at >= 4:
                    start = at + 4
                    size = data[at + 2] << 8 | data[at + 3]
                elif size == 127 and end - at >= 10:
                    start = at + 10
                    size = int.from_bytes(data[at + 2 : start], "big")
                else:
                    break
                if start + size > end:
                    break
                at = start + size
                payloads.append(data[start:at])
            if not payloads:
                break
            self._show(_OURS[first & 15], payloads)
            if self.gone:
                break
        return at

    def _show(self, opcode: Opcode, payloads: list[bytes]) -> None:
        if len(payloads) > 1:
            self.sink.came(Burst(opcode, payloads))
        else:
            self.sink.seen(WireFrame(_IN, opcode, True, payloads[0], len(payloads[0])))

    def _finished(self) -> bool:
        return self.gone or self.closed is not None or self.fault is not None

    def _pass(self, data: bytes) -> None:
        self._chunk = data
        self.receive_data(data)

    def receive_eof(self) -> None:
        """The stream has ended, perhaps within a header."""
        if self._stub:
            self._pass(self._stub)
            self._stub = b""
        super().receive_eof()

    def recv_frame(self, frame: Frame) -> None:
        """A frame came. Raises the core's own errors, which the core turns into a CLOSE."""
        if self.gone:
            return
        opcode = frame.opcode
        payload = bytes(frame.data)
        if opcode is _CLOSE:
            self._note_close(payload)
        deflate = self.deflate
        if deflate is None:
            self.sink.seen(WireFrame(_IN, _OURS[opcode], frame.fin, payload, len(payload)))
        else:
            self.sink.seen(
                WireFrame(_IN, _OURS[opcode], frame.fin, payload, deflate.size, deflate.squeezed)
            )
        if (opcode is _TEXT or opcode is _BINARY) and frame.fin and self.current_size is None:
            return  # a whole message changes nothing in the core
        super().recv_frame(frame)
        self.events.clear()

    def _note_close(self, payload: bytes) -> None:
        if self.began is None:
            self.began = _IN
        # A CLOSE between fragments is no fault: control frames may stand there (§5.4).
        self.current_size = None
        self.closed = close_code(payload)

    def fail(self, code: CloseCode | int, reason: str = "") -> None:
        """Fail the connection (§7.1.7), and keep what is known about why."""
        if code != CloseCode.ABNORMAL_CLOSURE:
            self.fault = (int(code), self._words(reason))
        super().fail(code, reason)

    def _words(self, reason: str) -> str:
        at = len(self._chunk) - len(self.reader.buffer) - 2
        if reason == "invalid opcode" and at >= 0:
            return f"reserved opcode {self._chunk[at] & 15:#x}"
        if reason == "incorrect masking":
            client = self.side is Side.CLIENT
            return "masked frame from a server" if client else "unmasked frame from a client"
        if reason == "invalid status code" and self.closed:
            return f"illegal close code {self.closed[0]}"
        if self.closed and reason.startswith("invalid"):
            return "the reason of a CLOSE is not UTF-8"
        return reason or "internal error"

    def send_frame(self, frame: Frame) -> None:
        """A frame of the core's own: an automatic pong, an answer to CLOSE, or a failure's CLOSE."""
        self.emit(frame, _ENGINE)

    def emit(self, frame: Frame, origin: Origin) -> None:
        """Write a frame, then show it: a listener that answers at once must not overtake it."""
        if self.gone:
            return
        payload = bytes(frame.data)
        data = frame.serialize(mask=self.side is Side.CLIENT, extensions=self.extensions)
        deflate = self.deflate
        size, squeezed = (
            (len(payload), False) if deflate is None else (deflate.size, deflate.squeezed)
        )
        if frame.opcode is _CLOSE and self.began is None:
            self.began = _OUT
        self.sink.put(data)
        self.sink.seen(
            WireFrame(_OUT, _OURS[frame.opcode], frame.fin, payload, size, squeezed, origin)
        )

    def send(self, opcode: Opcode, payload: bytes, fin: bool, origin: Origin) -> None:
        """Write one frame of our own. A CLOSE starts the closing handshake (§7.1.2)."""
        self.emit(Frame(_THEIRS[opcode], payload, fin), origin)
        if opcode is Opcode.CLOSE:
            self.close_sent = Close(*close_code(payload))
            self.state = State.CLOSING

    def send_eof(self) -> None:
        """The core has said its last."""
        self.eof_sent = True
        self.sink.end_output()

    def take_writes(self) -> bytes:
        """The bytes of the handshake, which the core collects."""
        return b"".join(self.data_to_send())


class ClientTap(Tap, ClientProtocol):
    """The core of the dialling side, without a limit on size."""

    def __init__(self, uri: WebSocketURI, *, compression: bool) -> None:
        offer = [ClientDeflate(compress_settings={"memLevel": 5})] if compression else None
        super().__init__(uri, extensions=offer, max_size=None, logger=_SILENT)


class ServerTap(Tap, ServerProtocol):
    """The core of the accepting side. `max_size` bounds a message in bytes; None does not."""

    def __init__(self, *, compression: bool, max_size: int | None) -> None:
        agree = [ServerDeflate(compress_settings={"memLevel": 5})] if compression else None
        super().__init__(extensions=agree, max_size=max_size, logger=_SILENT)
