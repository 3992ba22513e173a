"""Who may connect: keys, tokens, JWTs, and the identity that each gives (RSA). PURE.

Secrets are compared in constant time, and a wrong key takes as long as a right one.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import check_key
from ablytui.service import problems
from ablytui.service.apps import App, Key, app_of
from ablytui.service.capability import EVERYTHING, Capability
from ablytui.service.jwts import embedded, is_jwt, read_jwt
from ablytui.service.problems import problem
from ablytui.service.tokens import Grant, Tokens

ANYBODY: Final = "*"
"""The clientId of whoever may take any (RSA7b4)."""

MOST_TOKEN: Final = 128 * 1024
"""Characters of a token (RSA4f)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a credential speaks for, and what it may do.

    `client_id` is `*` for one that may be anybody, None for one that is nobody. `grant` is what
    it rests on where that is a token, and not a key.
    """

    app: str
    key_name: str
    client_id: str | None = ANYBODY
    capability: Capability = EVERYTHING
    grant: Grant | None = None

    def succeed(self, owner: Identity) -> Identity | None:
        """This identity in the place of a connection's; None if it is another's (RTN15c, RTC8a2).

        A connection keeps its clientId; one that had none takes the new one, and one that may be
        anybody may become nobody.
        """
        nobody = owner.client_id is None or (owner.client_id == ANYBODY and self.client_id is None)
        fits = self.client_id in {ANYBODY, owner.client_id} or nobody
        if self.app != owner.app or not fits:
            return None
        if self.client_id == ANYBODY and owner.client_id is not None:
            return replace(self, client_id=owner.client_id)
        return self


def may(identity: Identity, operation: str, channel: str) -> ErrorInfo | None:
    """Why an operation on a channel is not within an identity's rights; None if it is."""
    if identity.capability.allows(operation, channel):
        return None
    what = "token" if identity.grant is not None else "key"
    text = f"the {what} does not allow {operation} on {channel[:60]}"
    return problem(problems.NOT_ALLOWED, text)


class Keyring:
    """The keys and tokens that this service accepts."""

    def __init__(self, apps: Mapping[str, App], tokens: Tokens) -> None:
        self._apps, self._tokens = apps, tokens

    def key(self, name: str) -> Key | None:
        """A key by its name."""
        app = self._apps.get(app_of(name))
        return app.keys.get(name) if app is not None else None

    def admit(
        self, key: str | None, token: str | None, client_id: str | None, now: float
    ) -> Identity | ErrorInfo:
        """The identity, or why not: no, malformed, unknown or wrong credentials; a bad clientId.

        `now` is ms since the epoch, `client_id` what the client wants to be.
        """
        if key is None and token is None:
            return problem(problems.NOT_ACCEPTED, "no credentials: give a key or a token")
        if key is not None:
            found = self.by_key(key)
            if isinstance(found, ErrorInfo):
                return found
            identity = Identity(found.app, found.name, capability=found.capability)
        else:
            grant = self.by_token(token or "", now)
            if isinstance(grant, ErrorInfo):
                return grant
            app = app_of(grant.key_name)
            identity = Identity(app, grant.key_name, grant.client_id, grant.capability, grant)
        return _as_client(identity, client_id)

    def by_key(self, key: str) -> Key | ErrorInfo:
        """The key, if it is one and its secret is right."""
        try:
            check_key(key)
        except ValueError as bad:
            return problem(problems.BAD_KEY, str(bad).removeprefix("40005: "))
        name, _, secret = key.partition(":")
        known = self.key(name)
        ours = known.secret.encode() if known is not None else b"\0"
        right = hmac.compare_digest(ours, secret.encode())
        if known is None:
            return problem(problems.NOT_ACCEPTED, f"no key named {name[:60]} here")
        if not right:
            return problem(problems.NOT_ACCEPTED, f"wrong secret for key {name[:60]}")
        return known

    def by_token(self, token: str, now: float) -> Grant | ErrorInfo:
        """What a token or JWT grants at this moment."""
        if len(token) > MOST_TOKEN:
            return problem(problems.BAD_KEY, f"a token has at most {MOST_TOKEN} characters")
        if "." not in token:
            return problem(problems.BAD_KEY, "a token looks like appId.text, and this has no dot")
        grant = self._by_jwt(token) if is_jwt(token) else self._tokens.find(token)
        if isinstance(grant, ErrorInfo):
            return grant
        return self._tokens.check(grant, now) or grant

    def _by_jwt(self, token: str) -> Grant | ErrorInfo:
        inner = embedded(token)
        if inner is None:
            return read_jwt(token, self.key)
        grant, ends = self._tokens.find(inner[0]), inner[1]
        if isinstance(grant, ErrorInfo) or ends is None:
            return grant
        return replace(grant, expires=min(grant.expires, ends))


def _as_client(identity: Identity, asked: str | None) -> Identity | ErrorInfo:
    """The identity as the client that it wants to be (RSA7, RSA15)."""
    if asked is None:
        return identity
    if asked == ANYBODY:
        return problem(problems.BAD_CLIENT_ID, "clientId may not be `*`; leave it out")
    if identity.client_id == ANYBODY:
        return replace(identity, client_id=asked)
    if identity.client_id == asked:
        return identity
    whose = f"for {identity.client_id[:60]!r}" if identity.client_id else "for no clientId"
    return problem(problems.INCOMPATIBLE, f"the token is {whose}, not for {asked[:60]!r}")
