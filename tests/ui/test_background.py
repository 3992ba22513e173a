from __future__ import annotations

import os
import pty
import sys
import termios
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from ablytui.ui.background import is_light, light_in


@pytest.mark.parametrize(
    ("told", "light"),
    [("15;0", False), ("0;15", True), ("0;default;7", True), ("12;8", False)],
)
def test_the_environment_is_believed(told: str, light: bool) -> None:
    assert is_light({"COLORFGBG": told}) is light


@pytest.mark.parametrize("term", ["dumb", "linux"])
def test_some_are_not_asked(term: str) -> None:
    assert not is_light({"TERM": term})


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c", True),
        (b"\x1b]11;rgb:1e/1e/1e\x07\x1b[?1;2c", False),
        (b"\x1b]11;rgba:fdfd/f6f6/e3e3/ffff\x1b\\", True),
        (b"\x1b[?6c", False),
        (b"", False),
    ],
)
def test_the_answer_of_a_terminal(answer: bytes, light: bool) -> None:
    assert light_in(answer) is light


@pytest.mark.parametrize(
    ("answer", "light"),
    [(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c", True), (b"\x1b[?6c", False)],
)
def test_a_terminal_is_asked_and_left_as_it_was(
    answer: bytes, light: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pty.openpty()
    stream = SimpleNamespace(fileno=lambda: theirs)
    monkeypatch.setattr(sys, "stdin", stream)
    monkeypatch.setattr(sys, "stdout", stream)
    before = termios.tcgetattr(theirs)
    asked: list[bytes] = []

    def reply() -> None:
        seen = b""
        while not seen.endswith(b"\x1b[c"):
            seen += os.read(ours, 100)
        asked.append(seen)
        os.write(ours, answer)

    thread = threading.Thread(target=reply)
    thread.start()
    try:
        assert is_light({"TERM": "xterm-256color"}) is light
        assert asked[0].startswith(b"\x1b]11;?")
        assert termios.tcgetattr(theirs) == before
    finally:
        thread.join()
        os.close(ours)
        os.close(theirs)


def test_what_is_no_terminal_is_dark(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as null:
        monkeypatch.setattr(sys, "stdin", null)
        assert not is_light({"TERM": "xterm"})
