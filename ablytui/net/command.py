"""One program, run to its end, with a bound on what is read of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.visible import elide, visible

_COMPLAINT: Final = 4096
"""How many bytes of standard error are kept, the last ones."""


class CommandFailed(Exception):
    """The program could not be started; the text says why in a few plain words."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. `complaint` is the last line of its standard error, made harmless.

    `output` has one byte more than was allowed where it was longer than that. `code` is negative
    for a signal.
    """

    code: int
    output: bytes
    complaint: str


async def run(words: Sequence[str], *, limit: int) -> Finished:
    """Run a program without a shell, its standard input empty. Cancelling kills it.

    It gets a process group of its own, so that what it has started ends with it.

    Raises:
        CommandFailed: It is not there, or may not be run.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CommandFailed(f"there is no program {words[0]!r}") from None
    except PermissionError:
        raise CommandFailed(f"{words[0]!r} may not be run") from None
    except (OSError, ValueError) as bad:
        raise CommandFailed(str(bad)) from None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        output, complaint = await asyncio.gather(
            _first(process.stdout, limit + 1), _last(process.stderr, _COMPLAINT)
        )
        code = await process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    finally:
        _close(process)
    return Finished(code, output, _line(complaint))


def _close(process: asyncio.subprocess.Process) -> None:
    """Close the pipes of a process that is gone; asyncio only does so when it is collected."""
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()


async def _first(stream: asyncio.StreamReader, most: int) -> bytes:
    """The first bytes; the rest is read and dropped, so that the program is not held up."""
    kept = bytearray()
    while chunk := await stream.read(65_536):
        kept += chunk[: most - len(kept)]
    return bytes(kept)


async def _last(stream: asyncio.StreamReader, most: int) -> bytes:
    kept = b""
    while chunk := await stream.read(65_536):
        kept = (kept + chunk)[-most:]
    return kept


def _line(complaint: bytes) -> str:
    lines = [line for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    return elide(visible(lines[-1].strip()), 200) if lines else ""
