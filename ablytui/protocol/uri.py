"""The connection URI (RTN2): from parameters and mode to `wss://HOST/?…`, and masked for eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from ablytui import __version__
from ablytui.protocol.hosts import primary_host
from ablytui.protocol.params import ConnectParams, DialectName

Mode = Literal["clean", "resume", "recover"]

SECRET_QUERY: Final = frozenset(
    {"key", "access_token", "accessToken", "token", "resume", "recover", "upgrade", "connectionKey"}
)
"""Query names whose values are secrets."""


@dataclass(frozen=True, slots=True)
class Continuity:
    """What an attempt asks to continue. `serial` is classic's last connection serial."""

    mode: Mode = "clean"
    key: str = ""
    serial: int | str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where an attempt goes: host, port, and the query as pairs, secrets in clear."""

    host: str
    port: int
    tls: bool
    query: tuple[tuple[str, str], ...]
    mode: Mode

    @property
    def authority(self) -> str:
        """`host` or `host:port`, the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    @property
    def resource(self) -> str:
        """The request target of the upgrade: an empty path and the query (RFC 6455 §3)."""
        return "/?" + "&".join(
            f"{n}={quote(v, safe='*-._~', errors='replace')}" for n, v in self.query
        )

    @property
    def url(self) -> str:
        """The whole URI, secrets in clear."""
        return f"{'wss' if self.tls else 'ws'}://{self.authority}{self.resource}"


def mask(secret: str) -> str:
    """The first four characters of a secret of at least twelve, and three dots."""
    return (secret[:4] if len(secret) >= 12 else "") + "•••"


def target(
    params: ConnectParams,
    continuity: Continuity,
    fallback: tuple[str, int | None] | None = None,
    *,
    token: str | None = None,
) -> Target:
    """The URI of one attempt, at the primary host or a fallback.

    Extra parameters override any default of the same name (RTC1f1). A token goes in place of a
    key (RTN2e).
    """
    pairs = _credential(params, token)
    pairs += _classic(params) if params.dialect is DialectName.CLASSIC else _current(params)
    pairs += _continuity(params.dialect, continuity)
    named = dict(pairs)
    named.update(params.params)
    host, port = fallback or (primary_host(params.dialect, params.endpoint), None)
    return Target(
        host=host,
        port=params.effective_port if port is None else port,
        tls=params.tls,
        query=tuple(named.items()),
        mode=continuity.mode,
    )


def _credential(params: ConnectParams, token: str | None) -> list[tuple[str, str]]:
    if token:
        classic = params.dialect is DialectName.CLASSIC
        return [("access_token" if classic else "accessToken", token)]
    return [("key", params.key)] if params.key and not params.uses_token else []


def _current(params: ConnectParams) -> list[tuple[str, str]]:
    pairs = [("clientId", params.client_id)] if params.client_id else []
    return [
        *pairs,
        ("format", params.format.value),
        ("echo", _boolean(params.echo)),
        ("heartbeats", _boolean(params.heartbeats)),
        ("v", "6"),
        ("agent", f"ablytui/{__version__}"),
    ]


def _classic(params: ConnectParams) -> list[tuple[str, str]]:
    pairs = [("client_id", params.client_id)] if params.client_id else []
    pairs.append(("protocol", params.format.value))
    if not params.echo:
        pairs.append(("echo", "false"))
    if params.heartbeats:
        pairs.append(("heartbeats", "true"))
    return pairs


def _continuity(dialect: DialectName, continuity: Continuity) -> list[tuple[str, str]]:
    if continuity.mode == "clean":
        return []
    pairs: list[tuple[str, str]] = [(continuity.mode, continuity.key)]
    if dialect is DialectName.CLASSIC:
        serial = -1 if continuity.serial is None else continuity.serial
        pairs.append(("connection_serial", str(serial)))
    return pairs


def _boolean(value: bool) -> str:
    return "true" if value else "false"
