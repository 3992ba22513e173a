"""Who may connect: keys, and the identity a credential gives. PURE.

Credentials are compared in constant time, and a wrong key takes as long as a right one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import check_key
from ablytui.service import problems
from ablytui.service.problems import problem


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a credential speaks for. `client_id` None may assume any (`*`)."""

    app: str
    key_name: str
    client_id: str | None = None

    def compatible(self, app: str, client_id: str | None) -> bool:
        """Whether this identity may take up a connection of that app and client (RTN15c)."""
        return self.app == app and self.client_id in {None, client_id}


def app_of(key: str) -> str:
    """The app id of a key or key name."""
    return key.partition(".")[0]


class Keyring:
    """The keys that this service accepts."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._secrets = {}
        for key in keys:
            name, _, secret = key.partition(":")
            self._secrets[name] = secret.encode()

    def admit(
        self, key: str | None, token: str | None, client_id: str | None
    ) -> Identity | ErrorInfo:
        """The identity, or why not: no, malformed, unknown or wrong credentials; a bad clientId."""
        if key is None and token is None:
            return problem(problems.NOT_ACCEPTED, "no credentials: give a key")
        if key is None:
            return problem(problems.UNKNOWN_TOKEN, "this service has issued no such token")
        try:
            check_key(key)
        except ValueError as bad:
            return problem(problems.BAD_KEY, str(bad).removeprefix("40005: "))
        name, _, secret = key.partition(":")
        known = self._secrets.get(name)
        right = hmac.compare_digest(known if known is not None else b"\0", secret.encode())
        if known is None:
            return problem(problems.NOT_ACCEPTED, f"no key named {name[:60]} here")
        if not right:
            return problem(problems.NOT_ACCEPTED, f"wrong secret for key {name[:60]}")
        if client_id == "*":
            return problem(problems.BAD_CLIENT_ID, "clientId may not be `*`; leave it out")
        return Identity(app_of(name), name, client_id)
