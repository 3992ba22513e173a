"""What differs from before: parameters from the last dial's, facts of CONNECTED from the last one's.

Pure. A change has the name of the line it belongs to, and a word for what was before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ablytui.protocol.connection import Connection
from ablytui.protocol.grants import GRANTS
from ablytui.protocol.observe.attempts import Granted
from ablytui.protocol.params import ConnectParams, spec_of, to_text
from ablytui.protocol.visible import elide, visible
from ablytui.ui.present.amounts import limit
from ablytui.ui.present.clockwords import span

SIGN: Final = "≠"
"""Stands before the value of a line that differs."""

_LONGEST: Final = 24

LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "target": ("endpoint", "port", "tls"),
    "dialect": ("dialect",),
    "auth": (
        "key",
        "token",
        "auth_url",
        "auth_command",
        "auth_headers",
        "auth_params",
        "auth_method",
    ),
    "clientId": ("client_id",),
    "format": ("format",),
    "mode": ("recover", "resume", "connection_serial"),
    "options": ("echo", "heartbeats", "strict_ttl", "queue_messages", "query_time"),
    "extra": ("params",),
    "fallback": ("fallback_hosts",),
    "check": ("connectivity_check_url",),
    "cipher": ("cipher",),
    "timeouts": (
        "realtime_request_timeout",
        "disconnected_retry_timeout",
        "suspended_retry_timeout",
        "channel_retry_timeout",
        "connection_state_ttl",
    ),
}
"""The parameters that each line of what was asked for tells of."""


class Dials:
    """What the last two dials that differ in number were made with. Tell it every model."""

    def __init__(self) -> None:
        self.last: ConnectParams | None = None
        self.before: ConnectParams | None = None
        self._attempt = 0

    def see(self, connection: Connection) -> None:
        """A dial takes the parameters that are in force when its attempt is counted."""
        if connection.attempt != self._attempt:
            self._attempt = connection.attempt
            self.before, self.last = self.last, connection.params


def changed_params(before: ConnectParams | None, now: ConnectParams) -> frozenset[str]:
    """The names of the parameters that differ; none before the first dial."""
    if before is None:
        return frozenset()
    return frozenset(f.name for f in fields(now) if getattr(before, f.name) != getattr(now, f.name))


def asked_changes(before: ConnectParams | None, now: ConnectParams) -> dict[str, str]:
    """By line, what was asked for before; secrets are not said."""
    names = changed_params(before, now)
    found: dict[str, str] = {}
    for line, params in LINES.items():
        of_line = [name for name in params if name in names]
        if of_line and before is not None:
            found[line] = _was(before, of_line)
    return found


def _was(before: ConnectParams, names: list[str]) -> str:
    if len(names) > 1 or spec_of(names[0]).secret:
        return "changed"
    spec = spec_of(names[0])
    value = getattr(before, names[0])
    if isinstance(value, bool):
        return f"was {spec.label if value else f'no {spec.label}'}"
    if spec.unit == "ms":
        return f"was {span(value)}"
    return f"was {_short(to_text(before, names[0]))}"


def was_param(before: ConnectParams, name: str) -> str:
    """What one parameter was; a secret is only said to be another."""
    return _was(before, [name])


def _short(text: str) -> str:
    return elide(visible(text), _LONGEST) or "none"


def url_changes(before: str, now: str) -> tuple[str, ...]:
    """What a URI has that the one before had not, and the reverse: `recover added`, `v changed`."""
    if not before or not now:
        return ()
    old, new = _query(before), _query(now)
    said = [] if _head(before) == _head(now) else ["host changed"]
    said += [f"{visible(name)} added" for name in new if name not in old]
    said += [f"{visible(name)} changed" for name in new if name in old and new[name] != old[name]]
    said += [f"{visible(name)} gone" for name in old if name not in new]
    return tuple(said)


def changed_names(before: str, now: str) -> frozenset[str]:
    """The names of the URI's parts that are new or differ."""
    if not before or not now:
        return frozenset()
    old = _query(before)
    return frozenset(name for name, value in _query(now).items() if old.get(name) != value)


def mode_change(before: str, now: str) -> str:
    """Whether the URI continues in another way than the one before: `was clean`."""
    if not before or not now:
        return ""
    was, is_ = _mode(before), _mode(now)
    return "" if was == is_ else f"was {was}"


def _mode(url: str) -> str:
    query = _query(url)
    return next((mode for mode in ("resume", "recover") if mode in query), "clean")


def _head(url: str) -> str:
    return url.partition("?")[0]


def _query(url: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}


def granted_changes(before: Granted | None, now: Granted | None) -> dict[str, str]:
    """By line, what CONNECTED said the last time; none after the first."""
    if before is None or now is None:
        return {}
    found = {}
    if before.id != now.id:
        found["connectionId"] = f"was {_short(before.id or '')}"
    for grant in GRANTS:
        if not grant.attr:
            continue
        was, is_ = getattr(before.details, grant.attr), getattr(now.details, grant.attr)
        if was == is_:
            continue
        if grant.attr == "connection_key":
            found[grant.name] = "new" if was is None else "changed"
        else:
            found[grant.name] = "new" if was is None else f"was {_UNITS[grant.unit](was)}"
    return found


def amount(unit: str, value: object) -> str:
    """A fact of CONNECTED in its unit."""
    return _UNITS[unit](value)


_UNITS: Final[Mapping[str, Callable[..., str]]] = {
    "": lambda value: _short(str(value)),
    "ms": span,
    "bytes": limit,
    "rate": lambda value: f"{value}/s",
}
