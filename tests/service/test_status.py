"""The status of a channel: alive or not, and its counts."""

from __future__ import annotations

from ablytui.protocol.message import Flag
from ablytui.service.channels import Attachment, Channel
from ablytui.service.status import status_of


def test_a_channel_that_nobody_uses_is_not_active() -> None:
    for channel in (None, Channel("news", "s0", 0.0)):
        found = status_of("news", channel)
        assert found["channelId"] == "news"
        assert found["status"]["isActive"] is False
        assert set(found["status"]["occupancy"]["metrics"].values()) == {0}


def test_who_is_there_is_counted_by_mode() -> None:
    channel = Channel("news", "s0", 0.0)
    every = Flag.PUBLISH | Flag.SUBSCRIBE | Flag.PRESENCE | Flag.PRESENCE_SUBSCRIBE
    channel.listeners = {
        "a": Attachment("news", every),
        "b": Attachment("news", Flag.SUBSCRIBE),
        "c": Attachment("news", Flag.SUBSCRIBE | Flag.PRESENCE_SUBSCRIBE),
    }
    channel.members.apply({"id": "a:0:0", "action": 2, "connectionId": "a", "clientId": "bob"})
    found = status_of("news", channel)["status"]
    assert found["isActive"] is True
    assert found["occupancy"]["metrics"] == {
        "connections": 3,
        "publishers": 1,
        "subscribers": 3,
        "presenceConnections": 1,
        "presenceSubscribers": 2,
        "presenceMembers": 1,
    }


def test_members_without_a_connection_keep_it_active() -> None:
    channel = Channel("news", "s0", 0.0)
    channel.members.apply({"id": "x:0:0", "action": 1, "connectionId": "x", "clientId": "bob"})
    assert status_of("news", channel)["status"]["isActive"] is True
