"""Requests and responses, and their bodies in JSON or MessagePack. PURE."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from ablytui.protocol.codec import Format, encode
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.hosts import is_loopback
from ablytui.service import problems
from ablytui.service.auth import Identity, may
from ablytui.service.channels import Channel
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.wireform import credentials, from_base64, read_query

MSGPACK: Final = "application/x-msgpack"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `target` is still percent-encoded; `headers` has lower-case names.

    `remote` is the address it came from.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """Its answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Refused(Exception):
    """A request is refused with this error; `headers` go with it."""

    def __init__(self, error: ErrorInfo, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(error.message)
        self.error, self.headers = error, headers


def only(request: Request, *methods: str) -> None:
    """Raise Refused for another method (RFC 9110 §15.5.6)."""
    if request.method not in methods:
        text = f"{request.method[:20]!r} is not possible here, only {', '.join(methods)}"
        error = problem(problems.METHOD_NOT_ALLOWED, text)
        raise Refused(error, (("Allow", ", ".join(methods)),))


def from_here(request: Request) -> None:
    """Raise Refused where it is not this machine that asks, or a page in a browser on it.

    For what needs no credentials: any page that somebody looks at could ask, and a POST of text
    is sent without asking for leave first (Fetch standard, CORS protocol).
    """
    if not is_loopback(request.remote.removeprefix("::ffff:")):
        text = "this is for the machine that the service runs on"
        raise Refused(problem(problems.FORBIDDEN, text))
    if "origin" in request.headers:
        raise Refused(problem(problems.FORBIDDEN, "this is not for pages in a browser"))


def identify(realm: Realm, request: Request) -> Identity:
    """Whom a request is from (RSA7e2, RSC1). Raises Refused."""
    key, token = credentials(read_query(request.target) or {}, request.headers)
    named = request.headers.get("x-ably-clientid", "")
    identity = realm.keyring.admit(key, token, from_base64(named) or None, realm.now.wall)
    if isinstance(identity, ErrorInfo):
        raise Refused(identity)
    realm.apps[identity.app].used = realm.now.mono
    return identity


def allowed(identity: Identity, operation: str, channel: str) -> None:
    """Raise Refused where an operation is not within an identity's rights."""
    error = may(identity, operation, channel)
    if error is not None:
        raise Refused(error)


def made(realm: Realm, identity: Identity, name: str) -> Channel:
    """The channel of that name, made if need be. Raises Refused where there can be none."""
    channel = realm.channel(identity.app, name)
    if isinstance(channel, ErrorInfo):
        raise Refused(channel)
    return channel


def existing(realm: Realm, identity: Identity, name: str) -> Channel | None:
    """The channel of that name if it is there already, rid of what is too old."""
    if realm.find(identity.app, name) is None:
        return None
    return made(realm, identity, name)


def accepted(request: Request) -> Format:
    """The format that the client wants its answer in."""
    query = read_query(request.target) or {}
    if query.get("format") in set(Format):
        return Format(query["format"])
    return Format.MSGPACK if MSGPACK in request.headers.get("accept", "") else Format.JSON


def read_body(request: Request) -> tuple[Any, Format]:
    """The body and the format it was in. Raises Refused for what is in neither."""
    kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    fmt = Format.MSGPACK if kind == MSGPACK else Format.JSON
    read: Callable[[bytes], Any] = _read_msgpack if fmt is Format.MSGPACK else json.loads
    try:
        return read(request.body), fmt
    except Exception as bad:  # noqa: BLE001 - the decoders raise whatever hostile bytes provoke
        text = f"the body is not {fmt}: {str(bad)[:80] or type(bad).__name__}"
        raise Refused(problem(problems.BAD_REQUEST, text)) from None


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


def answer(
    value: Any, fmt: Format, *, status: int = 200, links: tuple[tuple[str, str], ...] = ()
) -> Response:
    """The answer that a value makes."""
    kind = MSGPACK if fmt is Format.MSGPACK else JSON
    return Response(
        status, (("Content-Type", kind), *links), encode(cast("Mapping[str, Any]", value), fmt)
    )


def error_response(
    error: ErrorInfo, fmt: Format = Format.JSON, more: tuple[tuple[str, str], ...] = ()
) -> Response:
    """A refusal: the error in the body and in two headers (RSC19e, TI); `more` go beside them."""
    shown = re.sub(r"[^\x20-\x7e]", "?", error.message)
    headers = (
        ("Content-Type", MSGPACK if fmt is Format.MSGPACK else JSON),
        ("X-Ably-Errorcode", str(error.code)),
        ("X-Ably-Errormessage", shown),
        *more,
    )
    return Response(error.status_code, headers, encode({"error": error.to_wire()}, fmt))
