"""What a wire tells its owner: how the dial went, each frame, how it ended.

Plain values; knows no sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from ablytui.protocol.frame import WireFrame

BODY_LIMIT: Final = 65_536
"""Bytes kept of the body of a refusing answer."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """An open socket.

    Attributes:
        status: 101.
        headers: Of the answer (client), of the request (server), in their order.
        phases: Client: ms spent in "dns", "tcp", "tls" and "http", those that happened.
        resource: Server: the request target of the upgrade, path and query.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    phases: Mapping[str, float]
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A dial that gave no socket.

    Attributes:
        what: A few plain words, without the host.
        status: HTTP status, if there was an answer.
        refused: An answer other than 101, garbage, or an end in place of the 101.
        tls: The TLS handshake failed.
        headers: Of the refusing answer.
        body: Of the refusing answer, at most `BODY_LIMIT` bytes.
        phases: ms spent in the phases that were completed.
    """

    what: str
    status: int = 0
    refused: bool = False
    tls: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    phases: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an open socket ended.

    Attributes:
        code: Of the peer's CLOSE; 1005 if that was empty, 1006 if there was none
            (RFC 6455 §7.1.5). Where the peer broke the protocol and we failed the connection
            (§7.1.7), the code that says how: 1002, 1007, 1009.
        reason: Of the peer's CLOSE.
        by_us: We sent the first CLOSE, aborted, or failed the connection.
        clean: The closing handshake was completed (§7.1.4).
        error: What went wrong, in plain words.
    """

    code: int
    reason: str
    by_us: bool
    clean: bool
    error: str | None = None


class Listener(Protocol):
    """Owner of a wire. All calls come on the loop; an exception goes to its exception handler.

    A dial calls exactly one of `opened` and `failed`; `opened` is followed by frames, then by
    exactly one `ended`, after which nothing comes.
    """

    def opened(self, handshake: Handshake) -> None:
        """The upgrade was answered with 101; frames may be sent from here on."""

    def failed(self, failure: Failure) -> None:
        """Client only: there will be no socket."""

    def frame(self, frame: WireFrame) -> None:
        """A frame has passed: both directions, true order, automatic pongs and CLOSE included."""

    def ended(self, end: Ended) -> None:
        """The socket is gone."""

    def clogged(self) -> None:
        """More than the limit waits unsent; told again only after it has drained."""
