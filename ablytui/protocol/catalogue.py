"""The one catalogue of errors: what each code means, and what a person can do about it.

Ably's codes that a connection can meet, and the WebSocket close codes in either dialect.
Sentences are complete in themselves; what the service said stands beside them, never inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.closecodes import CLOSE_CODES, classic_outcome, close_name
from ablytui.protocol.params import DialectName


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code. `status` is the usual HTTP status, 0 where there is none."""

    code: int
    status: int
    meaning: str
    advice: str = ""


_M = Meaning

CATALOGUE: Final[Mapping[int, Meaning]] = {
    row.code: row
    for row in (
        _M(40000, 400, "A bad request, for which there is no finer code.", "Read the message; a frame may be too large."),
        _M(40003, 400, "The value of a parameter is not acceptable.", "Check the TTL, limits and query parameters."),
        _M(40005, 400, "The key or token cannot be read.", "Copy the key again; look for spaces and cut-off ends."),
        _M(40007, 400, "The connectionSerial of an old client is bad.", "Use the current dialect."),
        _M(40009, 413, "The message is too large.", "Compare its size with maxMessageSize in Connection."),
        _M(40010, 400, "The channel name is not allowed.", "It may not be empty, begin with [ or :, or hold a newline."),
        _M(40012, 400, "The clientId is invalid or not permitted.", "Compare the token's clientId with yours."),
        _M(40013, 400, "The type of the data, or its encoding, cannot be used.", "Look at the encoding chain."),
        _M(40017, 400, "The protocol version is missing or not supported.", "Set v."),
        _M(40018, 400, "A delta does not apply to what came before it.", "The channel attaches again by itself."),
        _M(40019, 400, "There is no decoder for deltas.", "Install the decoder."),
        _M(40100, 401, "Refused, without a finer reason.", "Check the credential and the app's settings: TLS only, restricted."),
        _M(40101, 401, "The server does not accept these credentials.", "The secret is wrong, or the app or key does not exist. Check appId, keyId and secret."),
        _M(40102, 401, "The credential is valid but belongs to another identity.", "Use the clientId, app and key of before, or connect anew."),
        _M(40103, 401, "A key may only travel over an encrypted connection.", "Turn TLS on, or use a token."),
        _M(40104, 401, "The time of the token request is too far off.", "Set the clock, or ask the service for its time (queryTime)."),
        _M(40105, 401, "The nonce of the token request was used before.", "Make a new request each time; do not keep them."),
        _M(40106, 401, "No way to authenticate is configured.", "Give a key, a token, a URL or a command."),
        _M(40110, 401, "The account is disabled.", "Contact its owner."),
        _M(40111, 403, "The account's limit of connections is reached.", "Close idle ones, or raise the limit."),
        _M(40112, 401, "The account's limit of messages is reached.", "Send less, or raise the limit."),
        _M(40113, 401, "The account is blocked.", "Contact its owner."),
        _M(40114, 403, "The account's limit of channels is reached.", "Detach idle ones, or raise the limit."),
        _M(40115, 403, "The account's limit of requests is reached.", "Ask less often, or raise the limit."),
        _M(40130, 401, "The key is not known.", "Use another key."),
        _M(40131, 401, "The key was revoked.", "Use another key."),
        _M(40140, 401, "The token is not accepted.", "It is renewed if there is a way; else give a key or an auth URL."),
        _M(40141, 401, "The token was revoked.", "It is renewed if there is a way; else give a key or an auth URL."),
        _M(40142, 401, "The token has expired.", "It is renewed if there is a way; else give a key or an auth URL."),
        _M(40143, 401, "The token is not recognised.", "It is renewed if there is a way; else give a key or an auth URL."),
        _M(40144, 401, "The JWT has a wrong form or signature.", "Check how it is made; its key signs it."),
        _M(40145, 401, "The token cannot be read.", "Copy it again, or ask for a new one."),
        _M(40160, 401, "The capability does not allow that on this channel.", "Widen the capability of the key or token."),
        _M(40161, 401, "The operation needs a clientId.", "Set one."),
        _M(40165, 401, "The channel mode was not asked for when attaching.", "Attach with the mode."),
        _M(40170, 401, "The token callback or auth URL has failed.", "Look at its answer and content type."),
        _M(40171, 401, "The token has ended and there is no way to get another.", "Give a key or an auth URL."),
        _M(40300, 403, "Forbidden.", "Look at the state of the account and the app."),
        _M(40330, 403, "The account is bound to another cluster.", "Set the endpoint that Ably gave."),
        _M(40331, 403, "The account is bound to another cluster.", "Set the endpoint that Ably gave."),
        _M(40332, 403, "The account is bound to another region.", "Set the endpoint that Ably gave."),
        _M(40400, 404, "Not found.", "Check the path and the app id."),
        _M(42910, 429, "The rate limit is exceeded: the message was refused.", "Slow down."),
        _M(42911, 429, "The rate limit is exceeded: the message was refused.", "Slow down."),
        _M(42920, 429, "The rate limit is broken so badly that the connection is closed.", "Slow down before you connect again."),
        _M(42921, 429, "The rate limit is broken so badly that the connection is closed.", "Slow down before you connect again."),
        _M(42924, 429, "The rate limit is broken so badly that the connection is closed.", "Slow down before you connect again."),
        _M(50000, 500, "The service has an internal error.", "Retry; report it if it lasts."),
        _M(50001, 500, "The service has an internal error on this channel.", "Retry; report it if it lasts."),
        _M(50002, 500, "The service has an internal error on this connection.", "Retry; report it if it lasts."),
        _M(50003, 504, "Nothing was answered in time.", "The network may be slow; it is tried again."),
        _M(50004, 503, "The service is busy.", "Retry; report it if it lasts."),
        _M(80000, 400, "The connection has failed.", "Look at the close code and at the last error before it."),
        _M(80001, 400, "There is no usable transport.", "A proxy may block WebSockets."),
        _M(80002, 400, "The connection is suspended: it was away longer than its state is kept.", "It is tried every 30 s; messages in between are probably lost."),
        _M(80003, 400, "The transport was lost.", "Usually brief; retries are shown."),
        _M(80004, 400, "The connection is already established.", "Nothing is to be done."),
        _M(80005, 400, "The service no longer holds the state of the connection.", "This is a fresh connection."),
        _M(80006, 400, "Continuity is not certain: messages have expired.", "Read the channel's history for the gap."),
        _M(80007, 400, "Continuity is not certain: too many messages were missed.", "Read the channel's history for the gap."),
        _M(80008, 400, "Came back too late to recover.", "This is a new connectionId; messages in between are lost."),
        _M(80009, 400, "The connection is not established.", "Connect first."),
        _M(80010, 400, "The operation is not possible on this transport or connection.", "Look at the last frame that was sent."),
        _M(80011, 400, "Recovery was refused: the credential is not the same.", "Use the credential of before."),
        _M(80012, 400, "Continuity is unknown: the serial is bad.", "Read the channels' history for the gap; check connection_serial in the URI."),
        _M(80013, 400, "The protocol was broken.", "Look at the last frame."),
        _M(80014, 408, "The connection timed out.", "Look at the network."),
        _M(80015, 400, "The connection's parameters do not go together.", "Look at the URI."),
        _M(80016, 410, "Superseded by a newer transport of the same connection.", "Two clients may use one connectionKey."),
        _M(80017, 400, "The connection was closed on purpose.", "Connect opens a new one."),
        _M(80018, 400, "The connectionKey is not valid: this is a new connectionId.", "Messages in between are lost. Expected after the service has restarted, or when coming back too late."),
        _M(80019, 401, "No token could be got.", "Look at the cause; 403 is final."),
        _M(80020, 400, "Messages were left out: the delivery rate was exceeded.", "Read the channel's history for the gap."),
        _M(80021, 429, "The account opens connections too fast.", "Slow down."),
        _M(80022, 410, "The connection was not found.", "Connect anew; its state is gone."),
        _M(80023, 400, "The connection was resumed in another region, without its state.", "This is a new connection; read the channels' history for the gap."),
        _M(80024, 400, "The client library is too old.", "Use a newer one, or the current dialect."),
        _M(80030, 400, "A restriction on clients is not met.", "Check the app's rules."),
        _M(90000, 400, "An operation on the channel has failed.", "Attach first."),
        _M(90001, 404, "The channel is in the wrong state.", "Attach first."),
        _M(90007, 408, "The channel was not attached or detached in time.", "Attaching is tried again; the network may be slow."),
        _M(91000, 400, "Presence needs a clientId.", "Set one."),
        _M(91003, 400, "The channel has as many members as it may have.", "Let others leave, or raise the limit."),
        _M(91004, 400, "Presence could not be entered again by itself.", "Look at the cause, then enter again."),
        _M(91005, 400, "The presence set is out of step with the service.", "Attach the channel; its SYNC sets it right."),
        _M(93002, 400, "Messages of this channel cannot be changed or annotated.", "Enable it for the channel's namespace."),
    )
}  # fmt: skip


_RANGES: Final = (
    (40140, 40149, 401, "A token error.", "The token is renewed if there is a way; else give a key or an auth URL."),
    (40100, 40199, 401, "The credential was refused.", "Check the key or token and its capability."),
    (40300, 40399, 403, "What was asked for is forbidden.", "Look at the state of the account and the app."),
    (40400, 40499, 404, "What was asked for does not exist.", "Check names and paths."),
    (42900, 42999, 429, "A rate limit is exceeded.", "Slow down."),
    (40000, 49999, 400, "The request was refused.", "Read what the server says; the same request will be refused again."),
    (50000, 59999, 500, "The service has a problem of its own.", "Retry; report it if it lasts."),
    (80000, 89999, 400, "A problem of the connection.", "Look at the last frames before it."),
    (91000, 91999, 400, "A problem of presence.", "Look at the channel and the clientId."),
    (90000, 99999, 400, "A problem of a channel.", "Look at the state of the channel."),
)  # fmt: skip
"""First and last code, usual status, meaning and advice: the narrower range stands first."""


def explain(code: int) -> Meaning | None:
    """What `code` means; None for a code that this program does not know."""
    return CATALOGUE.get(code)


def explain_range(code: int) -> Meaning | None:
    """What the range of `code` means, for a code that is in no list; None outside of all."""
    for first, last, status, meaning, advice in _RANGES:
        if first <= code <= last:
            return Meaning(code, status, meaning, advice)
    return None


def meaning_of(code: int) -> Meaning | None:
    """The meaning of `code`, else of its range; None where nothing is known at all."""
    return explain(code) or explain_range(code)


@dataclass(frozen=True, slots=True)
class Closing:
    """One close code in one dialect: what it means, what the client does because of it, advice."""

    code: int
    name: str
    meaning: str
    consequence: str
    advice: str


def explain_close(code: int, dialect: DialectName, *, asked: bool = False) -> Closing:
    """A close by the service with `code`. `asked`: it follows a CLOSE, and only ends the closing.

    The current dialect takes every unexpected close for a drop (RTN15a); classic has its table.
    """
    known = CLOSE_CODES.get(code)
    outcome = classic_outcome(code) if dialect is DialectName.CLASSIC else None
    if asked:
        consequence = "The connection is closed, as asked (RTN12c)."
    elif outcome is not None:
        consequence = f"The connection has failed with {outcome.code}, and is not tried again."
    elif dialect is DialectName.CLASSIC:
        consequence = (
            "The connection is disconnected and resumed, or suspended if it was away too long"
            " (80003)."
        )
    else:
        consequence = (
            "The code decides nothing: the connection is disconnected and resumed (80003, RTN15a)."
        )
    name = close_name(code)
    meaning = known.meaning if known is not None else _unlisted(code)
    advice = known.advice if known is not None else "Read the reason in the CLOSE frame."
    return Closing(code, name, f"{meaning[0].upper()}{meaning[1:]}.", consequence, advice)


def _unlisted(code: int) -> str:
    """RFC 6455 §7.4.2."""
    if 3000 <= code <= 3999:
        return "a code that a library or framework has registered"
    if 4000 <= code <= 4999:
        return "a code of the service's own"
    if 1016 <= code <= 2999:
        return "a code kept for the WebSocket protocol itself, without a meaning yet"
    return "no code that a CLOSE frame may carry"
