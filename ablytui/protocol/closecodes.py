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
    advice: str = "Nothing is to be done if it comes back; look at the service if it lasts."


_REFUSED: Final = ErrorInfo(40100, 401, "Unauthorized")
_TOO_BIG: Final = ErrorInfo(40000, 400, "Bad request: a message was too big")
_FAILED: Final = ErrorInfo(80000, 400, "Connection failed")

CLOSE_CODES: Final[Mapping[int, CloseCode]] = {
    row.code: row
    for row in (
        CloseCode(
            1000,
            "normal closure",
            "the purpose is fulfilled",
            advice="Nothing is to be done; if nobody wanted it, ask why the service closed.",
        ),
        CloseCode(
            1001,
            "going away",
            "the endpoint goes down or leaves",
            advice="Nothing is to be done: the service moves or restarts.",
        ),
        CloseCode(
            1002,
            "protocol error",
            "the WebSocket protocol was broken",
            _FAILED,
            advice="Look at the last frame that was sent: it broke the WebSocket protocol.",
        ),
        CloseCode(
            1003,
            "unsupported data",
            "this kind of data is refused",
            _REFUSED,
            advice="Check the credential, and that format and frame type agree.",
        ),
        CloseCode(1004, "reserved", "has no meaning yet", _FAILED),
        CloseCode(
            1005,
            "no status received",
            "the CLOSE frame was empty",
            advice="Nothing is to be done; the other side gave no reason.",
        ),
        CloseCode(
            1006,
            "abnormal closure",
            "the socket ended without a CLOSE frame",
            advice="Look at the network and at proxies between.",
        ),
        CloseCode(
            1007,
            "invalid payload data",
            "a text message was not UTF-8",
            _FAILED,
            advice="Look at the last text frame that was sent: it was not UTF-8.",
        ),
        CloseCode(
            1008,
            "policy violation",
            "a message broke a policy",
            _REFUSED,
            advice="Check the credential and the app's settings: TLS only, restricted.",
        ),
        CloseCode(
            1009,
            "message too big",
            "a message was too big to process",
            _TOO_BIG,
            advice="Compare the last frame's size with maxFrameSize and maxMessageSize.",
        ),
        CloseCode(
            1010,
            "mandatory extension",
            "a needed extension was not agreed",
            _FAILED,
            advice="Look at the extensions in the handshake.",
        ),
        CloseCode(
            1011,
            "internal error",
            "the server met something unexpected",
            _FAILED,
            advice="Retry; report it if it lasts.",
        ),
        CloseCode(
            1012,
            "service restart",
            "the service restarts",
            _FAILED,
            advice="Nothing is to be done: connect again in a while.",
        ),
        CloseCode(
            1013,
            "try again later",
            "the service is overloaded",
            _FAILED,
            advice="Wait before you connect again.",
        ),
        CloseCode(
            1014,
            "bad gateway",
            "a gateway had a bad answer",
            _FAILED,
            advice="Look at proxies and gateways between.",
        ),
        CloseCode(
            1015,
            "TLS handshake",
            "the TLS handshake failed",
            _FAILED,
            advice="Check the certificate, the host's name and the port.",
        ),
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
