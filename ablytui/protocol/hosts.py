"""From an endpoint to a host name (REC1)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ablytui.errors import UsageError
from ablytui.protocol.params import ConnectParams, DialectName

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def primary_host(dialect: DialectName, endpoint: str) -> str:
    """The primary domain of an endpoint: REC1a, REC1b2 to REC1b4; classic environments."""
    if "." in endpoint or "::" in endpoint or endpoint == "localhost":
        return endpoint
    if dialect is DialectName.CLASSIC:
        named = endpoint not in {"", "production"}
        return f"{endpoint}-realtime.ably.io" if named else "realtime.ably.io"
    if endpoint.startswith("nonprod:"):
        return f"{endpoint.removeprefix('nonprod:')}.realtime.ably-nonprod.net"
    return f"{endpoint or 'main'}.realtime.ably.net"


Host = tuple[str, int | None]
"""A host and its port; None: the primary's."""

MOST_FALLBACKS = 3
"""`httpMaxRetryCount` (TO3l5): hosts tried after the primary, at the most."""

_LETTERS = "abcde"


def fallback_hosts(dialect: DialectName, endpoint: str) -> tuple[str, ...]:
    """The fallback domains of an endpoint (REC2c); none for a host that was named in full."""
    if "." in endpoint or "::" in endpoint or endpoint == "localhost":
        return ()
    if dialect is DialectName.CLASSIC:
        if endpoint:
            return tuple(f"{endpoint}-{letter}-fallback.ably-realtime.com" for letter in _LETTERS)
        return tuple(f"{letter}.ably-realtime.com" for letter in _LETTERS)
    name = endpoint.removeprefix("nonprod:") or "main"
    place = "ably-realtime-nonprod.com" if endpoint.startswith("nonprod:") else "ably-realtime.com"
    return tuple(f"{name}.{letter}.fallback.{place}" for letter in _LETTERS)


def fallbacks(params: ConnectParams, roll: float) -> tuple[Host, ...]:
    """The hosts to try after the primary, in random order (RTN17, REC2a2), at most three.

    `roll` in [0, 1) decides the order.
    """
    given = params.fallback_hosts
    if given is None:
        given = tuple((name, None) for name in fallback_hosts(params.dialect, params.endpoint))
    left = list(given)
    order: list[Host] = []
    while left and len(order) < MOST_FALLBACKS:
        roll *= len(left)
        order.append(left.pop(int(roll)))
        roll -= int(roll)
    return tuple(order)


def rest_host(dialect: DialectName, endpoint: str) -> str:
    """The host of the REST requests that go with an endpoint: its own in the current dialect."""
    named = not ("." in endpoint or "::" in endpoint or endpoint == "localhost")
    if dialect is DialectName.CLASSIC and named:
        return f"{endpoint}-rest.ably.io" if endpoint else "rest.ably.io"
    return primary_host(dialect, endpoint)


def is_loopback(host: str) -> bool:
    """Whether a key may travel to this host in clear: it never leaves the machine."""
    return host in _LOCAL or (host.startswith("127.") and host.replace(".", "").isdigit())


_MEANT = {"http": "ws", "https": "wss"}
"""`serve` says where it listens as a web address."""


def split_url(url: str) -> dict[str, str]:
    """`endpoint`, `port` and `tls` as typed values, from a ws or wss URL or an endpoint name.

    Raises UsageError saying what a URL looks like.
    """
    if "://" not in url:
        host, sign, port = url.rpartition(":")
        if sign and port.isdigit() and host not in {"", "nonprod"} and ":" not in host:
            return {"endpoint": host, "port": port}
        return {"endpoint": url}
    try:
        parts = urlsplit(url)
        port_number = parts.port
    except ValueError:
        raise UsageError(f"{url!r}: the host or port of this URL cannot be read") from None
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        meant = _MEANT.get(parts.scheme) if parts.hostname and "@" not in parts.netloc else None
        perhaps = f"; perhaps {f'{meant}://{parts.netloc}'!r}" if meant else ""
        raise UsageError(
            f"{url!r}: a service is ws://HOST:PORT, wss://HOST, or an endpoint name{perhaps}"
        )
    more = (parts.username, parts.password, parts.query, parts.fragment, parts.path.strip("/"))
    if any(more):
        raise UsageError(f"{url!r}: only scheme, host and port; give the rest as flags")
    values = {
        "endpoint": parts.hostname,
        "tls": "true" if parts.scheme == "wss" else "false",
    }
    if port_number is not None:
        values["port"] = str(port_number)
    return values
