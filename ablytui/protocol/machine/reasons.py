"""The errors that the client itself makes, each written once."""

from __future__ import annotations

from typing import Final

from ablytui.protocol.errorinfo import ErrorInfo

SUSPENDED: Final = ErrorInfo(
    80002, 400, "The connection has been away longer than its state is kept for"
)
NO_CONNECTED: Final = ErrorInfo(50003, 504, "No CONNECTED came in time")
NO_NETWORK: Final = ErrorInfo(
    80003, 404, "The network cannot be reached: neither Ably nor the connectivity check answered"
)
NO_TRAFFIC: Final = ErrorInfo(80003, 408, "Nothing came in for longer than the service promised")
CLOGGED: Final = ErrorInfo(80003, 400, "The peer does not read: too much waits unsent")
OFFLINE: Final = ErrorInfo(80003, 400, "The system says that the network is gone")
ON_REQUEST: Final = ErrorInfo(80003, 400, "Disconnected on request; the service keeps the state")
CLOSED: Final = ErrorInfo(80017, 400, "The connection was closed")
CLOSED_BY_SERVICE: Final = ErrorInfo(80017, 400, "The service closed the connection unasked")
DISCONNECTED: Final = ErrorInfo(80003, 400, "The service disconnected without giving a reason")
FAILED: Final = ErrorInfo(80000, 400, "The service gave an ERROR without saying which")
REPLACED: Final = ErrorInfo(40000, 400, "replaced by recover")
NOT_ACKED: Final = ErrorInfo(50001, 500, "The service did not acknowledge this message")
NACKED: Final = ErrorInfo(50001, 500, "The service refused this message without giving a reason")
NO_PONG: Final = ErrorInfo(50003, 504, "No answer to the ping came in time")
NO_CLIENT_ID: Final = ErrorInfo(91000, 400, "Presence needs a clientId: set one")

NO_MEANS: Final = ErrorInfo(40171, 403, "There is no token, and no way to get one")
TOKEN_LATE: Final = ErrorInfo(50003, 504, "No token came in time")
NO_AUTH_ANSWER: Final = ErrorInfo(50003, 504, "No answer to the AUTH came in time")


def lost(code: int, text: str) -> ErrorInfo:
    """RTN15a: an open socket ended; the close code is told but decides nothing."""
    return ErrorInfo(80003, 400, f"The transport was lost (close code {code}{_quoted(text)})")


def _quoted(text: str) -> str:
    return f", {text!r}" if text else ""


def unreachable(what: str, status: int) -> ErrorInfo:
    """RTN14d: the dial gave no socket."""
    return ErrorInfo(80003, status or 404, f"No connection: {what}")


def no_renewal(cause: ErrorInfo) -> ErrorInfo:
    """RSA4a2: a token error, and nothing to get another token with."""
    return ErrorInfo(40171, 403, "The token ended, and there is no way to get another", cause)


def no_token(cause: ErrorInfo, *, forbidden: bool) -> ErrorInfo:
    """RSA4c1, RSA4d: the source of tokens gave none; 403 is final."""
    status = 403 if forbidden else 401
    return ErrorInfo(80019, status, "No token could be got", cause)


def other_client(theirs: str, ours: str) -> ErrorInfo:
    """RSA15c."""
    return ErrorInfo(40102, 401, f"The service calls this client {theirs!r}, asked was {ours!r}")


def wrong_state(what: str) -> ErrorInfo:
    """RTL6c4, RTN13b and their kin."""
    return ErrorInfo(90000, 400, f"Not possible while the connection is {what}")


def ping_in(state: str) -> ErrorInfo:
    """RTN13b."""
    return ErrorInfo(40000, 400, f"A ping needs a connection, and it is {state}")


def channel_in(name: str, state: str) -> ErrorInfo:
    """RTL5b, RTL6c4, RTP16c."""
    return ErrorInfo(90001, 400, f"Not possible while channel {name!r} is {state}")


def channel_timeout(name: str, what: str) -> ErrorInfo:
    """RTL4f, RTL5f."""
    return ErrorInfo(90007, 408, f"No {what} came in time for channel {name!r}")


def out_of_sync(name: str) -> ErrorInfo:
    """RTP11d."""
    text = f"Who is present on channel {name!r} is not known while it is suspended"
    return ErrorInfo(91005, 400, text)


def not_reentered(client_id: str, cause: ErrorInfo) -> ErrorInfo:
    """RTP17e."""
    return ErrorInfo(91004, 400, f"Presence member {client_id!r} could not enter again", cause)


def too_large(size: int, limit: int) -> ErrorInfo:
    """RSL1i."""
    return ErrorInfo(40009, 413, f"The message has {size} bytes, the limit is {limit}")
