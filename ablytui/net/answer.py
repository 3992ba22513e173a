"""The HTTP of an upgrade: an answer that opened no socket, read; a refusal, written.

Knows bytes only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus

from ablytui.net.listener import BODY_LIMIT, Failure

ENDED: Final = "the connection ended during the handshake"

_HEAD: Final = re.compile(rb"HTTP/\d(?:\.\d)? +([1-5]\d\d)\b[^\n]*\n((?:[^\r\n]+\r?\n)*)\r?\n")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


def head_end(raw: bytes | bytearray, start: int = 0) -> int:
    """Where the head of a message ends, or 0 if it has not come wholly.

    `start` is where the bytes begin that were not searched before.
    """
    at = raw.find(b"\r\n\r\n", max(start - 3, 0))
    return at + 4 if at >= 0 else 0


def not_opened(
    error: Exception | None,
    raw: bytes | bytearray,
    phases: Mapping[str, float],
    words: str = "",
) -> Failure:
    """The failure of a dial that came as far as HTTP.

    Args:
        error: What the core says, if it has judged.
        raw: All that was read.
        phases: ms, as far as they were completed.
        words: Why the connection ended, where it did.
    """
    if isinstance(error, InvalidStatus):
        answer = error.response
        status, headers = answer.status_code, tuple(answer.headers.raw_items())
        return _refused(f"HTTP {status}", status, headers, bytes(answer.body), phases)
    # The core gives up an answer that is not whole, or of HTTP/1.0; its status still says a lot.
    status, headers, body = _lenient(raw)
    if status == 101 and isinstance(error, InvalidHandshake):
        detail = str(error.__cause__ or error)
        return _refused(f"not a valid 101: {detail}", status, headers, b"", phases)
    if status and status != 101:
        return _refused(f"HTTP {status}", status, headers, body, phases)
    garbage = bool(raw) and not bytes(raw).startswith(b"HTTP/"[: len(raw)])
    if garbage or (raw and isinstance(error, InvalidMessage) and not _ended(error)):
        return _refused("garbage instead of HTTP", 0, (), b"", phases)
    return _refused(words or ENDED, 0, (), b"", phases)


def _ended(error: Exception) -> bool:
    return isinstance(error.__cause__, EOFError) and "CRLF" not in str(error.__cause__.__cause__)


def _refused(
    what: str,
    status: int,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
    phases: Mapping[str, float],
) -> Failure:
    return Failure(
        what,
        status=status,
        refused=True,
        headers=headers,
        body=body[:BODY_LIMIT],
        phases=dict(phases),
    )


def _lenient(raw: bytes | bytearray) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    head = _HEAD.match(raw)
    if head is None:
        return 0, (), b""
    lines = (line.partition(":") for line in head[2].decode("latin-1").splitlines())
    headers = tuple((name, value.strip()) for name, colon, value in lines if colon)
    return int(head[1]), headers, bytes(raw[head.end() :])


def refusal(head: bytes, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """A whole answer other than 101. Control characters in header values become blanks."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    given = {name.lower() for name, _ in headers}
    own = [("Content-Length", str(len(body))), ("Connection", "close")]
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [
        f"{name}: {_CONTROL.sub(' ', value)}"
        for name, value in [*headers, *(o for o in own if o[0].lower() not in given)]
    ]
    answer = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return answer if head.startswith(b"HEAD ") else answer + body  # RFC 9110 §9.3.2
