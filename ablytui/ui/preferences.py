"""The settings file of the screen: theme, motion, ASCII, columns and keys.

A value that cannot be used is told in one line and its default holds, so that a slip in the file
never stands between a person and a connection; a file that is no TOML at all is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from textual.keys import Keys
from textual.theme import BUILTIN_THEMES

from ablytui import folders, tomlfile
from ablytui.errors import UsageError
from ablytui.ui.keys import REBINDABLE, key_name
from ablytui.ui.present.columns import OPTIONAL
from ablytui.ui.theme import DARK, LIGHT

DEFAULT: Final = "default"
THEMES: Final[Mapping[str, str]] = {
    "auto": "auto",
    "dark": DARK.name,
    "light": LIGHT.name,
    **{name: name for name in (DARK.name, LIGHT.name, *BUILTIN_THEMES)},
}
"""What a person may write, and what it stands for; `auto` is asked of the terminal."""

_MODIFIERS: Final = {"ctrl", "alt", "shift"}
_FIXED: Final = {"tab", "shift+tab", "ctrl+q", "ctrl+c", "escape", "enter"}
"""Keys that always mean what they mean."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the file says, defaults filled in. `ascii` None: as the terminal can."""

    theme: str = "auto"
    ascii: bool | None = None
    motion: bool = True
    columns: tuple[str, ...] = OPTIONAL
    keymap: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Row(NamedTuple):
    """One setting as `ablytui config` tells it: name, value and source."""

    name: str
    value: str
    source: str


class Loaded(NamedTuple):
    """What holds, whence it comes, and a line for each value that could not be used."""

    preferences: Preferences
    sources: Mapping[str, str]
    problems: tuple[str, ...]

    def rows(self) -> list[Row]:
        """Each setting, the keys one by one."""
        p = self.preferences
        told = {
            "theme": p.theme,
            "ascii": "auto" if p.ascii is None else _switch(p.ascii),
            "motion": _switch(p.motion),
            "columns": " ".join(p.columns),
        }
        rows = [Row(name, value, self.sources.get(name, DEFAULT)) for name, value in told.items()]
        for name, default in REBINDABLE.items():
            keys = p.keymap.get(name, default)
            source = self.sources.get("keys", DEFAULT) if name in p.keymap else DEFAULT
            rows.append(Row(f"keys.{name}", " ".join(keys), source))
        return rows


def _switch(value: bool) -> str:
    return "true" if value else "false"


def load(
    environment: Mapping[str, str],
    *,
    theme: str | None = None,
    ascii_only: bool = False,
    path: Path | None = None,
) -> Loaded:
    """Flags over the environment over the file over the defaults.

    Raises:
        UsageError: There is no theme of the name that the flag gives.
        ConfigError: The file cannot be read, or is not TOML.
    """
    path = folders.settings_file() if path is None else path
    values, problems = _usable(tomlfile.read(path) or {}, path)
    sources = dict.fromkeys(values, f"settings {path}")
    if environment.get("TEXTUAL_ANIMATIONS") == "none":
        values["motion"], sources["motion"] = False, "environment TEXTUAL_ANIMATIONS"
    if theme is not None:
        if theme not in THEMES:
            raise UsageError(f"--theme: it is one of {', '.join(THEMES)}, not {theme!r}")
        values["theme"], sources["theme"] = theme, "flag --theme"
    if ascii_only:
        values["ascii"], sources["ascii"] = True, "flag --ascii"
    if "keys" in values:
        values["keymap"] = values.pop("keys")
    return Loaded(Preferences(**values), sources, tuple(problems))


class _BadError(ValueError):
    """What was found, and what is allowed."""


def _usable(table: Mapping[str, Any], path: Path) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    problems = []
    for name, value in table.items():
        try:
            values[name] = _READ.get(name, _unknown)(value)
        except _BadError as bad_one:
            problems.append(f"{path}: {name}: {bad_one}")
    if "keys" in values:
        values["keys"], bad = values["keys"]
        problems += [f"{path}: {line}" for line in bad]
    return values, problems


def _unknown(_value: Any) -> Any:
    raise _BadError(f"not a setting; allowed are {', '.join(_READ)}")


def _theme(value: Any) -> str:
    if isinstance(value, str) and value in THEMES:
        return value
    raise _BadError(f"found {value!r}, allowed are {', '.join(THEMES)}")


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _BadError(f"found {value!r}, allowed are true, false")


def _ascii(value: Any) -> bool | None:
    if value == "auto":
        return None
    if isinstance(value, bool):
        return value
    raise _BadError(f'found {value!r}, allowed are true, false, "auto"')


def _columns(value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(name in OPTIONAL for name in value):
        return tuple(name for name in OPTIONAL if name in value)
    raise _BadError(f"found {value!r}, allowed is an array of {', '.join(OPTIONAL)}")


# --- keys ---------------------------------------------------------------------------------------


def _keys(value: Any) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The usable ones of the table of keys, and a line for each of the rest."""
    if not isinstance(value, dict):
        raise _BadError(f'found {value!r}, allowed is a table: [keys] connect = ["c", "f2"]')
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, keys in _flat(value).items():
        try:
            found[name] = _keys_of(name, keys)
        except _BadError as bad:
            problems.append(f"keys.{name}: {bad}")
    return _without_clashes(found, problems)


def _flat(table: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """TOML reads `pane.state = …` as a table in a table."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{name}.")
        else:
            flat[before + name] = value
    return flat


def _keys_of(name: str, value: Any) -> tuple[str, ...]:
    if name not in REBINDABLE:
        raise _BadError("not an action; `ablytui config` lists them")
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise _BadError(f'found {value!r}, allowed is a key or an array of them: ["c", "f2"]')
    return tuple(_key(key) for key in keys)


def _key(written: str) -> str:
    """A key by its name, `/` as `slash`."""
    *modifiers, last = written.split("+") if len(written) > 1 else [written]
    known = len(last) == 1 and last.isprintable() and not last.isspace()
    if set(modifiers) <= _MODIFIERS and (known or last in _KEY_NAMES):
        name = "+".join([*modifiers, key_name(last)])
        if name in _FIXED:
            raise _BadError(f"found {written!r}, which cannot be given another meaning")
        return name
    raise _BadError(
        f"found {written!r}, allowed is a character, f1 to f12, or such as ctrl+t, alt+left"
    )


_KEY_NAMES: Final = {key.value for key in Keys if "+" not in key.value and key.value.islower()}


def _without_clashes(
    found: Mapping[str, tuple[str, ...]], problems: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Leave out who asks for a key that is another's; whoever stands first in the file has it."""
    kept: dict[str, tuple[str, ...]] = {}
    told = list(problems)
    for name, keys in found.items():
        others = {
            key: other
            for other, default in REBINDABLE.items()
            if other != name
            for key in (kept.get(other) or (() if other in found else default))
        }
        taken = next((key for key in keys if key in others), None)
        if taken is None:
            kept[name] = keys
        else:
            told.append(f"keys.{name}: found {taken!r}, which is the key of {others[taken]}")
    return kept, told


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "theme": _theme,
    "ascii": _ascii,
    "motion": _bool,
    "columns": _columns,
    "keys": _keys,
}


def cannot_draw(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is known to lack lines and glyphs: the Linux console, or no UTF-8."""
    if environment.get("TERM", "") in {"linux", "vt100", "vt102", "vt220", "dumb", "ansi"}:
        return True
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), ""
    )
    if not locale:
        # Said nowhere: a container or a service; Windows and macOS draw all the same.
        return os.name == "posix" and environment.get("TERM", "") == ""
    return "utf" not in locale.lower()
