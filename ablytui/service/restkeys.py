"""REST under `/keys`: tokens asked for, and revoked (RSA8, RSA17). PURE."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from ablytui.protocol.codec import Format
from ablytui.protocol.coerce import integer, plain
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems, renewal
from ablytui.service.apps import Key
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.restio import Refused, Request, Response, answer, only, read_body
from ablytui.service.tokenrequest import request_token
from ablytui.service.tokens import Revocation
from ablytui.service.wireform import credentials, read_query

_PATH: Final = re.compile(r"/keys/([^/]+)/(requestToken|revokeTokens)")
_KINDS: Final = ("clientId", "revocationKey", "channel")
MOST_TARGETS: Final = 100
_BACK: Final = 3_600_000
MARGIN: Final = 30_000
"""Ms that `allowReauthMargin` leaves for a new token (RSA17f)."""


def route(realm: Realm, request: Request, fmt: Format) -> Response | None:
    """Answer what is asked of a key; None for another path. Raises Refused."""
    match = _PATH.fullmatch(request.target.partition("?")[0])
    if match is None:
        return None
    only(request, "POST")
    name = unquote(match[1])
    body, _ = read_body(request)
    if match[2] == "requestToken":
        return answer(_request_token(realm, request, name, body), fmt, status=201)
    return answer(_revoke(realm, _proven(realm, request, name), body), fmt, status=201)


def _request_token(realm: Realm, request: Request, name: str, body: object) -> Any:
    signed = isinstance(body, Mapping) and body.get("mac") not in (None, "")
    key = realm.keyring.key(name) if signed else _proven(realm, request, name)
    if key is None:
        raise Refused(problem(problems.NOT_ACCEPTED, f"no key named {name[:60]} here"))
    grant = request_token(key, body, realm.tokens, realm.nonces, realm.now.wall, proven=not signed)
    if isinstance(grant, ErrorInfo):
        raise Refused(grant)
    realm.apps[key.app].used = realm.now.mono
    return grant.details()


def _proven(realm: Realm, request: Request, name: str) -> Key:
    """The key in the path, where it came along as Basic authentication."""
    whole, token = credentials(read_query(request.target) or {}, request.headers)
    if whole is None:
        code = problems.NOT_ACCEPTED if token is None else problems.KEY_NEEDED
        raise Refused(problem(code, "this needs the key, as Basic authentication"))
    key = realm.keyring.by_key(whole)
    if isinstance(key, ErrorInfo):
        raise Refused(key)
    if key.name != name:
        text = f"key {key.name[:60]} is not {name[:60]}, the one in the path"
        raise Refused(problem(problems.NOT_ACCEPTED, text))
    return key


# --- revocation ---------------------------------------------------------------------------------


def _revoke(realm: Realm, key: Key, body: object) -> Any:
    """Void the tokens of a key that the targets name; one result for each target (RSA17c)."""
    if not isinstance(body, Mapping):
        raise Refused(problem(problems.BAD_REQUEST, "the body is an object with targets"))
    targets = body.get("targets")
    if not isinstance(targets, list) or not 0 < len(targets) <= MOST_TARGETS:
        text = f"targets is an array of 1 to {MOST_TARGETS} strings, such as clientId:bob"
        raise Refused(problem(problems.BAD_REQUEST, text))
    now = int(realm.now.wall)
    before = _before(body.get("issuedBefore"), now)
    margin = body.get("allowReauthMargin") is True
    # Counted from the end of this millisecond, so that it is never a little less.
    applies_at = now + MARGIN + 1 if margin else now
    results: list[dict[str, Any]] = []
    revocations: list[Revocation] = []
    for target in targets:
        name = plain(target) if isinstance(target, str) else ""
        kind, colon, value = name.partition(":")
        if kind not in _KINDS or not colon or not value:
            text = f"a target is one of {', '.join(_KINDS)}, a colon and a value"
            error = problem(problems.BAD_REQUEST, text)
            results.append({"target": name, "error": error.to_wire()})
            continue
        revocations.append(Revocation(key.name, kind, value, before, applies_at))
        results.append({"target": name, "issuedBefore": before, "appliesAt": applies_at})
    error_ = realm.tokens.revoke(revocations, now)
    if error_ is not None:
        raise Refused(error_)
    _enforce(realm, revocations, before, margin=margin)
    failed = len(results) - len(revocations)
    return {"successCount": len(revocations), "failureCount": failed, "results": results}


def _before(given: object, now: int) -> int:
    if given is None:
        return now
    before = integer(given)
    if before is None or not now - _BACK <= before <= now:
        text = "issuedBefore is ms since the epoch, of the last hour"
        raise Refused(problem(problems.BAD_VALUE, text))
    return before


def _enforce(realm: Realm, revocations: list[Revocation], before: int, *, margin: bool) -> None:
    if margin:
        targets = {revocation.target for revocation in revocations}
        for transport in realm.sockets.values():
            grant = transport.connection.identity.grant
            if grant is None or grant.issued >= before:
                continue
            if not targets.isdisjoint(grant.targets()):
                renewal.ask(realm, transport)
    renewal.look_at_all(realm)
