"""Socket → wire → log → step → committed in the store, against peers that keep nothing.

`python -m tests.bench pipeline`. Peers are optional: BENCH_NODE is a folder whose node_modules
has `ws`; BENCH_ABLY is a Python that has `ably`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from ablytui.compose import Wanted, assemble
from ablytui.protocol.params import from_text
from tests.bench.common import ROOT, cpu, flood, resident, say

COUNT = 200_000


async def ours(port: int, count: int, capture: str | None) -> dict[str, float]:
    """Receive the flood into a store; every row is counted on disk."""
    typed = {"endpoint": "127.0.0.1", "port": str(port), "tls": "false", "key": "a.b:c"}
    params = from_text({**typed, "format": "json"})
    parts = await assemble(Wanted(params, capture=capture))
    gc.collect()
    memory = resident()
    grown = asyncio.Event()
    parts.grown.subscribe(lambda _: grown.set())
    parts.session.start()
    answer = await parts.session.do("attach", {"channel": "c"})
    assert answer.error is None, answer.error
    begun, used = time.perf_counter(), cpu()
    while parts.store.committed < count:
        grown.clear()
        await asyncio.wait_for(grown.wait(), 60)
    seconds = time.perf_counter() - begun
    while not _ended(parts.store.reader()):  # noqa: ASYNC110 - the disk tells of no end
        await asyncio.sleep(0.05)
    found = {
        "seconds": seconds,
        "cpu": (cpu() - used) / seconds,
        "memory": (resident() - memory) * 100_000 / count,
        "lost": count + 1 - _messages(parts.store.reader()),
    }
    await parts.close()
    return found


def _ended(reader: Any) -> bool:
    return any(b'"end"' in row.payload for row in reader.rows(reader.last() - 2, reader.last() + 1))


def _messages(reader: Any) -> int:
    last, total = reader.last(), 0
    for first in range(1, last + 1, 10_000):
        total += sum(1 for row in reader.rows(first, first + 10_000) if row.action == 15)
    return total


def node(port: int) -> dict[str, float] | None:
    """The peer in node, if it is there."""
    folder = os.environ.get("BENCH_NODE")
    if not folder:
        return None
    script = Path(__file__).parent / "peers" / "ws_parse.mjs"
    command = ["node", str(script), folder, str(port)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return dict(json.loads(answer.stdout))


def ably(port: int) -> dict[str, float] | None:
    """Ably's own client in Python, if it is there."""
    python = os.environ.get("BENCH_ABLY")
    if not python:
        return None
    script = Path(__file__).parent / "peers" / "ably_subscribe.py"
    command = [python, str(script), str(port)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return dict(json.loads(answer.stdout))


def main() -> None:
    """Print rates and ratios."""
    print(f"pipeline: {COUNT:,} JSON messages of 277 bytes")
    rates: dict[str, float] = {}
    with flood(COUNT, 0) as port:
        found = asyncio.run(ours(port, COUNT, None))
        rates["ours"] = COUNT / found["seconds"]
        say("ours, temporary store, frames a second", f"{rates['ours']:,.0f}")
        say("ours, lost", f"{found['lost']:.0f}")
        say("ours, memory per 100,000 frames, MB", f"{found['memory']:.1f}")
    with flood(COUNT, 0) as port, tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(ours(port, COUNT, f"{folder}/bench.ablycap"))
        say("ours, named capture, frames a second", f"{COUNT / found['seconds']:,.0f}")
        say("ours, named capture, lost", f"{found['lost']:.0f}")
    for rate in (5_000, 50_000):
        with flood(COUNT // 2, rate) as port:
            found = asyncio.run(ours(port, COUNT // 2, None))
            text = f"{found['cpu']:.0%} of a core, {found['lost']:.0f} lost"
            say(f"ours at {rate:,} frames a second", text)
    for name, peer, count in (("node ws + JSON.parse", node, COUNT), ("ably-python", ably, 30_000)):
        with flood(count, 0) as port:
            answer = peer(port)
        if answer is None:
            say(name, "not there (BENCH_NODE, BENCH_ABLY)")
        else:
            rate_ = answer["count"] / answer["seconds"]
            say(f"{name}, messages a second", f"{rate_:,.0f}")
            say(f"ratio ours / {name}", f"{rates['ours'] / rate_:.2f}")
