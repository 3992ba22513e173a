"""A copy kept in a file, for terminals that pass no clipboard on (OSC 52).

Only its owner may read it, and the next copy takes its place.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from ablytui import ownfile


def sendable(text: str) -> str:
    """The text with each half of a character written out, which no clipboard takes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def keep(text: str, path: Path) -> bool:
    """Write the text to the file; whether that could be done. Makes the folder, private too."""
    try:
        ownfile.write(path, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return False
    return True


def short(path: Path) -> str:
    """A path as it is told: `~` for the home folder."""
    with contextlib.suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    return str(path)
