"""The Session: one queue in front of `step`, and the one place where its effects are performed.

Everything that happens, a frame, a timer, a wish, becomes a job of one queue, which is worked
off without a pause between reading the model and replacing it. The way of a frame: seen on the
wire, appended to the log, stepped; what the step announced is appended, then performed. So a
state row directly follows the frame that caused it, and nothing ever awaits in between.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Any, assert_never

from ablytui.capture.store import Attempt, Store
from ablytui.net.clock import Clock
from ablytui.net.listener import Ended, Failure, Handshake
from ablytui.net.network import Watch
from ablytui.protocol import effects as fx
from ablytui.protocol import events as ev
from ablytui.protocol.actions import ACTION
from ablytui.protocol.burst import Burst
from ablytui.protocol.codec import read_head
from ablytui.protocol.connection import Connection
from ablytui.protocol.credentials import secrets_of
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.protocol.log import Row
from ablytui.protocol.machine.recoverable import recovery_key
from ablytui.protocol.machine.step import initial, step
from ablytui.protocol.news import Changed
from ablytui.protocol.observe.fold import Observer
from ablytui.protocol.outgoing import BadArgument
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState
from ablytui.protocol.uri import Target
from ablytui.worker.bursts import Bursts
from ablytui.worker.deliveries import Deliveries
from ablytui.worker.errands import Errands, Reachable
from ablytui.worker.link import Link, dial_failed
from ablytui.worker.links import Dialer, Links
from ablytui.worker.reachability import is_reachable
from ablytui.worker.recorder import Recorder, Subscriber, frame_row
from ablytui.worker.refs import Refs, Told
from ablytui.worker.timers import Timers
from ablytui.worker.tokens import Tokens

_OBSERVER = "observer"


class Session:
    """One person's connection. `do` for wishes, `subscribe` for news, `connection` for the model.

    Runs on the event loop it is used from; every method must be called there.
    """

    def __init__(
        self,
        params: ConnectParams,
        store: Store,
        clock: Clock,
        random: Random,
        dialer: Dialer,
        *,
        reachable: Reachable = is_reachable,
        network: Watch | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        # Drawn from for every frame, so it has to be cheap; jitter needs no secrecy.
        self._random = Random(random.getrandbits(128))  # noqa: S311
        self._zero = store.session.mono0
        self._jobs: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._busy = False
        self._links = Links(self, dialer)
        self._refs = Refs()
        self._attempt = 0
        self._due: int | None = None
        self._timers = Timers(clock, partial(self._run, self._timer))
        done = partial(self._run, self._event)
        self._errands = Errands(reachable, network, done)
        self._tokens = Tokens(clock, random, store.add_secret, self.notice, done)
        observer = Observer(
            wall0=store.session.wall0,
            dialect=params.dialect,
            format=params.format,
            request_timeout=params.realtime_request_timeout,
        )
        self._recorder = Recorder(store, observer, self._at, self._links.resume, self._unrecorded)
        self._bursts = Bursts(store, self._recorder)
        for secret in secrets_of(params):
            store.add_secret(secret)
        self._deliveries = Deliveries(params, self._recorder, random)
        self.connection, self._first = initial(params)

    # --- the face -------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: tell what was wrong with the parameters, and connect unless told not to."""
        self._run(self._begin)

    def _begin(self) -> None:
        self._perform(self._first, None)
        self._errands.watch()
        possible = ACTION["connect"].reason_not_now(self.connection) is None
        if self.connection.params.auto_connect and possible:
            self._step(ev.ConnectRequested())
        self._conclude()

    def do(
        self,
        action_id: str,
        args: Mapping[str, Any] | None = None,
        told: Told = None,
    ) -> asyncio.Future[fx.Reply]:
        """Ask for an action of `ACTIONS`. The answer comes when it is done or has failed.

        Never raises for what cannot be done: the Reply then has an error (40000 and why).
        `told` is called with the answer too, and in its true place among the news.
        """
        ref, future = self._refs.new(told)
        self._run(self._wish, ref, action_id, args or {})
        return future

    def set_params(self, params: ConnectParams) -> asyncio.Future[fx.Reply]:
        """Change what the next dial asks for; what is under way goes on as it is."""
        ref, future = self._refs.new()
        for secret in secrets_of(params):
            self.store.add_secret(secret)
        self._run(self._event, ev.ParamsChanged(params, ref))
        return future

    def recovery_key(self) -> str | None:
        """The key that takes this connection up elsewhere, in clear (RTN16g)."""
        return recovery_key(self.connection)

    def subscribe(self, fn: Subscriber, *, rows: bool = False) -> Callable[[], None]:
        """Call `fn` with every piece of news; `rows` adds one for each row of the log."""
        return self._recorder.subscribe(fn, rows=rows)

    async def close(self, *, limit: float = 1.0) -> None:
        """End everything: sockets closed without CLOSE, timers stopped, open wishes refused.

        A peer that does not answer the closing handshake has `limit` seconds to do it.
        """
        # A hold: the loss of the socket may not be a reason to dial again.
        self._run(self._step, ev.DisconnectRequested())
        self._timers.cancel_all()
        await self._errands.end()
        await self._tokens.end()
        await self._links.end(limit)
        self._timers.cancel_all()
        self._refs.refuse_all("The program ended before this was done")

    # --- the queue ------------------------------------------------------------------------------

    def _run(self, job: Callable[..., None], *args: Any) -> None:
        """Do a job now, or after the one that is under way further up the stack."""
        if self._busy:
            self._jobs.append((job, args))
            return
        self._busy = True
        try:
            job(*args)
            while self._jobs:
                next_job, next_args = self._jobs.popleft()
                next_job(*next_args)
        finally:
            self._busy = False

    def _moment(self) -> ev.Moment:
        clock = self.clock
        return ev.Moment(clock.mono(), clock.wall(), self._random.random())

    def _at(self) -> int:
        return int((self.clock.mono() - self._zero) * 1000)

    def _step(self, event: ev.Event) -> None:
        """Step and perform, for all but frames."""
        self.connection, effects = step(self.connection, event, self._moment())
        self._perform(effects, None)

    def _look(self) -> None:
        """After a frame: only if the observer found something or wants to look at another time."""
        if self._recorder.found or self._recorder.observer.due() != self._due:
            self._conclude()

    def _conclude(self) -> None:
        """What the observer makes of the event, and when it wants to look again."""
        at = self._at()
        self._recorder.conclude(at)
        self._due = due = self._recorder.observer.due()
        if due is None:
            self._timers.cancel(_OBSERVER)
        else:
            self._timers.start(_OBSERVER, 0, max((due - at) / 1000, 0.0))

    def _unrecorded(self, why: str) -> None:
        self.notice(fx.Notice("error", f"The recording ended: {why}"))

    def notice(self, notice: fx.Notice) -> None:
        """Put a line for the person into the log."""
        self._run(self._perform, (notice,), None)

    # --- jobs -----------------------------------------------------------------------------------

    def _wish(self, ref: int, action_id: str, args: Mapping[str, Any]) -> None:
        action = ACTION.get(action_id)
        if action is None:
            self._refs.refuse(ref, f"there is no action {action_id!r}")
            return
        reason = action.reason_not_now(self.connection)
        if reason is not None and not reason.moot and not action.asks_only(args):
            self._refs.refuse(ref, reason.text)
            return
        try:
            event = self._deliveries.sealed(action.to_event(args, ref, self.connection))
        except BadArgument as bad:
            self._refs.refuse(ref, str(bad))
            return
        if isinstance(event, (ev.AuthorizeRequested, ev.RecoverRequested)):
            self.store.add_secret(event.secret)
        self._event(event)

    def _event(self, event: ev.Event) -> None:
        self._step(event)
        self._deliveries.use(self.connection.params)
        self._conclude()

    def _timer(self, name: str, generation: int) -> None:
        if name == _OBSERVER:
            self._conclude()
        else:
            self._event(ev.TimerFired(name, generation))

    def _frame(self, link: Link, frame: WireFrame) -> None:
        """A frame: appended, then stepped if it came in, then what it caused is performed."""
        moment = self._moment()
        at = int((moment.mono - self._zero) * 1000)
        inbound = frame.direction is Direction.IN
        event: ev.FrameArrived | None = None
        head = None
        if inbound and frame.opcode < Opcode.CLOSE:
            whole = link.join(frame)
            if whole is not None:
                head = read_head(whole[1], whole[0])
                event = ev.FrameArrived(link.attempt, whole[0], whole[1], head)
        elif inbound:
            event = ev.FrameArrived(link.attempt, frame.opcode, frame.payload, None)
        elif frame.opcode < Opcode.CLOSE and frame.fin:
            head = read_head(frame.payload, frame.opcode)
        row = frame_row(at, link.attempt, frame, head)
        n = self._recorder.append(row)
        if self.store.overfull:
            # The log cannot keep up with the socket: the socket waits, nothing is dropped.
            self._links.pause()
        if event is None:
            self._recorder.publish(n, row)
            self._look()
        else:
            self._arrived(event, moment, n, row)

    def _arrived(self, event: ev.FrameArrived, moment: ev.Moment, n: int, row: Row) -> None:
        before = self.connection
        self.connection, effects = step(before, event, moment)
        if self.connection.key is not None and self.connection.key != before.key:
            self.store.add_secret(self.connection.key)
        duplicate = bool(effects) and isinstance(effects[0], fx.Duplicate)
        self._recorder.publish(n, row, duplicate=duplicate)
        if effects:
            self._perform(effects, event, before)
        self._look()

    # --- the links ------------------------------------------------------------------------------

    def link_opened(self, link: Link, handshake: Handshake) -> None:
        """See `worker.link.Owner`."""
        self._run(self._opened, link, handshake)

    def _opened(self, link: Link, handshake: Handshake) -> None:
        self._recorder.handshake(self._at(), link.attempt, handshake)
        self._answered(link.attempt, handshake)
        self._event(ev.SocketOpened(link.attempt))

    def _answered(self, attempt: int, answer: Handshake | Failure) -> None:
        status, headers, phases = answer.status, answer.headers, answer.phases
        self.store.attempt(Attempt(attempt, status=status, headers=headers, phases=phases))

    def link_failed(self, link: Link, failure: Failure) -> None:
        """See `worker.link.Owner`."""
        self._run(self._failed, link, failure)

    def _failed(self, link: Link, failure: Failure) -> None:
        at = self._at()
        if failure.status:
            self._recorder.handshake(at, link.attempt, failure)
            self._answered(link.attempt, failure)
        self._recorder.socket(at, link.attempt, failure, by_us=link.left)
        self._links.forget(link.attempt)
        self._event(dial_failed(link, failure))

    def link_frame(self, link: Link, frame: WireFrame) -> None:
        """See `worker.link.Owner`."""
        self._run(self._frame, link, frame)

    def link_burst(self, link: Link, burst: Burst) -> None:
        """See `worker.link.Owner`."""
        if self._busy:
            self._run(self._frame, link, burst.take())
        else:
            self._run(self._burst, link, burst)

    def _burst(self, link: Link, burst: Burst) -> None:
        moment, left = self._moment(), burst.left
        at = int((moment.mono - self._zero) * 1000)
        self.connection = self._bursts.take(self.connection, link.attempt, burst, moment, at)
        if burst.left == left:
            self._frame(link, burst.take())
        elif self.store.overfull:
            self._links.pause()

    def link_ended(self, link: Link, end: Ended) -> None:
        """See `worker.link.Owner`."""
        self._run(self._ended, link, end)

    def _ended(self, link: Link, end: Ended) -> None:
        self._recorder.socket(self._at(), link.attempt, end, by_us=end.by_us)
        self._links.forget(link.attempt)
        self._event(ev.SocketClosed(link.attempt, end.code, end.reason, end.by_us, end.clean))

    def link_clogged(self, link: Link) -> None:
        """See `worker.link.Owner`."""
        self._run(self._event, ev.SocketClogged(link.attempt))

    # --- effects --------------------------------------------------------------------------------

    def _perform(
        self,
        effects: tuple[fx.Effect, ...],
        event: ev.FrameArrived | None,
        before: Connection | None = None,
    ) -> None:
        for effect in effects:
            match effect:
                case fx.Deliver(channel):
                    self._deliver(channel, event, before)
                case fx.DeliverPresence():
                    self._deliveries.presence(self._at(), effect)
                case fx.Announce(change):
                    self._recorder.change(self._at(), self._attempt, change)
                    self._recorder.tell(Changed(self.connection, change))
                case fx.Send():
                    self._links.send(effect, self.connection.params.format)
                case fx.SendRaw():
                    self._links.send_raw(effect)
                case fx.StartTimer(name, generation, delay):
                    self._timers.start(name, generation, delay)
                case fx.CancelTimer(name):
                    self._timers.cancel(name)
                case fx.Reply():
                    self._refs.answer(self._deliveries.answer(effect))
                case fx.Dial(attempt, target):
                    self._dial(attempt, target)
                case fx.CheckInternet(attempt, url):
                    limit = self.connection.params.realtime_request_timeout
                    self._errands.check(attempt, url, limit)
                case fx.FetchToken(number, purpose, held):
                    conn = self.connection
                    host = conn.host if conn.state is ConnectionState.CONNECTED else ""
                    self._tokens.fetch(number, purpose, conn.params, held, host)
                case fx.CancelFetch(number):
                    self._tokens.cancel(number)
                case fx.CloseSocket(attempt, code, reason):
                    self._links.close(attempt, code, reason)
                case fx.AbortSocket(attempt):
                    self._links.abort(attempt)
                case fx.Notice():
                    self._recorder.notice(self._at(), effect)
                case fx.Duplicate() | fx.Anomaly():
                    pass
                case _:
                    assert_never(effect)

    def _deliver(self, name: str, event: ev.FrameArrived | None, before: Connection | None) -> None:
        """Decode, if anybody listens or what comes later depends on it (RTL18)."""
        wanted = self._recorder.listened or self.connection.channels[name].deltas
        if not wanted or event is None or before is None:
            return
        error = self._deliveries.messages(self._at(), name, event)
        if error is not None:
            serial = before.channels[name].channel_serial
            self._run(self._event, ev.DecodingFailed(name, serial, error))

    def _dial(self, attempt: int, target: Target) -> None:
        self._attempt = attempt
        self._recorder.upgrade(self._at(), attempt, target)
        self.store.attempt(Attempt(attempt, 1, target.host, target.url, target.mode))
        self._links.dial(attempt, target)
