"""A command on a pseudo-terminal, as a person would run it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Terminal:
    """What a command wrote so far is in `shown`, escape sequences and all."""

    def __init__(self, process: asyncio.subprocess.Process, fd: int) -> None:
        self.process = process
        self.shown = b""
        self._fd = fd
        self._grew = asyncio.Event()
        asyncio.get_running_loop().add_reader(fd, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 65_536)
        except OSError:  # Linux says so when the other side was closed.
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._fd)
        self.shown += data
        self._grew.set()

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._fd, keys)

    def hang_up(self) -> None:
        """Close the window, without a signal."""
        asyncio.get_running_loop().remove_reader(self._fd)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, self._fd)
        os.close(null)

    async def until(self, text: bytes, *, after: int = 0) -> int:
        """Wait for a text to be written after position `after`; where it ends."""
        async with asyncio.timeout(60):
            while (at := self.shown.find(text, after)) < 0:
                self._grew.clear()
                await self._grew.wait()
        return at + len(text)

    async def code(self) -> int:
        """Wait for the end; the exit code."""
        async with asyncio.timeout(60):
            return await self.process.wait()


@asynccontextmanager
async def terminal(*args: str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Terminal]:
    """Run `ablytui` with these arguments on a terminal of so many columns and rows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    env = {name: value for name, value in os.environ.items() if not name.startswith("ABLY_")}
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ablytui", *args),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env | {"TERM": "xterm-256color", "COLORFGBG": "15;0"},
            start_new_session=True,
        )
    finally:
        os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
