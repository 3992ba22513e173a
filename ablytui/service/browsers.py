"""What a page in a browser needs of REST: leave to ask, and answers in an envelope. PURE.

A page can read no header but those it is given leave for, and asks before it sends its own
(Fetch standard, CORS protocol). Ably's client in a browser has headers put into the body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from ablytui.protocol.codec import Format, encode
from ablytui.service import problems
from ablytui.service.problems import problem
from ablytui.service.restio import JSON, MSGPACK, Refused, Request, Response
from ablytui.service.wireform import read_query

_CLOSED: Final = ("/apps",)
"""What is not for pages: it needs no credentials, and any page that somebody looks at could ask."""

_LEAVE: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Accept, Content-Type, X-Ably-Version, X-Ably-ClientId, Ably-Agent",
    ),
    ("Access-Control-Max-Age", "600"),
)
_READABLE: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Link, X-Ably-Errorcode, X-Ably-Errormessage"),
)


def preflight(request: Request) -> Response | None:
    """The answer to a page that asks whether it may ask; None for another request."""
    if request.method != "OPTIONS" or _closed(request):
        return None
    return Response(204, _LEAVE, b"")


def readable(request: Request, response: Response) -> Response:
    """The response with leave for a page to read it, where a page asked."""
    if "origin" not in request.headers or _closed(request):
        return response
    return Response(response.status, (*response.headers, *_READABLE), response.body)


def _closed(request: Request) -> bool:
    path = request.target.partition("?")[0]
    return any(path == closed or path.startswith(closed + "/") for closed in _CLOSED)


def envelope(request: Request) -> Format | None:
    """The format of the envelope that is asked for, if one is. Raises Refused for another."""
    asked = (read_query(request.target) or {}).get("envelope")
    if asked in {None, ""}:
        return None
    if asked not in set(Format):
        text = f"envelope is json or msgpack, not {str(asked)[:40]!r}"
        raise Refused(problem(problems.BAD_VALUE, text))
    return Format(asked)


def enclosed(response: Response, fmt: Format) -> Response:
    """The response as the body of another, which always succeeds; it was made in this format."""
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    body: Any = None
    if response.body:
        body = json.loads(response.body) if fmt is Format.JSON else _unpacked(response.body)
    whole = {"statusCode": response.status, "headers": headers, "response": body}
    kind = JSON if fmt is Format.JSON else MSGPACK
    written = encode(cast("Mapping[str, Any]", whole), fmt)
    return Response(200, (("Content-Type", kind),), written)


def _unpacked(body: bytes) -> Any:
    import msgpack

    return msgpack.unpackb(body, strict_map_key=False)
