"""The one table of connection parameters.

`ConnectParams` is what a person asks for. Each field's metadata (`ParamSpec`) holds its flag,
label, help, choices and check; the command line, the form, the profile file and the README's
table are all made from it. A field is here only if code obeys it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from ablytui.protocol import checks
from ablytui.protocol.checks import check_key as check_key
from ablytui.protocol.format import Format
from ablytui.protocol.paramspec import Kind as Kind
from ablytui.protocol.paramspec import ParamSpec as ParamSpec
from ablytui.protocol.paramspec import param, switch, timeout


class DialectName(StrEnum):
    """Which Ably is spoken: specification 6.1 and wire version 6, or the page that preceded it."""

    CURRENT = "current"
    CLASSIC = "classic"


class AuthMethod(StrEnum):
    """How an auth URL is asked (AO2d)."""

    GET = "GET"
    POST = "POST"


@dataclass(frozen=True, slots=True)
class ConnectParams:
    """What was asked for. Times in ms. Build one with `from_text` when the values were typed."""

    dialect: DialectName = param(
        DialectName.CURRENT,
        name="dialect",
        kind=Kind.CHOICE,
        label="dialect",
        choices=tuple(DialectName),
        check=checks.choice(tuple(DialectName), DialectName),
        help="current: per-channel serials, wire version 6; classic: connection_serial",
    )
    endpoint: str = param(
        "",
        name="endpoint",
        kind=Kind.TEXT,
        label="endpoint",
        check=checks.endpoint,
        help="host name, routing name, or nonprod:NAME; empty is Ably's main endpoint",
        point="REC1",
        placeholder="main.realtime.ably.net",
    )
    port: int | None = param(
        None,
        name="port",
        kind=Kind.NUMBER,
        label="port",
        check=checks.port,
        help="TCP port; empty is 443 with TLS and 80 without",
        point="TO3k4",
        placeholder="443",
    )
    tls: bool = param(
        True,
        name="tls",
        kind=Kind.SWITCH,
        label="TLS",
        check=checks.switch,
        negative="--no-tls",
        help="encrypt the connection (wss)",
        point="TO3d",
    )
    key: str | None = param(
        None,
        name="key",
        kind=Kind.TEXT,
        label="key",
        check=checks.key,
        secret=True,
        env="ABLY_API_KEY",
        query="key",
        help="API key appId.keyId:secret; on a command line other users can see it, `-` reads "
        "a line from stdin",
        point="RTN2e",
        placeholder="appId.keyId:secret",
    )
    token: str | None = param(
        None,
        name="token",
        kind=Kind.TEXT,
        label="token",
        check=checks.token,
        secret=True,
        env="ABLY_TOKEN",
        query="accessToken",
        help="a token, a JWT, or TokenDetails as JSON, `-` reads a line from stdin; beside a key, "
        "auth URL or auth command it is the first token, and the other renews it",
        point="RSA4",
    )
    auth_url: str | None = param(
        None,
        name="auth_url",
        kind=Kind.TEXT,
        label="auth URL",
        check=checks.auth_url,
        help="a URL that answers with a token, TokenDetails or a TokenRequest",
        point="RSA8c",
        placeholder="https://example.com/auth",
    )
    auth_command: str | None = param(
        None,
        name="auth_command",
        kind=Kind.TEXT,
        label="auth cmd",
        check=checks.command,
        help="a program, with its arguments, that prints a token, TokenDetails or a TokenRequest",
        point="RSA8d",
    )
    auth_headers: tuple[tuple[str, str], ...] = param(
        (),
        name="auth_headers",
        kind=Kind.PAIRS,
        label="auth header",
        flag="--auth-header",
        check=checks.headers,
        each=checks.header,
        secret=True,
        help="NAME=VALUE, an HTTP header of the request to the auth URL; may be repeated",
        point="AO2e",
        placeholder="name=value …",
    )
    auth_params: tuple[tuple[str, str], ...] = param(
        (),
        name="auth_params",
        kind=Kind.PAIRS,
        label="auth param",
        flag="--auth-param",
        check=checks.pairs,
        help="NAME=VALUE, a parameter of the request to the auth URL; may be repeated",
        point="AO2f",
        placeholder="name=value …",
    )
    auth_method: AuthMethod = param(
        AuthMethod.GET,
        name="auth_method",
        kind=Kind.CHOICE,
        label="auth method",
        choices=tuple(AuthMethod),
        check=checks.choice(tuple(AuthMethod), AuthMethod),
        help="how the auth URL is asked; POST sends the parameters as a form",
        point="AO2d",
    )
    query_time: bool = switch(
        "query_time",
        False,
        label="query time",
        help="ask the service for its time once, to sign token requests by it and to see when a "
        "token has ended",
        point="RSA10k",
    )
    client_id: str | None = param(
        None,
        name="client_id",
        kind=Kind.TEXT,
        label="clientId",
        check=checks.client_id,
        query="clientId",
        help="the identity of this client; needed for presence",
        point="RTN2d",
    )
    format: Format = param(
        Format.MSGPACK,
        name="format",
        kind=Kind.CHOICE,
        label="format",
        choices=tuple(Format),
        check=checks.choice(tuple(Format), Format),
        query="format",
        help="json: text frames; msgpack: binary frames",
        point="RTN2a",
    )
    echo: bool = switch(
        "echo",
        True,
        label="echo",
        query="echo",
        help="receive the messages that this connection publishes itself",
        point="RTN2b",
    )
    heartbeats: bool = switch(
        "heartbeats",
        False,
        label="heartbeats",
        query="heartbeats",
        help="true asks for HEARTBEAT frames, false also accepts WebSocket pings as a sign of life",
        point="RTN23b",
    )
    recover: str | None = param(
        None,
        name="recover",
        kind=Kind.TEXT,
        label="recover",
        check=checks.optional,
        secret=True,
        query="recover",
        help="a recovery key: the first attempt recovers that connection",
        point="RTN16k",
    )
    resume: str | None = param(
        None,
        name="resume",
        kind=Kind.TEXT,
        label="resume",
        check=checks.optional,
        secret=True,
        query="resume",
        help="a connectionKey: the first attempt resumes it (made by hand)",
        point="RTN15b1",
    )
    connection_serial: int | None = param(
        None,
        name="connection_serial",
        kind=Kind.NUMBER,
        label="connectionSerial",
        check=checks.serial,
        query="connection_serial",
        help="classic: the last serial received, sent with --resume",
        point="RTN15b2",
    )
    fallback_hosts: tuple[tuple[str, int | None], ...] | None = param(
        None,
        name="fallback_hosts",
        kind=Kind.HOSTS,
        label="fallback hosts",
        flag="--fallback-host",
        negative="--no-fallback",
        check=checks.hosts,
        each=checks.host,
        help="HOST or HOST:PORT to try when the primary host fails; may be repeated; without it "
        "those of the endpoint",
        point="REC2",
        placeholder="host host:port …, none",
    )
    connectivity_check_url: str = param(
        "",
        name="connectivity_check_url",
        kind=Kind.TEXT,
        label="connectivity check",
        check=checks.web_address,
        help="asked before a fallback host is tried, so that a lost network is known as such; any "
        "2xx answer will do",
        point="REC3",
        placeholder="Ably's own",
    )
    params: tuple[tuple[str, str], ...] = param(
        (),
        name="params",
        kind=Kind.PAIRS,
        label="params",
        flag="--param",
        check=checks.pairs,
        help="NAME=VALUE, an extra query parameter that overrides any default; may be repeated",
        point="RTC1f",
        placeholder="name=value …",
    )
    realtime_request_timeout: int = timeout(
        "realtime_request_timeout",
        10_000,
        "request timeout",
        "how long CONNECTED, ATTACHED, DETACHED, CLOSED or a ping's answer may take",
        "RTN14c",
    )
    disconnected_retry_timeout: int = timeout(
        "disconnected_retry_timeout",
        15_000,
        "disconnected retry",
        "the wait before a retry while disconnected, times back-off and jitter",
        "RTN14d",
    )
    suspended_retry_timeout: int = timeout(
        "suspended_retry_timeout",
        30_000,
        "suspended retry",
        "the wait before a retry while suspended",
        "RTN14f",
    )
    channel_retry_timeout: int = timeout(
        "channel_retry_timeout",
        15_000,
        "channel retry",
        "the wait before a suspended channel attaches again, times back-off and jitter",
        "RTL13b",
    )
    connection_state_ttl: int = timeout(
        "connection_state_ttl",
        120_000,
        "state TTL",
        "how long a lost connection may be away before it is suspended; CONNECTED overrides it",
        "RTN14e",
    )
    strict_ttl: bool = switch(
        "strict_ttl",
        False,
        label="strict TTL",
        help="never resume after the TTL, the rule before specification 6.1 (classic always does)",
        point="RTN14h",
    )
    queue_messages: bool = switch(
        "queue_messages",
        True,
        label="queue messages",
        help="keep what is published while there is no connection, and send it later",
        point="RTL6c2",
    )
    cipher: tuple[tuple[str, str], ...] = param(
        (),
        name="cipher",
        kind=Kind.PAIRS,
        label="cipher keys",
        check=checks.ciphers,
        each=checks.cipher,
        secret=True,
        help="CHANNEL=BASE64KEY, the key (128 or 256 bits) that encrypts and decrypts what is "
        "sent on a channel; may be repeated",
        point="RSL5",
        placeholder="channel=base64key …",
    )
    auto_connect: bool = param(
        True,
        name="auto_connect",
        kind=Kind.SWITCH,
        label="connect at once",
        check=checks.switch,
        flag="--connect",
        negative="--no-connect",
        help="begin to connect when the program opens",
        point="RTN3",
    )

    @property
    def effective_port(self) -> int:
        """The TCP port that will be dialled."""
        if self.port is not None:
            return self.port
        return 443 if self.tls else 80

    @property
    def uses_token(self) -> bool:
        """RSA4: token authentication, also where there is a key beside the token."""
        return bool(self.token or self.auth_url or self.auth_command)

    @property
    def has_credential(self) -> bool:
        """Whether there is anything to connect with."""
        return bool(self.key) or self.uses_token


PARAMS: Final[tuple[ParamSpec, ...]] = tuple(f.metadata["spec"] for f in fields(ConnectParams))
"""Every parameter, in the order of the form."""

_BY_NAME: Final = {spec.name: spec for spec in PARAMS}


def spec_of(name: str) -> ParamSpec:
    """The row of one parameter. Raises KeyError for a name that is in no row."""
    return _BY_NAME[name]


def from_text(
    values: Mapping[str, str | Sequence[str]],
    base: ConnectParams | None = None,
    *,
    where: str = "",
) -> ConnectParams:
    """Parameters from typed values over `base`. Raises UsageError naming the first bad one.

    Pairs come as one text with white space between them, or as a sequence of texts. `where` says where the values stand ("profile work in /…/profiles.toml"); without it the
    flag is named.
    """
    changed = {name: spec_of(name).read(typed, where) for name, typed in values.items()}
    known = base if base is not None else ConnectParams()
    return ConnectParams(
        **{f.name: changed.get(f.name, getattr(known, f.name)) for f in fields(known)}
    )


def to_text(params: ConnectParams, name: str) -> str:
    """One value as a person would type it; the empty string for none."""
    return spec_of(name).written(getattr(params, name))
