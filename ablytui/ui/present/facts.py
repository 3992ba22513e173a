"""What a line of the Connection pane means, and by which rule. Pure.

The words come from the tables: of the parameters, and of what CONNECTED grants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from textual.content import Content

from ablytui.protocol.auth import source_of
from ablytui.protocol.grants import GRANT
from ablytui.protocol.params import ConnectParams, ParamSpec, spec_of
from ablytui.protocol.visible import cells, elide
from ablytui.ui.present.changes import LINES
from ablytui.ui.theme import FAINT, MUTED


class Meaning(NamedTuple):
    """What it is, and the point of the specification; empty where there is none."""

    help: str
    point: str = ""


_MODES: Final[Mapping[str, Meaning]] = {
    "clean": Meaning("a new connection: nothing of an earlier one is asked for", "RTN2"),
    "resume": Meaning("the connection that was lost is asked for by its connectionKey", "RTN15b"),
    "recover": Meaning(
        "the connection of a recovery key is asked for, once, until CONNECTED", "RTN16k"
    ),
}
_TOKEN: Final[Mapping[str, Meaning]] = {
    "token": Meaning("where the token in use came from, and what gets the next one", "RSA4"),
    "ends": Meaning("when the token ends; before that a new one is got where it can be", "RSA4b1"),
    "issued": Meaning("when the token was made", "TD4"),
}
_OTHERS: Final[Mapping[str, Meaning]] = {
    "changed": Meaning("the parts of the URI that differ from those of the dial before"),
}
_DEFAULT: Final = ConnectParams()


def of_param(spec: ParamSpec) -> Meaning:
    """Of one field of the form."""
    return Meaning(spec.help, spec.point)


def of_asked(name: str, params: ConnectParams, mode: str) -> Meaning:
    """Of one line of what was asked for."""
    if name == "mode":
        return _MODES[mode]
    if name in _TOKEN:
        return _TOKEN[name]
    if name in _OTHERS:
        return _OTHERS[name]
    specs = [spec_of(each) for each in _told_of(name, params)]
    if len(specs) == 1:
        return of_param(specs[0])
    said = "; ".join(f"{spec.label}: {spec.help}" for spec in specs)
    points = ", ".join(dict.fromkeys(spec.point for spec in specs if spec.point))
    return Meaning(said, points)


def _told_of(line: str, params: ConnectParams) -> list[str]:
    """The parameters of a line that it says something about."""
    names = LINES[line]
    if line == "auth":
        source = source_of(params)
        return (["token"] if params.token else []) + [source] if source in names else ["key"]
    if line == "target":
        return ["endpoint", "tls"]
    if line == "options":
        changed = [n for n in names if getattr(params, n) != getattr(_DEFAULT, n)]
        return ["echo", "heartbeats", *(n for n in changed if n not in {"echo", "heartbeats"})]
    if line == "timeouts":
        changed = [n for n in names if getattr(params, n) != getattr(_DEFAULT, n)]
        return changed or list(names[:1])
    return list(names)


def of_granted(name: str) -> Meaning:
    """Of one line of what CONNECTED granted."""
    grant = GRANT[name]
    where = f"{grant.wire}: " if grant.wire and grant.wire != name else ""
    return Meaning(where + grant.help, grant.point)


def told(meaning: Meaning, width: int, lines: int = 2, *, was: str = "") -> Content:
    """The rule and the words in so many lines; the rule and what was before are never cut off."""
    point = f"{meaning.point}  " if meaning.point else ""
    after = f"  ({was})" if was else ""
    room = max(width * lines - cells(point) - cells(after) - lines * 8, 16)
    help_ = elide(meaning.help, room)
    return Content.assemble((point, FAINT), (help_, MUTED), (after, ""))
