"""JWTs that a key's owner signed itself (RSA8g): read, and their signature checked. PURE.

The times in one are judged by whoever has the time; here it is only seen that there are any.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.apps import Key
from ablytui.service.capability import read_capability
from ablytui.service.problems import problem
from ablytui.service.tokens import MOST_TTL_REVOCABLE, Grant
from ablytui.service.wireform import sound

ALGORITHMS: Final = ("HS256", "HS384", "HS512")
_UNTIMED: Final[Any] = {
    f"verify_{what}": False for what in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}
_OPTIONS: Final[Any] = {"verify_signature": True, **_UNTIMED}
_UNVERIFIED: Final[Any] = {"verify_signature": False, **_UNTIMED}
"""The library checks the signature only: for the times it would look at the machine's clock."""


def is_jwt(token: str) -> bool:
    """Whether a token is a JWT, well-formed or not: Ably's own have one dot."""
    return token.count(".") == 2


def read_jwt(token: str, key_of: Callable[[str], Key | None]) -> Grant | ErrorInfo:
    """What a JWT grants, its times unchecked; or why it grants nothing.

    40144 for what is no JWT of this kind, 40101 for a key or signature that is not accepted.
    """
    import jwt

    try:
        header = jwt.get_unverified_header(token)
    except Exception:  # noqa: BLE001 - hostile text makes the library raise more than its own
        return _bad("it cannot be read")
    name = header.get("kid")
    if header.get("alg") not in ALGORITHMS:
        return _bad(f"its alg is none of {', '.join(ALGORITHMS)}")
    if not isinstance(name, str) or not name:
        return _bad("its header has no kid")
    key = key_of(name)
    if key is None:
        return problem(problems.NOT_ACCEPTED, f"no key named {name[:60]} here")
    try:
        with warnings.catch_warnings():
            # The library finds Ably's secrets short, and would say so for every token.
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            claims = jwt.decode(
                token,
                key.secret.encode(),
                algorithms=list(ALGORITHMS),
                options=_OPTIONS,
            )
    except jwt.InvalidSignatureError:
        return problem(problems.NOT_ACCEPTED, f"the JWT is not signed with key {name[:60]}")
    except Exception:  # noqa: BLE001 - as above
        return _bad("it cannot be read")
    return _grant(token, key, claims)


def embedded(token: str) -> tuple[str, int | None] | None:
    """The Ably token within a JWT that somebody else signed, and when the JWT ends (ms).

    Its signature is its maker's affair: what is granted rests on the token inside. None for a
    JWT without one.
    """
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options=_UNVERIFIED)
    except Exception:  # noqa: BLE001 - as above
        return None
    inner = claims.get("x-ably-token") or header.get("x-ably-token")
    return (inner, _time(claims.get("exp"))) if isinstance(inner, str) and inner else None


def _grant(token: str, key: Key, claims: Mapping[str, Any]) -> Grant | ErrorInfo:
    issued, expires = _time(claims.get("iat")), _time(claims.get("exp"))
    if issued is None or expires is None:
        return _bad("it has no iat and exp in seconds")
    if key.revocable and expires - issued > MOST_TTL_REVOCABLE:
        text = f"tokens of this key live at most {MOST_TTL_REVOCABLE} ms"
        return problem(problems.BAD_VALUE, text)
    capability = key.capability
    asked = claims.get("x-ably-capability")
    if asked not in (None, ""):
        read = read_capability(asked)
        if isinstance(read, ErrorInfo):
            return _bad(f"x-ably-capability: {read.message}")
        capability = read.within(capability)
    client_id, revocation = claims.get("x-ably-clientId"), claims.get("x-ably-revocation-key")
    if client_id is not None and not (isinstance(client_id, str) and sound(client_id)):
        return _bad("x-ably-clientId is not a string")
    if not isinstance(revocation, str):
        revocation = None
    return Grant(token, key.name, client_id or None, capability, issued, expires, revocation)


def _time(value: object) -> int | None:
    """Seconds, maybe with a fraction, as ms."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value * 1000) if 0 <= value < 1e12 else None


def _bad(why: str) -> ErrorInfo:
    return problem(problems.BAD_JWT, f"not a JWT that can be used: {why}")
