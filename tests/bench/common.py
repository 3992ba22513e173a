"""What the benchmarks share: the flood in a process of its own, memory, and how to say figures."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def flood(count: int, rate: int) -> Iterator[int]:
    """A flooding service in another process; gives its port."""
    command = [sys.executable, "-m", "tests.bench.flood", str(count), str(rate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def installed() -> Iterator[None]:
    """Bytecode is kept between starts, as an installer leaves it, whatever this environment says."""
    with tempfile.TemporaryDirectory() as folder:
        before = dict(os.environ)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def resident() -> float:
    """Resident memory of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def cpu() -> float:
    """Seconds of processor time that this process has used."""
    used = os.times()
    return used.user + used.system


def say(what: str, value: str) -> None:
    """One figure a line."""
    print(f"  {what:<58} {value}", flush=True)
