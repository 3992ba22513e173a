"""One channel: what was said on it, who is present, who listens. PURE."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ablytui.protocol.codec import Format
from ablytui.protocol.message import Flag, ProtocolAction
from ablytui.service.presence import Members
from ablytui.service.wireform import give_out_all

ITEMS = {ProtocolAction.MESSAGE: "messages", ProtocolAction.PRESENCE: "presence"}
"""Where the payload of a frame stands (TR4)."""


@dataclass(slots=True)
class Stored:
    """A MESSAGE or PRESENCE frame as it was accepted, ready for any format.

    `at` is ms on the mono clock, `size` in bytes counts names and data.
    """

    channel: str
    serial: str
    action: ProtocolAction
    publisher: str
    head: Mapping[str, Any]
    items: tuple[Mapping[str, Any], ...]
    at: float
    size: int
    _frames: dict[Format, dict[str, Any]] = field(default_factory=dict)

    def frame(self, fmt: Format) -> dict[str, Any]:
        """The frame for a subscriber. Shared: do not change it."""
        frame = self._frames.get(fmt)
        if frame is None:
            frame = {
                "action": int(self.action),
                **self.head,
                "channel": self.channel,
                "channelSerial": self.serial,
                ITEMS[self.action]: give_out_all(self.items, fmt),
            }
            self._frames[fmt] = frame
        return frame


@dataclass(slots=True)
class Attachment:
    """One connection on one channel: what it may do and wants to hear.

    `asked` are the modes it asked for, of which `modes` are those that it has.
    """

    channel: str
    modes: Flag
    params: Mapping[str, str] = field(default_factory=dict)
    asked: Flag = Flag(0)

    def hears(self, stored: Stored) -> bool:
        """Whether the modes asked for this kind of frame."""
        wanted = (
            Flag.SUBSCRIBE if stored.action is ProtocolAction.MESSAGE else Flag.PRESENCE_SUBSCRIBE
        )
        return bool(self.modes & wanted)


class Channel:
    """A channel's log, its members, and the ids of the connections attached to it.

    The log is bounded by count, bytes and age. `floor` is the serial of the last entry that was
    let go (at first, of the channel's beginning): whoever stands there has missed nothing yet.
    """

    def __init__(self, name: str, serial: str, now: float) -> None:
        self.name = name
        self.floor = serial
        self.log: OrderedDict[str, Stored] = OrderedDict()
        self.size = 0
        self.members = Members()
        self.listeners: dict[str, Attachment] = {}
        self.touched = now
        self._seen: dict[str, str] = {}

    @property
    def head(self) -> str:
        """The serial of the newest entry."""
        return next(reversed(self.log)) if self.log else self.floor

    @property
    def idle(self) -> bool:
        """Nobody is here and nothing is held."""
        return not (self.log or self.listeners or len(self.members))

    def holds(self, serial: str) -> bool:
        """Whether everything after this position is still there."""
        return serial == self.floor or serial in self.log

    def after(self, serial: str) -> list[Stored]:
        """Everything after a position that is held, oldest first."""
        missed: list[Stored] = []
        for stored in reversed(self.log.values()):
            if stored.serial <= serial:
                break
            missed.append(stored)
        missed.reverse()
        return missed

    def messages(self) -> Iterator[tuple[Stored, Mapping[str, Any]]]:
        """Every message that is held, newest first, with the frame it came in."""
        return self.items(ProtocolAction.MESSAGE)

    def items(self, kind: ProtocolAction) -> Iterator[tuple[Stored, Mapping[str, Any]]]:
        """Every message, or presence event, that is held, newest first, with its frame."""
        for stored in reversed(self.log.values()):
            if stored.action is kind:
                for item in reversed(stored.items):
                    yield stored, item

    def known(self, message_id: str) -> str | None:
        """The serial of a message that was published under this id, if it is still held."""
        return self._seen.get(message_id)

    def add(self, stored: Stored, limit: int, limit_bytes: int) -> None:
        """Append, and let the oldest go when the log is full."""
        self.log[stored.serial] = stored
        self.size += stored.size
        self.touched = stored.at
        if stored.action is ProtocolAction.MESSAGE:
            for item in stored.items:
                self._seen[str(item["id"])] = str(item["serial"])
        while len(self.log) > limit or (self.size > limit_bytes and len(self.log) > 1):
            self._let_go()

    def expire(self, before: float) -> None:
        """Let go of what is older than this moment, in ms on the mono clock."""
        while self.log and next(iter(self.log.values())).at < before:
            self._let_go()

    def forget(self, serial: str) -> None:
        """Let go of everything, positions too: nobody can be resumed from before `serial`."""
        while self.log:
            self._let_go()
        self.floor = serial

    def _let_go(self) -> None:
        serial, stored = self.log.popitem(last=False)
        self.size -= stored.size
        self.floor = serial
        if stored.action is ProtocolAction.MESSAGE:
            for item in stored.items:
                self._seen.pop(str(item["id"]), None)
