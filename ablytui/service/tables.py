"""Reading a settings file with sentences for its mistakes. PURE.

Each getter names the file, the key, what was found and what is allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ablytui.errors import ConfigError


class Table:
    """One table of a TOML file. `done` refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self.where = where
        self._values = values
        self._read: set[str] = set()
        self._asked: set[str] = set()

    def bad(self, name: str, allowed: str) -> ConfigError:
        """The error for one key."""
        found = shown(self._values[name]) if name in self._values else "nothing"
        return ConfigError(f"{self.where}: {name}: found {found}, allowed is {allowed}")

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        self._asked.add(name)
        return name in self._values

    def raw(self, name: str) -> Any:
        """The value as it is; None without one."""
        self._read.add(name)
        return self._values.get(name)

    def text(self, name: str, *, default: str | None = None) -> str:
        """A string; `default` None makes it required."""
        value = self.raw(name)
        if value is None and default is not None and name not in self._values:
            return default
        if not isinstance(value, str) or (not value and default is None):
            raise self.bad(name, "a string")
        return value

    def number(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number; `default` None makes it required."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.bad(name, f"a whole number from {low} to {high}")
        return value

    def choice(self, name: str, choices: Collection[str], *, default: str | None = None) -> str:
        """One of some words; `default` None makes it required."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in choices:
            raise self.bad(name, "one of " + ", ".join(choices))
        return value

    def table(self, name: str) -> Table:
        """A table within; an empty one if it is not there."""
        value = self.raw(name)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.bad(name, "a table")
        return Table(value, f"{self.where}: {name}")

    def tables(self, name: str) -> list[Table]:
        """An array of tables."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            raise self.bad(name, f"tables, each under [[{name}]]")
        return [Table(v, f"{self.where}: {name} {n}") for n, v in enumerate(value, 1)]

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of strings."""
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.bad(name, "an array of strings")
        return tuple(value)

    def words(self, name: str, choices: Collection[str]) -> tuple[str, ...]:
        """An array of some words."""
        found = self.texts(name)
        if not set(found) <= set(choices):
            raise self.bad(name, "an array of " + ", ".join(choices))
        return found

    def names(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self._values)

    def done(self, *also: str) -> None:
        """Refuse a key that was not read; `also` are names that are understood elsewhere."""
        known = self._read | set(also)
        for name in self._values:
            if name not in known:
                allowed = ", ".join(sorted((known | self._asked) - {name}))
                raise ConfigError(f"{self.where}: found the key {name!r}, allowed are {allowed}")


def shown(value: object) -> str:
    """A value for a sentence, short."""
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
