"""`drive` in memory: real flags, orders, session, printer and service; no process, no socket.

The clock stands still unless a test moves it, so that a time is kept exactly or not at all.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from ablytui import flags
from ablytui.drive.goal import Goal
from ablytui.drive.printer import Printer
from ablytui.drive.run import Run
from ablytui.protocol.frame import Opcode
from tests.support.joined import KEY, Joined

Line = dict[str, Any]


class Twin:
    """A running `drive` and the service it speaks to, which is `world.core`."""

    def __init__(self, world: Joined, goal: Goal) -> None:
        self.world = world
        self.raw = io.BytesIO()
        self._lines: list[Line] = []
        self._read = 0
        self._read_end, self._write_end = os.pipe()
        zero = world.clock.mono()
        mask: Callable[[bytes], bytes] = lambda b: world.store.redactor.frame(b, Opcode.TEXT)  # noqa: E731
        printer = Printer(self.raw, lambda: world.clock.mono() - zero, mask)
        run = Run(world.session, printer, goal, self._read_end)
        self._task = asyncio.get_running_loop().create_task(run.run())
        self._asked = 0

    @property
    def lines(self) -> list[Line]:
        if self.raw.tell() > self._read:
            self._lines += map(json.loads, self.raw.getvalue()[self._read :].splitlines())
            self._read = self.raw.tell()
        return self._lines

    def all(self, ev: str) -> list[Line]:
        return [line for line in self.lines if line["ev"] == ev]

    @property
    def states(self) -> list[str]:
        return [line["event"] for line in self.all("state")]

    def result(self, ref: object) -> Line | None:
        """The answer with that ref, if it came."""
        found = [line for line in self.all("result") if line["ref"] == ref]
        assert len(found) < 2, "answered twice"
        return found[0] if found else None

    async def say(self, *lines: bytes) -> None:
        """Write lines, and let everything arrive that follows from them."""
        self._asked += 1
        seen = f"read up to here {self._asked}"
        await self._write(b"\n".join((*lines, json.dumps({"do": "state", "ref": seen}).encode())))
        self.world.pump()

        def read() -> bool:
            self.world.pump()
            return self._task.done() or seen.encode() in self.raw.getvalue()

        await self._until(read)

    async def ask(self, do: str, /, ref: object = None, **members: Any) -> None:
        """Give an order without waiting for its answer."""
        await self.say(json.dumps({"do": do, "ref": ref, **members}).encode())

    async def do(self, do: str, /, **members: Any) -> Line:
        """Give an order that is answered without that time passes."""
        self._asked += 1
        ref = f"asked {self._asked}"
        await self.ask(do, ref, **members)
        answer = self.result(ref)
        assert answer is not None, f"{do} is still open"
        return answer

    async def end(self) -> int:
        """Close the input, and the exit code."""
        self._hang_up()
        await self._until(self._done)
        return self._task.result()

    async def close(self) -> None:
        self._hang_up()
        self._task.cancel()
        await self._until(self._done)
        os.close(self._read_end)
        self.world.store.close()

    def _done(self) -> bool:
        self.world.pump()
        return self._task.done()

    async def _write(self, data: bytes) -> None:
        await asyncio.to_thread(os.write, self._write_end, data + b"\n")

    def _hang_up(self) -> None:
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1

    async def _until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - the world is pumped meanwhile
                await asyncio.sleep(0)


@asynccontextmanager
async def twin(
    *args: str, goal: Goal | None = None, other: Twin | None = None, **options: Any
) -> AsyncIterator[Twin]:
    """A drive with the flags `args`; `options` are the service's. `other` shares its service."""
    parser = flags.LineParser(prog="drive")
    flags.add_params(parser)
    given = parser.parse_args(("--key", KEY, *args))
    params = flags.resolve(given, {}, str).params
    world = Joined(params, other=None if other is None else other.world, **options)
    running = Twin(world, goal or Goal())
    try:
        await running.say()
        yield running
    finally:
        await running.close()
