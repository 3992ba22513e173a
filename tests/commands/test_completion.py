from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from ablytui import cli
from ablytui.commands.completion import SHELLS
from ablytui.protocol.params import PARAMS

BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_parameter_is_known(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = script(shell, capsys)
    for name in cli.COMMANDS:
        assert re.search(rf"\b{name}\b", text)
    for spec in PARAMS:
        flag = f"-l {spec.flag[2:]}" if shell == "fish" else spec.flag
        assert flag in text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_that_is_here_takes_it(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    text = script(shell, capsys)
    check = "--no-execute" if shell == "fish" else "-n"
    subprocess.run([shell, check], input=text.encode(), check=True, capture_output=True, timeout=30)


def test_an_unknown_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "tcsh"]) == 2
    assert "'tcsh'" in capsys.readouterr().err


def completed(text: str, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    asked = " ".join(f"'{word}'" for word in words)
    run = f"COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; _ablytui"
    done = subprocess.run(
        ["bash", "--norc", "-c", f'{text}\n{run}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return done.stdout.decode().split()


@BASH
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ablytui", "co"], ["connect", "config", "completion"]),
        (["ablytui", "--asc"], ["--ascii"]),
        (["ablytui", "connect", "--strict"], ["--strict-ttl"]),
        (["ablytui", "connect", "--format", ""], ["json", "msgpack"]),
        (["ablytui", "connect", "--format", "=", "m"], ["msgpack"]),
        (["ablytui", "connect", "--format", "="], ["json", "msgpack"]),
        (["ablytui", "connect", "--key", ""], []),
        (["ablytui", "demo", "hel"], ["hello"]),
        (["ablytui", "demo", "hello", "--dialect", "cl"], ["classic"]),
        (["ablytui", "drive", "--expect", "res"], ["resumed"]),
        (["ablytui", "drive", "--until", "fai"], ["failed"]),
        (["ablytui", "drive", "--the"], []),
        (["ablytui", "completion", ""], ["bash", "zsh", "fish"]),
        (["ablytui", "connect", "--capture", "pyproj"], ["pyproject.toml"]),
    ],
)
def test_what_bash_offers(
    words: list[str], offered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert completed(script("bash", capsys), *words) == offered
