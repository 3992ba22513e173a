"""Which rows belong together: questions and answers, duplicates, and what is still awaited.

Pairs: ACK and NACK with MESSAGE, PRESENCE, OBJECT, ANNOTATION (by msgSerial, RTN7); ATTACH with
ATTACHED, ERROR or DETACHED; DETACH with DETACHED or ERROR; CLOSE with CLOSED; HEARTBEAT by id
(RTN13e); WebSocket ping with pong by payload, both ways (RFC 6455 §5.5.3); UPGRADE with
HANDSHAKE. A question is answered on its own transport or not at all: when the socket ends it is
no longer waited for. A publish without an answer may be sent again under its msgSerial
(RTN19a2). Of equal questions the newest is the one that is answered.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable
from typing import Final

from ablytui.protocol.codec import Undecodable, read_head
from ablytui.protocol.coerce import integer, text
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.observe.pairs import Pairs
from ablytui.protocol.observe.serials import NUMBERED
from ablytui.protocol.observe.traffic import body_of

LIMIT: Final = 10_000
"""Questions without an answer that are remembered; the oldest are forgotten."""

_A = ProtocolAction
_IN = Direction.IN
_MESSAGE = int(_A.MESSAGE)
_Key = tuple[Hashable, ...]


class Links:
    """Feed it the committed rows of one connection, once each, in order."""

    def __init__(self) -> None:
        self._pairs = Pairs()
        self._open: dict[_Key, tuple[int, int]] = {}
        self._serials: dict[int, dict[int, tuple[int, int]]] = {}
        self._unacked: dict[int, int] = {}
        self._resent: dict[int, int] = {}
        self._duplicates = array("Q")
        self._same: dict[int, bool] = {}
        self._id: str | None = None
        self._highest: int | None = None
        self._waiting: dict[int, None] = {}

    # --- what is known --------------------------------------------------------------------------

    def answer_of(self, n: int, /) -> int | None:
        """The row that answers row `n`."""
        return self._pairs.answer_of(n)

    def question_of(self, n: int, /) -> int | None:
        """The row that row `n` answers; of several (an ACK's range) the first."""
        return self._pairs.question_of(n)

    def latency(self, n: int, /) -> float | None:
        """Ms between question and answer, for either of them."""
        took = self._pairs.took(n)
        if took is None:
            question = self._pairs.question_of(n)
            took = None if question is None else self._pairs.took(question)
        return None if took is None else took / 1000

    def waiting(self, n: int, /) -> bool:
        """Whether an answer to row `n` may still come."""
        return n in self._waiting

    def pending(self) -> tuple[int, ...]:
        """Every row whose answer is awaited, oldest first."""
        return tuple(self._waiting)

    def resent_as(self, n: int, /) -> int | None:
        """The row that sent the un-ACKed publish of row `n` again."""
        return self._resent.get(n)

    def is_duplicate(self, n: int, /) -> bool:
        """Classic: row `n` has a connectionSerial not above the highest before it."""
        place = bisect_left(self._duplicates, n)
        return place < len(self._duplicates) and self._duplicates[place] == n

    def same_connection(self, n: int, /) -> bool | None:
        """Whether CONNECTED in row `n` has the id of the one before; None where there was none."""
        return self._same.get(n)

    @property
    def numbered(self) -> bool:
        """Classic: frames have serials, so inbound MESSAGE frames must be fed too."""
        return self._highest is not None

    # --- the fold -------------------------------------------------------------------------------

    def feed(self, entry: Entry) -> None:
        """Take the next row. Never raises for what a peer sent."""
        if entry.action == _MESSAGE and entry.direction is _IN:
            if self._highest is not None:
                self._numbered(entry)
        elif entry.kind is EntryKind.FRAME:
            self._frame(entry)
        elif entry.kind is EntryKind.UPGRADE:
            self._ask(entry, ("dial", entry.attempt))
        elif entry.kind is EntryKind.HANDSHAKE:
            self._answer(entry, ("dial", entry.attempt))
        elif entry.kind is EntryKind.SOCKET:
            self._ended(entry.attempt)

    def _frame(self, entry: Entry) -> None:
        action, attempt = entry.action, entry.attempt
        if action is None:
            self._control(entry)
        elif entry.direction is _IN:
            self._received(entry, action, attempt)
        elif action in NUMBERED:
            self._published(entry)
        elif action in {_A.ATTACH, _A.DETACH}:
            self._ask(entry, (int(action), attempt, entry.channel))
        elif action == _A.CLOSE:
            self._ask(entry, (int(_A.CLOSE), attempt))
        elif action == _A.HEARTBEAT:
            self._ask(entry, (int(_A.HEARTBEAT), attempt, _id(entry)))

    def _control(self, entry: Entry) -> None:
        if entry.opcode is Opcode.PING:
            self._ask(entry, ("ping", entry.attempt, entry.direction, entry.payload))
        elif entry.opcode is Opcode.PONG:
            asked = Direction.OUT if entry.direction is _IN else _IN
            self._answer(entry, ("ping", entry.attempt, asked, entry.payload))

    def _received(self, entry: Entry, action: int, attempt: int) -> None:
        if self._highest is not None and action != _A.CONNECTED:
            self._numbered(entry)
        if action in {_A.ACK, _A.NACK}:
            self._acked(entry)
        elif action == _A.ATTACHED:
            self._answer(entry, (int(_A.ATTACH), attempt, entry.channel))
        elif action in {_A.DETACHED, _A.ERROR}:
            if not self._answer(entry, (int(_A.DETACH), attempt, entry.channel)):
                self._answer(entry, (int(_A.ATTACH), attempt, entry.channel))
        elif action == _A.CLOSED:
            self._answer(entry, (int(_A.CLOSE), attempt))
        elif action == _A.HEARTBEAT:
            self._answer(entry, (int(_A.HEARTBEAT), attempt, _id(entry)))
        elif action == _A.CONNECTED:
            self._connected(entry)

    def _connected(self, entry: Entry) -> None:
        body = body_of(entry.payload, entry.opcode)
        ident, serial = text(body.get("connectionId")), integer(body.get("connectionSerial"))
        if self._id is not None:
            self._same[entry.n] = ident == self._id
        if serial is None:
            self._highest = None
        elif ident != self._id or self._highest is None:
            self._highest = serial
        self._id = ident

    def _numbered(self, entry: Entry) -> None:
        if entry.opcode is None or self._highest is None:
            return
        head = read_head(entry.payload, entry.opcode)
        serial = None if isinstance(head, Undecodable) else head.connection_serial
        if serial is None:
            return
        if serial <= self._highest:
            self._duplicates.append(entry.n)
        else:
            self._highest = serial

    # --- questions and answers ------------------------------------------------------------------

    def _wait(self, n: int) -> None:
        self._waiting[n] = None
        if len(self._waiting) > LIMIT:
            del self._waiting[next(iter(self._waiting))]

    def _ask(self, entry: Entry, key: _Key) -> None:
        before = self._open.pop(key, None)
        if before is not None:
            self._waiting.pop(before[0], None)
        self._open[key] = (entry.n, entry.at)
        if len(self._open) > LIMIT:
            del self._open[next(iter(self._open))]
        self._wait(entry.n)

    def _answer(self, entry: Entry, key: _Key) -> bool:
        asked = self._open.pop(key, None)
        if asked is None:
            return False
        self._pair(asked, entry)
        return True

    def _pair(self, asked: tuple[int, int], entry: Entry) -> None:
        n, at = asked
        self._waiting.pop(n, None)
        self._pairs.add(n, entry.n, entry.at - at)

    def _published(self, entry: Entry) -> None:
        serial = entry.msg_serial
        if serial is None:
            return
        before = self._unacked.pop(serial, None)
        if before is not None:
            self._resent[before] = entry.n
            if len(self._resent) > LIMIT:
                del self._resent[next(iter(self._resent))]
        sent = self._serials.setdefault(entry.attempt, {})
        sent[serial] = (entry.n, entry.at)
        if len(sent) > LIMIT:
            del sent[next(iter(sent))]
        self._wait(entry.n)

    def _acked(self, entry: Entry) -> None:
        sent, low = self._serials.get(entry.attempt), entry.msg_serial
        if sent is None or low is None:
            return
        count = 1 if entry.count is None else entry.count
        # A hostile count must not cost more than what is really waiting.
        wanted = range(low, low + count) if count <= len(sent) else sorted(sent)
        for serial in wanted:
            if low <= serial < low + count:
                asked = sent.pop(serial, None)
                if asked is not None:
                    self._pair(asked, entry)

    def _ended(self, attempt: int) -> None:
        """The socket is gone: what was asked on it has no answer, publishes may come again."""
        for key in [key for key in self._open if key[1] == attempt]:
            self._waiting.pop(self._open.pop(key)[0], None)
        for serial, (n, _) in self._serials.pop(attempt, {}).items():
            self._waiting.pop(n, None)
            self._unacked[serial] = n
        while len(self._unacked) > LIMIT:
            del self._unacked[next(iter(self._unacked))]


def _id(entry: Entry) -> str | None:
    return text(body_of(entry.payload, entry.opcode).get("id"))
