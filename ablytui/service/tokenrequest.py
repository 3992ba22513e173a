"""Turning a TokenRequest into a token (RSA8e, TE): every check, in one order. PURE.

Who signs knows the key, so a signature that fits is checked before anything is said about the
rest of the request.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.apps import Key
from ablytui.service.capability import Capability, read_capability
from ablytui.service.problems import problem
from ablytui.service.tokens import (
    DEFAULT_TTL,
    MOST_TTL,
    MOST_TTL_REVOCABLE,
    Grant,
    Nonces,
    Tokens,
)
from ablytui.service.wireform import sound

WINDOW: Final = 120_000
"""Ms that a request's timestamp may be off (RSA9d)."""

SHORTEST_NONCE: Final = 16
LONGEST_TEXT: Final = 1_024
"""Characters of a nonce (from RSA9c), and of a nonce or clientId at most."""

_SIGNED: Final = ("keyName", "ttl", "capability", "clientId", "timestamp", "nonce")


def request_token(
    key: Key,
    request: object,
    tokens: Tokens,
    nonces: Nonces,
    now: float,
    *,
    proven: bool,
) -> Grant | ErrorInfo:
    """The token asked for with `key`, the one in the request's path; or why there is none.

    `now` is ms since the epoch. `proven` is whether the key came along, as Basic authentication:
    then the request needs no `mac`.
    """
    if not isinstance(request, Mapping):
        return problem(problems.BAD_REQUEST, "a token request is an object")
    given = {n: v for n, v in request.items() if v is not None and v != ""}
    if given.get("keyName", key.name) != key.name:
        text = f"keyName in the request is not {key.name[:60]}, the one in the path"
        return problem(problems.NOT_ACCEPTED, text)
    error = _signed(key, given, proven=proven) or _fresh(key, given, nonces, now)
    if error is not None:
        return error
    ttl = _ttl(key, given)
    capability = _capability(key, given)
    client_id = _client_id(given)
    for found in (ttl, capability, client_id):
        if isinstance(found, ErrorInfo):
            return found
    assert isinstance(ttl, int)
    assert isinstance(capability, Capability)
    assert not isinstance(client_id, ErrorInfo)
    return tokens.issue(key, client_id, capability, ttl, int(now))


# --- the signature ------------------------------------------------------------------------------


def sign(secret: str, texts: tuple[str, ...]) -> str:
    """The `mac` over the values, each followed by a line break, the last one too (TE2)."""
    signed = "".join(f"{text}\n" for text in texts)
    mac = hmac.new(secret.encode(), signed.encode("utf-8", "replace"), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def _signed(key: Key, given: Mapping[str, Any], *, proven: bool) -> ErrorInfo | None:
    mac = given.get("mac")
    if mac is None and proven:
        return None
    if mac is None:
        text = "a token request needs its mac, or the key as Basic authentication"
        return problem(problems.NOT_ACCEPTED, text)
    theirs = mac.encode("utf-8", "replace") if isinstance(mac, str) else b""
    right = False
    for texts in _texts(given):
        right |= hmac.compare_digest(sign(key.secret, texts).encode(), theirs)
    return None if right else problem(problems.NOT_ACCEPTED, "the mac does not fit the request")


def _texts(given: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What may have been signed. A whole number that came as a float has two spellings."""
    values = [v if isinstance(v := given.get(n, ""), str | int | float) else "?" for n in _SIGNED]
    as_sent = tuple(str(value) for value in values)
    whole = tuple(
        str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in values
    )
    return [as_sent] if whole == as_sent else [as_sent, whole]


def _fresh(key: Key, given: Mapping[str, Any], nonces: Nonces, now: float) -> ErrorInfo | None:
    """Signed requests are for one use, and for now: they could be overheard."""
    timestamp, nonce = given.get("timestamp"), given.get("nonce")
    at = integer(timestamp)
    signed = "mac" in given
    if (timestamp is not None or signed) and (at is None or abs(at - now) > WINDOW):
        text = f"timestamp is not within {WINDOW // 60_000} minutes of the service's time"
        return problem(problems.BAD_TIME, text)
    if nonce is None and not signed:
        return None
    if not isinstance(nonce, str) or not SHORTEST_NONCE <= len(nonce) <= LONGEST_TEXT:
        text = f"nonce is a string of at least {SHORTEST_NONCE} characters"
        return problem(problems.BAD_VALUE, text)
    return nonces.use(key.name, nonce, (now if at is None else at) + WINDOW, now)


# --- what is asked for --------------------------------------------------------------------------


def _ttl(key: Key, given: Mapping[str, Any]) -> int | ErrorInfo:
    ttl = integer(given.get("ttl", DEFAULT_TTL))
    most = MOST_TTL_REVOCABLE if key.revocable else MOST_TTL
    if ttl is None or not 0 < ttl <= most:
        return problem(problems.BAD_VALUE, f"ttl is a whole number of ms from 1 to {most}")
    return ttl


def _capability(key: Key, given: Mapping[str, Any]) -> Capability | ErrorInfo:
    """What the key allows of it (RSA6). Asking for nothing in particular is asking for all."""
    if "capability" not in given:
        return key.capability
    asked = read_capability(given["capability"])
    if isinstance(asked, ErrorInfo):
        return asked
    both = asked.within(key.capability)
    if not both:
        return problem(problems.NOT_ALLOWED, "the key allows nothing of the capability asked for")
    return both


def _client_id(given: Mapping[str, Any]) -> str | ErrorInfo | None:
    client_id = given.get("clientId")
    if client_id is None:
        return None
    if not isinstance(client_id, str) or not sound(client_id) or len(client_id) > LONGEST_TEXT:
        text = f"clientId is a string of at most {LONGEST_TEXT} whole characters"
        return problem(problems.BAD_CLIENT_ID, text)
    return client_id
