"""The shape of the project: sizes, mirrored tests, import contracts, and what a command loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ablytui"
MODULES = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
TEST_MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py"))

MOST_LINES = 400
MOST_LINES_OF = {"ablytui/ui/app.py": 200}
"""A greater number here, or for a module of its own, needs a sentence that says why."""

MOST_OF_A_FUNCTION = 40

NO_TEST_OF_ITS_OWN = {
    "ablytui/__main__.py": "one line, run by every test of the command line in a process",
    "ablytui/protocol/effects.py": "values only; the machine's tests make and compare them all",
    "ablytui/protocol/news.py": "values only; told by the session, read by drive and the bridge",
    "ablytui/ui/faultbook.py": "values only; made in faulting.py, drawn by present/faults.py",
    "ablytui/ui/messages.py": "values only; the panes' tests post and receive them",
}


def parsed(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text("utf-8"))


def test_no_module_is_too_long() -> None:
    lengths = {m.as_posix(): len((ROOT / m).read_text("utf-8").splitlines()) for m in MODULES}
    assert {m: n for m, n in lengths.items() if n > MOST_LINES_OF.get(m, MOST_LINES)} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{module}:{node.lineno} {node.name}": _length(node)
        for module in MODULES
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n > MOST_OF_A_FUNCTION} == {}


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    has_text = ast.get_docstring(node) is not None and len(node.body) > 1
    return (node.end_lineno or 0) - node.body[1 if has_text else 0].lineno + 1


def test_every_module_has_its_test() -> None:
    untested = set()
    for module in MODULES:
        folder = ROOT / "tests" / module.parent.relative_to("ablytui")
        if module.name != "__init__.py" and not (folder / f"test_{module.stem}.py").is_file():
            untested.add(module.as_posix())
    assert untested == set(NO_TEST_OF_ITS_OWN)


def test_a_package_imports_nothing() -> None:
    importing = [
        module.as_posix()
        for module in MODULES
        if module.name == "__init__.py"
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert importing == []


def test_every_module_says_what_it_is() -> None:
    assert [m.as_posix() for m in MODULES if not ast.get_docstring(parsed(m))] == []


SLEEP = re.compile(r"\b(?:time\.sleep|asyncio\.sleep|pilot\.pause)\(\s*[0-9.]*[1-9]")
"""A pause of a number of seconds. One in a loop over a condition only says how often to look."""


def test_no_test_waits_for_a_time() -> None:
    waits = []
    for module in TEST_MODULES:
        if "bench" in module.parts:
            continue  # Measuring takes time; nothing there is a test.
        lines = (ROOT / module).read_text("utf-8").splitlines()
        for at, line in enumerate(lines):
            looped = any("while " in before for before in lines[max(at - 8, 0) : at])
            if SLEEP.search(line) and not looped:
                waits.append(f"{module}:{at + 1}")
    assert waits == []


def test_the_import_contracts_are_kept() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    if not tool.exists():
        pytest.skip("import-linter is a development tool and not installed here")
    done = subprocess.run(
        [tool, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# --- what is loaded -----------------------------------------------------------------------------

HEAVY = {"textual", "rich", "websockets", "aiohttp", "msgspec", "msgpack", "cryptography", "jwt"}
SCREEN = {"textual", "rich"}
WORLD = {"asyncio", "socket", "ssl", "threading", "websockets", "aiohttp", "textual", "sqlite3"}


def loaded_after(code: str) -> set[str]:
    """The top-level modules of a fresh interpreter after some code, whatever it exits with."""
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: sys.stderr.write('\\nLOADED ' + ' '.join(sys.modules)))\n" + code
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return {name.partition(".")[0] for name in done.stderr.rpartition("LOADED ")[2].split()}


def running(*args: str) -> str:
    return f"from ablytui.cli import main\nraise SystemExit(main({list(args)!r}))"


@pytest.mark.parametrize(
    ("code", "never"),
    [
        (running("--help"), HEAVY | WORLD),
        (running("--version"), HEAVY | WORLD),
        (running("fly"), HEAVY | WORLD),
        (running("connect", "--help"), HEAVY | WORLD),
        (running("connect", "--key", "x"), HEAVY | WORLD),
        (running("serve", "--help"), HEAVY),
        (running("drive", "--key", "a.b:c", "--no-connect"), SCREEN | {"aiohttp"}),
        ("import ablytui.commands.serve, ablytui.service.server", SCREEN | {"aiohttp"}),
        ("import ablytui", HEAVY | WORLD | {"argparse", "dataclasses"}),
    ],
    ids=lambda value: value.splitlines()[-1] if isinstance(value, str) else "never",
)
def test_a_command_loads_only_what_it_uses(code: str, never: set[str]) -> None:
    assert loaded_after(code) & never == set()


@pytest.mark.parametrize(
    "given", [("--auth-url", "http://h/"), ("--key", "a.b:c", "--fallback-host", "h")]
)
def test_drive_loads_what_makes_its_requests_before_time_limits_run(given: tuple[str, ...]) -> None:
    args = ("drive", "ws://127.0.0.1:1", "--no-connect", *given)
    assert loaded_after(running(*args)) & (SCREEN | {"aiohttp"}) == {"aiohttp"}


def test_serving_loads_no_screen() -> None:
    code = (
        "import os, signal, threading\n"
        "import sys\n"
        "class Out:\n"
        "    def write(self, text): os.kill(os.getpid(), signal.SIGTERM)\n"
        "    def flush(self): pass\n"
        "sys.stdout = Out()\n" + running("serve")
    )
    assert loaded_after(code) & (SCREEN | {"aiohttp"}) == set()


def _packages(*names: str) -> Iterator[str]:
    for name in names:
        for path in sorted((PACKAGE / name).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize(
    ("packages", "never"),
    [
        (("protocol", "decoders"), WORLD),
        (("capture",), {"asyncio", "websockets", "aiohttp", "textual"}),
        (("net", "worker", "service", "drive", "commands"), SCREEN),
    ],
    ids=["pure", "capture", "no screen"],
)
def test_a_part_loads_no_stranger(packages: tuple[str, ...], never: set[str]) -> None:
    code = "import " + ", ".join(_packages(*packages))
    assert loaded_after(code) & never == set()
