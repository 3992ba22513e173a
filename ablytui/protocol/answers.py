"""Ably's error in an HTTP answer that is not the one asked for (a refused handshake, REST)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.frame import Opcode


def error_of_answer(
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
) -> ErrorInfo | None:
    """The error in the body (`{"error": …}`, JSON or MessagePack) or the headers, if any."""
    named = {name.lower(): value for name, value in headers}
    packed = "msgpack" in named.get("content-type", "")
    message = decode(body, Opcode.BINARY if packed else Opcode.TEXT) if body else {}
    if not isinstance(message, Undecodable):
        error = error_from_wire(message.get("error"))
        if error is not None and error.code:
            return error if error.status_code else replace(error, status_code=status)
    code = integer(named.get("x-ably-errorcode"))
    if code:
        return ErrorInfo(code, status, named.get("x-ably-errormessage") or "no message given")
    return None


def time_of_answer(body: bytes) -> int | None:
    """RSC16: the service's time in ms since the epoch, from the answer to GET /time."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    first = found[0] if isinstance(found, list) and found else None
    return integer(first)


def is_cloudfront(status: int, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a front of Ably's refused in Ably's place (RSC15l4)."""
    return status >= 400 and any(
        name.lower() == "server" and value.lower() == "cloudfront" for name, value in headers
    )
