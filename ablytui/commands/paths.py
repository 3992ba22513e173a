"""`ablytui paths`: every file and folder that this program uses, and whether it is there.

Looks and changes nothing. May not know Textual.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ablytui import folders
from ablytui.protocol.visible import visible


@dataclass(frozen=True, slots=True)
class Place:
    """One of them: its name, where it is, whether a folder or a file, and what it is for."""

    name: str
    path: str
    kind: str
    exists: bool
    what: str


def _scenarios() -> Path:
    return Path(__file__).parent.parent / "service" / "scenarios"


_PLACES: Final[tuple[tuple[str, str, Callable[[], Path], str], ...]] = (
    ("config", "folder", folders.config, "what you write"),
    ("profiles", "file", folders.profiles_file, "named sets of parameters, for --profile"),
    ("settings", "file", folders.settings_file, "keys, theme and columns of the screen"),
    ("state", "folder", folders.state, "what is kept for you"),
    ("recovery-keys", "file", folders.recovery_keys_file, "recovery keys you saved; secrets"),
    ("copied", "file", folders.copied_file, "the last copy, if the terminal has no clipboard"),
    ("live", "folder", folders.live, "captures without a name; removed at the end"),
    ("scenarios", "folder", _scenarios, "the demos that come with the program"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The one option."""
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def run(given: argparse.Namespace) -> int:
    """Print them."""
    found = places()
    sys.stdout.write(_json(found) if given.json else _table(found))
    return 0


def places() -> list[Place]:
    """All of them, in the order of the table."""
    return [
        Place(name, str(path), kind, _there(path, kind), what)
        for name, kind, where, what in _PLACES
        for path in (where(),)
    ]


def _there(path: Path, kind: str) -> bool:
    try:
        return path.is_dir() if kind == "folder" else path.is_file()
    except OSError:
        return False


def _json(found: list[Place]) -> str:
    return json.dumps([asdict(place) for place in found], indent=2) + "\n"


def _table(found: list[Place]) -> str:
    named = max(len(place.name) for place in found)
    shown = [visible(place.path) for place in found]
    wide = max(map(len, shown))
    return "".join(
        f"{place.name:{named}}  {path:{wide}}  {'exists   ' if place.exists else 'not there'}"
        f"  {place.what}\n"
        for place, path in zip(found, shown, strict=True)
    )
