"""One wish made many times, on the clock: each is a publish of its own, numbered by the engine.

No more than `MOST_OPEN` wait for their answers; the next is made when one comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ablytui.net.clock import Clock, Timer
from ablytui.protocol.effects import Reply
from ablytui.ui.present.repeating import Progress, Times

MOST_OPEN: Final = 200

Told = Callable[[Reply], None]


class Repeat:
    """Publishes until it is done, stopped, or refused once. `told` hears of every step.

    `send` makes the wish and calls what it is given with the answer.
    """

    def __init__(
        self,
        channel: str,
        times: Times,
        clock: Clock,
        send: Callable[[Told], object],
        told: Callable[[Progress], object],
    ) -> None:
        self.progress = Progress(channel, times.times)
        self._every = times.every
        self._clock = clock
        self._send = send
        self._told = told
        self._began = clock.mono()
        self._due: Timer | None = None
        self._held = False

    def start(self) -> None:
        """The first one now."""
        self._began = self._clock.mono()
        self._next()

    def stop(self, why: str = "stopped") -> None:
        """No more of them; what is sent is sent."""
        if self.progress.running:
            self._cancel()
            self._tell(running=False, why=why)

    def _cancel(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _tell(self, **changes: int | bool | str) -> None:
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]
        self._told(self.progress)

    def _next(self) -> None:
        self._due = None
        if self.progress.waiting >= MOST_OPEN:
            self._held = True
            return
        self._tell(sent=self.progress.sent + 1)
        self._send(self._answered)
        if self.progress.running and self.progress.sent < self.progress.times:
            self._await_next()

    def _await_next(self) -> None:
        # From the beginning, so that small delays do not add up.
        due = self._began + self.progress.sent * self._every
        self._due = self._clock.call_later(max(due - self._clock.mono(), 0.0), self._next)

    def _answered(self, reply: Reply) -> None:
        progress = self.progress
        if reply.error is not None:
            self._cancel()
            why = progress.why or str(reply.error)
            self._tell(refused=progress.refused + 1, running=False, why=why)
            return
        answered = progress.answered + 1
        done = answered + progress.refused >= progress.times
        self._tell(answered=answered, running=progress.running and not done)
        if self._held and self.progress.running:
            self._held = False
            self._await_next()
