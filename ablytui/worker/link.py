"""One attempt's end of the wire: what the socket says, handed to the Session in its order."""

from __future__ import annotations

from typing import Protocol

from ablytui.net.listener import Ended, Failure, Handshake
from ablytui.net.wire import Wire
from ablytui.protocol.answers import error_of_answer, is_cloudfront
from ablytui.protocol.burst import Burst
from ablytui.protocol.events import DialFailed
from ablytui.protocol.frame import Opcode, WireFrame


class Owner(Protocol):
    """What a link tells; the Session is one."""

    def link_opened(self, link: Link, handshake: Handshake) -> None:
        """The upgrade was answered with 101."""

    def link_failed(self, link: Link, failure: Failure) -> None:
        """The dial gave no socket."""

    def link_frame(self, link: Link, frame: WireFrame) -> None:
        """A frame passed, either way."""

    def link_burst(self, link: Link, burst: Burst) -> None:
        """Several frames came in; take at least the first one."""

    def link_ended(self, link: Link, end: Ended) -> None:
        """The open socket is gone."""

    def link_clogged(self, link: Link) -> None:
        """Too much waits unsent."""


class Link:
    """The listener of one wire. Joins the fragments of inbound messages (RFC 6455 §5.4)."""

    __slots__ = ("_opcode", "_owner", "_parts", "attempt", "left", "wire")

    def __init__(self, owner: Owner, attempt: int) -> None:
        self._owner = owner
        self.attempt = attempt
        self.wire: Wire | None = None
        self.left = False
        """We gave it up ourselves: its failure is then nobody's refusal."""
        self._opcode = Opcode.TEXT
        self._parts: list[bytes] = []

    def opened(self, handshake: Handshake) -> None:
        """See `Owner`."""
        self._owner.link_opened(self, handshake)

    def failed(self, failure: Failure) -> None:
        """See `Owner`."""
        self._owner.link_failed(self, failure)

    def frame(self, frame: WireFrame) -> None:
        """See `Owner`."""
        self._owner.link_frame(self, frame)

    def burst(self, burst: Burst) -> None:
        """See `Owner`."""
        self._owner.link_burst(self, burst)

    def ended(self, end: Ended) -> None:
        """See `Owner`."""
        self._owner.link_ended(self, end)

    def clogged(self) -> None:
        """See `Owner`."""
        self._owner.link_clogged(self)

    def join(self, frame: WireFrame) -> tuple[Opcode, bytes] | None:
        """The whole message that this inbound data frame completes, under its first opcode."""
        if frame.opcode is not Opcode.CONT:
            if frame.fin:
                return frame.opcode, frame.payload
            self._opcode, self._parts = frame.opcode, [frame.payload]
            return None
        self._parts.append(frame.payload)
        if not frame.fin:
            return None
        whole = b"".join(self._parts)
        self._parts = []
        return self._opcode, whole


def dial_failed(link: Link, failure: Failure) -> DialFailed:
    """What a dial that gave no socket means to the machine."""
    return DialFailed(
        link.attempt,
        failure.what,
        status=failure.status,
        refused=failure.refused and not link.left,
        tls=failure.tls and not link.left,
        error=error_of_answer(failure.status, failure.headers, failure.body),
        cloudfront=is_cloudfront(failure.status, failure.headers),
    )
