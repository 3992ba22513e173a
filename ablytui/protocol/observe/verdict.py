"""The verdict: what came of a resume or a recover, from the rows of the log alone.

When it is given. An attempt whose UPGRADE row says `resume` or `recover` gets a verdict:

* at once, `refused`, when ERROR without a channel comes before CONNECTED, or when its socket
  ends after a refused upgrade (or, classic, with a close code that means failure);
* after CONNECTED, once every channel that is re-attached has its ATTACHED, ERROR or DETACHED and
  nothing was replayed for 250 ms; at the longest after `realtimeRequestTimeout`, and at once when
  the socket ends. Live messages do not hold it up.

`final` says that no other verdict follows. The first one is not final only when a channel
promised a backlog (HAS_BACKLOG) and no live message has shown it to be over, or when a recover
of the current dialect has attached nothing yet (RTN16j). Then, and only then, a second verdict
corrects it, once what came later (replayed messages, a channel taken up with its serial) has
been quiet for 250 ms as well. A correction is final, except that each further channel taken up
after a recover is told by one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ablytui.protocol.closecodes import classic_outcome
from ablytui.protocol.coerce import integer, mapping, sequence, text
from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind, Row, error_wire
from ablytui.protocol.message import Flag, ProtocolAction
from ablytui.protocol.observe.clock import ServiceClock
from ablytui.protocol.observe.judgement import Attempt, Judgement, refusal
from ablytui.protocol.observe.outcome import Asked, ChannelVerdict, Outcome, Verdict
from ablytui.protocol.observe.query import dialect_of, read_query, serial_of
from ablytui.protocol.observe.recent import RecentIds
from ablytui.protocol.observe.traffic import body_of, members_of, read_traffic
from ablytui.protocol.params import DialectName

__all__ = ["Asked", "ChannelVerdict", "Outcome", "Verdict", "VerdictFold", "verdict_members"]

NEVER: Final = 1 << 62
"""An `at` that no row reaches."""

_A = ProtocolAction


class VerdictFold:
    """Fed every row of one connection in order, it tells the verdicts.

    `wall0`: ms since the epoch when the session began; `request_timeout`:
    `realtimeRequestTimeout` in ms; `dialect`: that of a URI which does not say.
    """

    def __init__(
        self,
        wall0: float,
        request_timeout: float = 10_000,
        dialect: DialectName = DialectName.CURRENT,
    ) -> None:
        self._dialect = dialect
        self._clock = ServiceClock(wall0)
        self._timeout = round(request_timeout * 1000)
        self._recent = RecentIds()
        self._attempt = Attempt(0)
        self._judgement: Judgement | None = None
        self._id: str | None = None
        self._lost_at: int | None = None
        self._attached: set[str] = set()
        self._due = NEVER

    @property
    def judging(self) -> bool:
        """Whether a verdict, or its correction, may still come."""
        return self._judgement is not None

    @property
    def listening(self) -> bool:
        """Whether a message may change what is judged; if not, `plain` is enough for it."""
        return self._judgement is not None and self._judgement.listens

    def due(self) -> int | None:
        """The `at`, in µs, at which `tick` wants to be called; None: nothing is waited for."""
        return None if self._due >= NEVER else self._due

    def tick(self, at: int) -> tuple[Verdict, ...]:
        """Time has come to `at` µs: a verdict that was waiting for quiet, if it is due."""
        if at < self._due or self._judgement is None:
            return ()
        return self._give(self._judgement)

    def feed(self, row: Row | Entry, duplicate: bool = False) -> tuple[Verdict, ...]:
        """Take one whole frame (fragments joined) or another row. Never raises."""
        given = self.tick(row.at) if row.at >= self._due else ()
        if row.kind is EntryKind.FRAME:
            if row.action is not None:
                given += self._frame(row, duplicate)
        elif row.kind is EntryKind.UPGRADE:
            given += self._upgrade(row)
        elif row.kind is EntryKind.HANDSHAKE:
            self._handshake(row)
        elif row.kind is EntryKind.SOCKET:
            given += self._socket(row)
        elif row.kind is EntryKind.STATE:
            given += self._state(row)
        self._due = NEVER
        if self._judgement is not None:
            self._due = self._judgement.due() or NEVER
        return given

    def plain(self, row: Row | Entry) -> None:
        """Take an inbound MESSAGE while nothing is judged: remember it, and little else."""
        self._recent.add(row)
        if row.at >= self._clock.next_at:
            self._clock.sample(row.at, read_traffic(row.payload, row.opcode).stamp)

    def plain_all(
        self, at: int, channels: Sequence[str], payloads: Sequence[bytes], opcode: Opcode
    ) -> None:
        """`plain` for each of several that came at `at` µs."""
        self._recent.add_all(channels, payloads, opcode)
        if at >= self._clock.next_at:
            self._clock.sample(at, read_traffic(payloads[0], opcode).stamp)

    # --- frames ---------------------------------------------------------------------------------

    def _frame(self, row: Row | Entry, duplicate: bool) -> tuple[Verdict, ...]:
        inbound = row.direction is Direction.IN
        if inbound and row.action in {_A.MESSAGE, _A.PRESENCE}:
            self._traffic(row, duplicate)
        elif row.attempt != self._attempt.number:
            pass  # a late word of an old transport says nothing about this one
        elif not inbound:
            self._sent(row)
        elif row.action == _A.CONNECTED:
            self._connected(row)
        elif row.action == _A.ERROR and not row.channel:
            return self._error(row)
        else:
            self._answered(row)
        return ()

    def _traffic(self, row: Row | Entry, duplicate: bool) -> None:
        judgement = self._judgement
        if judgement is None or row.attempt != self._attempt.number:
            self.plain(row)
            return
        if judgement.cares(row.channel):
            traffic = read_traffic(row.payload, row.opcode)
            judgement.traffic(row, traffic, duplicate, self._recent)
            if judgement.over:
                self._judgement = None
        self._recent.add(row)

    def _connected(self, row: Row | Entry) -> None:
        body = body_of(row.payload, row.opcode)
        new_id = text(body.get("connectionId"))
        attempt = self._attempt
        if attempt.connected:
            self._id = new_id or self._id
            return
        attempt.connected = True
        before, old_id = frozenset(self._attached), self._id
        if attempt.asked is None or new_id != old_id:
            self._attached.clear()
        if attempt.asked is not None:
            error = error_from_wire(body.get("error"))
            away = None if self._lost_at is None else row.at - self._lost_at
            self._judgement = Judgement(
                attempt,
                at=row.at,
                timeout=self._timeout,
                old_id=old_id,
                new_id=new_id,
                error=error,
                before=before,
                sent=self._clock.sent(row.at),
                away=away,
            )
        self._id, self._lost_at = new_id, None

    def _sent(self, row: Row | Entry) -> None:
        if self._judgement is None or not row.channel:
            return
        if row.action == _A.ATTACH:
            self._judgement.attach(row)
        elif row.action == _A.DETACH:
            self._judgement.forget(row.channel)

    def _answered(self, row: Row | Entry) -> None:
        name, judgement = row.channel, self._judgement
        if judgement is not None:
            judgement.serials(row)
        if not name:
            return
        if row.action == _A.ATTACHED:
            self._attached.add(name)
            if (row.flags or 0) & Flag.HAS_BACKLOG:
                self._clock.pause(row.at)
            if judgement is not None:
                judgement.attached(row, _error_of(row))
        elif row.action in {_A.DETACHED, _A.ERROR}:
            self._attached.discard(name)
            if judgement is not None:
                judgement.refused(row, _error_of(row))

    def _error(self, row: Row | Entry) -> tuple[Verdict, ...]:
        attempt = self._attempt
        if attempt.connected or attempt.asked is None or attempt.told:
            return ()
        error = _error_of(row)
        if error is not None and error.is_token_error:
            attempt.rejected = error
            return ()
        attempt.told = True
        return (refusal(attempt.asked, self._id, error),)

    # --- other rows -----------------------------------------------------------------------------

    def _upgrade(self, row: Row | Entry) -> tuple[Verdict, ...]:
        given = self._end()
        members = members_of(row)
        query = read_query(text(members.get("url")) or "")
        self._attempt = Attempt(
            number=integer(members.get("attempt")) or row.attempt,
            asked=_asked(members.get("mode")),
            classic=dialect_of(query, self._dialect) is DialectName.CLASSIC,
            serial=serial_of(query),
        )
        return given

    def _state(self, row: Row | Entry) -> tuple[Verdict, ...]:
        """A rejected token refuses what was asked only where no other token is to be had."""
        attempt = self._attempt
        if attempt.rejected is None or attempt.asked is None or attempt.told:
            return ()
        if members_of(row).get("event") != "failed":
            return ()
        attempt.told = True
        return (refusal(attempt.asked, self._id, attempt.rejected),)

    def _handshake(self, row: Row | Entry) -> None:
        if row.attempt != self._attempt.number:
            return
        members = members_of(row)
        status = integer(members.get("status")) or 0
        # A service that is down (RTN17f1) has refused nothing: the next host is asked the same.
        down = 500 <= status <= 504 and not self._attempt.classic
        if status and status != 101 and not down:
            self._attempt.refused = _header_error(members.get("headers"), status)

    def _socket(self, row: Row | Entry) -> tuple[Verdict, ...]:
        attempt = self._attempt
        if row.attempt != attempt.number:
            return ()
        if attempt.connected:
            self._lost_at = row.at
            return self._end()
        if attempt.asked is None or attempt.told:
            return ()
        members = members_of(row)
        error = attempt.refused
        code = integer(members.get("closeCode"))
        if error is None and attempt.classic and code and members.get("by") == "peer":
            error = classic_outcome(code)
        if error is None:
            return ()
        attempt.told = True
        said = members.get("error")
        if isinstance(said, dict):
            error = error_from_wire(said) or error
        return (refusal(attempt.asked, self._id, error),)

    def _end(self) -> tuple[Verdict, ...]:
        """The attempt is over: what is known now is all that will be."""
        judgement, self._judgement = self._judgement, None
        self._due = NEVER
        if judgement is None or not judgement.has_news:
            return ()
        return (judgement.give(last=True),)

    def _give(self, judgement: Judgement) -> tuple[Verdict, ...]:
        verdict = judgement.give()
        if judgement.over:
            self._judgement = None
        self._due = NEVER
        return (verdict,)


def _asked(mode: object) -> Asked | None:
    if mode == "resume":
        return "resume"
    return "recover" if mode == "recover" else None


def _error_of(row: Row | Entry) -> ErrorInfo | None:
    return error_from_wire(body_of(row.payload, row.opcode).get("error"))


def _header_error(headers: object, status: int) -> ErrorInfo:
    pairs: list[Any] = list(mapping(headers).items()) or sequence(headers)
    named = {
        str(pair[0]).lower(): str(pair[1])
        for pair in pairs
        if isinstance(pair, (list, tuple)) and len(pair) == 2
    }
    code = integer(named.get("x-ably-errorcode"))
    said = named.get("x-ably-errormessage")
    return ErrorInfo(code or 0, status, said or f"HTTP {status} in answer to the upgrade")


def verdict_members(verdict: Verdict) -> dict[str, Any]:
    """The members of a `verdict` row."""
    return {
        "asked": verdict.asked,
        "outcome": verdict.outcome,
        "oldId": verdict.old_id,
        "newId": verdict.new_id,
        "error": error_wire(verdict.error),
        "channels": {
            name: {
                "resumed": channel.resumed,
                "replayed": channel.replayed,
                "doubled": channel.doubled,
                "lost": channel.lost,
            }
            for name, channel in verdict.channels.items()
        },
        "final": verdict.final,
        "text": verdict.text,
    }
