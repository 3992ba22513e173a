"""`ablytui drive` and `ablytui serve` as processes, spoken to line by line."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

KEY = "app.k1:the-secret-of-this-test-0123456789"

Line = dict[str, Any]


class Drive:
    """A running `drive`. Every line that it printed is in `lines`, its bytes in `raw`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[Line] = []
        self.raw = b""
        self._ref = 0
        self._grew = asyncio.Condition()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            async with self._grew:
                self.raw += line
                self.lines.append(json.loads(line))
                self._grew.notify_all()

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    async def until(self, wanted: Callable[[Line], object]) -> Line:
        """The first line, printed or to come, that is wanted."""
        async with asyncio.timeout(30), self._grew:
            await self._grew.wait_for(lambda: any(map(wanted, self.lines)))
        return next(filter(wanted, self.lines))

    async def do(self, name: str, /, **args: Any) -> Line:
        """Give an order and wait for its answer."""
        self._ref += 1
        ref = self._ref
        self.write(json.dumps({"do": name, "ref": ref, **args}).encode() + b"\n")
        return await self.until(lambda line: line["ev"] == "result" and line["ref"] == ref)

    async def end(self) -> int:
        """Close the input, and the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        async with asyncio.timeout(30):
            await self._reading
            return await self.process.wait()

    def all(self, ev: str) -> list[Line]:
        return [line for line in self.lines if line["ev"] == ev]


@asynccontextmanager
async def _process(
    *args: str, stderr: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("ABLY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ablytui", *args),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        limit=1 << 24,
        env=env,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def serving(*args: str) -> AsyncIterator[str]:
    """A local service; its URL."""
    async with _process("serve", "--key", KEY, *args) as process:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        yield line.split()[2].replace("http://", "ws://")


@asynccontextmanager
async def driving(url: str, *args: str, key: str | None = KEY) -> AsyncIterator[Drive]:
    """A `drive` against a service, with a key unless it is None."""
    credential = () if key is None else ("--key", key)
    async with _process("drive", url, *credential, *args) as process:
        drive = Drive(process)
        try:
            yield drive
        finally:
            drive._reading.cancel()
            await asyncio.gather(drive._reading, return_exceptions=True)
