"""Key to paint and processor time, in a terminal of 120×40, while 5,000 frames a second arrive.

`python -m tests.bench screen`. A key is pressed every fifth of a second: `k` leaves the tail
of the log, so its title counts what is `new`, and `f` follows it again. The time is that from the
write of the key to the read of that word.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path

from tests.bench.common import flood, say
from tests.support.terminal import Terminal, terminal

RATE = 5_000
PRESSES = 60


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def press(screen: Terminal, key: bytes, word: bytes) -> float:
    """Ms from a key to the word it brings."""
    after, begun = len(screen.shown), time.perf_counter()
    screen.press(key)
    await screen.until(word, after=after)
    return (time.perf_counter() - begun) * 1000


async def measure(port: int, rate: int, seconds: float) -> dict[str, float]:
    """Open the inspector on the flood, attach its channel, and press keys."""
    url = f"ws://127.0.0.1:{port}"
    async with terminal("connect", url, "--key", "a.b:c", "--format", "json", size=(120, 40)) as it:
        await it.until(b"CONNECTED")
        before = len(it.shown)
        it.press(b"a")
        await it.until(b"Attach", after=before)
        for key in (b"c", b"\x13"):
            await asyncio.sleep(1)  # the dialog takes keys once it is drawn
            it.press(key)
        await it.until(b"MESSAGE" if rate else b"ATTACHED")
        it.press(b"1")
        await asyncio.sleep(1)
        begun, used = time.perf_counter(), cpu_of(it.process.pid)
        times: list[float] = []
        while rate and len(times) < PRESSES:
            times.append(await press(it, b"k", b" new"))
            await asyncio.sleep(0.2)
            times.append(await press(it, b"f", b"follow"))
            await asyncio.sleep(0.2)
        if not rate:
            await asyncio.sleep(seconds)
        found = (cpu_of(it.process.pid) - used) / (time.perf_counter() - begun)
        it.press(b"\x11")
        times = sorted(times) or [0.0]
        return {
            "cpu": found,
            "median": statistics.median(times),
            "p95": times[int(len(times) * 0.95)],
        }


def main() -> None:
    """Print the figures."""
    print(f"screen: 120×40, {RATE:,} JSON messages a second")
    with flood(RATE * 60, RATE) as port:
        found = asyncio.run(measure(port, RATE, 0))
    say("key to paint, median and p95, ms", f"{found['median']:.0f}   {found['p95']:.0f}")
    say("processor time", f"{found['cpu']:.0%} of a core")
    with flood(0, 0) as port:
        found = asyncio.run(measure(port, 0, 10))
    say("processor time, connected for seconds, nothing arriving", f"{found['cpu']:.1%} of a core")
