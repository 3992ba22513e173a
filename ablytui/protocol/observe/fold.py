"""The fold that the Session runs beside the machine: verdicts and anomalies, row by row.

One Observer watches one connection (`conn`). Plain inbound messages, which are nearly all of a
busy log, take the short way: a few compares, and the payload is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from ablytui.protocol.effects import Anomaly
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind, Row
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.observe.anomalies import Anomalies
from ablytui.protocol.observe.rooms import NEVER
from ablytui.protocol.observe.traffic import Joiner
from ablytui.protocol.observe.verdict import Verdict, VerdictFold
from ablytui.protocol.params import DialectName

_NOTHING: tuple[Verdict | Anomaly, ...] = ()
_MESSAGE = int(ProtocolAction.MESSAGE)
_IN = Direction.IN


class Observer:
    """Feed it every row in order, and call `tick` when `due` says so.

    `wall0`: ms since the epoch at which the session's `at` was 0; `request_timeout`:
    `realtimeRequestTimeout` in ms. `dialect` and `format` (RTN2a) are those of a URI which does
    not say; every other attempt is judged by its own.
    """

    __slots__ = (
        "_anomalies",
        "_attached",
        "_calm_attempt",
        "_calm_opcode",
        "_due",
        "_joiner",
        "_plain",
        "_silence",
        "_verdicts",
    )

    def __init__(
        self,
        wall0: float,
        request_timeout: float = 10_000,
        dialect: DialectName = DialectName.CURRENT,
        format: Format = Format.JSON,  # noqa: A002 - its name everywhere else
    ) -> None:
        self._verdicts = VerdictFold(wall0, request_timeout, dialect)
        self._anomalies = Anomalies(dialect, format, request_timeout)
        self._attached = self._anomalies.rooms.attached
        self._silence = self._anomalies.silence
        self._due = NEVER
        self._joiner = Joiner()
        self._plain = self._verdicts.plain
        self._calm_attempt = -1
        self._calm_opcode: Opcode | None = None

    def feed(
        self, n: int, row: Row | Entry, duplicate: bool = False
    ) -> tuple[Verdict | Anomaly, ...]:
        """What row `n` brings to light, anomalies first. Never raises for what a peer sent.

        `duplicate`: the client dropped the frame by its connectionSerial.
        """
        if (
            row.action == _MESSAGE
            and row.direction is _IN
            and row.fin
            and row.attempt == self._calm_attempt
            and row.opcode is self._calm_opcode
            and row.channel in self._attached
            and row.at < self._due
        ):
            self._silence.heard = row.at
            self._plain(row)
            return _NOTHING
        del n
        return self._slow(row, duplicate)

    def calm(self, attempt: int, opcode: Opcode, at: int) -> AbstractSet[str]:
        """The channels whose plain messages, arriving at `at` µs, may be given to `feed_all`."""
        if attempt == self._calm_attempt and opcode is self._calm_opcode and at < self._due:
            return self._attached
        return frozenset()

    def feed_all(
        self, at: int, channels: Sequence[str], payloads: Sequence[bytes], opcode: Opcode
    ) -> None:
        """Several whole inbound MESSAGEs of the peer, each on a channel that `calm` named."""
        self._silence.heard = at
        self._verdicts.plain_all(at, channels, payloads, opcode)

    def _slow(self, row: Row | Entry, duplicate: bool) -> tuple[Verdict | Anomaly, ...]:
        if row.kind is EntryKind.FRAME and (row.opcode is Opcode.CONT or not row.fin):
            whole = self._joiner.feed(row)
            if whole is None:
                if row.direction is _IN:
                    self._silence.heard = row.at
                return self.tick(row.at)
            row = whole
        found: tuple[Verdict | Anomaly, ...] = self._anomalies.feed(row)
        found += self._verdicts.feed(row, duplicate)
        self._calm()
        return found

    def _calm(self) -> None:
        """Whether plain messages may take the short way from here on, and until when."""
        calm = not self._verdicts.listening
        self._calm_attempt = self._anomalies.calm_attempt if calm else -1
        self._calm_opcode = self._anomalies.calm_opcode
        verdict = self._verdicts.due()
        self._due = self._anomalies.due if verdict is None else min(verdict, self._anomalies.due)

    def tick(self, at: int) -> tuple[Verdict | Anomaly, ...]:
        """Time has come to `at`, in µs since the session began."""
        if at < self._due:
            return _NOTHING
        found: tuple[Verdict | Anomaly, ...] = self._anomalies.tick(at)
        found += self._verdicts.tick(at)
        self._calm()
        return found

    def due(self) -> int | None:
        """The `at`, in µs since the session began, at which `tick` wants to be called."""
        return None if self._due >= NEVER else self._due
