"""What a row of the table of parameters holds, and how one is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from ablytui.errors import UsageError
from ablytui.protocol import checks
from ablytui.protocol.checks import Check


class Kind(StrEnum):
    """How a value is written by a person."""

    CHOICE = "choice"
    SWITCH = "switch"
    TEXT = "text"
    NUMBER = "number"
    PAIRS = "pairs"
    HOSTS = "hosts"


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """One row of the table. `negative` is the switch's flag for false."""

    name: str
    kind: Kind
    label: str
    help: str
    check: Check
    flag: str
    negative: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""
    secret: bool = False
    env: str = ""
    query: str = ""
    point: str = ""
    placeholder: str = ""
    each: Check = checks.pair
    """Of PAIRS and HOSTS: the check of one of them."""

    @property
    def in_form(self) -> bool:
        """Whether the form offers it: all but what the program has done when there is a form."""
        return self.name != "auto_connect"

    def read(self, typed: str | Sequence[str], where: str) -> Any:
        """The value of what was typed. Raises UsageError naming `where`, or else the flag."""
        try:
            if isinstance(typed, str):
                return self.check(typed)
            return tuple(self.each(part) for part in typed)
        except ValueError as bad:
            place = f"{where}: {self.name}" if where else self.flag
            raise UsageError(f"{place}: {bad}") from None

    def written(self, value: Any) -> str:
        """A value as a person would type it; the empty string for none."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if self.kind is Kind.HOSTS:
            hosts = (checks.host_text(host, port) for host, port in value)
            return " ".join(hosts) or checks.NO_HOSTS
        if isinstance(value, tuple):
            return checks.joined(value)
        return str(value)


def param(default: Any, **spec: Any) -> Any:
    """A field of the table with its row."""
    name = spec.pop("name")
    spec.setdefault("flag", "--" + name.replace("_", "-"))
    return field(default=default, metadata={"spec": ParamSpec(name=name, **spec)})


def switch(name: str, default: bool, **spec: Any) -> Any:
    """A field that is on or off, with a flag for either."""
    negative = "--no-" + name.replace("_", "-")
    more = {"kind": Kind.SWITCH, "check": checks.switch, "negative": negative, **spec}
    return param(default, name=name, **more)


_MS: Final = checks.number(1, 86_400_000)


def timeout(name: str, default: int, label: str, help_: str, point: str) -> Any:
    """A field whose value is a time in ms."""
    return param(
        default,
        name=name,
        kind=Kind.NUMBER,
        label=label,
        help=help_,
        check=_MS,
        unit="ms",
        point=point,
    )
