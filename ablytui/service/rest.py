"""REST, as far as a client of one connection needs it. PURE: a request in, a response out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote, unquote, urlencode

from ablytui.protocol.codec import Format, encode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import Moment
from ablytui.service import problems
from ablytui.service.auth import Identity
from ablytui.service.channels import Channel
from ablytui.service.events import Effect
from ablytui.service.problems import problem
from ablytui.service.publishing import publish, read_items, size_of
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.wireform import credentials, give_out, read_query

MSGPACK: Final = "application/x-msgpack"
JSON: Final = "application/json"
_CHANNEL: Final = re.compile(r"/channels/([^/]+)/(messages|history|presence)")
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `target` is still percent-encoded; `headers` has lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """Its answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _Refused(Exception):
    def __init__(self, error: ErrorInfo) -> None:
        super().__init__(error.message)
        self.error = error


class Rest:
    """The REST side of a realm."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm

    def handle(self, request: Request, moment: Moment) -> tuple[Response, list[Effect]]:
        """Answer a request; effects are what its publishing sends to others. Never raises."""
        realm = self._realm
        realm.now, realm.out = moment, []
        fmt = _accepted(request)
        try:
            response = self._route(request, fmt)
        except _Refused as refused:
            response = error_response(refused.error, fmt)
        return response, realm.out

    def _route(self, request: Request, fmt: Format) -> Response:
        path = request.target.partition("?")[0]
        query = read_query(request.target) or {}
        if path == "/time":
            _only(request, "GET")
            return _answer([int(self._realm.now.wall)], fmt)
        match = _CHANNEL.fullmatch(path)
        if match is None:
            raise _Refused(problem(problems.NOT_FOUND, f"there is no {path[:80]!r} here"))
        self._identify(request, query)
        name = unquote(match[1])
        error = bad_channel(name)
        if error is not None:
            raise _Refused(error)
        if match[2] == "presence":
            _only(request, "GET")
            return self._presence(name, query, fmt)
        _only(request, "GET", *(["POST"] if match[2] == "messages" else []))
        if request.method == "POST":
            return self._post(name, request, fmt)
        return self._history(name, path, query, fmt)

    def _identify(self, request: Request, query: Mapping[str, str]) -> Identity:
        key, token = credentials(query, request.headers)
        identity = self._realm.keyring.admit(key, token, None)
        if isinstance(identity, ErrorInfo):
            raise _Refused(identity)
        return identity

    # --- publishing -----------------------------------------------------------------------------

    def _post(self, name: str, request: Request, fmt: Format) -> Response:
        realm = self._realm
        given, spoken = _body(request)
        items = read_items(given if isinstance(given, list) else [given], spoken)
        if isinstance(items, ErrorInfo):
            raise _Refused(items)
        if not items:
            raise _Refused(problem(problems.BAD_REQUEST, "there is no message in the body"))
        size = sum(size_of(item) for item in items)
        if size > realm.options.max_message_size:
            text = (
                f"the messages are {size} bytes, and the limit is {realm.options.max_message_size}"
            )
            raise _Refused(problem(problems.TOO_LARGE, text))
        channel = realm.channel(name)
        if isinstance(channel, ErrorInfo):
            raise _Refused(channel)
        frame_id = f"{realm.ids(10)}:0"
        serials = publish(realm, channel, items, frame_id, "")
        value = {"channel": name, "messageId": frame_id, "serials": serials}
        return _answer(value, fmt, status=201)

    # --- reading --------------------------------------------------------------------------------

    def _history(self, name: str, path: str, query: Mapping[str, str], fmt: Format) -> Response:
        limit = _number(query, "limit", 100, _MOST)
        forwards = query.get("direction") == "forwards"
        cursor = query.get("cursor", "")
        start, end = _number(query, "start", 0), _number(query, "end", 1 << 62)
        until = query.get("from_serial") or query.get("fromSerial") or ""
        found: list[Mapping[str, Any]] = []
        for stored, item in self._held(name).messages() if name in self._realm.channels else ():
            inside = start <= stored.head["timestamp"] <= end
            if inside and (not until or stored.serial <= until):
                inherited = {k: v for k, v in stored.head.items() if k != "id"}
                found.append({**inherited, **item})
        if forwards:
            found.reverse()
        at = next((n + 1 for n, item in enumerate(found) if item["id"] == cursor), 0)
        page, more = found[at : at + limit], at + limit < len(found)
        links = _links(path, query, str(page[-1]["id"]) if more else "")
        return _answer([give_out(item, fmt) for item in page], fmt, links=links)

    def _presence(self, name: str, query: Mapping[str, str], fmt: Format) -> Response:
        members: list[Mapping[str, Any]] = []
        if name in self._realm.channels:
            members = [
                give_out(member, fmt)
                for member in self._held(name).members
                if query.get("clientId") in {None, member["clientId"]}
                and query.get("connectionId") in {None, member["connectionId"]}
            ]
        return _answer(members[: _number(query, "limit", 100, _MOST)], fmt)

    def _held(self, name: str) -> Channel:
        channel = self._realm.channel(name)
        assert isinstance(channel, Channel)  # it is there already
        return channel


def _only(request: Request, *methods: str) -> None:
    if request.method not in methods:
        text = f"{request.method[:20]!r} is not possible here, only {', '.join(methods)}"
        raise _Refused(problem(problems.METHOD_NOT_ALLOWED, text))


def _number(query: Mapping[str, str], name: str, default: int, most: int = 1 << 62) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20):
        raise _Refused(problem(problems.BAD_VALUE, f"{name} is a whole number, not {value[:40]!r}"))
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


# --- bodies -------------------------------------------------------------------------------------


def _accepted(request: Request) -> Format:
    query = read_query(request.target) or {}
    if query.get("format") in set(Format):
        return Format(query["format"])
    return Format.MSGPACK if MSGPACK in request.headers.get("accept", "") else Format.JSON


def _body(request: Request) -> tuple[Any, Format]:
    kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    fmt = Format.MSGPACK if kind == MSGPACK else Format.JSON
    read: Callable[[bytes], Any] = _read_msgpack if fmt is Format.MSGPACK else json.loads
    try:
        return read(request.body), fmt
    except Exception as bad:  # noqa: BLE001 - the decoders raise whatever hostile bytes provoke
        text = f"the body is not {fmt}: {str(bad)[:80] or type(bad).__name__}"
        raise _Refused(problem(problems.BAD_REQUEST, text)) from None


def _read_msgpack(body: bytes) -> Any:
    """Some SDKs write bytes in MessagePack's old raw type: what is no UTF-8 is taken as binary."""
    import msgpack

    value = msgpack.unpackb(body, strict_map_key=False, unicode_errors="surrogateescape")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and isinstance(item.get("data"), str):
            try:
                item["data"].encode()
            except UnicodeEncodeError:
                item["data"] = item["data"].encode("utf-8", "surrogateescape")
    return value


def _answer(
    value: Any, fmt: Format, *, status: int = 200, links: tuple[tuple[str, str], ...] = ()
) -> Response:
    kind = MSGPACK if fmt is Format.MSGPACK else JSON
    return Response(
        status, (("Content-Type", kind), *links), encode(cast("Mapping[str, Any]", value), fmt)
    )


def error_response(error: ErrorInfo, fmt: Format = Format.JSON) -> Response:
    """A refusal: the error in the body and in two headers (RSC19e, TI)."""
    shown = re.sub(r"[^\x20-\x7e]", "?", error.message)
    headers = (
        ("Content-Type", MSGPACK if fmt is Format.MSGPACK else JSON),
        ("X-Ably-Errorcode", str(error.code)),
        ("X-Ably-Errormessage", shown),
    )
    return Response(error.status_code, headers, encode({"error": error.to_wire()}, fmt))
