"""`ablytui config`: each value that would hold, and where it comes from. Secrets are masked.

Takes the options of `connect`, so that any command line can be asked what it comes to. May not
know Textual; what the settings of the screen come to is told by who read them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import quote

from ablytui.protocol.credentials import secrets_of
from ablytui.protocol.params import PARAMS, ConnectParams, to_text
from ablytui.protocol.uri import SECRET_QUERY
from ablytui.protocol.visible import visible

DEFAULT: Final = "default"
_MASK: Final = "***"


@dataclass(frozen=True, slots=True)
class Value:
    """One value as a person would write it; empty: none. `source` says who set it."""

    group: str
    name: str
    value: str
    source: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """What it has beside the options of `connect`."""
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def values(params: ConnectParams, sources: Mapping[str, str]) -> list[Value]:
    """Every parameter of the table. `sources` names those that are not the default."""
    hidden = _hidden(params)
    return [
        Value(
            "connection",
            spec.name,
            _masked(to_text(params, spec.name), hidden),
            sources.get(spec.name, DEFAULT),
        )
        for spec in PARAMS
    ]


def _hidden(params: ConnectParams) -> list[str]:
    """What may not be printed, the longest first, as written plainly and in a URL."""
    secrets = set(secrets_of(params))
    secrets |= {value for name, value in params.params if name in SECRET_QUERY}
    secrets |= {value for _, value in params.auth_headers}
    # The name of a key is public, and says which one holds.
    secrets -= {params.key or ""}
    secrets |= {quote(secret, safe="") for secret in secrets}
    return sorted(secrets - {""}, key=len, reverse=True)


def _masked(text: str, hidden: Iterable[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, _MASK)
    return text


def run(given: argparse.Namespace, found: Sequence[Value], problems: Sequence[str]) -> int:
    """Print them, and on stderr what cannot be used; 2 if there is any of that."""
    sys.stdout.write(_json(found) if given.json else _table(found))
    for problem in problems:
        sys.stderr.write(f"ablytui: {visible(problem)}\n")
    return 2 if problems else 0


def _json(found: Sequence[Value]) -> str:
    return json.dumps([asdict(value) for value in found], indent=2, ensure_ascii=False) + "\n"


def _table(found: Sequence[Value]) -> str:
    named = max(len(value.name) for value in found)
    wide = min(max(len(visible(value.value)) for value in found), 48)
    lines, group = [], ""
    for value in found:
        if value.group != group:
            lines.append(f"{'' if not group else chr(10)}[{value.group}]")
            group = value.group
        lines.append(f"{value.name:{named}}  {visible(value.value) or '-':{wide}}  {value.source}")
    return "\n".join(lines) + "\n"
