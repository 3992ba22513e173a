"""Between a Session with its log and the screen: from what they tell to one View.

The only subscriber of the Session on this side. It keeps nothing but the fold over the log's
rows; the connection is read from the Session when a View is made. All on the app's loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any, Final

from textual.message import Message

from ablytui.net.clock import Timer
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Reply
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.news import Changed, News, Told
from ablytui.protocol.observe.attempts import Attempts
from ablytui.protocol.observe.counts import Counts
from ablytui.protocol.observe.firings import Firings
from ablytui.protocol.observe.links import Links
from ablytui.protocol.observe.rates import Rates
from ablytui.protocol.observe.tallies import Tallies
from ablytui.protocol.observe.timeline import Timeline
from ablytui.protocol.params import ConnectParams
from ablytui.ui.messages import LogGrew, Played, Said, Viewed
from ablytui.ui.playbill import Playing
from ablytui.ui.present.changes import Dials
from ablytui.ui.present.view import View
from ablytui.ui.settings import Launch, Runtime

_AT_ONCE: Final = 4_000
"""Rows folded in one go (about 15 ms); the rest waits a turn of the loop, so keys are answered."""

_OFTEN: Final = 150.0
"""Ms: rows that are committed in quick succession come within so many of each other."""


def first_view(launch: Launch, *, revealed: bool = False) -> View:
    """What is shown before there is a session."""
    return View(Connection(launch.params), local=launch.local, opening=True, revealed=revealed)


class Bridge:
    """Makes Views; passes wishes on and their refusals back. `post` takes the messages."""

    def __init__(
        self,
        launch: Launch,
        runtime: Runtime,
        post: Callable[[Message], object],
        *,
        tick: Callable[[View], float | None] | None = None,
        revealed: bool = False,
        zone: tzinfo = UTC,
    ) -> None:
        self._launch = launch
        self._runtime = runtime
        self._post = post
        self._tick = tick
        self._revealed = revealed
        self.zone = zone
        self._counts = Counts()
        self._tallies = Tallies()
        self.links = Links()
        self._timeline = Timeline()
        self._firings = Firings()
        self._attempts = Attempts()
        self._dials = Dials()
        self._rates = Rates()
        self._folds = (
            self._counts,
            self._tallies,
            self._timeline,
            self._rates,
            self.links,
            self._firings,
            self._attempts,
        )
        self._busy: dict[int, str] = {}
        self._wishes = 0
        self._upto = self._folded = 0
        self._counted = -_OFTEN
        self._more: Timer | None = None
        self._due: Timer | None = None
        self._closed = False
        runtime.session.subscribe(self._news)
        if runtime.player is not None:
            runtime.player.subscribe(self._played)
        runtime.grew(self.grew)
        self.grew(runtime.reader.last())

    def close(self) -> None:
        """Stop the clocks, and hear no more: the log's reader is about to close."""
        self._closed = True
        for timer in (self._due, self._more):
            if timer is not None:
                timer.cancel()

    # --- what is told ---------------------------------------------------------------------------

    def _news(self, news: News) -> None:
        if isinstance(news, Changed):
            self._tell()
        elif isinstance(news, Told) and news.notice.level != "info" and not self._closed:
            notice = news.notice
            text = f"{notice.code} {notice.message}" if notice.code else notice.message
            wrong = notice.level == "error"
            self._post(Said(text, wrong=wrong, warning=not wrong))

    def _played(self, playing: Playing) -> None:
        if not self._closed:
            # What is in force comes and goes with the scenario, also where no row tells of it.
            self._tell(least=_OFTEN)
            self._post(Played(playing))

    def grew(self, upto: int) -> None:
        """The log has `upto` rows: count them, in turns when they are many."""
        if self._closed:
            return
        self._upto = max(self._upto, upto)
        self._post(LogGrew(self._upto))
        if self._more is None:
            self._count()

    def _count(self) -> None:
        self._more = None
        start = self._folded + 1
        stop = min(self._upto + 1, start + _AT_ONCE)
        self._fold(start, stop)
        self._folded = stop - 1
        if stop <= self._upto:
            self._more = self._runtime.clock.call_later(0, self._count)
        now = self._runtime.clock.mono()
        often = now - self._counted < _OFTEN
        self._counted = now
        self._tell(least=_OFTEN if often else 0.0)

    def _fold(self, start: int, stop: int) -> None:
        """Read no more of a flood than its sum, unless its frames have serials to be compared."""
        reader, folds = self._runtime.reader, self._folds
        if not self.links.numbered:
            rows, sums = reader.sparse(start, stop)
            if all(entry.action != ProtocolAction.CONNECTED for entry in rows):
                for entry in rows:
                    for fold in folds:
                        fold.feed(entry)
                self._counts.messages(sums)
                self._tallies.messages(sums)
                self._rates.messages(sums)
                return
        for entry in reader.rows(start, stop):
            for fold in folds:
                fold.feed(entry)

    def _tell(self, *, least: float = 0.0) -> None:
        """Post the picture of this moment, and come back when the clock makes it another one.

        Not before `least` ms, while rows keep coming: each of their pictures has the time too.
        """
        if self._closed:
            return
        view = self.view()
        self._post(Viewed(view))
        if self._due is not None:
            self._due.cancel()
            self._due = None
        wait = self._tick(view) if self._tick is not None else None
        if wait is not None:
            self._due = self._runtime.clock.call_later(max(wait, least), self._tell)

    def view(self) -> View:
        """The picture of this moment."""
        counts, faults = self._counts, self._runtime.faults
        attempts, connection = self._attempts, self._runtime.session.connection
        self._dials.see(connection)
        serves = faults is not None and faults.serves(connection)
        return View(
            connection=connection,
            now=self._runtime.clock.mono(),
            wall=self._runtime.clock.wall(),
            zone=self.zone,
            visits=dict(counts.visits),
            history=counts.history,
            connected_after=counts.connected_after,
            rtt=counts.rtt,
            frames_in=counts.frames_in,
            bytes_in=counts.bytes_in,
            frames_out=counts.frames_out,
            bytes_out=counts.bytes_out,
            rows=self._folded,
            verdict=counts.verdict,
            verdict_n=counts.verdict_n,
            recording=self._runtime.recording,
            revealed=self._revealed,
            local=self._launch.local,
            url=counts.url,
            url_before=attempts.url_before,
            dialled=self._dials.last,
            dialled_before=self._dials.before,
            granted=attempts.granted,
            granted_before=attempts.granted_before,
            connected_n=counts.connected_n,
            busy=frozenset(self._busy.values()),
            tallies=self._tallies.of,
            rates=self._rates,
            moves=self._timeline.moves,
            marks=self._timeline.marks,
            serves=serves,
            in_force=faults.in_force if faults is not None and serves else (),
            firings=self._firings.latest,
            mono0=self._runtime.mono0,
        )

    # --- what is wanted -------------------------------------------------------------------------

    def do(
        self,
        action_id: str,
        args: Mapping[str, Any] | None = None,
        told: Callable[[Reply], object] | None = None,
    ) -> None:
        """Ask the Session; a refusal or failure comes back as one line.

        With `told` that is called with the answer, whatever it is, and nothing is said here.
        """
        self._wishes += 1
        wish = self._wishes
        self._busy[wish] = action_id
        future = self._runtime.session.do(action_id, args)
        future.add_done_callback(lambda done: self._answered(wish, action_id, done.result(), told))
        self._tell()

    def _answered(
        self, wish: int, action_id: str, reply: Reply, told: Callable[[Reply], object] | None
    ) -> None:
        self._busy.pop(wish, None)
        if told is not None:
            if not self._closed:
                told(reply)
        elif reply.error is not None:
            self._post(Said(f"{action_id}: {reply.error}", wrong=True))
        elif action_id == "ping" and isinstance(reply.value, Mapping):
            self._post(Said(f"ping: {reply.value.get('rtt')} ms"))
        self._tell()

    def set_params(self, params: ConnectParams) -> None:
        """Change what the next attempt asks for."""
        future = self._runtime.session.set_params(params)
        future.add_done_callback(self._params_set)
        self._tell()

    def _params_set(self, done: asyncio.Future[Reply]) -> None:
        reply = done.result()
        if reply.error is not None:
            self._post(Said(f"parameters: {reply.error}", wrong=True))
        self._tell()

    @property
    def connection(self) -> Connection:
        """The model as it is now."""
        return self._runtime.session.connection

    def recovery_key(self) -> str | None:
        """The key with which this connection is recovered, in clear."""
        return self._runtime.session.recovery_key()
