"""Where this program keeps its files: the platform's own folders, named once.

Makes nothing and reads nothing; `platformdirs` is loaded when a folder is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_NAME: Final = "ablytui"


def config() -> Path:
    """What a person writes: profiles and settings."""
    import platformdirs

    return platformdirs.user_config_path(_NAME, appauthor=False)


def state() -> Path:
    """What this program keeps for a person: saved recovery keys, the last copy."""
    import platformdirs

    return platformdirs.user_state_path(_NAME, appauthor=False)


def live() -> Path:
    """Captures that nobody asked to keep; each goes when its process ends."""
    import platformdirs

    return platformdirs.user_cache_path(_NAME, appauthor=False) / "live"


def profiles_file() -> Path:
    """Named sets of parameters."""
    return config() / "profiles.toml"


def settings_file() -> Path:
    """Keys, theme and columns of the screen."""
    return config() / "settings.toml"


def recovery_keys_file() -> Path:
    """Recovery keys that were saved; they are secrets."""
    return state() / "recovery-keys.toml"


def copied_file() -> Path:
    """The last text that was copied, for terminals that pass no clipboard on."""
    return state() / "copied.txt"
