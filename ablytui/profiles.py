"""The profile file: named sets of parameters, a TOML table each.

A profile never holds a secret in clear; it names the environment variable that does:
`key_env = "MY_KEY"`, and for what has several values `cipher_env = { room = "ROOM_KEY" }`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ablytui import folders, tomlfile
from ablytui.errors import ConfigError, UsageError
from ablytui.protocol.checks import NO_HOSTS
from ablytui.protocol.params import PARAMS, ConnectParams, Kind, ParamSpec, from_text

_VARIABLES: Final = {f"{spec.name}_env": spec for spec in PARAMS if spec.secret}
"""Keys that name an environment variable, and the parameter that it holds."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def default_path() -> Path:
    """Where the profiles are kept: `profiles.toml` in the platform's configuration folder."""
    return folders.profiles_file()


def load(
    name: str,
    environment: Mapping[str, str],
    path: Path | None = None,
) -> dict[str, str | Sequence[str]]:
    """The typed values of one profile, as `from_text` reads them.

    Raises:
        ConfigError: There is no such file or profile, or a value in it cannot be used. Says
            file, key, what was found and what is allowed.
    """
    path = default_path() if path is None else path
    table = _table(name, path)
    where = f"profile {name} in {path}"
    values: dict[str, str | Sequence[str]] = {}
    for key, value in table.items():
        if key in _VARIABLES:
            spec = _VARIABLES[key]
            values[spec.name] = _from_environment(spec, value, environment, f"{where}: {key}")
        else:
            values[key] = _typed(_spec(key, where), value, where)
    try:
        from_text(values, ConnectParams(), where=where)
    except UsageError as bad:
        raise ConfigError(bad.message) from None
    return values


def _table(name: str, path: Path) -> Mapping[str, Any]:
    everything = tomlfile.read(path)
    if everything is None:
        raise ConfigError(f"--profile {name}: there is no {path}; make it, with a table [{name}]")
    table = everything.get(name)
    if isinstance(table, dict):
        return table
    names = ", ".join(key for key, value in everything.items() if isinstance(value, dict))
    raise ConfigError(f"--profile {name}: {path} has no table [{name}]; it has {names or 'none'}")


def _spec(key: str, where: str) -> ParamSpec:
    allowed = [spec.name for spec in PARAMS if not spec.secret]
    for spec in PARAMS:
        if spec.name == key and not spec.secret:
            return spec
        if spec.name == key:
            raise ConfigError(
                f"{where}: {key}: a profile holds no secret in clear; name a variable that holds "
                f"it: {key}_env"
            )
    raise ConfigError(
        f"{where}: {key}: not a key; allowed are {', '.join([*_VARIABLES, *allowed])}"
    )


def _from_environment(
    spec: ParamSpec, value: object, environment: Mapping[str, str], where: str
) -> str | Sequence[str]:
    """What the variable holds; of a table, each with its name. `where` says the key too."""
    if spec.kind is Kind.PAIRS and isinstance(value, dict):
        return [
            f"{name}={_variable(variable, environment, f'{where}: {name}')}"
            for name, variable in value.items()
        ]
    return _variable(value, environment, where)


def _variable(name: object, environment: Mapping[str, str], where: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        # Not shown: it may be the secret itself.
        raise ConfigError(f"{where}: it is the name of an environment variable: letters, digits, _")
    found = environment.get(name)
    if not found:
        raise ConfigError(f"{where}: the environment variable {name} is not set")
    return found


def _typed(spec: ParamSpec, value: object, where: str) -> str | Sequence[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, str)):
        return str(value)
    several = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if spec.kind is Kind.PAIRS and isinstance(value, dict):
        return [f"{name}={_typed(spec, item, where)}" for name, item in value.items()]
    if spec.kind in {Kind.PAIRS, Kind.HOSTS} and isinstance(value, list) and several:
        return value or (NO_HOSTS if spec.kind is Kind.HOSTS else "")
    allowed = ", ".join(spec.choices) or {
        Kind.SWITCH: "true or false",
        Kind.NUMBER: "a whole number",
        Kind.HOSTS: 'an array of "HOST" or "HOST:PORT"',
        Kind.PAIRS: 'a table of texts, or an array of "NAME=VALUE"',
    }.get(spec.kind, "a text")
    raise ConfigError(f"{where}: {spec.name}: found {value!r}, allowed is {allowed}")
