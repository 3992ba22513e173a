"""Runs every case with every client and format against `ablytui serve`."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.sdk import cases_auth, cases_messages  # noqa: F401 - add their cases
from tests.sdk.cases import CASES, Case
from tests.sdk.clients import Sdk, running
from tests.sdk.world import World, serving

AT_ONCE: Final = 6
"""Cases that run at the same time."""

_FAULT: Final = """
[[rule]]
on = "{on}"
match = {{ action = "MESSAGE", channel = "{channel}" }}
do = "disconnect"
times = 1
caption = "cut"
"""


def scenario() -> str:
    """The faults that some cases want, each for one client and format: a cut, at a message."""
    rules = [
        _FAULT.format(on=on, channel=f"{name}:{kind}:{fmt}")
        for name, on in (("cut", "ws_frame_to_server"), ("echo", "ws_frame_to_client"))
        for kind in ("js", "py")
        for fmt in ("json", "msgpack")
    ]
    return 'description = "faults"\n' + "".join(rules)


@asynccontextmanager
async def service() -> AsyncIterator[str]:
    """`ablytui serve` with those faults and a short idle interval; its URL."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "faults.toml"
        path.write_text(scenario(), "utf-8")
        async with serving("--max-idle", "1000", "--scenario", str(path)) as url:
            yield url


async def one(case: Case, sdks: Mapping[str, Sdk], url: str, kind: str, fmt: str) -> str | None:
    """Run a case; what went wrong, or None."""
    try:
        async with AsyncExitStack() as stack, asyncio.timeout(60):
            await case.run(World(sdks, url, kind, fmt, case.name, stack))
    except Exception as bad:  # noqa: BLE001 - whatever it is, it is the case's failure
        where = traceback.extract_tb(bad.__traceback__)
        lines = [f"{f.name}:{f.lineno} {f.line}" for f in where if "/sdk/cases" in f.filename]
        return f"{type(bad).__name__}: {str(bad)[:600]}\n      {' / '.join(lines)}"
    return None


async def failures(sdks: Mapping[str, Sdk], only: str = "") -> tuple[int, dict[str, str]]:
    """Run all; how many there were, and what failed by name."""
    gate = asyncio.Semaphore(AT_ONCE)
    failed: dict[str, str] = {}
    count = 0

    async def run_one(case: Case, url: str, kind: str, fmt: str) -> None:
        async with gate:
            if why := await one(case, sdks, url, kind, fmt):
                failed[f"{case.name} [{kind} {fmt}]"] = why

    async with running(sdks), service() as url, asyncio.TaskGroup() as group:
        for case in CASES:
            if only not in case.name:
                continue
            for kind in (kind for kind in case.kinds if kind in sdks):
                for fmt in case.formats:
                    count += 1
                    group.create_task(run_one(case, url, kind, fmt))
    return count, failed


async def run(sdks: Mapping[str, Sdk], only: str) -> int:
    """Run all and tell; 1 if anything failed."""
    began = time.monotonic()
    count, failed = await failures(sdks, only)
    for name, why in sorted(failed.items()):
        print(f"FAILED {name}\n    {why}")
    versions = ", ".join(f"{sdk.kind} {sdk.version}" for sdk in sdks.values())
    print(
        f"{count - len(failed)} of {count} passed in {time.monotonic() - began:.0f} s ({versions})"
    )
    return 1 if failed or not count else 0
