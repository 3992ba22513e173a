"""One connection's state, which outlives its sockets until the TTL (RTN15). PURE."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ablytui.protocol.params import DialectName
from ablytui.service import problems
from ablytui.service.auth import Identity
from ablytui.service.channels import Attachment, Stored
from ablytui.service.rates import Bucket
from ablytui.service.wireform import Asked

ANSWERS_KEPT: Final = 1_000
"""How many ACKs and NACKs of earlier transports are held for duplicates."""

CHANNELS_KEPT: Final = 1_000
"""Of how many channels it is remembered that a frame was let go, those of late."""


@dataclass(slots=True)
class Transport:
    """A socket that carries a connection. `last_out` is when something was last written, ms.

    `bucket` is what it may still publish at this moment.
    """

    socket: int
    asked: Asked
    connection: Connection
    last_out: float
    asked_to_renew: bool = False
    bucket: Bucket = field(default_factory=Bucket)


class Kept(NamedTuple):
    """A frame that was delivered under a classic `connectionSerial`, or waits to be."""

    serial: int
    stored: Stored
    at: float


class Lost(NamedTuple):
    """What a classic client can no longer be given: why (80006 or 80007), and on which channels."""

    code: int
    channels: tuple[str, ...]


class Outbox:
    """The frames of a classic connection, numbered over all its channels (RTN10, RTN15c1)."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        self.serial = -1
        self._limit, self._limit_bytes = limit, limit_bytes
        self._kept: deque[Kept] = deque()
        self._size = 0
        self._gone: dict[str, int] = {}
        self._gone_through = -1
        self._why = problems.BACKLOG_EXPIRED

    def add(self, stored: Stored, now: float) -> int:
        """Number a frame and hold it; the number."""
        self.serial += 1
        self._kept.append(Kept(self.serial, stored, now))
        self._size += stored.size
        while len(self._kept) > self._limit or (
            self._size > self._limit_bytes and len(self._kept) > 1
        ):
            self._let_go(problems.BACKLOG_FULL)
        return self.serial

    def expire(self, before: float) -> None:
        """Let go of what is older than this moment, in ms on the mono clock."""
        while self._kept and self._kept[0].at < before:
            self._let_go(problems.BACKLOG_EXPIRED)

    def _let_go(self, why: int) -> None:
        kept = self._kept.popleft()
        self._size -= kept.stored.size
        self._gone_through = kept.serial
        self._gone.pop(kept.stored.channel, None)
        self._gone[kept.stored.channel] = kept.serial
        if len(self._gone) > CHANNELS_KEPT:
            del self._gone[next(iter(self._gone))]
        self._why = why

    def after(self, serial: int) -> list[Kept]:
        """What is held after this serial, oldest first."""
        return [kept for kept in self._kept if kept.serial > serial]

    def lost_after(self, serial: int) -> Lost | None:
        """What can no longer be replayed from this serial on; None if nothing is missing."""
        if serial >= self._gone_through:
            return None
        return Lost(self._why, tuple(name for name, last in self._gone.items() if last > serial))


@dataclass(slots=True)
class Connection:
    """Everything that a connectionKey names.

    `generation` counts losses of the transport, so that a timer of an earlier loss is known as
    such. `answers` holds the ACK or NACK of each msgSerial of the present transport, `earlier`
    those of the transports before it: only the latter make a serial a duplicate (RTN19a).
    """

    id: str
    key: str
    identity: Identity
    dialect: DialectName
    outbox: Outbox
    transport: Transport | None = None
    attached: dict[str, Attachment] = field(default_factory=dict)
    answers: OrderedDict[int, Mapping[str, Any]] = field(default_factory=OrderedDict)
    earlier: OrderedDict[int, Mapping[str, Any]] = field(default_factory=OrderedDict)
    generation: int = 0
    remain_present_for: int = 0
    forgotten: bool = False

    def take(self, transport: Transport) -> None:
        """A new transport carries this connection from now on."""
        self.transport = transport
        self.dialect = transport.asked.dialect
        for serial, answer in self.answers.items():
            self.earlier.pop(serial, None)
            self.earlier[serial] = answer
        while len(self.earlier) > ANSWERS_KEPT:
            self.earlier.popitem(last=False)
        self.answers.clear()

    def answered(self, serial: int, answer: Mapping[str, Any]) -> None:
        """Remember how a serial was answered."""
        self.answers[serial] = answer
        while len(self.answers) > ANSWERS_KEPT:
            self.answers.popitem(last=False)
