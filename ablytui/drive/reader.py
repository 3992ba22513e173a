"""Standard input as lines, whatever it is: a pipe, a file, a terminal.

An event loop can wait for a pipe but not for a file, so a thread of its own reads, and waits
until what it read was taken before it reads on.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Final

MAX_LINE: Final = 16 * 1024 * 1024
"""Bytes of one line that are kept; a longer line is told of and passed over."""

_CHUNK: Final = 65_536


class Lines:
    """Cuts bytes into lines, none longer than `limit`."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._rest = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes | None]:
        """The lines that `data` completes, without their line feeds; None for one too long."""
        found: list[bytes | None] = []
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._add(end)
            found.append(None if self._skipping else bytes(self._rest))
            self._rest.clear()
            self._skipping = False
        self._add(rest)
        return found

    def finish(self) -> list[bytes | None]:
        """The last line, if the input ended without a line feed."""
        if self._skipping:
            return [None]
        return [bytes(self._rest)] if self._rest else []

    def _add(self, part: bytes) -> None:
        if self._skipping or len(self._rest) + len(part) > self._limit:
            self._skipping = True
            self._rest.clear()
        else:
            self._rest += part


class Reader:
    """Reads a file descriptor in a thread and hands its lines to the running loop.

    `on_lines` gets the lines of one read, `on_end` is called once after the last of them.
    """

    def __init__(
        self,
        fd: int,
        on_lines: Callable[[list[bytes | None]], None],
        on_end: Callable[[], None],
    ) -> None:
        self._fd = fd
        self._on_lines = on_lines
        self._on_end = on_end
        self._lines = Lines()
        self._loop = asyncio.get_running_loop()
        self._taken = threading.Semaphore(1)
        self._stopped = False

    def start(self) -> None:
        """Begin to read. The thread is a daemon: a read that never ends holds nothing up."""
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def stop(self) -> None:
        """Hand nothing on any more."""
        self._stopped = True
        self._taken.release()

    def _read(self) -> None:
        while not self._stopped:
            self._taken.acquire()
            try:
                data = os.read(self._fd, _CHUNK)
            except OSError:
                # Closed under us, or not readable at all: the input has ended.
                data = b""
            try:
                self._loop.call_soon_threadsafe(self._take, data)
            except RuntimeError:
                return  # The loop is closed: nobody listens.
            if not data:
                return

    def _take(self, data: bytes) -> None:
        if self._stopped:
            return
        self._on_lines(self._lines.feed(data) if data else self._lines.finish())
        if not data:
            self._on_end()
        self._taken.release()
