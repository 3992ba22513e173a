"""The tokens that were given out, and those that hold no more: expired, revoked (RSA4). PURE.

A token is a random text that means nothing by itself. What it grants is kept here, within bounds.
All times are ms since the epoch.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.apps import Key, app_of
from ablytui.service.capability import Capability
from ablytui.service.problems import problem
from ablytui.service.serials import Ids

DEFAULT_TTL: Final = 3_600_000
MOST_TTL: Final = 86_400_000
MOST_TTL_REVOCABLE: Final = 3_600_000
"""Ms that a token lives, unless told otherwise and at most."""

_NAME: Final = 16
_SECRET: Final = 32
_KEPT: Final = 3_600_000
"""Ms for which an expired token is still known as such."""


Target = tuple[str, str, str]
"""Name of a key, kind (`clientId`, `revocationKey`, `channel`) and value."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token, or a JWT, gives its bearer. `client_id` None is anonymous, `*` anybody."""

    token: str = field(repr=False)
    key_name: str
    client_id: str | None
    capability: Capability
    issued: int
    expires: int
    revocation_key: str | None = None

    def targets(self) -> Iterator[Target]:
        """What a revocation may name this token by."""
        if self.client_id is not None:
            yield self.key_name, "clientId", self.client_id
        if self.revocation_key is not None:
            yield self.key_name, "revocationKey", self.revocation_key
        for resource, _ in self.capability.rights:
            yield self.key_name, "channel", resource

    def details(self) -> dict[str, Any]:
        """TokenDetails (TD)."""
        details: dict[str, Any] = {
            "token": self.token,
            "keyName": self.key_name,
            "issued": self.issued,
            "expires": self.expires,
            "capability": self.capability.text(),
        }
        if self.client_id is not None:
            details["clientId"] = self.client_id
        return details


class Revocation(NamedTuple):
    """Tokens of one key, issued before a time, are void from `applies_at` on (RSA17)."""

    key_name: str
    kind: str
    value: str
    before: int
    applies_at: int

    @property
    def target(self) -> Target:
        """What names the tokens."""
        return self.key_name, self.kind, self.value


class Tokens:
    """All tokens of a service. `most` bounds tokens and revocations, `most_bytes` their rights."""

    def __init__(self, ids: Ids, most: int, most_bytes: int) -> None:
        self._ids = ids
        self._most, self._most_bytes = most, most_bytes
        self._grants: dict[str, Grant] = {}
        self._size = 0
        self._ended: dict[str, int] = {}
        self._revocations: dict[Target, dict[Revocation, None]] = {}

    def __len__(self) -> int:
        return len(self._grants)

    def issue(
        self, key: Key, client_id: str | None, capability: Capability, ttl: int, now: int
    ) -> Grant | ErrorInfo:
        """A new token; or that there is no room for one."""
        size = _size(capability)
        if len(self._grants) >= self._most or self._size + size > self._most_bytes:
            self._forget(lambda grant: grant.expires <= now)
        if len(self._grants) >= self._most or self._size + size > self._most_bytes:
            return problem(problems.TOO_OFTEN, "the service holds as many tokens as it can")
        name = self._ids(_NAME)
        token = f"{key.app}.{name}{self._ids(_SECRET)}"
        grant = Grant(token, key.name, client_id, capability, now, now + ttl)
        self._grants[name] = grant
        self._size += size
        return grant

    def find(self, token: str) -> Grant | ErrorInfo:
        """The grant of an Ably token, whether or not it still holds (see `check`)."""
        grant = self._grants.get(token.partition(".")[2][:_NAME])
        known = grant.token if grant is not None else "."
        if grant is None or not hmac.compare_digest(known.encode(), token.encode(errors="replace")):
            return problem(problems.UNKNOWN_TOKEN, "this service knows no such token")
        return grant

    def check(self, grant: Grant, now: float) -> ErrorInfo | None:
        """Why a token holds no more: revoked or expired, by time or by hand."""
        ended = self._ended.get(_fingerprint(grant.token))
        if ended is None and self._ends(grant) <= now:
            expired = grant.expires <= now
            ended = problems.TOKEN_EXPIRED if expired else problems.TOKEN_REVOKED
        if ended is None:
            return None
        what = "is expired" if ended == problems.TOKEN_EXPIRED else "has been revoked"
        return problem(ended, f"the token {what}")

    def ends(self, grant: Grant) -> int:
        """When a token stops to hold."""
        return 0 if _fingerprint(grant.token) in self._ended else self._ends(grant)

    def _ends(self, grant: Grant) -> int:
        if not self._revocations:
            return grant.expires
        revoked = (r for target in grant.targets() for r in self._revocations.get(target, ()))
        applies = (r.applies_at for r in revoked if grant.issued < r.before)
        return min(grant.expires, min(applies, default=grant.expires))

    def end(self, grant: Grant, code: int) -> None:
        """Let a token be expired (40142) or revoked (40141) from now on."""
        self._ended[_fingerprint(grant.token)] = code
        while len(self._ended) > self._most:
            del self._ended[next(iter(self._ended))]

    def revoke(self, revocations: Iterable[Revocation], now: int) -> ErrorInfo | None:
        """Void tokens; or that no more of this can be remembered."""
        more = list(revocations)
        if self._revoked() + len(more) > self._most:
            self._unrevoke(lambda revocation: revocation.applies_at + MOST_TTL <= now)
        if self._revoked() + len(more) > self._most:
            return problem(problems.TOO_OFTEN, "the service holds as many revocations as it can")
        for revocation in more:
            self._revocations.setdefault(revocation.target, {})[revocation] = None
        return None

    def sweep(self, now: float) -> None:
        """Let go of what is long expired."""
        self._forget(lambda grant: grant.expires + _KEPT <= now)
        self._unrevoke(lambda revocation: revocation.applies_at + MOST_TTL <= now)

    def forget(self, app: str) -> None:
        """Let go of everything of an app."""
        self._forget(lambda grant: app_of(grant.key_name) == app)
        self._unrevoke(lambda revocation: app_of(revocation.key_name) == app)

    def _revoked(self) -> int:
        return sum(map(len, self._revocations.values()))

    def _unrevoke(self, which: Callable[[Revocation], bool]) -> None:
        for target, known in list(self._revocations.items()):
            left = {revocation: None for revocation in known if not which(revocation)}
            if left:
                self._revocations[target] = left
            else:
                del self._revocations[target]

    def _forget(self, which: Callable[[Grant], bool]) -> None:
        for name, grant in list(self._grants.items()):
            if which(grant):
                del self._grants[name]
                self._size -= _size(grant.capability)


class Nonces:
    """The nonces of signed requests, each until it could not be used again anyway (TE5)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._until: dict[tuple[str, str], float] = {}

    def __len__(self) -> int:
        return len(self._until)

    def use(self, key_name: str, nonce: str, until: float, now: float) -> ErrorInfo | None:
        """Take a nonce; or why not: it was used before, or too many are held."""
        name = (key_name, _fingerprint(nonce))
        if self._until.get(name, now) > now:
            return problem(problems.NONCE_USED, "the nonce was used before")
        if len(self._until) >= self._most:
            self.sweep(now)
        if len(self._until) >= self._most:
            return problem(problems.TOO_OFTEN, "too many token requests in two minutes")
        self._until[name] = until
        return None

    def sweep(self, now: float) -> None:
        """Let go of those that are of no use any more."""
        self._until = {name: until for name, until in self._until.items() if until > now}


def _size(capability: Capability) -> int:
    """About what a capability costs to hold, in bytes."""
    return sum(len(resource) + 64 for resource, _ in capability.rights)


def _fingerprint(value: str) -> str:
    return hashlib.sha256(value.encode(errors="replace")).hexdigest()
