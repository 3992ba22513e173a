"""What a script waits for, and what the run is worth in the end. May not know asyncio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ablytui.drive.lines import row_members
from ablytui.protocol.connection import Connection
from ablytui.protocol.log import EntryKind
from ablytui.protocol.news import Changed, Logged, News
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange

OUTCOMES: Final = ("clean", "resumed", "recovered", "partial", "lost", "refused")
STATES: Final = tuple(state for state in S if state is not S.INITIALIZED)

DONE: Final = 0
NOT_MET: Final = 1
FAILED: Final = 3
TIME: Final = 4


@dataclass(frozen=True, slots=True)
class Goal:
    """`timeout` in seconds. Nothing set: nothing is waited for."""

    until: S | None = None
    expect: str | None = None
    timeout: float | None = None


class Judge:
    """Watches the news until the goal is decided."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self.outcome: str | None = None
        """How the first verdict turned out, or "clean" for a first connection without one."""
        self._reached = False
        self._failed = False

    @property
    def met(self) -> bool:
        """Whether everything that was asked for has happened."""
        if self.goal.expect is not None and self.outcome != self.goal.expect:
            return False
        return self.goal.until is None or self._reached

    @property
    def decided(self) -> bool:
        """Whether nothing more can be learned: all was met, or something never will be."""
        if self.goal.until is None and self.goal.expect is None:
            return False
        missed = self.outcome is not None and self.goal.expect not in {None, self.outcome}
        return self.met or missed or self._failed

    def feed(self, news: News, connection: Connection) -> None:
        """Take one piece of news; `connection` is the model after it."""
        if isinstance(news, Logged):
            if news.row.kind is EntryKind.VERDICT and self.outcome is None:
                self.outcome = str(row_members(news.row).get("outcome"))
                # A verdict comes after the state it is about: that state counts.
                self._reached = connection.state is self.goal.until
        elif isinstance(news, Changed) and isinstance(news.change, StateChange):
            self._state(news.change.current, news.connection)

    def _state(self, state: S, connection: Connection) -> None:
        if self.goal.expect == "clean" and state is S.CONNECTED and self.outcome is None:
            # A connection that was to be continued has a verdict, which comes by itself.
            self.outcome = "clean" if connection.mode == "clean" else None
        waits = self.goal.expect is not None and self.outcome is None
        if state is self.goal.until and not waits:
            self._reached = True
        self._failed = state is S.FAILED

    def hopeless(self, connection: Connection) -> bool:
        """Whether nothing happens any more unless a further order comes."""
        if connection.state is S.SUSPENDED:
            return connection.hold
        return connection.state in {S.INITIALIZED, S.CLOSED, S.FAILED}

    def exit_code(self, connection: Connection, *, timed_out: bool) -> int:
        """3 failed, else 1 expectation not met, else 4 time, else 0.

        Where a refusal was expected and came, the failure that follows it is what was asked for.
        """
        if connection.state is S.FAILED and not (self.goal.expect == "refused" and self.met):
            return FAILED
        if self.goal.expect is not None and self.outcome != self.goal.expect:
            return NOT_MET
        if timed_out:
            return TIME
        return DONE if self.met else NOT_MET
