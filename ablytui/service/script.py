"""The time of a scenario: when each step and stream is due, standing still and jumping on. PURE.

Times are ms. Those of the script count from its start and stand still while it is paused; those
that are passed in are of the mono clock.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ablytui.service.scenario import Scenario, Step
from ablytui.service.streams import Stream


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a script is. A step that has no caption belongs to the one before it.

    `holds`: it waits at a step, because it is played step by step.
    """

    name: str
    step: int
    steps: int
    paused: bool
    holds: bool

    @property
    def over(self) -> bool:
        """Whether the last step was played."""
        return self.step >= self.steps


_LATE: Final = 1_000.0
"""Ms that the loop may be late; a stream then still keeps its pace."""


class Script:
    """Plays one scenario. `play` takes a step, `flow` a stream and the how many-eth time it is."""

    def __init__(
        self,
        scenario: Scenario,
        play: Callable[[Step], None],
        flow: Callable[[Stream, int], None],
        *,
        stepwise: bool = False,
    ) -> None:
        self.scenario = scenario
        self._play, self._flow = play, flow
        self._left = list(scenario.steps)
        self._agenda: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()
        self._steps = sum(1 for step in scenario.steps if step.caption)
        self._played = 0
        self._granted = 1 if stepwise else self._steps
        self._stepwise = stepwise
        self._time = 0.0
        self._since: float | None = None
        self._begun = self._paused = self._holds = False

    @property
    def progress(self) -> Progress:
        """How far it is."""
        name = self.scenario.name
        return Progress(name, self._played, self._steps, self._paused, self._holds)

    def begin(self, now: float) -> None:
        """Start the time, once."""
        if self._begun:
            return
        self._begun = True
        if not self._paused:
            self._since = now
        for stream in self.scenario.streams:
            self._stream(stream, 0, stream.start)

    def later(self, now: float, delay: float, do: Callable[[], None]) -> None:
        """Do something so many ms from now, in the time of the script."""
        self._put(self._now(now) + delay, lambda _: do())

    def due(self) -> float | None:
        """When `run` has something to do, on the mono clock; None for never."""
        at = self._next()
        if at is None or self._since is None:
            return None
        return self._since + max(at - self._time, 0.0)

    def run(self, now: float) -> None:
        """Play what is due."""
        self._catch_up(now)
        while self._since is not None and (at := self._next()) is not None and at <= self._now(now):
            if not self._left or self._left[0].at > at:
                due, _, do = heapq.heappop(self._agenda)
                do(due)
                continue
            if self._left[0].caption:
                if self._played >= self._granted:
                    self._stand(at)
                    self._holds = True
                    return
                self._played += 1
            step = self._left.pop(0)
            self._play(step)

    # --- the person's hand ----------------------------------------------------------------------

    def pause(self, now: float) -> None:
        """The time stands still."""
        self._paused = True
        self._stand(self._now(now))

    def go(self, now: float) -> None:
        """The time goes on; where it waits at a step, with that step."""
        if not self._stepwise:
            self._granted = self._steps
        if self._holds:
            self._jump(now)
        elif self._paused:
            self._paused = False
            self._since = now if self._begun else None

    def skip(self, now: float) -> None:
        """Jump to the next step that has a caption, and go on from there.

        Who stood still takes one step, with what belongs to it, and waits at the next.
        """
        if not self._begun:
            return
        if self._paused:
            self._granted = self._played
        self._jump(now)

    def _jump(self, now: float) -> None:
        target = next((step.at for step in self._left if step.caption), None)
        here = self._now(now)
        self._paused = self._holds = False
        self._since = now
        if target is None:
            self._time = here
            return
        self._time = max(here, float(target))
        jumped = self._time - here
        # What flows goes on as it was; nothing of it is due because of the jump.
        self._agenda = [
            (due + jumped if due < target else due, order, do) for due, order, do in self._agenda
        ]
        heapq.heapify(self._agenda)
        if self._granted < self._steps:
            self._granted = self._played + 1

    # --- time -----------------------------------------------------------------------------------

    def _now(self, now: float) -> float:
        return self._time if self._since is None else self._time + now - self._since

    def _stand(self, at: float) -> None:
        self._time = at
        self._since = None

    def _next(self) -> float | None:
        dues = [float(self._left[0].at)] if self._left else []
        if self._agenda:
            dues.append(self._agenda[0][0])
        return min(dues) if dues and self._begun else None

    def _put(self, due: float, do: Callable[[float], None]) -> None:
        heapq.heappush(self._agenda, (due, next(self._order), do))

    def _stream(self, stream: Stream, number: int, due: float) -> None:
        self._put(due, lambda at: self._streamed(stream, number, at))

    def _streamed(self, stream: Stream, number: int, due: float) -> None:
        self._flow(stream, number)
        if stream.times is None or number + 1 < stream.times:
            self._stream(stream, number + 1, due + stream.every)

    def _catch_up(self, now: float) -> None:
        """What a sleeping machine missed of the streams is not made up for."""
        here = self._now(now)
        if self._agenda and here - self._agenda[0][0] > _LATE:
            self._agenda = [(max(due, here), order, do) for due, order, do in self._agenda]
            heapq.heapify(self._agenda)
