"""A copy kept in a file, for terminals that pass no clipboard on (OSC 52).

Only its owner may read it, and the next copy takes its place.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def sendable(text: str) -> str:
    """The text with each half of a character written out, which no clipboard takes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def keep(text: str, path: Path) -> bool:
    """Write the text to the file; whether that could be done. Makes the folder, private too."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        return False
    return True


def short(path: Path) -> str:
    """A path as it is told: `~` for the home folder."""
    with contextlib.suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    return str(path)
