"""The life of the token in hand: where it came from, when it was issued and ends, what renews it.

A JWT says its times in itself; they are read as they stand, its signature is the service's
business. The service's clock decides when a token ends, so its difference is counted in.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.protocol.auth import TokenDetails, source_of, token_of
from ablytui.protocol.coerce import integer
from ablytui.protocol.connection import Connection

SOURCES: Final[Mapping[str, str]] = {
    "key": "the key",
    "auth_url": "the auth URL",
    "auth_command": "the auth command",
}
"""The sources of tokens, in words."""


@dataclass(frozen=True, slots=True)
class TokenLife:
    """Times in ms since the epoch, by the service's clock; None where the token does not say.

    `given`: it was a parameter, nothing fetched it. `renewal` is what the next one comes from,
    None where there is nothing. `exact`: the service was asked for its time.
    """

    given: bool
    renewal: str | None
    issued: int | None = None
    expires: int | None = None
    exact: bool = False
    ahead: float = 0.0

    def left(self, wall: float) -> float | None:
        """Ms until it ends, when the wall clock says `wall`; below 0 it has ended."""
        return None if self.expires is None else self.expires - (wall + self.ahead)


def life_of(conn: Connection) -> TokenLife | None:
    """The life of the connection's token; None where it has none, or uses a key."""
    token = conn.token
    if token is None or not conn.by_token:
        return None
    given = token_of(conn.params)
    source = source_of(conn.params)
    issued, expires = _times(token)
    return TokenLife(
        given=given is not None and given.token == token.token,
        renewal=SOURCES[source] if source else None,
        issued=issued,
        expires=expires,
        exact=conn.ahead is not None,
        ahead=conn.ahead or 0.0,
    )


def _times(token: TokenDetails) -> tuple[int | None, int | None]:
    if token.expires is not None or token.issued is not None:
        return token.issued, token.expires
    claims = _claims(token.token)
    return _ms(claims.get("iat")), _ms(claims.get("exp"))


def _ms(seconds: object) -> int | None:
    """RFC 7519 §4.1: seconds, perhaps with a fraction."""
    if isinstance(seconds, float) and 0 <= seconds < 1e12:
        return round(seconds * 1000)
    whole = integer(seconds)
    return None if whole is None or not 0 <= whole < 10**12 else whole * 1000


def _claims(token: str) -> Mapping[str, Any]:
    """The claims of a JWT (RFC 7519 §3); empty for any other token. Never raises."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
