"""REST under `/channels`: which there are, how one is, who is there, and its messages. PURE."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from ablytui.protocol.codec import Format
from ablytui.service import paging, problems
from ablytui.service.auth import Identity
from ablytui.service.paging import Placed
from ablytui.service.problems import problem
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.restio import Refused, Request, Response, allowed, answer, identify, only
from ablytui.service.restmessages import (
    Asked,
    annotated,
    history,
    message,
    messages,
    presence_history,
    versions,
)
from ablytui.service.status import status_of
from ablytui.service.wireform import read_query

_PATH: Final = re.compile(r"/channels(?:/([^/]+)(?:/(.+))?)?")
_ONE: Final = re.compile(r"messages/([^/]+)(?:/(versions|annotations))?")


def route(realm: Realm, request: Request, fmt: Format) -> Response | None:
    """Answer what is asked about channels; None for another path. Raises Refused."""
    match = _PATH.fullmatch(request.target.partition("?")[0])
    if match is None:
        return None
    rest = match[2] or ""
    one = _ONE.fullmatch(rest)
    if match[1] is not None and one is None and rest not in _RESTS:
        return None
    identity = identify(realm, request)
    query = read_query(request.target) or {}
    if match[1] is None:
        return _list(realm, request, identity, query, fmt)
    name = unquote(match[1])
    error = bad_channel(name)
    if error is not None:
        raise Refused(error)
    asked = Asked(realm, request, identity, name, query, fmt)
    if one is None:
        return _RESTS[rest](asked)
    return _OF_ONE[one[2]](asked, unquote(one[1]))


def _list(
    realm: Realm, request: Request, identity: Identity, query: Mapping[str, str], fmt: Format
) -> Response:
    """Channels that are in use, by name; `prefix` narrows them, `by=id` gives names alone."""
    only(request, "GET")
    by = query.get("by", "value")
    if by not in {"id", "value"}:
        raise Refused(problem(problems.BAD_VALUE, f"by is id or value, not {by[:40]!r}"))
    allowed(identity, "channel-metadata", "*")
    prefix = query.get("prefix", "")
    channels = realm.apps[identity.app].channels
    found: Iterator[Placed] = (
        (name, status_of(name, channels[name]))
        for name in sorted(channels)
        if name.startswith(prefix) and (channels[name].listeners or len(channels[name].members))
    )
    return paging.page(
        "channels", query, fmt, found, rising=True, only="channelId" if by == "id" else ""
    )


def _status(asked: Asked) -> Response:
    """ChannelDetails (CHD)."""
    only(asked.request, "GET")
    allowed(asked.identity, "channel-metadata", asked.name)
    return answer(status_of(asked.name, asked.existing()), asked.format)


def _presence(asked: Asked) -> Response:
    """Who is present, by connection and clientId (RSP3)."""
    only(asked.request, "GET")
    allowed(asked.identity, "subscribe", asked.name)
    channel = asked.existing()
    wanted = {n: asked.query[n] for n in ("clientId", "connectionId") if n in asked.query}
    members = {
        f"{member['connectionId']}:{member['clientId']}": member
        for member in (channel.members if channel is not None else ())
        if all(member[name] == value for name, value in wanted.items())
    }
    found = sorted(members.items(), key=lambda placed: placed[0])
    return paging.page(asked.path, asked.query, asked.format, found, rising=True)


_RESTS: Final[Mapping[str, Callable[[Asked], Response]]] = {
    "": _status,
    "messages": messages,
    "history": history,
    "presence": _presence,
    "presence/history": presence_history,
}
_OF_ONE: Final[Mapping[str | None, Callable[[Asked, str], Response]]] = {
    None: message,
    "versions": versions,
    "annotations": annotated,
}
