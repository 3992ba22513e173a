"""What a channel's status says over REST: whether it lives, and how many are there (CHD). PURE."""

from __future__ import annotations

from typing import Any, Final

from ablytui.protocol.message import Flag
from ablytui.service.channels import Channel

_COUNTED: Final = {
    "publishers": Flag.PUBLISH,
    "subscribers": Flag.SUBSCRIBE,
    "presenceConnections": Flag.PRESENCE,
    "presenceSubscribers": Flag.PRESENCE_SUBSCRIBE,
}
"""The counts of connections that have a mode (CHM2)."""


def status_of(name: str, channel: Channel | None) -> dict[str, Any]:
    """ChannelDetails of a channel; one that nobody uses is not active (CHS2a)."""
    listeners = () if channel is None else tuple(channel.listeners.values())
    members = 0 if channel is None else len(channel.members)
    metrics = {
        "connections": len(listeners),
        **{what: sum(bool(a.modes & mode) for a in listeners) for what, mode in _COUNTED.items()},
        "presenceMembers": members,
    }
    active = bool(listeners or members)
    status = {"isActive": active, "occupancy": {"metrics": metrics}}
    return {"channelId": name, "name": name, "status": status}
