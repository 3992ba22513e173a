"""What a line says beyond the row that it is made of: what its codes and rules mean, in words.

Adds members and changes none. May not know asyncio, the Session or the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.protocol.catalogue import meaning_of
from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.log import EntryKind
from ablytui.protocol.specpoints import title_of


def explained(kind: EntryKind, members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a row of `kind`, with what is known about them."""
    if kind is EntryKind.HANDSHAKE:
        return {**members, "phases": _phases(mapping(members.get("phases")))}
    told, more = dict(members), _MORE.get(kind)
    for name, value in ({} if more is None else more(members)).items():
        told.setdefault(name, value)
    return told


def _phases(taken: Mapping[str, Any]) -> dict[str, Any]:
    """Phases in ms. What there was no need of took none: the DNS of an address, TLS of `ws://`."""
    return {"dns": 0, "tcp": 0, "tls": 0, "http": 0, **taken}


def _of_code(code: object) -> dict[str, Any]:
    """`meaning`, and `advice` where there is any, of an error code."""
    known = None if (number := integer(code)) is None else meaning_of(number)
    if known is None:
        return {}
    return {"meaning": known.meaning} | ({"advice": known.advice} if known.advice else {})


def _change(members: Mapping[str, Any]) -> dict[str, Any]:
    rule = title_of(text(members.get("point")) or "")
    return _of_code(mapping(members.get("reason")).get("code")) | ({"rule": rule} if rule else {})


def _notice(members: Mapping[str, Any]) -> dict[str, Any]:
    return _of_code(members.get("code"))


def _anomaly(members: Mapping[str, Any]) -> dict[str, Any]:
    rule = title_of(text(members.get("point")) or "")
    return {"rule": rule} if rule else {}


_MORE: Final[Mapping[EntryKind, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    EntryKind.STATE: _change,
    EntryKind.CHANNEL: _change,
    EntryKind.NOTICE: _notice,
    EntryKind.ANOMALY: _anomaly,
}
