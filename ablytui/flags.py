"""The command line's flags, made from the table of parameters, and what they come to.

Precedence: flag, environment, profile, default.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ablytui import profiles
from ablytui.errors import UsageError
from ablytui.protocol.checks import NO_HOSTS
from ablytui.protocol.credentials import AUTH, CREDENTIALS, check_together, without_credentials
from ablytui.protocol.hosts import split_url
from ablytui.protocol.params import (
    PARAMS,
    ConnectParams,
    Kind,
    ParamSpec,
    from_text,
    spec_of,
    to_text,
)

Typed = dict[str, str | Sequence[str]]
_DEFAULT: Final = ConnectParams()


class Asked(NamedTuple):
    """The parameters, and whether anybody said which service to use."""

    params: ConnectParams
    named_service: bool
    sources: Mapping[str, str] = {}
    """Where each value that is not the default comes from, in words."""


class LineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line, raised as UsageError."""

    def error(self, message: str) -> Any:
        """Never returns."""
        if message.startswith("unrecognized arguments: "):
            first = message.removeprefix("unrecognized arguments: ").split(" ")[0]
            kind = "option" if first.startswith("-") else "argument"
            message = f"unknown {kind} {first}"
        raise UsageError(f"{message}; `{self.prog} --help` lists what is allowed")


def add_url(parser: argparse.ArgumentParser) -> None:
    """The service as one argument."""
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="ws://HOST:PORT, wss://HOST, or an Ably endpoint name; sets --endpoint, --port, --tls",
    )


_SECTIONS: Final = {
    "dialect": "service",
    "key": "credentials",
    "format": "connection",
    "realtime_request_timeout": "times in ms",
    "strict_ttl": "behaviour",
}
"""Titles in the help, each above the parameter that it stands before in the table."""


def add_params(parser: argparse.ArgumentParser) -> None:
    """A flag for each parameter of the table, and `--profile`."""
    group = parser.add_argument_group("parameters")
    group.add_argument(
        "--profile",
        metavar="NAME",
        help="take what is not given here from this table of the profile file",
    )
    for spec in PARAMS:
        if spec.name in _SECTIONS:
            group = parser.add_argument_group(_SECTIONS[spec.name])
        _add(group, spec)


def _add(group: Any, spec: ParamSpec) -> None:
    keys: dict[str, Any] = {"dest": spec.name, "default": None, "help": _help(spec)}
    if spec.kind is Kind.SWITCH:
        group.add_argument(spec.flag, spec.negative, action=_Switch, nargs=0, **keys)
    elif spec.kind is Kind.CHOICE:
        group.add_argument(spec.flag, metavar="|".join(spec.choices), **keys)
    elif spec.kind is Kind.HOSTS:
        group.add_argument(spec.flag, action=_Host, metavar="HOST[:PORT]", **keys)
        keys["help"] = "try no fallback host"
        group.add_argument(spec.negative, action="store_const", const=NO_HOSTS, **keys)
    elif spec.kind is Kind.PAIRS:
        # The text begins with how it is written, which stands beside the flag here.
        metavar, _, keys["help"] = keys["help"].partition(", ")
        group.add_argument(spec.flag, action="append", metavar=metavar, **keys)
    elif spec.secret:
        # Collected, so that one given twice is noticed: which of them counts is no guess of ours.
        group.add_argument(spec.flag, action="append", metavar="TEXT", **keys)
    else:
        metavar = spec.unit.upper() or ("N" if spec.kind is Kind.NUMBER else "TEXT")
        group.add_argument(spec.flag, metavar=metavar, **keys)


def _help(spec: ParamSpec) -> str:
    """What it is; then the rule, the variable that may hold it, and the default."""
    default = to_text(_DEFAULT, spec.name)
    notes = (spec.point, spec.env and f"or {spec.env}", default and f"default {default}")
    told = ", ".join(filter(None, notes))
    return (f"{spec.help} ({told})" if told else spec.help).replace("%", "%%")


class _Switch(argparse.Action):
    """Two flags of one value: the second of them says false."""

    def __call__(self, _parser: Any, given: Any, _values: Any, flag: str | None = None) -> None:
        """Keep what the flag says, as it is typed elsewhere."""
        setattr(given, self.dest, "false" if flag == self.option_strings[1] else "true")


class _Host(argparse.Action):
    """One more host of a list; after the flag for none of them, the first of a new list."""

    def __call__(self, _parser: Any, given: Any, host: Any, _flag: str | None = None) -> None:
        """Keep it: of two that contradict each other the last counts, as with switches."""
        before = getattr(given, self.dest)
        setattr(given, self.dest, [*(before if isinstance(before, list) else ()), host])


def resolve(
    given: argparse.Namespace,
    environment: Mapping[str, str],
    read_secret: Callable[[], str],
    scenario: Mapping[str, str] | None = None,
) -> Asked:
    """What was asked for. `read_secret` gives the line for a `-`; a scenario's values are defaults.

    Raises:
        UsageError: A value of a flag or of the environment cannot be used.
        ConfigError: A value of the profile cannot be used.
    """
    typed: Typed = dict(scenario or {})
    sources = dict.fromkeys(typed, "scenario")
    if given.profile is not None:
        profile = profiles.load(given.profile, environment)
        typed |= profile
        sources |= dict.fromkeys(profile, f"profile {given.profile}")
    params = from_text(typed)
    variables = [spec for spec in PARAMS if spec.env and environment.get(spec.env)]
    params = _over(params, {spec.name for spec in variables})
    for spec in variables:
        params = from_text({spec.name: environment[spec.env]}, params, where=spec.env)
        sources[spec.name] = f"environment {spec.env}"
    flags = _flags(given, read_secret)
    params = from_text(flags, _over(params, flags.keys()))
    sources |= {name: _flag_of(name, given) for name in flags}
    check_together(params)
    named = bool({"endpoint", "port", "tls"} & (typed.keys() | flags.keys()))
    return Asked(params, named, _in_force(sources, params))


_READ: Final = ("key", "token")
"""What `-` is read for, a line each, in this order."""


def _flag_of(name: str, given: argparse.Namespace) -> str:
    spec = spec_of(name)
    value = getattr(given, name)
    if value is None:
        return "URL"
    no = spec.negative and value in ("false", NO_HOSTS)
    return f"flag {spec.negative if no else spec.flag}"


def _in_force(sources: Mapping[str, str], params: ConnectParams) -> dict[str, str]:
    """Without the credentials that were put aside for another one."""
    return {
        name: source
        for name, source in sources.items()
        if name not in AUTH or getattr(params, name) != getattr(_DEFAULT, name)
    }


def _over(params: ConnectParams, names: Collection[str]) -> ConnectParams:
    """What these names are laid over: a credential among them is the whole of it."""
    return without_credentials(params) if set(CREDENTIALS) & set(names) else params


def _flags(given: argparse.Namespace, read_secret: Callable[[], str]) -> Typed:
    flags: Typed = {
        spec.name: _once(spec, getattr(given, spec.name))
        for spec in PARAMS
        if getattr(given, spec.name) is not None
    }
    for name in _READ:
        if flags.get(name) == "-":
            flags[name] = read_secret()
            if not flags[name]:
                raise UsageError(f"--{name} -: no {name} came on standard input")
    url = getattr(given, "url", None)
    if url is not None:
        for name, value in split_url(url).items():
            if flags.get(name, value) != value:
                flag = next(spec.flag for spec in PARAMS if spec.name == name)
                raise UsageError(f"{flag} says something else than {url!r}; give one of them")
            flags[name] = value
    return flags


def _once(spec: ParamSpec, value: Any) -> Any:
    if not spec.secret or spec.kind is Kind.PAIRS:
        return value
    if len(value) > 1:
        raise UsageError(f"{spec.flag} is given {len(value)} times; give one")
    return value[0]
