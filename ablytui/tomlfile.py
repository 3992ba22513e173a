"""A TOML file that a person wrote: its values, or one line that says why it cannot be read.

Knows nothing of what the file is for. `tomllib` is loaded when a file is read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ablytui.errors import ConfigError


def parse(text: str, where: str) -> dict[str, Any]:
    """The values of a TOML text. `where` is its name in the error.

    Raises:
        ConfigError: It is not TOML, or holds what Python does not read: a number of thousands of
            digits, thousands of brackets.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError as bad:  # of TOML, or of a number with more digits than Python reads
        raise ConfigError(f"{where}: not TOML: {bad}") from None
    except RecursionError:
        raise ConfigError(f"{where}: not TOML: nested too deeply") from None


def read(path: Path) -> dict[str, Any] | None:
    """The values of a TOML file; None when there is no such file.

    Raises:
        ConfigError: It cannot be read, is not UTF-8, or is not TOML.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except OSError as bad:
        raise ConfigError(f"{path}: it cannot be read: {bad.strerror or bad}") from None
    except UnicodeDecodeError as bad:
        raise ConfigError(f"{path}: invalid UTF-8 at byte {bad.start}") from None
    return parse(text, str(path))
