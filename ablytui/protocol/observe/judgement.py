"""One resume or recover attempt while it is judged: from CONNECTED until all has come back.

What counts as replayed. Current dialect: what comes on a channel after its ATTACHED with
HAS_BACKLOG and is older than our CONNECTED (the service's clock, see `clock`). Classic: frames
above the serial that the URI gave, up to the first that is not older than CONNECTED. A message
without a time is taken for replayed until the first verdict, for live after it. Doubled: an
item whose id came on that channel before, or a frame that the client dropped by its serial.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ablytui.protocol.codec import Undecodable, read_head
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.log import Entry, Row
from ablytui.protocol.message import Flag
from ablytui.protocol.observe.outcome import Asked, ChannelVerdict, Gap, Outcome, Seen, Verdict
from ablytui.protocol.observe.recent import RecentIds
from ablytui.protocol.observe.sentence import Facts, sentence
from ablytui.protocol.observe.traffic import Traffic

QUIET: Final = 250_000
"""µs without a replayed message after which all that was to come is taken to be here."""

_STILL_ITSELF: Final = frozenset({40007, 80006, 80007, 80012})
"""Classic errors that say the connection goes on with some messages missing (RTN15c2 v1.2)."""


@dataclass(slots=True)
class Attempt:
    """A dial. `serial`: the `connection_serial` of its URI, which only classic has."""

    number: int
    asked: Asked | None = None
    classic: bool = False
    serial: int | None = None
    connected: bool = False
    told: bool = False
    refused: ErrorInfo | None = None
    rejected: ErrorInfo | None = None
    """A token error: the same may be asked again with another token (RTN15c5)."""


def refusal(asked: Asked, old_id: str | None, error: ErrorInfo | None) -> Verdict:
    """The verdict on an attempt that never got CONNECTED."""
    facts = Facts(asked, "refused", old_id, None, error)
    return Verdict(asked, "refused", old_id, None, error, text=sentence(facts))


class Judgement:
    """`before`: the channels attached until now; `sent`: when CONNECTED was sent, service ms."""

    def __init__(
        self,
        attempt: Attempt,
        *,
        at: int,
        timeout: int,
        old_id: str | None,
        new_id: str | None,
        error: ErrorInfo | None,
        before: frozenset[str],
        sent: float,
        away: int | None,
    ) -> None:
        self._attempt, self._asked = attempt, attempt.asked or "resume"
        self._timeout, self._limit, self._quiet = timeout, at + timeout, at
        self._new_id, self._error = new_id, error
        self._before, self._sent, self._away = before, sent, away
        same = new_id == old_id and new_id is not None
        # A recovered connection was another process's: this log's earlier id says nothing of it.
        self._old_id = old_id if self._asked == "resume" or same else None
        self._continued = same or (self._old_id is None and self._goes_on(error))
        self._given = self._news = self.over = False
        self._serial, self._gap = attempt.serial, Gap()
        self._replaying = self._by_serials = attempt.classic and self._continued
        self._channels: dict[str, Seen] = {}
        self._wished: set[str] = set()
        if self._replaying:
            for name in sorted(before):
                self._stay(name)

    def _goes_on(self, error: ErrorInfo | None) -> bool:
        return error is None or (self._attempt.classic and error.code in _STILL_ITSELF)

    def _stay(self, name: str) -> Seen:
        here = name in self._before or name in self._wished
        seen = Seen(name, stayed=True, resumed=self._error is None, ended=False, away=not here)
        self._channels[name] = seen
        return seen

    # --- what comes in --------------------------------------------------------------------------

    def attach(self, row: Row | Entry) -> None:
        """An ATTACH went out: its channel is judged if it has anything to continue.

        Classic goes by the serials of the connection: a channel never left, and ATTACHED in
        answer to a wish of the client's need not say RESUMED, which old services do not know.
        """
        name = row.channel or ""
        if self._by_serials:
            self._wished.add(name)
            return
        head = read_head(row.payload, row.opcode) if row.opcode is not None else None
        serial = None if head is None or isinstance(head, Undecodable) else head.channel_serial
        taken_up = self._takes_up and serial and name not in self._channels
        if (not self._given and (name in self._before or serial)) or taken_up:
            self._channels[name] = Seen(name, waiting=True)
            self._heard(row.at)

    def forget(self, name: str) -> None:
        """The client detaches a channel: nothing is owed to it."""
        if not self._given:
            self._channels.pop(name, None)

    def attached(self, row: Row | Entry, error: ErrorInfo | None) -> None:
        """ATTACHED: with RESUMED nothing is lost on this channel (RTL12)."""
        seen = self._answers(row)
        if seen is None:
            return
        flags = row.flags or 0
        if row.channel in self._wished and error is None:
            return
        seen.waiting = seen.stayed = False
        seen.resumed, seen.error = bool(flags & Flag.RESUMED), error
        seen.promised = bool(flags & Flag.HAS_BACKLOG)
        seen.ended = not (seen.promised or self._replaying)
        self._heard(row.at)

    def refused(self, row: Row | Entry, error: ErrorInfo | None) -> None:
        """ERROR or DETACHED: the channel did not come back."""
        seen = self._answers(row)
        if seen is None:
            return
        seen.waiting = seen.stayed = seen.resumed = False
        seen.refused, seen.ended, seen.error = True, True, error
        self._heard(row.at)

    def _answers(self, row: Row | Entry) -> Seen | None:
        name = row.channel or ""
        seen = self._channels.get(name)
        if seen is None and not self._given and name in self._before:
            seen = self._channels[name] = Seen(name)
        return seen if seen is not None and (seen.waiting or not self._given) else None

    def cares(self, channel: str | None) -> bool:
        """Whether a message on this channel can change the verdict."""
        if channel is None:
            return False
        if self._replaying:
            return True
        seen = self._channels.get(channel)
        return seen is not None and not (seen.ended and self._given)

    def traffic(
        self, row: Row | Entry, traffic: Traffic, duplicate: bool, recent: RecentIds
    ) -> None:
        """A MESSAGE or PRESENCE on a channel that is cared for."""
        name = row.channel or ""
        seen = self._channels.get(name) or self._stay(name)
        items, serial = len(traffic.items), traffic.connection_serial
        ours = self._attempt.serial
        below = serial is not None and ours is not None and serial <= ours and self._replaying
        doubled = items if duplicate or below else recent.known(name, traffic.ids)
        old = traffic.stamp < self._sent if traffic.stamp is not None else not self._given
        if not below:
            self._count(serial)
        if (seen.promised or self._replaying) and not seen.ended:
            if old:
                seen.replayed += items - doubled
            elif not doubled:
                self._live(seen)
        seen.doubled += doubled
        if doubled or (old and not seen.ended):
            self._heard(row.at)
        self.over = self._settled

    def _live(self, seen: Seen) -> None:
        seen.ended = True
        if self._replaying:
            # One order for the whole connection: after a live frame everything is live.
            self._replaying = False
            for each in self._channels.values():
                each.ended = True

    def serials(self, row: Row | Entry) -> None:
        """Any other inbound frame: classic numbers some of them too."""
        if self._replaying and row.opcode is not None:
            head = read_head(row.payload, row.opcode)
            if not isinstance(head, Undecodable):
                self._count(head.connection_serial)

    def _count(self, serial: int | None) -> None:
        if serial is None or not self._replaying:
            return
        if self._serial is not None and serial > self._serial + 1:
            after = self._gap.after if self._gap.missing else self._serial
            self._gap = Gap(self._gap.missing + serial - self._serial - 1, after, serial)
        if self._serial is None or serial > self._serial:
            self._serial = serial

    def _heard(self, at: int) -> None:
        self._quiet = at
        if self._given and not self._news:
            self._news, self._limit = True, at + self._timeout

    # --- what goes out --------------------------------------------------------------------------

    @property
    def has_news(self) -> bool:
        """Whether something is known that no verdict has told yet."""
        return self._news or not self._given

    @property
    def listens(self) -> bool:
        """Whether any message can still change a verdict."""
        return self.has_news or self._replaying or self._owed

    @property
    def _owed(self) -> bool:
        return any(seen.promised and not seen.ended for seen in self._channels.values())

    @property
    def _takes_up(self) -> bool:
        return self._asked == "recover" and not self._attempt.classic

    @property
    def _more_may_come(self) -> bool:
        return self._owed or (self._takes_up and self._continued and not self._channels)

    @property
    def _settled(self) -> bool:
        return not self.has_news and not self._more_may_come and not self._takes_up

    def due(self) -> int | None:
        """When the verdict is given, in µs, unless something comes first."""
        if not self.has_news:
            return None
        if any(seen.waiting for seen in self._channels.values()):
            return self._limit
        return min(self._quiet + QUIET, self._limit)

    def give(self, *, last: bool = False) -> Verdict:
        """The verdict as things stand. `last`: the socket is gone, nothing can follow."""
        final = last or self._given or not self._more_may_come
        self._given, self._news = True, False
        self.over = last or (final and not self._takes_up)
        seen = tuple(self._channels.values())
        outcome = self._outcome()
        facts = Facts(
            self._asked,
            outcome,
            self._old_id,
            self._new_id,
            self._error,
            seen,
            self._gap,
            self._away,
        )
        return Verdict(
            asked=self._asked,
            outcome=outcome,
            old_id=self._old_id,
            new_id=self._new_id,
            error=self._error,
            channels={each.name: self._channel(each) for each in seen},
            final=final,
            text=sentence(facts),
        )

    def _outcome(self) -> Outcome:
        if not self._continued:
            return "lost"
        whole = all(self._proven(seen) for seen in self._channels.values())
        if self._error is not None or self._gap.missing or not whole:
            return "partial"
        return "resumed" if self._asked == "resume" else "recovered"

    def _proven(self, seen: Seen) -> bool:
        return seen.resumed and not (seen.stayed and self._gap.missing)

    def _channel(self, seen: Seen) -> ChannelVerdict:
        resumed = self._proven(seen)
        lost: int | None = 0 if resumed else None
        if self._gap.missing and len(self._channels) == 1:
            lost = self._gap.missing
        return ChannelVerdict(resumed, seen.replayed, seen.doubled, lost)
