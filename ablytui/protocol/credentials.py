"""The parameters that say how to authenticate: which go together, and what in them is secret."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ablytui.errors import UsageError
from ablytui.protocol import checks
from ablytui.protocol.params import ConnectParams, spec_of

CREDENTIALS: Final = ("key", "token", "auth_url", "auth_command")
"""The parameters that each are something to connect with."""

AUTH: Final = (*CREDENTIALS, "auth_headers", "auth_params", "auth_method")
"""Everything that says how to authenticate."""


def without_credentials(params: ConnectParams) -> ConnectParams:
    """The same, with nothing to connect with."""
    return replace(params, **{name: getattr(_DEFAULT, name) for name in AUTH})


_DEFAULT: Final = ConnectParams()


def check_together(params: ConnectParams) -> None:
    """Raise UsageError for parameters that exclude or need each other."""
    if params.recover and params.resume:
        raise UsageError("--recover and --resume: an attempt does one of them; give one")
    if params.connection_serial is not None and not params.resume:
        raise UsageError("--connection-serial: it goes with --resume, which is not given")
    given = [spec_of(name).flag for name in CREDENTIALS if getattr(params, name)]
    several = [flag for flag in given if flag != "--token"]
    if len(several) > 1:
        raise UsageError(f"{' and '.join(several)}: each is a credential of its own; give one")
    for name in ("auth_headers", "auth_params", "auth_method"):
        if getattr(params, name) != getattr(_DEFAULT, name) and not params.auth_url:
            raise UsageError(f"{spec_of(name).flag}: it goes with --auth-url, which is not given")


_HIDDEN: Final = re.compile("auth|key|token|secret|cookie|password|signature", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(?:basic|bearer|token)\s+(?=\S)", re.IGNORECASE)


def secrets_of(params: ConnectParams) -> frozenset[str]:
    """Every secret these parameters hold: values under telling names, and what stands in a URL."""
    found: set[str] = set()
    if params.key:
        secret = params.key.partition(":")[2]
        found |= {params.key, secret}
    for value in (params.recover, params.resume, params.token):
        if value:
            found.add(value)
    if params.token and params.token.lstrip().startswith("{"):
        found |= set(checks.token_texts(params.token))
    found |= {key for _, key in params.cipher}
    pairs = [*params.auth_headers, *params.auth_params]
    if params.auth_url:
        url = urlsplit(params.auth_url)
        pairs += [*parse_qsl(url.query), ("password", url.password or "")]
    for name, value in pairs:
        if value and _HIDDEN.search(name):
            found.add(_SCHEME.sub("", value, count=1))
    return frozenset(found)


def fetches_over_http(params: ConnectParams) -> bool:
    """Whether the first token, or the next one, takes an HTTP request, or may take one.

    What a command prints may be a TokenRequest, which is handed in for a token (RSA8c).
    """
    return bool(params.auth_url or params.auth_command or (params.token and params.key))


def cipher_keys(params: ConnectParams) -> dict[str, bytes]:
    """The key of each channel that has one (RSL5)."""
    return {channel: checks.cipher_key(key) for channel, key in params.cipher}
