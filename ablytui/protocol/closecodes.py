"""The WebSocket close codes: their names (RFC 6455 §7.4.1) and what the classic dialect makes of them.

The one place. The current dialect takes every unexpected close for a drop (RTN15a) and asks here
for names only. What state follows is the machine's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.errorinfo import ErrorInfo


@dataclass(frozen=True, slots=True)
class CloseCode:
    """One code: `name` as RFC 6455 has it, `meaning` in a few words.

    `classic` is the error of the `failed` that follows in the classic dialect; None: a drop,
    after which the connection is disconnected, or suspended if its time is used up (80003).
    """

    code: int
    name: str
    meaning: str
    classic: ErrorInfo | None = None


_REFUSED: Final = ErrorInfo(40100, 401, "Unauthorized")
_TOO_BIG: Final = ErrorInfo(40000, 400, "Bad request: a message was too big")
_FAILED: Final = ErrorInfo(80000, 400, "Connection failed")

CLOSE_CODES: Final[Mapping[int, CloseCode]] = {
    row.code: row
    for row in (
        CloseCode(1000, "normal closure", "the purpose is fulfilled"),
        CloseCode(1001, "going away", "the endpoint goes down or leaves"),
        CloseCode(1002, "protocol error", "the WebSocket protocol was broken", _FAILED),
        CloseCode(1003, "unsupported data", "this kind of data is refused", _REFUSED),
        CloseCode(1004, "reserved", "has no meaning yet", _FAILED),
        CloseCode(1005, "no status received", "the CLOSE frame was empty"),
        CloseCode(1006, "abnormal closure", "the socket ended without a CLOSE frame"),
        CloseCode(1007, "invalid payload data", "a text message was not UTF-8", _FAILED),
        CloseCode(1008, "policy violation", "a message broke a policy", _REFUSED),
        CloseCode(1009, "message too big", "a message was too big to process", _TOO_BIG),
        CloseCode(1010, "mandatory extension", "a needed extension was not agreed", _FAILED),
        CloseCode(1011, "internal error", "the server met something unexpected", _FAILED),
        CloseCode(1012, "service restart", "the service restarts", _FAILED),
        CloseCode(1013, "try again later", "the service is overloaded", _FAILED),
        CloseCode(1014, "bad gateway", "a gateway had a bad answer", _FAILED),
        CloseCode(1015, "TLS handshake", "the TLS handshake failed", _FAILED),
    )
}
"""Every code of RFC 6455 §7.4.1 and of its registry (§11.7)."""

NEVER_SENT: Final = frozenset({1005, 1006, 1015})
"""Codes that stand for what happened and may not be in a CLOSE frame (RFC 6455 §7.4.1)."""


def close_name(code: int) -> str:
    """The code's name for people; for a code without one, the range it belongs to (§7.4.2)."""
    known = CLOSE_CODES.get(code)
    if known is not None:
        return known.name
    if 3000 <= code <= 3999:
        return "registered code"
    if 4000 <= code <= 4999:
        return "private code"
    return "unknown code"


def classic_outcome(code: int) -> ErrorInfo | None:
    """Why the connection fails in the classic dialect when the service closes with `code`.

    None: it does not fail, the close is a drop (reason 80003). A code that the table does not
    list fails with 80000.
    """
    known = CLOSE_CODES.get(code)
    return known.classic if known is not None else _FAILED


def sendable(code: int) -> bool:
    """Whether a CLOSE frame may carry `code`: 1000 to 4999, not 1004, 1005, 1006, 1015, 1016+.

    RFC 6455 §7.4.1 and §7.4.2: 1016 to 2999 are kept for the protocol itself.
    """
    if code in NEVER_SENT or code == 1004:
        return False
    return 1000 <= code <= 1014 or 3000 <= code <= 4999
