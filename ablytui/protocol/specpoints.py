"""The rules by name: each spec point that a change, a verdict or an anomaly can carry, in words.

The one place. A point is a name of Ably's feature spec ("RTN15a"), a section of an RFC, a row of
the close-code table ("close 1008"), or one of the few rules of this program's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ablytui.protocol.closecodes import close_name

TITLES: Final[Mapping[str, str]] = {
    # credentials
    "RSA4a2": "a token error without a way to renew is final",
    "RSA4c2": "without a token the attempt fails, and is made again",
    "RSA4d": "a token source that answers 403 is final",
    "RSA15c": "a clientId that contradicts the one asked for is final",
    "RTC8a": "AUTH carries the new token",
    "RTC8a2": "an ERROR in answer to AUTH ends the connection",
    "RTC8b": "a new token while connecting is for a new attempt",
    "RTC8c": "authorizing while nothing is open connects",
    # the connection
    "RTN2a": "frames have the format that the URI asked for",
    "RTN6": "CONNECTED opens the connection, and is the first message",
    "RTN7a": "each publish is acknowledged once, by its msgSerial",
    "RTN7b": "msgSerial counts up by one from 0",
    "RTN7c": "NACK says what it refuses, and why",
    "RTN8": "CONNECTED gives the connectionId",
    "RTN9": "CONNECTED gives the connectionKey",
    "RTN10": "connectionSerial belongs to the classic dialect, and only there",
    "RTN11b": "connecting while closing begins a new connection",
    "RTN11c": "connecting while waiting skips the wait",
    "RTN11d": "connecting after the end begins anew",
    "RTN11f": "connecting when asked to",
    "RTN12a": "CLOSE ends the connection, and CLOSED answers it",
    "RTN12b": "closing does not wait longer than a request may take",
    "RTN12c": "the end of the socket completes the closing",
    "RTN12d": "closing while waiting is done at once",
    "RTN12f": "closing while connecting waits for CONNECTED, then says CLOSE",
    "RTN13a": "a ping is a HEARTBEAT on an open connection",
    "RTN13e": "a HEARTBEAT with an id answers the ping of that id",
    "RTN14b": "a token rejected a second time is not renewed again at once",
    "RTN14c": "an attempt without CONNECTED in time has failed",
    "RTN14d": "a failed attempt is made again after a wait",
    "RTN14e": "away longer than the state is kept: suspended",
    "RTN14f": "suspended: tried again at fixed intervals, for ever",
    "RTN14g": "an ERROR while connecting is final",
    "RTN15a": "a lost transport is resumed at once",
    "RTN15c2": "resumed, with a part of the backlog gone",
    "RTN15c4": "an ERROR in answer to a resume is final",
    "RTN15c6": "the same connectionId: resumed",
    "RTN15c7": "a new connectionId and an error: the resume failed",
    "RTN15h": "DISCONNECTED says why",
    "RTN15h1": "DISCONNECTED by a token error without a way to renew is final",
    "RTN15h2": "DISCONNECTED by a token error: a new token, then a resume",
    "RTN15h3": "DISCONNECTED by another error: resumed at once",
    "RTN15j": "an ERROR without a channel ends the connection",
    "RTN16": "connecting with a recovery key",
    "RTN16d": "recovered",
    "RTN16f": "a recovered connection counts on from the msgSerial of the key",
    "RTN16f1": "a recovery key that cannot be read is told, and the connection starts clean",
    "RTN16g2": "there is no recovery key before CONNECTED, while suspended, and after the end",
    "RTN16j": "the channels of a recovery key are not attached, and keep their serials",
    "RTN16k": "a URI has resume or recover, never both",
    "RTN16l": "the recovery failed, and the connection is a new one",
    "RTN17j": "without a network no fallback host is tried",
    "RTN20a": "the system says that the network is gone",
    "RTN20b": "the system says that there is a network again: connected at once",
    "RTN20c": "a network that changes begins the attempt anew",
    "RTN21": "CONNECTED gives the connection's details",
    "RTN23a": "silence longer than promised means that the transport is lost",
    "RTN24": "a further CONNECTED is an update of the same connection",
    # channels and presence
    "RTL4i": "ATTACH and DETACH wait for the connection",
    "RTL5k": "ATTACHED for a channel that nobody wants is answered with DETACH",
    "RTL6c2": "what is published before CONNECTED is queued",
    "RTL13": "DETACHED concerns a channel that is attached or attaching",
    "RTL17": "messages come on attached channels only",
    "RTP1": "ATTACHED with HAS_PRESENCE is followed by SYNC",
    "RTP18": "SYNC pages have one sequence id, and a cursor that ends empty",
    # messages
    "RTF1": "what is not known is ignored",
    "TR1": "a frame holds one ProtocolMessage",
    "TR2": "each action has its direction",
    "TR4a": "a message has an action",
    "TR4b": "what concerns a channel names it",
    # RFC 6455
    "RFC 6455 §5.5.1": "a CLOSE frame has a code or is empty, and nothing follows it",
    "RFC 6455 §7.4.1": "close codes 1005, 1006 and 1015 are never sent",
    "RFC 6455 §7.4.2": "close codes outside the registry are not used",
    "RFC 6455 §8.1": "text is UTF-8",
    "RFC 6455 §7.1.7": "what breaks the WebSocket protocol itself ends the socket",
    # this program's own
    "refused handshake": "classic: a refused handshake is final",
    "disconnect": "disconnected on request: nothing is dialled until Connect",
}
"""Title by point: a clause without a full stop that stands after the point's name."""

_CLOSE: Final = "close "


def title_of(point: str) -> str:
    """The rule in words; empty for a point that is not known."""
    known = TITLES.get(point)
    if known is not None:
        return known
    code = point.removeprefix(_CLOSE)
    if point.startswith(_CLOSE) and code.isdecimal():
        return f"classic: a close with {code}, {close_name(int(code))}, is final"
    return ""


def rule_of(point: str) -> str:
    """Name and title in one, `RTN15a: a lost transport is resumed at once`; the name alone without a title."""
    title = title_of(point)
    return f"{point}: {title}" if title else point
