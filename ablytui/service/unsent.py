"""What waits for clients that do not read: bounded for each, and for all together.

Whoever waits for too much is dropped, the one with the most first. Its state is kept, so that it
finds what it missed when it comes again.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

CLOGGED: Final = 64 * 1024
"""Bytes unsent from which a client is watched."""

EACH: Final = 16 * 1024 * 1024
"""Bytes that may wait for one client."""

ALL: Final = 64 * 1024 * 1024
"""Bytes that may wait for all those that are watched."""

_OFTEN: Final = 256 * 1024
"""Bytes that are written to any clients between two looks at those that are watched."""


GONE: Final = 60_000
"""Ms that what was sent may stay unacknowledged by a client's TCP (RFC 9293 §3.8.3)."""


class Backlog(Protocol):
    """A client's wire."""

    @property
    def unsent(self) -> int:
        """Bytes that wait."""

    def abort(self) -> None:
        """End it."""


class Unsent:
    """Watches the clients that are behind. `drop` is told whom, and how much waited for it."""

    def __init__(
        self, drop: Callable[[int, int], None], *, each: int = EACH, whole: int = ALL
    ) -> None:
        self._drop, self._each, self._whole = drop, each, whole
        self._behind: dict[int, Backlog] = {}
        self._written = 0

    def clogged(self, number: int, wire: Backlog) -> None:
        """A client has fallen behind."""
        self._behind[number] = wire

    def drained(self, number: int) -> None:
        """It has caught up, or is gone."""
        self._behind.pop(number, None)

    def wrote(self, size: int) -> None:
        """So many bytes were written, to whomever. Cheap while nobody is behind."""
        if self._behind:
            self._written += size
            if self._written >= _OFTEN:
                self._written = 0
                self._look()

    def _look(self) -> None:
        waiting = {number: wire.unsent for number, wire in self._behind.items()}
        whole = sum(waiting.values())
        for number, size in sorted(waiting.items(), key=lambda one: -one[1]):
            if size <= self._each and whole <= self._whole:
                return
            whole -= size
            self._drop(number, size)
            wire = self._behind.pop(number, None)
            if wire is not None:
                wire.abort()


def give_up_in_time(transport: asyncio.Transport) -> None:
    """A peer of whose TCP nothing comes any more is taken for gone, where the system can do so."""
    sock, option = transport.get_extra_info("socket"), getattr(socket, "TCP_USER_TIMEOUT", None)
    if sock is not None and option is not None:
        with suppress(OSError):  # closed already
            sock.setsockopt(socket.IPPROTO_TCP, option, GONE)
