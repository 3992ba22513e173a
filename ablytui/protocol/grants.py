"""The one table of what CONNECTED grants, and of what a connection holds by it (CD2, RTN8-RTN10).

Each row has the name under which it is shown, its name on the wire, what it means, and the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Grant:
    """One fact. `attr` is the field of `ConnectionDetails`; empty for what is none of it.

    `unit`: ms, bytes, a rate (messages a second), or empty for a text.
    """

    name: str
    wire: str
    help: str
    point: str = ""
    attr: str = ""
    unit: str = ""


GRANTS: Final[tuple[Grant, ...]] = (
    Grant(
        "connectionId",
        "connectionId",
        "the public name of this connection; it stays the same when a resume or recover works",
        "RTN8",
    ),
    Grant(
        "key",
        "connectionKey",
        "the secret by which this connection is resumed or recovered; a later CONNECTED may give "
        "another",
        "CD2b",
        "connection_key",
    ),
    Grant(
        "clientId",
        "clientId",
        "the identity that the service has accepted; * lets each message say its own",
        "CD2a",
        "client_id",
    ),
    Grant(
        "max message",
        "maxMessageSize",
        "the largest publish: names, data and extras of all its messages; above it comes 40009",
        "CD2c",
        "max_message_size",
        "bytes",
    ),
    Grant(
        "max frame",
        "maxFrameSize",
        "the largest WebSocket frame or REST request that the service takes",
        "CD2d",
        "max_frame_size",
        "bytes",
    ),
    Grant(
        "max inbound",
        "maxInboundRate",
        "how many messages a second the service takes from this connection",
        "CD2e",
        "max_inbound_rate",
        "rate",
    ),
    Grant(
        "max outbound",
        "maxOutboundRate",
        "how many messages a second the service sends to this connection; in no specification",
        "",
        "max_outbound_rate",
        "rate",
    ),
    Grant(
        "state ttl",
        "connectionStateTtl",
        "how long the service keeps a lost connection; away longer it is suspended, and a "
        "recovery key is too old",
        "CD2f",
        "connection_state_ttl",
        "ms",
    ),
    Grant(
        "max idle",
        "maxIdleInterval",
        "the longest silence of the service; with a request timeout on top the transport counts "
        "as lost",
        "CD2h",
        "max_idle_interval",
        "ms",
    ),
    Grant("server", "serverId", "the server that answers, for support", "CD2g", "server_id"),
    Grant("site", "siteCode", "the place where that server stands", "CD2j", "site_code"),
    Grant(
        "gc grace",
        "objectsGCGracePeriod",
        "how long the service keeps objects that were removed",
        "CD2i",
        "objects_gc_grace_period",
        "ms",
    ),
)
"""Of CONNECTED, in the order in which they are shown."""

HELD: Final[tuple[Grant, ...]] = (
    Grant(
        "next serial",
        "msgSerial",
        "the number of your next message, 0 with a new connectionId; beside it what has no ACK yet "
        "or is queued",
        "RTN7b",
    ),
    Grant(
        "last serial",
        "connectionSerial",
        "classic: the number of the last frame received; a resume continues after it",
        "RTN10",
    ),
)
"""Of the connection itself."""

GRANT: Final[Mapping[str, Grant]] = {each.name: each for each in (*GRANTS, *HELD)}
"""By the name under which it is shown."""
