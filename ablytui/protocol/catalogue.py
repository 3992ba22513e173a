"""The one table of Ably's error codes: what each means, and what a person can do about it.

Only codes that a connection can meet. Sentences are complete in themselves; what the service
said stands beside them, never inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code. `status` is the usual HTTP status, 0 where there is none; `advice` may be empty."""

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
        _M(80004, 400, "The connection is already established."),
        _M(80005, 400, "The service no longer holds the state of the connection.", "This is a fresh connection."),
        _M(80006, 400, "Continuity is not certain: messages have expired.", "Read the channel's history for the gap."),
        _M(80007, 400, "Continuity is not certain: too many messages were missed.", "Read the channel's history for the gap."),
        _M(80008, 400, "Came back too late to recover.", "This is a new connectionId; messages in between are lost."),
        _M(80009, 400, "The connection is not established."),
        _M(80010, 400, "The operation is not possible on this transport or connection."),
        _M(80011, 400, "Recovery was refused: the credential is not the same.", "Use the credential of before."),
        _M(80012, 400, "Continuity is unknown: the serial is bad."),
        _M(80013, 400, "The protocol was broken.", "Look at the last frame."),
        _M(80014, 408, "The connection timed out.", "Look at the network."),
        _M(80015, 400, "The connection's parameters do not go together.", "Look at the URI."),
        _M(80016, 410, "Superseded by a newer transport of the same connection.", "Two clients may use one connectionKey."),
        _M(80017, 400, "The connection was closed on purpose."),
        _M(80018, 400, "The connectionKey is not valid: this is a new connectionId.", "Messages in between are lost. Expected after the service has restarted, or when coming back too late."),
        _M(80019, 401, "No token could be got.", "Look at the cause; 403 is final."),
        _M(80020, 400, "Messages were left out: the delivery rate was exceeded.", "Read the channel's history for the gap."),
        _M(80021, 429, "The account opens connections too fast.", "Slow down."),
        _M(80022, 410, "The connection was not found."),
        _M(80023, 400, "The connection was resumed in another region, without its state."),
        _M(80024, 400, "The client library is too old."),
        _M(80030, 400, "A restriction on clients is not met.", "Check the app's rules."),
        _M(90000, 400, "An operation on the channel has failed.", "Attach first."),
        _M(90001, 404, "The channel is in the wrong state.", "Attach first."),
        _M(90007, 408, "The channel was not attached or detached in time."),
        _M(91000, 400, "Presence needs a clientId.", "Set one."),
        _M(91004, 400, "Presence could not be entered again by itself."),
        _M(91005, 400, "The presence set is out of step with the service."),
    )
}  # fmt: skip


def explain(code: int) -> Meaning | None:
    """What `code` means; None for a code that this program does not know."""
    return CATALOGUE.get(code)
