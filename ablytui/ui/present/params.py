"""What the connection pane tells of: what was asked for, what CONNECTED gave, and the URI.

Pure: from values to `Content`. Secrets are shortened here, whatever form they arrive in, unless
the caller says that they are revealed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Final
from urllib.parse import unquote, urlsplit

from textual.content import Content

from ablytui.protocol.auth import source_of, token_of
from ablytui.protocol.connection import Connection
from ablytui.protocol.grants import GRANTS
from ablytui.protocol.params import PARAMS, ConnectParams, DialectName, Kind, spec_of, to_text
from ablytui.protocol.uri import SECRET_QUERY, Continuity, Target, mask, target
from ablytui.protocol.visible import visible
from ablytui.ui.present.changes import amount
from ablytui.ui.present.clockwords import span
from ablytui.ui.theme import MUTED

Line = tuple[str, Content]
"""A name and its value."""

_RUN: Final = re.compile(r"\*{3,}(~[0-9a-f]{4})?")
_DEFAULT: Final = ConnectParams()


def _value(text: str, note: str = "", style: str = "") -> Content:
    shown = Content.styled(visible(text), style) if style else Content(visible(text))
    return Content.assemble(shown, ("  " + visible(note), MUTED)) if note else shown


def secret(value: str, *, revealed: bool) -> str:
    """A secret as it may be shown; one that the log has masked already is shortened alike."""
    if revealed:
        return value
    if "***" in value:
        return _RUN.sub("•••", value)
    return mask(value)


def key_name(key: str, *, revealed: bool) -> str:
    """An API key: its name is no secret, what follows the colon is."""
    name, sign, _ = key.partition(":")
    return key if revealed else f"{name}:•••" if sign else mask(key)


# --- the URI ------------------------------------------------------------------------------------


def uri(where: Target, *, width: int, revealed: bool = False, missing: bool = False) -> Content:
    """The URI over as many lines as it needs, broken before a `&` and indented by two.

    `missing` says in its place that there is no key.
    """
    query = list(where.query)
    parts = [_pair(n, v, n in SECRET_QUERY, revealed) for n, v in query]
    if missing:
        parts.insert(0, Content.assemble(("key=", MUTED), ("missing", "$text-error")))
    head = Content.assemble(
        ("wss://" if where.tls else "ws://", MUTED),
        (visible(where.authority), "bold"),
        ("/?", MUTED),
    )
    return _wrapped(head, parts, width)


def uri_of_log(
    url: str, *, width: int, revealed: bool = False, changed: Collection[str] = ()
) -> Content:
    """The URI of an attempt as its row has it, drawn like one that is yet to be dialled.

    The parts that are `changed` are underlined; what changed stands in words elsewhere.
    """
    scheme, _, rest = url.partition("://")
    authority, _, query = rest.partition("/?")
    head = Content.assemble(
        (visible(scheme) + "://", MUTED), (visible(authority), "bold"), ("/?", MUTED)
    )
    parts = []
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        part = _pair(name, unquote(value), name in SECRET_QUERY, revealed)
        parts.append(part.stylize("underline") if name in changed else part)
    return _wrapped(head, parts, width)


def _pair(name: str, value: str, hidden: bool, revealed: bool) -> Content:
    if name == "key" and "***" not in value:
        value = key_name(value, revealed=revealed)
    elif hidden:
        value = secret(value, revealed=revealed)
    if name in {"resume", "recover"}:
        return Content.styled(f"{name}={visible(value)}", "$text-secondary")
    return Content.assemble((visible(name) + "=", MUTED), visible(value))


def _wrapped(head: Content, parts: Iterable[Content], width: int) -> Content:
    lines = [head]
    for place, part in enumerate(parts):
        joined = part if place == 0 else Content.assemble(("&", MUTED), part)
        if place and lines[-1].cell_length + joined.cell_length > width:
            lines.append(Content.assemble("  ", joined))
        else:
            lines[-1] = Content.assemble(lines[-1], joined)
    return Content("\n").join(lines)


# --- what was asked, what was given -------------------------------------------------------------


def asked(params: ConnectParams, mode: str, *, revealed: bool = False) -> list[Line]:
    """What was asked for; a parameter that is at its default takes no line of its own."""
    where = target(params, Continuity())
    dialect = "protocol v6" if params.dialect is DialectName.CURRENT else "one serial"
    lines = [
        ("target", _value(where.authority, "TLS" if params.tls else "no TLS")),
        ("dialect", _value(params.dialect, dialect)),
        ("auth", _auth(params, revealed)),
        ("clientId", _value(params.client_id) if params.client_id else _none()),
        ("format", _value(params.format)),
        ("mode", _value(mode, style="$text-secondary" if mode != "clean" else "")),
        ("options", _value(options(params))),
    ]
    if params.params:
        lines.append(("extra", _value(to_text(params, "params"))))
    if params.fallback_hosts is not None:
        lines.append(("fallback", _value(to_text(params, "fallback_hosts"))))
    if params.connectivity_check_url:
        lines.append(("check", _value(params.connectivity_check_url)))
    if params.cipher:
        lines.append(("cipher", _value(", ".join(channel for channel, _ in params.cipher))))
    timeouts = _changed_numbers(params)
    if timeouts:
        lines.append(("timeouts", _value(timeouts)))
    return lines


def _none() -> Content:
    return Content.styled("none", MUTED)


def _auth(params: ConnectParams, revealed: bool) -> Content:
    ways = []
    if params.token:
        ways.append(("token", secret(params.token, revealed=revealed)))
    source = source_of(params)
    if source == "auth_url":
        place = urlsplit(params.auth_url or "")
        ways.append(("auth URL", f"{params.auth_method} {place.netloc.rpartition('@')[2]}"))
    elif source == "auth_command":
        ways.append(("auth command", (params.auth_command or "").split()[0]))
    elif params.key:
        ways.append(("key", key_name(params.key, revealed=revealed)))
    if not ways:
        return Content.styled("no key", "$text-error")
    (first, note), *rest = ways
    renewed = f", renewed by {rest[0][0]}" if rest else ""
    return _value(first, note + renewed)


def options(params: ConnectParams) -> str:
    """Echo and heartbeats, and every other switch that is not at its default."""
    said = []
    for spec in PARAMS:
        if spec.kind is not Kind.SWITCH or not spec.in_form or spec.name == "tls":
            continue
        value = getattr(params, spec.name)
        if spec.name in {"echo", "heartbeats"} or value != getattr(_DEFAULT, spec.name):
            said.append(spec.label if value else f"no {spec.label}")
    return ", ".join(said)


def _changed_numbers(params: ConnectParams) -> str:
    return ", ".join(
        f"{spec_of(f.name).label} {span(getattr(params, f.name))}"
        for f in fields(params)
        if spec_of(f.name).unit == "ms" and getattr(params, f.name) != getattr(_DEFAULT, f.name)
    )


def granted(connection: Connection, *, revealed: bool = False) -> list[Line]:
    """What CONNECTED gave, and what the connection holds by it; nothing before the first."""
    if connection.id is None and connection.key is None:
        return []
    details = connection.details
    shown = {
        "connectionId": _value(connection.id or ""),
        "clientId": _value(connection.client_id) if connection.client_id else _none(),
        "state ttl": _value(span(connection.state_ttl)),
    }
    if connection.key:
        shown["key"] = _value(secret(connection.key, revealed=revealed))
    for grant in GRANTS:
        value = getattr(details, grant.attr) if grant.attr else None
        if grant.name not in shown and grant.name != "key" and value not in {None, 0}:
            shown[grant.name] = _value(amount(grant.unit, value))
    lines: list[Line] = [(each.name, shown[each.name]) for each in GRANTS if each.name in shown]
    lines.append(("next serial", _value(f"#{connection.msg_serial}") + _unacked(connection)))
    if connection.params.dialect is DialectName.CLASSIC:
        serial = connection.connection_serial
        lines.append(("last serial", _none() if serial is None else _value(str(serial))))
    return lines


def _unacked(connection: Connection) -> Content:
    """What waits, told only while there is any: then the sheet keeps its height."""
    waiting, queued = len(connection.pending), len(connection.queued)
    said = [f"{waiting} unacked"] if waiting else []
    said += [f"{queued} queued"] if queued else []
    return Content.styled("  " + ", ".join(said) if said else "", "$text-warning")


def form_uri(params: ConnectParams, *, width: int, revealed: bool = False) -> Content:
    """The URI that these parameters make."""
    given = token_of(params)
    where = target(params, Continuity(), token=given.token if given else None)
    return uri(where, width=width, revealed=revealed, missing=not params.has_credential)
