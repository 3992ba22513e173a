"""Whether the terminal's own ground is dark or light, asked before the screen takes it over."""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Mapping
from typing import Final

try:
    import termios
    import tty
except ImportError:  # Windows has neither, and its terminals are dark
    termios = None  # type: ignore[assignment]

_ASK: Final = b"\x1b]11;?\x1b\\\x1b[c"
"""OSC 11 asks for the colour; DA1, which every terminal answers, says that no more will come."""

_COLOUR: Final = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})", re.IGNORECASE
)
_END: Final = re.compile(rb"\x1b\[\?[0-9;]*c")
_HALF: Final = 0.5
_PATIENCE: Final = 1.0
"""Seconds. What came later would be taken for keys."""


def is_light(environment: Mapping[str, str]) -> bool:
    """Ask the environment (COLORFGBG), then the terminal. False where nobody knows."""
    told = environment.get("COLORFGBG", "").rpartition(";")[2]
    if told.isdigit():
        return int(told) in {7, 15}
    # The Linux console knows OSC 11 only as garbage.
    if termios is None or environment.get("TERM", "dumb") in {"dumb", "linux"}:
        return False
    try:
        answer = _asked(sys.stdin.fileno(), sys.stdout.fileno())
    except (OSError, ValueError, termios.error):
        return False
    return light_in(answer)


def light_in(answer: bytes) -> bool:
    """Whether the answer names a light colour."""
    found = _COLOUR.search(answer)
    if found is None:
        return False
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return bool(0.299 * red + 0.587 * green + 0.114 * blue > _HALF)


def _asked(source: int, sink: int) -> bytes:
    """The terminal's answer; both descriptors are terminals."""
    before = termios.tcgetattr(source)
    answer = b""
    try:
        tty.setcbreak(source, termios.TCSANOW)
        os.write(sink, _ASK)
        while not _END.search(answer) and select.select([source], [], [], _PATIENCE)[0]:
            more = os.read(source, 1024)
            if not more:
                break
            answer += more
    finally:
        termios.tcsetattr(source, termios.TCSANOW, before)
    return answer
