"""What the local service is told before it starts. PURE.

The limits bound what a client can make the service hold; each is answered with an Ably error
when it is passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ablytui.errors import UsageError
from ablytui.protocol.params import check_key
from ablytui.service.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Times in ms, sizes in bytes. No key means that one is made at the start.

    `state_ttl` is `connectionStateTtl`, `max_idle` is `maxIdleInterval`; `retention` is how long
    a channel's messages are held for replay and history. `presence_grace` is how long members
    stay after a connection broke (`remainPresentFor` overrides it, up to `state_ttl`). `sync_page` is how many
    members one SYNC holds. `max_inbound_rate` is messages a second of one connection, and of
    one app over REST, 0 for any number. `max_backlog_bytes` bounds what all channels hold together for replay and history,
    `max_members_bytes` what all members are. Raises UsageError for a key
    that is not `appId.keyId:secret`.
    """

    host: str = "127.0.0.1"
    port: int = 0
    keys: tuple[str, ...] = ()
    state_ttl: int = 120_000
    max_idle: int = 15_000
    retention: int = 120_000
    presence_grace: int = 15_000
    scenario: Scenario | None = None
    max_frame_size: int = 524_288
    max_message_size: int = 65_536
    max_connections: int = 1_000
    max_channels_per_connection: int = 200
    max_channels: int = 10_000
    max_members: int = 1_000
    max_members_bytes: int = 64 * 1024 * 1024
    sync_page: int = 100
    max_inbound_rate: int = 0
    max_apps: int = 100
    max_tokens: int = 10_000
    max_tokens_bytes: int = 16 * 1024 * 1024
    channel_backlog: int = 10_000
    channel_backlog_bytes: int = 16 * 1024 * 1024
    max_backlog_bytes: int = 256 * 1024 * 1024
    connection_backlog: int = 1_000
    connection_backlog_bytes: int = 4 * 1024 * 1024

    def __post_init__(self) -> None:
        for key in self.keys:
            try:
                check_key(key)
            except ValueError as bad:
                raise UsageError(f"--key: {bad}") from None


def make_key(ids: Callable[[int], str]) -> str:
    """A fresh `appId.keyId:secret`; `ids` gives so many characters of `[A-Za-z0-9]`."""
    return f"{ids(6)}.{ids(6)}:{ids(32)}"
