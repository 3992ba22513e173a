"""REST, as far as a client of one connection needs it. PURE: a request in, a response out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from ablytui.protocol.codec import Format
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.protocol.message import ProtocolAction
from ablytui.service import problems, restapps, restkeys
from ablytui.service.auth import Identity
from ablytui.service.channels import Channel
from ablytui.service.events import Effect
from ablytui.service.problems import problem
from ablytui.service.publishing import publish, read_items, size_of, stamp
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.restio import (
    Refused,
    accepted,
    allowed,
    answer,
    identify,
    only,
    read_body,
)
from ablytui.service.restio import Request as Request
from ablytui.service.restio import Response as Response
from ablytui.service.restio import error_response as error_response
from ablytui.service.status import status_of
from ablytui.service.wireform import give_out, read_query

_CHANNEL: Final = re.compile(r"/channels/([^/]+)(?:/(messages|history|presence|presence/history))?")
_MOST: Final = 1_000


class Rest:
    """The REST side of a realm."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm

    def handle(self, request: Request, moment: Moment) -> tuple[Response, list[Effect]]:
        """Answer a request; effects are what its publishing sends to others. Never raises."""
        realm = self._realm
        realm.now, realm.out = moment, []
        fmt = accepted(request)
        try:
            response = self._route(request, fmt)
        except Refused as refused:
            response = error_response(refused.error, fmt)
        return response, realm.out

    def _route(self, request: Request, fmt: Format) -> Response:
        path = request.target.partition("?")[0]
        query = read_query(request.target) or {}
        if path == "/time":
            only(request, "GET")
            return answer([int(self._realm.now.wall)], fmt)
        if path == "/stats":
            only(request, "GET")
            allowed(identify(self._realm, request), "stats", "*")
            # No statistics are kept, and an interval without any is left out (RSC6).
            return answer([], fmt, links=_links(path, query, ""))
        other = restkeys.route(self._realm, request, fmt) or restapps.route(
            self._realm, request, fmt
        )
        if other is not None:
            return other
        match = _CHANNEL.fullmatch(path)
        if match is None:
            raise Refused(problem(problems.NOT_FOUND, f"there is no {path[:80]!r} here"))
        identity = identify(self._realm, request)
        name = unquote(match[1])
        error = bad_channel(name)
        if error is not None:
            raise Refused(error)
        only(request, "GET", *(["POST"] if match[2] == "messages" else []))
        if request.method == "POST":
            return self._post(identity, name, request, fmt)
        match match[2]:
            case None:
                allowed(identity, "channel-metadata", name)
                return answer(status_of(name, self._held(identity, name)), fmt)
            case "presence":
                return self._presence(identity, name, query, fmt)
            case "presence/history":
                kind = ProtocolAction.PRESENCE
                return self._history(identity, name, path, query, fmt, kind=kind)
            case _:
                return self._history(identity, name, path, query, fmt)

    # --- publishing -----------------------------------------------------------------------------

    def _post(self, identity: Identity, name: str, request: Request, fmt: Format) -> Response:
        realm = self._realm
        allowed(identity, "publish", name)
        given, spoken = read_body(request)
        items = read_items(given if isinstance(given, list) else [given], spoken)
        if isinstance(items, ErrorInfo):
            raise Refused(items)
        if not items:
            raise Refused(problem(problems.BAD_REQUEST, "there is no message in the body"))
        size = sum(size_of(item) for item in items)
        if size > realm.options.max_message_size:
            text = (
                f"the messages are {size} bytes, and the limit is {realm.options.max_message_size}"
            )
            raise Refused(problem(problems.TOO_LARGE, text))
        channel = stamp(identity, items) or realm.channel(identity.app, name)
        if isinstance(channel, ErrorInfo):
            raise Refused(channel)
        frame_id = f"{realm.ids(10)}:0"
        serials = publish(realm, channel, items, frame_id, "")
        value = {"channel": name, "messageId": frame_id, "serials": serials}
        return answer(value, fmt, status=201)

    # --- reading --------------------------------------------------------------------------------

    def _history(
        self,
        identity: Identity,
        name: str,
        path: str,
        query: Mapping[str, str],
        fmt: Format,
        *,
        kind: ProtocolAction = ProtocolAction.MESSAGE,
    ) -> Response:
        allowed(identity, "history", name)
        limit = _number(query, "limit", 100, _MOST)
        forwards = query.get("direction") == "forwards"
        cursor = query.get("cursor", "")
        start, end = _number(query, "start", 0), _number(query, "end", 1 << 62)
        until = query.get("from_serial") or query.get("fromSerial") or ""
        found: list[Mapping[str, Any]] = []
        channel = self._held(identity, name)
        for stored, item in channel.items(kind) if channel is not None else ():
            inside = start <= stored.head["timestamp"] <= end
            if inside and (not until or stored.serial <= until):
                inherited = {k: v for k, v in stored.head.items() if k != "id"}
                found.append({**inherited, **item})
        if forwards:
            found.reverse()
        at = next((n + 1 for n, item in enumerate(found) if item["id"] == cursor), 0)
        page, more = found[at : at + limit], at + limit < len(found)
        links = _links(path, query, str(page[-1]["id"]) if more else "")
        return answer([give_out(item, fmt) for item in page], fmt, links=links)

    def _presence(
        self, identity: Identity, name: str, query: Mapping[str, str], fmt: Format
    ) -> Response:
        allowed(identity, "subscribe", name)
        members: list[Mapping[str, Any]] = []
        channel = self._held(identity, name)
        if channel is not None:
            members = [
                give_out(member, fmt)
                for member in channel.members
                if query.get("clientId") in {None, member["clientId"]}
                and query.get("connectionId") in {None, member["connectionId"]}
            ]
        return answer(members[: _number(query, "limit", 100, _MOST)], fmt)

    def _held(self, identity: Identity, name: str) -> Channel | None:
        """The channel if it is there already, rid of what is too old."""
        if self._realm.find(identity.app, name) is None:
            return None
        channel = self._realm.channel(identity.app, name)
        return None if isinstance(channel, ErrorInfo) else channel


def _number(query: Mapping[str, str], name: str, default: int, most: int = 1 << 62) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20):
        raise Refused(problem(problems.BAD_VALUE, f"{name} is a whole number, not {value[:40]!r}"))
    return min(int(value), most)


def _links(path: str, query: Mapping[str, str], after: str) -> tuple[tuple[str, str], ...]:
    """RFC 8288 links of a page, relative to the path of the request (TG)."""
    last = path.rpartition("/")[2]
    rest = {k: v for k, v in query.items() if k not in {"cursor", "key"}}
    links = [("Link", f'<./{last}?{urlencode(rest, quote_via=quote)}>; rel="first"')]
    if after:
        following = urlencode({**rest, "cursor": after}, quote_via=quote)
        links.append(("Link", f'<./{last}?{following}>; rel="next"'))
    return tuple(links)
