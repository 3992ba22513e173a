"""One channel: what was said on it, who is present, who listens. PURE."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ablytui.protocol.codec import Format
from ablytui.protocol.message import Flag, MessageAction, ProtocolAction
from ablytui.service.deltas import chained
from ablytui.service.presence import Members, Tally
from ablytui.service.revisions import Revised
from ablytui.service.wireform import give_out_all

ITEMS: Final[Mapping[ProtocolAction, str]] = {
    ProtocolAction.MESSAGE: "messages",
    ProtocolAction.PRESENCE: "presence",
    ProtocolAction.ANNOTATION: "annotations",
}
"""Where the payload of a frame stands (TR4)."""

_HEARD_IN: Final[Mapping[ProtocolAction, Flag]] = {
    ProtocolAction.MESSAGE: Flag.SUBSCRIBE,
    ProtocolAction.PRESENCE: Flag.PRESENCE_SUBSCRIBE,
    ProtocolAction.ANNOTATION: Flag.ANNOTATION_SUBSCRIBE,
}

Told = tuple[dict[str, Any], Mapping[str, Any] | None]
"""A frame, and the last message in it if another can be a delta to that."""

Made = dict[tuple[Format, bool, str], Told]
"""Frames by format, whether they may be deltas, and the id of the message before."""

LATER: Final = frozenset(
    {MessageAction.UPDATE, MessageAction.DELETE, MessageAction.SUMMARY, MessageAction.APPEND}
)
"""Actions of messages that say something of an older one."""


@dataclass(slots=True)
class Stored:
    """A MESSAGE, PRESENCE or ANNOTATION frame as it was accepted, ready for any format.

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

    @property
    def mode(self) -> Flag:
        """The mode in which it is heard."""
        return _HEARD_IN[self.action]

    def frame(self, fmt: Format) -> dict[str, Any]:
        """The frame for a subscriber."""
        return self._frame(self.items, fmt)

    def _frame(self, items: Sequence[Mapping[str, Any]], fmt: Format) -> dict[str, Any]:
        return {
            "action": int(self.action),
            **self.head,
            "channel": self.channel,
            "channelSerial": self.serial,
            ITEMS[self.action]: give_out_all(items, fmt),
        }

    def delta(self, fmt: Format, before: Mapping[str, Any] | None) -> Told:
        """The frame for a subscriber that has this message already; and what it has then."""
        items, last = chained(before, self.items)
        return self._frame(items, fmt), last

    def lasting(self) -> Stored | None:
        """What of the frame is brought again later: all but messages that are ephemeral."""
        if self.action is not ProtocolAction.MESSAGE:
            return self
        items = tuple(item for item in self.items if not _ephemeral(item))
        if len(items) == len(self.items):
            return self
        return replace(self, items=items) if items else None

    def whole(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """An item with what it inherits from the frame (TM2c, TM2f, TP3d, TP3g)."""
        return {**{k: v for k, v in self.head.items() if k != "id"}, **item}

    def created(self) -> Iterator[Mapping[str, Any]]:
        """The messages of the frame that are new, and not about an older one."""
        if self.action is ProtocolAction.MESSAGE:
            for item in self.items:
                if item.get("action", 0) not in LATER:
                    yield item


def _ephemeral(item: Mapping[str, Any]) -> bool:
    extras = item.get("extras")
    return isinstance(extras, Mapping) and extras.get("ephemeral") is True


@dataclass(slots=True)
class Attachment:
    """One connection on one channel: what it may do and wants to hear.

    `asked` are the modes it asked for, of which `modes` are those that it has. `last` is the
    message that it was told last, where it wants deltas to that.
    """

    channel: str
    modes: Flag
    params: Mapping[str, str] = field(default_factory=dict)
    asked: Flag = Flag(0)
    last: Mapping[str, Any] | None = None

    @property
    def deltas(self) -> bool:
        """Whether it takes messages as deltas."""
        return "delta" in self.params

    def next(self, stored: Stored, fmt: Format, made: Made) -> Mapping[str, Any]:
        """The frame as it is told to this one: the same that others get. Do not change it."""
        deltas = self.deltas and stored.action is ProtocolAction.MESSAGE
        before = self.last if deltas else None
        key = (fmt, deltas, "" if before is None else str(before["id"]))
        told = made.get(key)
        if told is None:
            told = stored.delta(fmt, before) if deltas else (stored.frame(fmt), None)
            made[key] = told
        if deltas:
            self.last = told[1]
        return told[0]

    def replayed(self, stored: Sequence[Stored]) -> None:
        """These were told, whole."""
        for one in stored:
            if self.deltas and one.action is ProtocolAction.MESSAGE:
                self.last = chained(None, one.items)[1]

    def hears(self, stored: Stored) -> bool:
        """Whether the modes asked for this kind of frame."""
        return bool(self.modes & stored.mode)


class Channel:
    """A channel's log, its members, and the ids of the connections attached to it.

    The log is bounded by count, bytes and age. `floor` is the serial of the last entry that was
    let go (at first, of the channel's beginning): whoever stands there has missed nothing yet.
    """

    def __init__(self, name: str, serial: str, now: float, tally: Tally | None = None) -> None:
        self.name = name
        self.floor = serial
        self.log: OrderedDict[str, Stored] = OrderedDict()
        self.size = 0
        self.members = Members(tally)
        self.listeners: dict[str, Attachment] = {}
        self.touched = now
        self.used = False
        """Whether anything was ever said here, or anybody listened."""
        self._seen: dict[str, str] = {}
        self._places: dict[str, Stored] = {}
        self._revised: dict[str, Revised] = {}

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
        """What lasts of everything after a position that is held, oldest first."""
        missed: list[Stored] = []
        for stored in reversed(self.log.values()):
            if stored.serial <= serial:
                break
            lasting = stored.lasting()
            if lasting is not None:
                missed.append(lasting)
        missed.reverse()
        return missed

    def history(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every message that is held, newest first, each as it is now, under its place.

        Places compare as text like the age of what stands there. A message keeps its own where
        it was changed.
        """
        for entry in reversed(self.log.values()):
            stored = entry.lasting()
            created = () if stored is None else stored.created()
            for index, item in reversed(list(enumerate(created))):
                yield f"{entry.serial}:{index:04d}", self.current(entry, item)

    def presence_history(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every presence event that is held, newest first, under its place."""
        for stored in reversed(self.log.values()):
            if stored.action is ProtocolAction.PRESENCE:
                for index, item in reversed(list(enumerate(stored.items))):
                    yield f"{stored.serial}:{index:04d}", stored.whole(item)

    def current(self, stored: Stored, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """A message of a frame as it is now, whole."""
        revised = self._revised.get(str(item["serial"]))
        return stored.whole(item) if revised is None else revised.latest

    def refreshed(self, stored: Stored) -> Stored | None:
        """The frame with each new message in it as it is now; None if it has no new one."""
        lasting = stored.lasting()
        items = () if lasting is None else tuple(lasting.created())
        if lasting is None or not items:
            return None
        if not any(str(item["serial"]) in self._revised for item in items):
            return lasting
        return replace(lasting, items=tuple(self.current(stored, item) for item in items))

    def find(self, serial: str) -> Mapping[str, Any] | None:
        """A message by its serial, as it is now, whole; None if it is not held."""
        revised = self._revised.get(serial)
        return revised.latest if revised is not None else self._first(serial)

    def revision(self, serial: str) -> Revised | None:
        """What became of a message, to be added to; None if it is not held."""
        first = self._first(serial)
        if first is None:
            return None
        return self._revised.setdefault(serial, Revised(first))

    def revised(self, serial: str) -> Revised | None:
        """What became of a message, to be read; None if it is not held."""
        first = self._first(serial)
        return None if first is None else self._revised.get(serial) or Revised(first)

    def _first(self, serial: str) -> Mapping[str, Any] | None:
        stored = self._places.get(serial)
        if stored is None:
            return None
        return stored.whole(next(i for i in stored.created() if i["serial"] == serial))

    def known(self, message_id: str) -> str | None:
        """The serial of a message that was published under this id, if it is still held."""
        return self._seen.get(message_id)

    def add(self, stored: Stored, limit: int, limit_bytes: int) -> None:
        """Append, and let the oldest go when the log is full."""
        self.log[stored.serial] = stored
        self.size += stored.size
        self.touched, self.used = stored.at, True
        for item in stored.created():
            self._seen[str(item["id"])] = str(item["serial"])
            self._places[str(item["serial"])] = stored
        while len(self.log) > limit or (self.size > limit_bytes and len(self.log) > 1):
            self.let_go()

    def expire(self, before: float) -> None:
        """Let go of what is older than this moment, in ms on the mono clock."""
        while self.log and next(iter(self.log.values())).at < before:
            self.let_go()

    def forget(self, serial: str) -> None:
        """Let go of everything, positions too: nobody can be resumed from before `serial`."""
        while self.log:
            self.let_go()
        self.floor = serial

    def let_go(self) -> None:
        """Drop the oldest entry. What became of its messages goes too."""
        serial, stored = self.log.popitem(last=False)
        self.size -= stored.size
        self.floor = serial
        for item in stored.created():
            self._seen.pop(str(item["id"]), None)
            self._places.pop(str(item["serial"]), None)
            self._revised.pop(str(item["serial"]), None)
