"""Credentials and tokens: which a connection uses (RSA4), how one is read, how a request is signed.

A token comes in many forms: opaque text, a JWT, TokenDetails (TD), or a TokenRequest (TE) that
still has to be exchanged for one. May not know where it came from: see `worker.tokens`.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ablytui.protocol.coerce import integer, text
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.params import ConnectParams

MAX_TOKEN: Final = 128 * 1024
"""Bytes; a longer answer of a token source is no token (RSA4f)."""

HELP_40171: Final = "https://help.ably.io/error/40171"

Source = Literal["auth_url", "auth_command", "key"]
"""Where another token can be had."""


class TokenProblem(ValueError):
    """No token can be had from this; `error` says why, in Ably's terms."""

    def __init__(self, why: str, error: ErrorInfo | None = None) -> None:
        super().__init__(why)
        self.error = error or ErrorInfo(40170, 401, why)


@dataclass(frozen=True, slots=True)
class TokenDetails:
    """TD. Times in ms since the epoch; only `token` is always there."""

    token: str
    key_name: str | None = None
    issued: int | None = None
    expires: int | None = None
    capability: str | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """TE: what a service exchanges for a token, signed by `mac`. `ttl` and `timestamp` in ms."""

    key_name: str
    timestamp: int | None = None
    nonce: str | None = None
    ttl: int | None = None
    capability: str | None = None
    client_id: str | None = None
    mac: str | None = None

    @property
    def text_to_sign(self) -> str:
        """Each value followed by a line feed, the last one too; what is unset is empty."""
        values = (
            self.key_name,
            self.ttl,
            self.capability,
            self.client_id,
            self.timestamp,
            self.nonce,
        )
        return "".join(f"{'' if value is None else value}\n" for value in values)

    def signature(self, secret: str) -> str:
        """The `mac` of this request under the secret of its key."""
        digest = hmac.digest(secret.encode(), self.text_to_sign.encode(), "sha256")
        return base64.b64encode(digest).decode("ascii")

    def to_wire(self) -> dict[str, Any]:
        """The members that are set, as they are posted."""
        members = {
            "keyName": self.key_name,
            "ttl": self.ttl,
            "capability": self.capability,
            "clientId": self.client_id,
            "timestamp": self.timestamp,
            "nonce": self.nonce,
            "mac": self.mac,
        }
        return {name: value for name, value in members.items() if value is not None}


def signed_request(
    key: str,
    *,
    timestamp: int,
    nonce: str,
    client_id: str | None = None,
) -> TokenRequest:
    """A TokenRequest signed with a key (RSA9). `timestamp` in ms, `nonce` 16 characters or more."""
    name, _, secret = key.partition(":")
    unsigned = TokenRequest(name, timestamp, nonce, client_id=client_id)
    mac = unsigned.signature(secret)
    return TokenRequest(name, timestamp, nonce, client_id=client_id, mac=mac)


# --- which credential ---------------------------------------------------------------------------


def source_of(params: ConnectParams) -> Source | None:
    """Where another token comes from; None: there is no way to get one (RSA4a)."""
    if params.auth_command:
        return "auth_command"
    if params.auth_url:
        return "auth_url"
    return "key" if params.key else None


def token_of(params: ConnectParams) -> TokenDetails | None:
    """The token that was given as a parameter."""
    if not params.token:
        return None
    given = read_token(params.token)
    return given if isinstance(given, TokenDetails) else None


def other_client(params: ConnectParams, details: TokenDetails) -> ErrorInfo | None:
    """RSA15a: the token of another client cannot be used; a wildcard or nobody's can (RSA15b)."""
    ours, theirs = params.client_id, details.client_id
    if not ours or theirs in {None, "*", ours}:
        return None
    return ErrorInfo(40102, 401, f"The token is that of client {theirs!r}, asked was {ours!r}")


# --- reading ------------------------------------------------------------------------------------


def read_token(value: str | bytes) -> TokenDetails | TokenRequest:
    """A token in any of its forms, told apart by how it looks.

    Raises:
        TokenProblem: It is empty, too long (RSA4f), or none of these.
    """
    given = _decoded(value)
    return read_json(given) if given[:1] in {"{", '"', "["} else read_text(given)


def read_text(value: str | bytes) -> TokenDetails:
    """A token or JWT as text. Raises TokenProblem."""
    given = _decoded(value)
    if given[:1] in {"{", "<"}:
        what = "JSON" if given[0] == "{" else "a page of markup"
        raise TokenProblem(f"it is {what}, not the text of a token")
    if not all("!" <= char <= "~" for char in given):
        raise TokenProblem("a token has no white space and only ASCII characters in it")
    return TokenDetails(given)


def read_json(value: str | bytes) -> TokenDetails | TokenRequest:
    """TokenDetails, a TokenRequest, or a token as a JSON string. Raises TokenProblem."""
    try:
        body = json.loads(_decoded(value))
    except (ValueError, RecursionError):
        raise TokenProblem("it begins like JSON and is not") from None
    if isinstance(body, str):
        return read_text(body)
    if not isinstance(body, Mapping):
        raise TokenProblem("it is JSON, but neither a string nor an object")
    return read_object(body)


def read_object(body: Mapping[str, Any]) -> TokenDetails | TokenRequest:
    """An object, in which numbers may have become strings on their way. Raises TokenProblem."""
    error = error_from_wire(body.get("error"))
    if error is not None:
        raise TokenProblem(str(error), error)
    capability, client_id = body.get("capability"), text(body.get("clientId"))
    if isinstance(capability, Mapping):
        capability = json.dumps(capability, separators=(",", ":"), ensure_ascii=False)
    token = text(body.get("token"))
    if token is not None:
        return TokenDetails(
            read_text(token).token,
            text(body.get("keyName")),
            integer(body.get("issued")),
            integer(body.get("expires")),
            text(capability),
            client_id,
        )
    key_name = text(body.get("keyName"))
    if key_name is None or not ({"mac", "nonce", "timestamp"} & body.keys()):
        raise TokenProblem("it is an object, but neither TokenDetails nor a TokenRequest")
    return TokenRequest(
        key_name,
        integer(body.get("timestamp")),
        text(body.get("nonce")),
        integer(body.get("ttl")),
        text(capability),
        client_id,
        text(body.get("mac")),
    )


def _decoded(value: str | bytes) -> str:
    """The text without the white space around it, if it can be a token at all."""
    size = len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else len(value)
    if size > MAX_TOKEN:
        raise TokenProblem(f"it is longer than the {MAX_TOKEN} bytes that a token may have")
    try:
        given = value if isinstance(value, str) else value.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise TokenProblem(f"it is not text: invalid UTF-8 at byte {bad.start}") from None
    given = given.strip()
    if not given:
        raise TokenProblem("it is empty")
    return given
