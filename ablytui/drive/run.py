"""One run of `drive`: orders in, lines out, until it is quit, the input ends or a goal is decided.

Knows the Session only through `Engine`, and keeps no state but the answers that are open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from ablytui import __version__
from ablytui.drive.goal import Goal, Judge
from ablytui.drive.lines import state_value
from ablytui.drive.orders import Misread, Order, read
from ablytui.drive.printer import Printer
from ablytui.drive.reader import MAX_LINE, Reader
from ablytui.errors import AblytuiError
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.news import News


class Engine(Protocol):
    """What is used of a Session."""

    @property
    def connection(self) -> Connection:
        """The model as it is now."""

    def start(self) -> None:
        """Begin, and connect unless told not to."""

    def do(
        self,
        action_id: str,
        args: Mapping[str, Any] | None = None,
        told: Callable[[Reply], None] | None = None,
    ) -> asyncio.Future[Reply]:
        """Ask for an action; `told` gets its answer, in its place among the news."""

    def recovery_key(self) -> str | None:
        """The recovery key in clear."""

    def subscribe(self, fn: Callable[[News], None], *, rows: bool = False) -> Callable[[], None]:
        """Be told the news."""

    async def close(self) -> None:
        """Close the socket without CLOSE and end everything."""


class Run:
    """Ties an engine to a reader and a printer."""

    def __init__(self, engine: Engine, printer: Printer, goal: Goal, fd: int) -> None:
        self._engine = engine
        self._printer = printer
        self._judge = Judge(goal)
        self._reader = Reader(fd, self._lines, self._input_ended)
        self._asked = 0
        self._open: dict[int, Any] = {}
        """The `ref` of each order that waits for its answer."""
        self._at_end = False
        self._timed_out = False
        self._quits: list[Any] = []
        self._over = asyncio.Event()

    async def run(self) -> int:
        """Run to the end and give the exit code.

        Raises:
            AblytuiError: Standard output could not be written, and not for want of a reader.
        """
        engine, goal = self._engine, self._judge.goal
        unsubscribe = engine.subscribe(self._news, rows=True)
        self._printer.own(
            "ready", {"version": __version__, "dialect": engine.connection.params.dialect}
        )
        timer = None
        if goal.timeout is not None:
            timer = asyncio.get_running_loop().call_later(goal.timeout, self._time_is_out)
        try:
            engine.start()
            self._reader.start()
            self._look()
            await self._over.wait()
            code = self._judge.exit_code(engine.connection, timed_out=self._timed_out)
        finally:
            self._reader.stop()
            if timer is not None:
                timer.cancel()
            await engine.close()
            unsubscribe()
        for ref in self._quits:
            self._result(ref, Reply(0))
        if self._printer.failure is not None:
            raise AblytuiError(f"standard output cannot be written: {self._printer.failure}")
        return code

    # --- what happens ---------------------------------------------------------------------------

    def _news(self, news: News) -> None:
        self._printer.news(news)
        self._judge.feed(news, self._engine.connection)
        self._look()

    def _input_ended(self) -> None:
        self._at_end = True
        self._look()

    def _time_is_out(self) -> None:
        self._timed_out = True
        self._over.set()

    def _look(self) -> None:
        """End the run if it is over."""
        if self._over.is_set():
            return
        judge, goal = self._judge, self._judge.goal
        idle = not self._open
        decided = judge.decided
        if self._at_end:
            wanted = goal.until is not None or goal.expect is not None
            if wanted:
                decided = decided or judge.hopeless(self._engine.connection)
            else:
                decided = goal.timeout is None
        if self._printer.broken or self._quits or (idle and decided):
            self._over.set()

    # --- orders ---------------------------------------------------------------------------------

    def _lines(self, lines: list[bytes | None]) -> None:
        for line in lines:
            if self._over.is_set():
                return
            if line is None:
                self._refuse(None, f"the line is longer than {MAX_LINE} bytes")
                continue
            order = read(line)
            if isinstance(order, Misread):
                self._refuse(order.ref, order.why)
            elif order is not None:
                self._obey(order)

    def _obey(self, order: Order) -> None:
        match order.do:
            case "quit":
                self._quits.append(order.ref)
                self._look()
            case "state":
                value = state_value(self._engine.connection, self._engine.recovery_key())
                self._result(order.ref, Reply(0, value))
            case "recovery_key":
                self._result(order.ref, Reply(0, self._engine.recovery_key()), masked=False)
            case _:
                self._ask(order)

    def _ask(self, order: Order) -> None:
        self._asked += 1
        number = self._asked
        self._open[number] = order.ref
        try:
            self._engine.do(order.do, order.args, partial(self._answered, number))
        except (TypeError, ValueError, OverflowError) as bad:
            # A value that JSON knows and the wire does not, such as a lone surrogate.
            del self._open[number]
            self._refuse(order.ref, f"{order.do}: {bad}")

    def _answered(self, number: int, reply: Reply) -> None:
        if number in self._open:
            self._result(self._open.pop(number), reply)
            self._look()

    def _refuse(self, ref: Any, why: str) -> None:
        self._result(ref, Reply(0, error=ErrorInfo(40000, 400, why)))

    def _result(self, ref: Any, reply: Reply, *, masked: bool = True) -> None:
        members: dict[str, Any] = {"ref": ref, "ok": reply.error is None}
        if reply.error is None:
            members["value"] = reply.value
        else:
            members["error"] = reply.error.to_wire()
        self._printer.own("result", members, masked=masked)
        if self._printer.broken:
            self._look()
