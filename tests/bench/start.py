"""How long until there is something to see: `ablytui --help`, and the first screen in a terminal.

As an installed program has it: its bytecode is there from the start before.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time

from tests.bench.common import ROOT, installed, say
from tests.support.terminal import terminal

RUNS = 7


def timed(*command: str) -> float:
    """Median wall time of a command, in ms."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


async def opened() -> tuple[float, float]:
    """Ms until the first paint of the inspector, and until it is connected."""
    begun = time.perf_counter()
    async with terminal() as screen:
        at = await screen.until(b"Connection")
        painted = (time.perf_counter() - begun) * 1000
        await screen.until(b"CONNECTED", after=at)
        return painted, (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print times and their ratio to bare Python."""
    with installed():
        asyncio.run(opened())
        _measure()


def _measure() -> None:
    print(f"start: medians of {RUNS}")
    bare = timed(sys.executable, "-c", "pass")
    say("python -c pass, ms", f"{bare:.0f}")
    for flag in ("--help", "--version"):
        took = timed(sys.executable, "-m", "ablytui", flag)
        say(f"ablytui {flag}, ms, and its ratio", f"{took:.0f}   {took / bare:.1f}")
    paints, connects = zip(*(asyncio.run(opened()) for _ in range(RUNS)), strict=True)
    say("first paint of the inspector, ms", f"{statistics.median(paints):.0f}")
    say("connected to the local service, ms", f"{statistics.median(connects):.0f}")
