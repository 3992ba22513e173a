"""A program is run without a shell, read within bounds, and killed when it is given up."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from ablytui.net.command import CommandFailed, Finished, run
from tests.support.wires import until


async def python(code: str, *args: str, limit: int = 100) -> Finished:
    return await run([sys.executable, "-c", code, *args], limit=limit)


async def test_arguments_go_in_as_they_are_and_its_output_comes_back() -> None:
    ended = await python("import sys; print(sys.argv[1:])", "$HOME; a b", "'c'")
    assert ended == Finished(0, b"['$HOME; a b', \"'c'\"]\n", "")


async def test_its_input_is_empty() -> None:
    assert (await python("import sys; print(repr(sys.stdin.read()))")).output == b"''\n"


async def test_its_last_complaint_is_one_harmless_line() -> None:
    code = "import sys; sys.stderr.write('first\\n\\x1b[31mlast\\n\\n'); sys.exit(3)"
    ended = await python(code)
    assert ended.code == 3
    assert ended.complaint.endswith("[31mlast")
    assert "\x1b" not in ended.complaint


async def test_no_more_is_kept_than_allowed_and_it_is_not_held_up() -> None:
    code = "import sys; sys.stdout.write('x' * 500_000); sys.stderr.write('y' * 500_000)"
    ended = await python(code, limit=10)
    assert (ended.code, ended.output) == (0, b"x" * 11)
    assert len(ended.complaint) <= 200


@pytest.mark.parametrize(("mode", "says"), [(None, "there is no program"), (0o600, "may not be run")])  # fmt: skip
async def test_what_cannot_be_run(tmp_path: Path, mode: int | None, says: str) -> None:
    program = tmp_path / "program"
    if mode is not None:
        program.write_text("#!/bin/sh\n")
        program.chmod(mode)
    with pytest.raises(CommandFailed, match=says):
        await run([str(program)], limit=1)


async def test_giving_it_up_kills_it_and_what_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    code = (
        "import subprocess, sys, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "pathlib.Path(sys.argv[1]).write_text(str(child.pid))\n"
        "child.wait()\n"
    )
    task = asyncio.get_running_loop().create_task(python(code, str(mark)))
    await until(lambda: mark.exists() and mark.read_text(), "the child")
    child = int(mark.read_text())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: _gone(child), "the end of the child")


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
