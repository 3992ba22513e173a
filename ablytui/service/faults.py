"""Every fault that the service can make, in one table. PURE.

What a scenario may say, what `POST /scenario` takes and what the screen offers are all read from
it. The names are those of Ably's test proxy where that has one; `also` are other spellings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ablytui.service.faultkinds import (
    AFTER,
    CONNECT,
    HTTP,
    TO_CLIENT,
    TO_SERVER,
    Fault,
    Kind,
    Param,
)

FRAMES: Final = (TO_CLIENT, TO_SERVER)
_SOCKET: Final = (*FRAMES, AFTER)

_CODE_HELP: Final = "of Ably's, five digits"


def _code(default: int) -> Param:
    return Param("code", Kind.NUMBER, _CODE_HELP, default, low=0, high=999_999)


_STATUS_CODE: Final = Param("statusCode", Kind.NUMBER, "of HTTP; empty: its own", low=100, high=599)
_TEXT: Final = Param("message", Kind.TEXT, "what the error says", "made to happen by hand")


def _close(default: int) -> Param:
    return Param(
        "closeCode", Kind.CLOSE, "1000-1003, 1007-1014, 3000-4999", default, low=1000, high=4999
    )


_CHANNEL: Final = Param("channel", Kind.TEXT, "its name", required=True)
_FRAME: Final = Param(
    "message",
    Kind.OBJECT,
    "a ProtocolMessage in JSON, sent in the format of the client",
    required=True,
    sample='{"action":0}',
    label="frame",
)
_FOR: Final = Param("forMs", Kind.NUMBER, "empty: until lifted", low=1, unit="ms")
_TIMES: Final = Param("times", Kind.NUMBER, "empty: until lifted", low=1)
_DELAY: Final = Param("delayMs", Kind.NUMBER, "how late", required=True, unit="ms", sample="500")
_STATUS: Final = Param("status", Kind.NUMBER, "of HTTP", 401, low=200, high=599)
_BODY: Final = Param("body", Kind.OBJECT, "the answer as JSON; empty: an Ably error of that status")
_ON: Final = Param("on", Kind.CHOICE, "which frames", TO_CLIENT, choices=FRAMES, label="frames")
_WHAT: Final = (
    _ON,
    Param("action", Kind.ACTION, "MESSAGE, ACK, 15 …; empty: any", match=True),
    Param("channel", Kind.TEXT, "empty: any", match=True),
)
_WHICH_REQUEST: Final = (
    Param("method", Kind.TEXT, "GET, POST …; empty: any", match=True),
    Param(
        "pathContains",
        Kind.TEXT,
        "a part of the path; empty: any",
        match=True,
        sample="/requestToken",
        label="path has",
    ),
)

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        "cut",
        "TCP ends without a close frame, as when a network breaks.",
        "disconnected, and at once connecting with resume; nothing is lost within the TTL.",
        "TCP cut",
        "RTN15a",
        on=_SOCKET,
        adds=False,
        needs="client",
        also=("disconnect",),
    ),
    Fault(
        "close",
        "A close frame with this code and reason ends the socket; the state is kept.",
        "disconnected, and at once connecting with resume: nobody asked for the close.",
        "close frame sent",
        "RTN15a",
        (
            _close(1000),
            Param("reason", Kind.TEXT, "up to 123 bytes of UTF-8", high=123),
        ),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "disconnected",
        "DISCONNECTED with this error, then a close frame; the state is kept.",
        "disconnected with this reason, and at once connecting with resume.",
        "DISCONNECTED sent",
        "RTN15h",
        (_code(80003), _STATUS_CODE, _TEXT, _close(1000)),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "error",
        "ERROR for the whole connection, then close 1000.",
        "failed with this reason; no retry until a person connects again.",
        "ERROR sent",
        "RTN15j",
        (_code(80000), _STATUS_CODE, _TEXT),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "channel_error",
        "ERROR for one channel, from which every client is taken.",
        "that channel fails with this reason; the connection and other channels go on.",
        "ERROR sent for a channel",
        "RTL14",
        (_CHANNEL, _code(40160), _STATUS_CODE, _TEXT),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "detached",
        "DETACHED with this error, which no client asked for.",
        "an attached channel is attaching, and asks to attach again at once.",
        "DETACHED sent",
        "RTL13a",
        (_CHANNEL, _code(90001), _STATUS_CODE, _TEXT),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "inject_to_client",
        "One more frame, written by hand, in the format of each client.",
        "what the frame says; one that makes no sense is ignored, and marked ! in the log.",
        "frame injected",
        "RTF1",
        (_FRAME,),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "inject_to_client_and_close",
        "One more frame, written by hand, and then a close frame.",
        "what the frame says; the close after it is a drop, answered with resume.",
        "frame injected, then closed",
        "RTN15a",
        (_FRAME, _close(1000)),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "send_raw",
        "One frame exactly as written, whether or not it can be decoded.",
        "ignores what it cannot decode, and stays connected.",
        "raw frame injected",
        "RTF1",
        (
            Param(
                "text",
                Kind.TEXT,
                "the payload of a text frame; this or hex",
                sample='{"action":15,"messages":[',
            ),
            Param("hex", Kind.HEX, "the payload of a binary frame, in hex"),
        ),
        on=_SOCKET,
        needs="client",
    ),
    Fault(
        "forget",
        "The state of every connection is lost, and every channel position.",
        "nothing, until it loses the socket: the resume gets a new connectionId with 80018.",
        "state forgotten",
        "RTN15c7",
        adds=False,
    ),
    Fault(
        "ask_token",
        "AUTH: every client is asked for a new token.",
        "gets a new token, sends it in AUTH, and stays connected (update).",
        "new token asked for",
        "RTN22",
        on=_SOCKET,
        needs="client",
        quiet=True,
    ),
    Fault(
        "expire_token",
        "The tokens in use have expired: DISCONNECTED 40142.",
        "gets a new token and resumes with it; without a way to one: failed, 40171.",
        "token expired",
        "RTN15h",
        on=_SOCKET,
        adds=False,
        needs="token",
    ),
    Fault(
        "revoke_token",
        "The tokens in use are revoked: DISCONNECTED 40141.",
        "gets a new token and resumes with it; without a way to one: failed, 40171.",
        "token revoked",
        "RTN15h",
        on=_SOCKET,
        adds=False,
        needs="token",
    ),
    Fault(
        "silence",
        "Nothing more is sent to those who are connected now; what would be sent is lost.",
        "waits maxIdleInterval and realtimeRequestTimeout, then disconnects and resumes.",
        "all frames held back",
        "RTN23a",
        (_FOR,),
        on=_SOCKET,
        lasting=True,
        adds=False,
        needs="client",
    ),
    Fault(
        "slow",
        "Every frame to a client is so much later, in order.",
        "sees a longer round trip; gives up where a timeout is shorter than the wait.",
        "frames slowed",
        "RTN23a",
        (_DELAY, _FOR),
        lasting=True,
        adds=False,
    ),
    Fault(
        "refuse_connection",
        "The next handshakes are answered with this HTTP status, not with 101.",
        "disconnected, and tries again and again; suspended once the TTL is over.",
        "dial refused",
        "RTN14d",
        (_STATUS, _BODY, _TIMES, _FOR),
        on=(CONNECT,),
        now=False,
        adds=False,
        also=("refuse_connections",),
    ),
    Fault(
        "accept_and_close",
        "The next handshakes succeed, and are closed at once with this code.",
        "disconnected without CONNECTED, and tries again with longer waits.",
        "socket accepted and closed",
        "RTN14d",
        (_close(1000), _TIMES, _FOR),
        on=(CONNECT,),
        now=False,
    ),
    Fault(
        "suppress",
        "These frames are swallowed.",
        "waits; what needs an answer fails after realtimeRequestTimeout, or is sent again.",
        "swallowed",
        "RTN19a",
        (*_WHAT, _TIMES, _FOR),
        on=FRAMES,
        now=False,
        adds=False,
    ),
    Fault(
        "suppress_onwards",
        "From such a frame on, every frame that way is swallowed on its socket.",
        "hears nothing more, or is not heard; gives the socket up and resumes.",
        "swallowed, and all after it",
        "RTN23a",
        (*_WHAT, _TIMES, _FOR),
        on=FRAMES,
        now=False,
        adds=False,
    ),
    Fault(
        "delay",
        "These frames are held back, and what comes behind them waits too.",
        "waits; what needs an answer fails if it takes longer than realtimeRequestTimeout.",
        "held back",
        "RTN23a",
        (*_WHAT, _DELAY, _TIMES, _FOR),
        on=FRAMES,
        now=False,
        adds=False,
    ),
    Fault(
        "replace",
        "Another frame, written by hand, takes the place of these.",
        "what the other frame says.",
        "replaced",
        "RTF1",
        (*_WHAT, _FRAME, _TIMES, _FOR),
        on=FRAMES,
        now=False,
    ),
    Fault(
        "http_respond",
        "HTTP requests are answered with this: those for tokens, history and publishing.",
        "takes it for the service's answer; a token that cannot be had is 80019.",
        "HTTP answered",
        "RSA4c",
        (*_WHICH_REQUEST, _STATUS, _BODY, _TIMES, _FOR),
        on=(HTTP,),
        now=False,
    ),
    Fault(
        "http_delay",
        "HTTP requests are answered so much later.",
        "waits, and gives up after its own timeout.",
        "HTTP held back",
        "RSA4c",
        (*_WHICH_REQUEST, _DELAY, _TIMES, _FOR),
        on=(HTTP,),
        now=False,
        adds=False,
    ),
    Fault(
        "http_drop",
        "HTTP requests get no answer; their socket is closed.",
        "takes it for a broken network, and may try another host.",
        "HTTP dropped",
        "RSC15",
        (*_WHICH_REQUEST, _TIMES, _FOR),
        on=(HTTP,),
        now=False,
        adds=False,
    ),
)

FAULT: Final[Mapping[str, Fault]] = {
    spelling: fault for fault in FAULTS for spelling in (fault.word, *fault.also)
}
"""By every spelling."""

NAMES: Final = tuple(fault.word for fault in FAULTS)

LIFT: Final = "lift"
"""Undoes what lasts: `what` names the fault; without it all of them end."""

LIFTS: Final[Mapping[str, tuple[str, ...]]] = {
    "speak": ("silence",),
    "accept_connections": ("refuse_connection", "accept_and_close"),
}
"""Words that end one thing each."""


def rule_words(on: str) -> tuple[str, ...]:
    """What a rule may do about `on`, in every spelling."""
    return tuple(word for word, fault in FAULT.items() if on in fault.on)
